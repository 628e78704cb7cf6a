"""Streams recorded from real servers, served again over a socket and cut anywhere, are read as they were meant.

The recordings lie beside the project, not in it; where they are absent, these tests say so and skip.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from claw_core.dialects.chat_calls import read_arguments
from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.event import ModelReplied, TextDelta, ThoughtDelta
from claw_core.message import Message, StopReason, Text, Thought
from claw_core.provider import ModelRequest
from tests.loopback import Loopback, streamed

RECORDED = Path(__file__).parents[4] / "shared" / "data" / "provider_streams"
STOPS: Mapping[str | None, StopReason] = {"stop": "end", None: "end", "tool_calls": "calls"}
REQUEST = ModelRequest(model="tiny", system="", messages=(Message(role="user", parts=(Text(text="Hello"),)),))


def recordings() -> list[Any]:
    """Streams of this dialect whose bytes were kept (of some, only their length was)."""
    found: list[Any] = []
    for path in sorted(RECORDED.glob("*/*.json")):
        recorded: dict[str, Any] = json.loads(path.read_bytes())
        if recorded["wire"] == "openai.chat" and recorded["streaming"] and "expected" in recorded:
            found.append(pytest.param(recorded, id=f"{path.parent.name}-{path.stem[-60:]}"))
    absent = pytest.mark.skip("The recorded streams are not beside the project (../shared/data).")
    return found or [pytest.param({}, id="absent", marks=absent)]


def body_of(recorded: Mapping[str, Any]) -> bytes:
    if recorded["body_kind"] == "chunk_per_line":
        return "".join(f"data: {chunk}\n\n" for chunk in recorded["chunks"]).encode()
    return "".join(recorded["chunks"]).encode()


@pytest.mark.parametrize("recorded", recordings())
async def test_a_recorded_stream_is_read_as_it_was_meant(recorded: dict[str, Any]) -> None:
    expected: dict[str, Any] = recorded["expected"]
    async with Loopback([streamed(body_of(recorded), 7)]) as server:
        provider = ChatCompletionsProvider(name="openai", label="OpenAI", base_url=server.url)
        events = [event async for event in provider.stream(provider.body(REQUEST))]
        await provider.close()

    whole = events[-1]
    assert isinstance(whole, ModelReplied)
    thoughts = "".join(part.text for part in whole.message.parts if isinstance(part, Thought))
    calls = [(call.id, call.name, call.input) for call in whole.message.calls]
    assert whole.message.text == expected.get("text", "")
    assert thoughts == expected.get("reasoning", "")
    assert calls == [
        (call["id"], call["name"], read_arguments(call["arguments"])) for call in expected.get("tool_calls", [])
    ]
    assert whole.stop == STOPS[expected.get("finish_reason")]
    if usage := expected.get("usage"):
        assert whole.usage.input == usage["prompt_tokens"]
        assert whole.usage.output - usage["completion_tokens"] in {0, whole.usage.reasoning}
        details: dict[str, int] = usage.get("prompt_tokens_details") or {}
        assert whole.usage.cached == details.get("cached_tokens", 0)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == whole.message.text
    assert "".join(event.text for event in events if isinstance(event, ThoughtDelta)) == thoughts
