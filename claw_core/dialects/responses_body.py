"""Our messages as the body of a request of the Responses API.

Nothing is kept at the vendor's: what a model thought comes to us encrypted, and goes back so. Pure and free of the
SDK, so that what would be sent can be had, shown and tested without a connection.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from claw_core.dialects.carry import Taker, carried
from claw_core.dialects.effort import level
from claw_core.message import Call, Image, Json, JsonObject, Message, Part, Refusal, Result, Text, Thought
from claw_core.provider import Body, ModelRequest, ToolSpec, encode

NO_OUTPUT = "(no output)"
"""Stands for an empty result."""
THOUGHTLESS = re.compile(r"gpt-(3|4)|chatgpt-4|gpt-5[\w.]*-chat|ft:gpt-(3|4)")
"""OpenAI's models that do not reason, and refuse a request that speaks of it."""


def responses_body(request: ModelRequest, provider: str = "") -> Body:
    """The exact body for a request: plain fields, then `tools` (where there are any), then `input`."""
    messages = carried(request.messages, Taker(origin=f"{provider}/{request.model}", images=request.images))
    parameters: dict[str, Json] = {"model": request.model, "stream": True, "store": False}
    if not THOUGHTLESS.match(request.model):
        parameters["include"] = ["reasoning.encrypted_content"]
        effort: JsonObject = {} if request.effort is None else {"effort": level(request.effort)}
        parameters["reasoning"] = {**effort, "summary": "auto"}
    if request.max_output is not None:
        parameters["max_output_tokens"] = request.max_output
    lists: dict[str, Sequence[JsonObject]] = {}
    if request.tools:
        lists["tools"] = [_tool(tool) for tool in request.tools]
    system: list[JsonObject] = [_words("system", request.system)] if request.system else []
    items = [item for message in messages for item in _items(message)]
    parameters["prompt_cache_key"] = _conversation([*system, *items[:1]])
    lists["input"] = [*system, *items]
    return Body(parameters=parameters, lists=lists)


def _conversation(beginning: list[JsonObject]) -> str:
    """The same for all requests of a conversation, so that they reach the machine that has it in its cache."""
    return f"claw-{blake2b(encode(beginning), digest_size=12).hexdigest()}"


def _tool(tool: ToolSpec) -> JsonObject:
    """Not strict: that would make every field of the schema required."""
    fields: JsonObject = {"name": tool.name, "description": tool.description, "parameters": tool.schema}
    return {"type": "function", **fields, "strict": False}


def _words(role: str, content: Json) -> JsonObject:
    return {"type": "message", "role": role, "content": content}


def _items(message: Message) -> Iterator[JsonObject]:
    """The items that a message is; results come before what the person says beside them."""
    if message.role == "assistant":
        for part in message.parts:
            yield from _said(part)
        return
    yield from (_output(part) for part in message.parts if isinstance(part, Result))
    words = [part for part in message.parts if isinstance(part, Text | Image)]
    if words:
        plain = not any(isinstance(part, Image) for part in words)
        yield _words("user", "\n\n".join(p.text for p in words if isinstance(p, Text)) if plain else _content(words))


def _said(part: Part) -> Iterator[JsonObject]:
    match part:
        case Text() | Refusal():
            phase = part.phase if isinstance(part, Text) else ""
            said = _words("assistant", part.text)
            if part.text:
                yield {**said, "phase": phase} if phase else said
        case Thought(signature=encrypted) if encrypted and part.id:
            summary: list[Json] = [{"type": "summary_text", "text": part.text}] if part.text else []
            yield {"type": "reasoning", "id": part.id, "summary": summary, "encrypted_content": encrypted}
        case Call():
            arguments = encode({} if part.malformed else part.input).decode()
            yield {"type": "function_call", "call_id": part.id, "name": part.name, "arguments": arguments}
        case _:
            pass  # a thought that is not encrypted is of no use to the server


def _output(result: Result) -> JsonObject:
    text = "\n".join(part.text for part in result.parts if isinstance(part, Text))
    if result.is_error and not text.lower().startswith("error"):
        text = f"Error: {text or 'no further details'}"
    images = [part for part in result.parts if isinstance(part, Image)]
    output: Json = text or NO_OUTPUT
    if images:
        output = _content([Text(text=text), *images] if text else images)
    return {"type": "function_call_output", "call_id": result.id, "output": output}


def _content(parts: Sequence[Text | Image]) -> list[Json]:
    content: list[Json] = []
    for part in parts:
        if isinstance(part, Text):
            content.append({"type": "input_text", "text": part.text})
            continue
        url = f"data:{part.media_type};base64,{part.data}"
        if part.media_type == "application/pdf":
            content.append({"type": "input_file", "filename": "document.pdf", "file_data": url})
        else:
            content.append({"type": "input_image", "detail": "auto", "image_url": url})
    return content
