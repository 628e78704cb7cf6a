"""An answer as the Messages API streams it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from claw_core.message import Usage
from claw_core.scripting import ScriptedReply


def messages_stream(reply: ScriptedReply, first_call: int = 1, *, signature: str = "c2lnbmVk") -> bytes:
    """The event stream of a scripted answer; its thought is signed."""
    return b"".join(_event(event) for event in _events(reply, first_call, signature))


def count_calls(body: Mapping[str, Any]) -> int:
    """The calls in a request."""
    return sum(block["type"] == "tool_use" for message in body["messages"] for block in _blocks(message))


def times_spoken(body: Mapping[str, Any]) -> int:
    """How often the model has spoken in a request."""
    return sum(message["role"] == "assistant" for message in body["messages"])


def _blocks(message: Mapping[str, Any]) -> list[Any]:
    content: Any = message["content"]
    return [] if isinstance(content, str) else content


def _event(event: Mapping[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def _events(reply: ScriptedReply, first_call: int, signature: str) -> Iterator[Mapping[str, Any]]:
    head: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "model": "tiny-2026", "content": []}
    usage = _usage(reply.usage)
    start = {**usage, "output_tokens": 1}
    yield {"type": "message_start", "message": {**head, "stop_reason": None, "stop_sequence": None, "usage": start}}
    yield {"type": "ping"}
    for index, (kind, block, deltas) in enumerate(_content(reply, first_call, signature)):
        yield {"type": "content_block_start", "index": index, "content_block": {"type": kind, **block}}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    stop = {"stop_reason": "tool_use" if reply.calls else "end_turn", "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": {"output_tokens": usage["output_tokens"]}}
    yield {"type": "message_stop"}


def _content(
    reply: ScriptedReply, first_call: int, signature: str
) -> Iterator[tuple[str, Mapping[str, Any], list[Mapping[str, Any]]]]:
    if reply.thought:
        pieces = [{"type": "thinking_delta", "thinking": piece} for piece in _split(reply.thought, reply.chunk)]
        signed = {"type": "signature_delta", "signature": signature}
        yield "thinking", {"thinking": "", "signature": ""}, [*pieces, signed]
    if reply.text:
        yield "text", {"text": ""}, [{"type": "text_delta", "text": piece} for piece in _split(reply.text, reply.chunk)]
    for number, call in enumerate(reply.calls, first_call):
        written = call.malformed or json.dumps(call.input, ensure_ascii=False)
        fragments = [{"type": "input_json_delta", "partial_json": piece} for piece in _split(written, reply.chunk)]
        yield "tool_use", {"id": f"toolu_{number}", "name": call.name, "input": {}}, list(fragments)


def _split(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.input - usage.cached - usage.cache_write,
        "cache_read_input_tokens": usage.cached,
        "cache_creation_input_tokens": usage.cache_write,
        "output_tokens": usage.output,
    }
