"""An answer as the Responses API streams it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from claw_core.message import Usage
from claw_core.scripting import ScriptedReply

Event = Mapping[str, Any]
EMPTY: Mapping[str, Event] = {
    "message": {"content": []},
    "function_call": {"arguments": ""},
    "reasoning": {"summary": []},
}
"""How an item of each kind begins."""


def responses_stream(reply: ScriptedReply, first_call: int = 1, *, encrypted: str = "gAAAAAB-sealed") -> bytes:
    """The event stream of a scripted answer; its thought comes encrypted beside its summary."""
    return b"".join(_event(number, event) for number, event in enumerate(_events(reply, first_call, encrypted)))


def count_calls(body: Mapping[str, Any]) -> int:
    """The calls in a request."""
    return sum(item["type"] == "function_call" for item in body["input"])


def times_spoken(body: Mapping[str, Any]) -> int:
    """How often the model has spoken in a request: its items in a row are one answer."""
    own = [item["type"] in {"reasoning", "function_call"} or item.get("role") == "assistant" for item in body["input"]]
    return sum(is_own and not before for is_own, before in zip(own, [False, *own], strict=False))


def _event(number: int, event: Event) -> bytes:
    told = {"sequence_number": number, **event}
    return f"event: {event['type']}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()


def _events(reply: ScriptedReply, first_call: int, encrypted: str) -> Iterator[Event]:
    yield {"type": "response.created", "response": _response("in_progress", [], None)}
    output: list[Mapping[str, Any]] = []
    for item, pieces, kind in _items(reply, first_call, encrypted):
        place = {"output_index": len(output), "item_id": item["id"]}
        begun = {**item, **EMPTY[item["type"]]}
        yield {"type": "response.output_item.added", "item": begun, **place}
        index = {"summary_index": 0} if item["type"] == "reasoning" else {"content_index": 0}
        if item["type"] == "message":
            part: Event = {"type": "output_text", "text": "", "annotations": []}
            yield {"type": "response.content_part.added", "part": part, **place, **index}
        for piece in pieces:
            yield {"type": f"response.{kind}.delta", "delta": piece, **place, **index}
        yield {"type": "response.output_item.done", "item": item, **place}
        output.append(item)
    yield {"type": "response.completed", "response": _response("completed", output, reply.usage)}


def _items(reply: ScriptedReply, first_call: int, encrypted: str) -> Iterator[tuple[Mapping[str, Any], list[str], str]]:
    if reply.thought:
        summary = [{"type": "summary_text", "text": reply.thought}]
        item = {"type": "reasoning", "id": f"rs_{first_call}", "summary": summary, "encrypted_content": encrypted}
        yield item, _split(reply.thought, reply.chunk), "reasoning_summary_text"
    if reply.text:
        content: list[Any] = [{"type": "output_text", "text": reply.text, "annotations": []}]
        head = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed"}
        yield {**head, "content": content}, _split(reply.text, reply.chunk), "output_text"
    for number, call in enumerate(reply.calls, first_call):
        written = call.malformed or json.dumps(call.input, ensure_ascii=False)
        names = {"id": f"fc_{number}", "call_id": f"call_{number}", "name": call.name, "status": "completed"}
        item = {"type": "function_call", "arguments": written, **names}
        yield item, _split(written, reply.chunk), "function_call_arguments"


def _response(status: str, output: list[Mapping[str, Any]], usage: Usage | None) -> Mapping[str, Any]:
    head = {"id": "resp_1", "object": "response", "created_at": 1, "model": "tiny-2026", "status": status}
    fixed: Event = {"tools": [], "tool_choice": "auto", "parallel_tool_calls": True, "error": None}
    return {**head, **fixed, "output": output, "usage": None if usage is None else _usage(usage)}


def _usage(usage: Usage) -> Mapping[str, Any]:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    }


def _split(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]
