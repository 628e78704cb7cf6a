"""Exchanges recorded from real servers, which lie beside the project and not in it: found, and served again."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from claw_core.dialects.served import ServedProvider
from claw_core.event import ModelReplied, TextDelta, ThoughtDelta
from claw_core.message import Message, Refusal, Text, Thought
from claw_core.provider import ModelRequest, Streamed
from tests.loopback import Answer, Loopback

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "provider_streams"
ABSENT = "The recorded exchanges are not beside the project (../shared/data/provider_streams)."
LONGEST_PIECE = 90
"""Bytes; most pieces are shorter than a line, many end within one, some within a character."""
REQUEST = ModelRequest(model="tiny", system="", messages=(Message(role="user", parts=(Text(text="Hello"),)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One exchange."""

    name: str
    provider: str
    """The folder it lies in: who answered."""
    wire: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    is_stream: bool
    expected: Mapping[str, Any]
    """What the answer means, as somebody else read it; empty where nobody did."""

    def answer(self) -> Answer:
        """The recorded bytes, cut at places that depend on the name alone."""
        cuts = random.Random(self.name)
        pieces: list[bytes] = []
        start = 0
        while start < len(self.body):
            size = cuts.choice((1, 2, 3, cuts.randint(1, LONGEST_PIECE), 700))
            pieces.append(self.body[start : start + size])
            start += size
        kind = "text/event-stream; charset=utf-8" if self.is_stream else "application/json"
        return Answer(pieces=tuple(pieces), status=self.status, headers=self.headers, content_type=kind)


@cache
def recordings() -> tuple[Recording, ...]:
    """All exchanges; none where the folder is absent."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*/*.json")))


def of_wire(wire: str, *, answered: bool = True) -> list[Any]:
    """The parameters of a test: the exchanges of one API whose meaning is known, those that were `answered` or not."""
    fitting = [
        pytest.param(each, id=f"{each.provider}-{each.name[-70:]}")
        for each in recordings()
        if each.wire == wire and each.expected and (each.status == 200) == answered
    ]
    return fitting or [pytest.param(None, id="absent", marks=pytest.mark.skip(ABSENT))]


async def heard(provider: type[ServedProvider], recorded: Recording, name: str = "recorded") -> list[Streamed]:
    """What the real client makes of the exchange, over a real socket. Raises ProviderError."""
    async with Loopback([recorded.answer()]) as server:
        talking = provider(name=name, label="The server", base_url=server.url, key="sk-conformance", stall=60)
        try:
            return [event async for event in talking.stream(talking.body(REQUEST))]
        finally:
            await talking.close()


def whole(events: list[Streamed]) -> ModelReplied:
    """The answer as a whole, which is what the deltas add up to."""
    last = events[-1]
    assert isinstance(last, ModelReplied)
    shown = "".join(event.text for event in events if isinstance(event, TextDelta))
    said = "".join(part.text for part in last.message.parts if isinstance(part, Text | Refusal))
    assert shown == said
    assert "".join(event.text for event in events if isinstance(event, ThoughtDelta)) == thoughts(last)
    return last


def said_of_error(recorded: Recording) -> str:
    """The beginning of the server's own words, as a line."""
    error: Any = recorded.expected["error"]
    words = error if isinstance(error, str) else error.get("message") or ""
    return " ".join(words.split())[:60]


def thoughts(reply: ModelReplied) -> str:
    """All that was thought, as far as it is shown."""
    return "".join(part.text for part in reply.message.parts if isinstance(part, Thought))


def _read(path: Path) -> Recording:
    told: dict[str, Any] = json.loads(path.read_bytes())
    kind: str = told["body_kind"]
    headers: dict[str, str] = told["response_headers"] or {}
    return Recording(
        name=path.stem,
        provider=path.parent.name,
        wire=told["wire"],
        status=told["response_status"] or 200,
        headers={name: value for name, value in headers.items() if name in {"x-request-id", "request-id"}},
        body="".join(_framed(told["chunks"]) if kind == "chunk_per_line" else told["chunks"]).encode(),
        is_stream=kind in {"sse", "chunk_per_line"},
        expected={} if _several(told["chunks"]) else _meaning(told.get("expected") or {}),
    )


def _meaning(expected: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said of the answer itself; nothing where only how it was found out is told."""
    return expected if set(expected) & {"text", "reasoning", "refusal", "tool_calls", "usage", "error"} else {}


def _several(chunks: list[str]) -> bool:
    """Whether several exchanges were written down as if they were one."""
    return sum('"type":"response.created"' in chunk.replace(" ", "") for chunk in chunks) > 1


def _framed(chunks: list[str]) -> Iterator[str]:
    for chunk in chunks:
        kind = json.loads(chunk).get("type") if chunk.startswith("{") else None
        yield f"event: {kind}\ndata: {chunk}\n\n" if kind else f"data: {chunk}\n\n"
