"""Scripted: a model that says what a script tells it to. No network, no key; tests, the demo and the docs talk to it.

As in `scripted/PATH`, where PATH is a script file (see `scripting.py`). What it would be sent is the real body of the
Chat Completions API. Its answer depends on the request alone, so that resumed and forked sessions get the right turn.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from claw_core.dialects.chat_body import Quirks, chat_body
from claw_core.error import UsageError
from claw_core.event import CallDelta, ModelReplied, TextDelta, ThoughtDelta
from claw_core.message import Call, Message, Part, Text, Thought
from claw_core.provider import Body, ModelRequest, Network, Provider, Streamed, encode
from claw_core.providers import Vendor
from claw_core.scripting import Script, ScriptedReply, load_script, reply_at

VENDOR = Vendor(label="Scripted", local=True, listed=False)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The script at the path that `model` is. Raises UsageError and ConfigError, see `load_script`."""
    return ScriptedProvider(load_script(Path(model)), model=model)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ScriptedBody(Body):
    """A body that remembers its request, for scripts that are functions."""

    request: ModelRequest


class ScriptedProvider:
    """Plays a script. `sleep` is the clock of `pace`."""

    name = "scripted"
    dialect = "chat_completions"
    url = "scripted:"

    def __init__(
        self,
        script: Script,
        *,
        model: str = "script",
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._script = script
        self._model = model
        self._sleep = sleep
        self._failed: Counter[int] = Counter()

    def through(self, network: Network) -> None:
        """Nothing travels."""

    def body(self, request: ModelRequest) -> Body:
        """The real Chat Completions body."""
        body = chat_body(request, Quirks())
        return _ScriptedBody(parameters=body.parameters, lists=body.lists, request=request)

    async def stream(self, body: Body) -> AsyncIterator[Streamed]:
        """The scripted answer to this request. Raises what the script says."""
        started = time.monotonic()
        spoken = [message for message in body.lists["messages"] if message["role"] == "assistant"]
        reply = self._reply(body, len(spoken))
        message = _message(reply, calls_before=sum(_count_calls(message) for message in spoken))
        deltas = list(_deltas(message, reply.chunk))
        first: float | None = None
        for index, delta in enumerate(deltas):
            if reply.hold is not None and index == len(deltas) - 1:
                await reply.hold()
            await self._sleep(reply.pace)
            first = time.monotonic() - started if first is None else first
            yield delta
        if reply.error is not None and self._fails(len(spoken), reply.failures):
            raise reply.error
        yield ModelReplied(
            message=message,
            usage=reply.usage,
            stop=reply.stop or ("calls" if reply.calls else "end"),
            model=self._model,
            request_id=f"scripted-{len(spoken) + 1}",
            first_token=first,
            elapsed=time.monotonic() - started,
        )

    def _reply(self, body: Body, index: int) -> ScriptedReply:
        if not callable(self._script):
            return reply_at(self._script, index)
        if not isinstance(body, _ScriptedBody):
            raise UsageError("A script that is a function answers only bodies that this provider made.")
        return self._script(body.request)

    def _fails(self, index: int, failures: int) -> bool:
        self._failed[index] += 1
        return not failures or self._failed[index] <= failures

    async def models(self) -> tuple[str, ...]:
        """The script's own name."""
        return (self._model,)

    async def close(self) -> None:
        """Nothing is held."""


def _count_calls(message: Mapping[str, object]) -> int:
    calls = message.get("tool_calls")
    return len(calls) if isinstance(calls, list) else 0  # pyright: ignore[reportUnknownArgumentType] - from JSON


def _message(reply: ScriptedReply, calls_before: int) -> Message:
    parts: list[Part] = []
    if reply.thought:
        parts.append(Thought(text=reply.thought))
    if reply.text:
        parts.append(Text(text=reply.text))
    for number, call in enumerate(reply.calls, calls_before + 1):
        parts.append(Call(id=f"call_{number}", name=call.name, input=call.input, malformed=call.malformed))
    return Message(role="assistant", parts=tuple(parts))


def _deltas(message: Message, chunk: int) -> list[TextDelta | ThoughtDelta | CallDelta]:
    deltas: list[TextDelta | ThoughtDelta | CallDelta] = []
    for part in message.parts:
        match part:
            case Thought(text=text):
                deltas += [ThoughtDelta(text=piece) for piece in _pieces(text, chunk)]
            case Text(text=text):
                deltas += [TextDelta(text=piece) for piece in _pieces(text, chunk)]
            case Call(id=call, name=name):
                written = part.malformed or encode(part.input).decode()
                deltas += [CallDelta(id=call, name=name, fragment=piece) for piece in _pieces(written, chunk)]
            case _:
                pass
    return deltas


def _pieces(text: str, chunk: int) -> list[str]:
    return [text[start : start + chunk] for start in range(0, len(text), chunk)]
