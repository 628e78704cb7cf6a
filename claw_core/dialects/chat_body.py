"""Our messages as the body of a Chat Completions request.

Pure and free of the SDK, so that what would be sent can be had, shown and tested without a connection.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from claw_core.dialects.carry import CALL_IDS, CallIds, Taker, carried
from claw_core.dialects.chat_details import details_of
from claw_core.dialects.effort import level
from claw_core.message import Call, Image, Json, JsonObject, Message, Part, Refusal, Result, Text, Thought
from claw_core.provider import Body, ModelRequest, ToolSpec, encode

NO_OUTPUT = "(no output)"
"""Stands for an empty result; some servers refuse an empty one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """Where a server departs from what most understand."""

    max_output_field: str = "max_tokens"
    """The field that limits the answer's length."""
    thoughts: bool = False
    """It wants the thoughts of the turn under way back, as `reasoning_content`."""
    ids: CallIds = CALL_IDS
    """Which ids of calls it takes."""
    bearer: bool = False
    """The key goes where tokens go, in an API that has a place of its own for keys."""
    stream_options: bool = True
    """It takes `stream_options`, and counts tokens only where it is asked to."""
    extra: JsonObject = field(default_factory=dict[str, Json])
    """Further plain fields of every request."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Sent with every request, beside the key."""


def chat_body(request: ModelRequest, quirks: Quirks, provider: str = "") -> Body:
    """The exact body for a request: plain fields, then `tools` (where there are any), then `messages`."""
    taker = Taker(origin=f"{provider}/{request.model}", images=request.images, ids=quirks.ids)
    messages = carried(request.messages, taker)
    parameters: dict[str, Json] = {
        "model": request.model,
        "stream": True,
    }
    if quirks.stream_options:
        parameters["stream_options"] = {"include_usage": True}
    if request.max_output is not None:
        parameters[quirks.max_output_field] = request.max_output
    if request.effort is not None:
        parameters["reasoning_effort"] = level(request.effort)
    parameters |= quirks.extra
    lists: dict[str, Sequence[JsonObject]] = {}
    if request.tools:
        lists["tools"] = [_tool(tool) for tool in request.tools]
    system: list[JsonObject] = [{"role": "system", "content": request.system}] if request.system else []
    lists["messages"] = [*system, *(sent for message in messages for sent in _messages(message, quirks))]
    return Body(parameters=parameters, lists=lists)


def _tool(tool: ToolSpec) -> JsonObject:
    function: JsonObject = {"name": tool.name, "description": tool.description, "parameters": tool.schema}
    return {"type": "function", "function": function}


def _messages(message: Message, quirks: Quirks) -> Iterator[JsonObject]:
    """One message of ours is one of the assistant's; or the results, one each, and then the user's own words."""
    if message.role == "assistant":
        if any(not isinstance(part, Thought) for part in message.parts):
            yield _assistant(message, quirks)
        return
    results = [part for part in message.parts if isinstance(part, Result)]
    yield from map(_result, results)
    words: list[Part] = [part for result in results for part in _pictures(result)]
    words += [part for part in message.parts if isinstance(part, Text | Image)]
    if words:
        yield {"role": "user", "content": _content(words)}


def _assistant(message: Message, quirks: Quirks) -> JsonObject:
    """Thoughts are not sent back but to those few who have a place for them."""
    text = "".join(part.text for part in message.parts if isinstance(part, Text | Refusal))
    sent: dict[str, Json] = {"role": "assistant", "content": text or (None if message.calls else "")}
    thoughts = [part for part in message.parts if isinstance(part, Thought)]
    if details := [detail for thought in thoughts for detail in details_of(thought.signature)]:
        sent["reasoning_details"] = details
    elif quirks.thoughts and message.calls:
        sent["reasoning_content"] = "".join(thought.text for thought in thoughts)
    if message.calls:
        sent["tool_calls"] = [_call(call) for call in message.calls]
    return sent


def _call(call: Call) -> JsonObject:
    """Malformed arguments go back as none at all: several servers parse them, and fail the whole request."""
    arguments = encode({} if call.malformed else call.input).decode()
    sent: JsonObject = {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}
    return {**sent, "extra_content": {"google": {"thought_signature": call.signature}}} if call.signature else sent


def _result(result: Result) -> JsonObject:
    text = "\n".join(part.text for part in result.parts if isinstance(part, Text))
    images = sum(isinstance(part, Image) for part in result.parts)
    if images:
        note = f"({images} {'image follows' if images == 1 else 'images follow'} in the next message)"
        text = f"{text}\n{note}" if text else note
    if result.is_error and not text.lower().startswith("error"):
        text = f"Error: {text or 'no further details'}"
    return {"role": "tool", "tool_call_id": result.id, "content": text or NO_OUTPUT}


def _pictures(result: Result) -> tuple[Part, ...]:
    """The images of a result, introduced; this API takes none where the result stands."""
    images = tuple(part for part in result.parts if isinstance(part, Image))
    return (Text(text=f"From the result of {result.id}:"), *images) if images else ()


def _content(parts: Sequence[Part]) -> Json:
    """Plain words as plain text, which every server takes; a list only where a picture needs it."""
    if not any(isinstance(part, Image) for part in parts):
        return "\n\n".join(part.text for part in parts if isinstance(part, Text))
    content: list[Json] = []
    for part in parts:
        if isinstance(part, Text):
            content.append({"type": "text", "text": part.text})
        elif isinstance(part, Image):
            url = f"data:{part.media_type};base64,{part.data}"
            content.append({"type": "image_url", "image_url": {"url": url}})
    return content
