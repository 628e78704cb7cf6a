"""What the server sends back: whole answers, refusals, and every way in which an answer can go wrong."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from claw_core.message import Usage
from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.loopback import messages, responses

STATUS_OF = {
    "Unauthorized": 401,
    "UnknownModel": 404,
    "BadRequest": 400,
    "ContextTooLong": 400,
    "RateLimited": 429,
}


@dataclass(frozen=True, slots=True)
class Wait:
    """Within an answer: nothing more is sent until `released` is set, or the client has gone."""

    released: asyncio.Event
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when everything before was sent."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Within an answer: seconds in which nothing is sent."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back, byte for byte."""

    pieces: tuple[bytes | Wait | Pause, ...]
    """The body; each piece of bytes is sent by itself."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "text/event-stream; charset=utf-8"
    ends: bool = True
    """Whether the body is ended as HTTP demands; otherwise the connection is cut off."""

    @property
    def body(self) -> bytes:
        """All bytes as one."""
        return b"".join(piece for piece in self.pieces if isinstance(piece, bytes))


@dataclass(slots=True, kw_only=True)
class Received:
    """A request as it came over the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the client closed the connection before it had the whole answer."""

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


Told: TypeAlias = Answer | ScriptedReply


def event(data: Mapping[str, Any] | str) -> bytes:
    """One server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def chunk(delta: Mapping[str, Any], finish: str | None = None, **fields: Any) -> bytes:
    """One chunk of a streamed completion."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "tiny-2026"}
    return event({**head, "choices": [choice], **fields})


def cut(body: bytes, size: int) -> tuple[bytes, ...]:
    """The same bytes in pieces of `size`, wherever that falls: in a line, in a character."""
    return tuple(body[start : start + size] for start in range(0, len(body), size))


def streamed(body: bytes, size: int | None = None, *, ends: bool = True) -> Answer:
    """These bytes as an event stream, in pieces of `size`; None for all at once."""
    return Answer(pieces=cut(body, size) if size else (body,), ends=ends)


def says(
    text: str = "",
    *,
    thought: str = "",
    calls: Sequence[ScriptedCall] = (),
    usage: Usage | None = None,
    size: int | None = 17,
) -> Answer:
    """A whole, proper answer, cut into pieces of `size` bytes."""
    return streamed(completion(text, thought=thought, calls=calls, usage=usage), size)


def refuses(status: int, message: str, *, headers: Mapping[str, str] | None = None, **error: Any) -> Answer:
    """An error in the vendor's form; further fields such as `code` go into its `error` object."""
    body = json.dumps({"error": {"message": message, **error}}).encode()
    return Answer(pieces=(body,), status=status, headers=headers or {}, content_type="application/json")


def breaks_off(text: str, *, ends: bool = False) -> Answer:
    """Some words, and then no more: the connection is cut, or (`ends`) closed as if all were well."""
    return streamed(b"".join(chunk({"content": piece}) for piece in text), ends=ends)


def completion(
    text: str = "",
    *,
    thought: str = "",
    calls: Sequence[ScriptedCall] = (),
    usage: Usage | None = None,
    first_call: int = 1,
    letters: int = 5,
) -> bytes:
    """The event stream of an answer, `letters` characters a delta; calls are numbered from `first_call`."""
    events = [chunk({"role": "assistant", "content": ""})]
    events += [chunk({"reasoning_content": piece}) for piece in _split(thought, letters)]
    events += [chunk({"content": piece}) for piece in _split(text, letters)]
    for index, call in enumerate(calls):
        written = call.malformed or json.dumps(call.input, ensure_ascii=False)
        opening = {"index": index, "id": f"call_{first_call + index}", "type": "function"}
        events.append(chunk({"tool_calls": [{**opening, "function": {"name": call.name, "arguments": ""}}]}))
        for piece in _split(written, letters):
            events.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
    events.append(chunk({}, "tool_calls" if calls else "stop"))
    if usage is not None:
        events.append(event({"id": "chatcmpl-1", "model": "tiny-2026", "choices": [], "usage": _usage(usage)}))
    return b"".join([*events, event("[DONE]")])


def _split(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
    }


def as_answer(told: Told, request: Received) -> Answer:
    """A scripted reply as the bytes a server would send; its calls are numbered on from those in the request."""
    if isinstance(told, Answer):
        return told
    if told.error is not None:
        after = {} if told.error.retry_after is None else {"retry-after": str(told.error.retry_after)}
        return refuses(STATUS_OF.get(type(told.error).__name__, 503), told.error.message, headers=after)
    answer = streamed(_stream(told, request), 17)
    if told.pace:
        pieces = [piece for line in answer.body.splitlines(keepends=True) for piece in (line, Pause(told.pace / 2))]
        answer = replace(answer, pieces=tuple(pieces))
    return answer


def _stream(told: ScriptedReply, request: Received) -> bytes:
    """In the API that was asked in."""
    if request.path.endswith("/messages"):
        return messages.messages_stream(told, messages.count_calls(request.json) + 1)
    if request.path.endswith("/responses"):
        return responses.responses_stream(told, responses.count_calls(request.json) + 1)
    heard: list[Mapping[str, Any]] = request.json["messages"]
    return completion(
        told.text,
        thought=told.thought,
        calls=told.calls,
        usage=told.usage,
        first_call=1 + sum(len(message.get("tool_calls") or ()) for message in heard),
        letters=told.chunk,
    )


def times_spoken(request: Received) -> int:
    """How often the model has spoken in a request."""
    body = request.json
    return responses.times_spoken(body) if "input" in body else messages.times_spoken(body)
