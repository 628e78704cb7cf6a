"""Our messages as the body of a request of the Messages API, with the places marked up to which it is to be cached.

Pure and free of any client, so that what would be sent can be had, shown and tested without a connection.

Breakpoints: the vendor keeps what stands before a marked block, tools and system prompt included, and finds it again
when the next request has the same there. Marked are the end of the system prompt (which is the same in the next
session, too), the end of the person's last message (kept for the next request), and the end of the one before (found
again in this request, however many blocks came since). So everything but the newest exchange is read from the cache,
in every request of a session.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from claw_core.dialects.carry import Taker, carried
from claw_core.dialects.effort import level
from claw_core.message import Call, Image, Json, JsonObject, Message, Part, Refusal, Result, Text, Thought
from claw_core.provider import Body, ModelRequest, ToolSpec

MARK: JsonObject = {"type": "ephemeral"}
"""At the end of what is to be cached, for five minutes from when it was last read."""
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
"""What the vendor sees."""
OUTPUT = 32_000
"""Tokens of an answer where the limit of the model is not known."""
OUTPUTS: Sequence[tuple[str, int]] = (
    (r"claude-3-5", 8_192),
    (r"claude-3-7", 64_000),
    (r"claude-3|claude-2|claude-instant", 4_096),
    (r"claude-opus-4(-0|-1|-20\d+|$)", 32_000),
    (r"claude-(sonnet|haiku|opus)-", 64_000),
)
"""The most tokens of an answer, by how a name begins."""
BUDGETS: Mapping[str, int] = {
    "minimal": 1_024,
    "low": 4_096,
    "medium": 10_000,
    "high": 24_000,
    "xhigh": 31_999,
    "max": 63_999,
}
"""Tokens of thought for an effort, for the models that think within a budget."""
LEAST_BUDGET = 1_024
OFF = {"none", "off", "0"}
EFFORTS = ("low", "medium", "high", "xhigh", "max")
ADAPTS = (4, 6)
"""From this generation on, models decide by themselves how much to think; the older ones do within a budget."""
ALWAYS_THINKS = (5, 0)
"""From this one on, they cannot be told not to."""
VERSION = re.compile(r"claude-(?:opus|sonnet|haiku|[a-z]+)-(\d{1,2})(?:-(\d{1,2}))?(?!\d)")


def messages_body(request: ModelRequest, provider: str = "") -> Body:
    """The exact body for a request: plain fields, then `tools` and `system` (where there are any), then `messages`."""
    messages = carried(request.messages, Taker(origin=f"{provider}/{request.model}", images=request.images))
    limit = request.max_output or output_limit(request.model)
    parameters: dict[str, Json] = {"model": request.model, "max_tokens": limit, "stream": True}
    parameters |= _thinking(request, limit, messages)
    lists: dict[str, Sequence[JsonObject]] = {}
    if request.tools:
        lists["tools"] = [_tool(tool) for tool in request.tools]
    if request.system.strip():
        lists["system"] = [{"type": "text", "text": request.system, "cache_control": MARK}]
    lists["messages"] = list(_messages(messages))
    return Body(parameters=parameters, lists=lists)


def output_limit(model: str) -> int:
    """The most tokens that an answer of this model may have."""
    return next((limit for pattern, limit in OUTPUTS if re.search(pattern, model)), OUTPUT)


def generation(model: str) -> tuple[int, int]:
    """The generation in a model's name: (4, 5) of `claude-sonnet-4-5`; (0, 0) where it has none."""
    found = VERSION.search(model)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


def _thinking(request: ModelRequest, limit: int, messages: Sequence[Message]) -> JsonObject:
    """The fields that say how hard to think; none where nothing was said of it to a model that needs a budget."""
    effort = (request.effort or "").strip().lower()
    if generation(request.model) >= ADAPTS:
        return _adaptive(effort, may_stop=generation(request.model) < ALWAYS_THINKS)
    if effort in OFF:
        return {"thinking": {"type": "disabled"}}
    budget = int(effort) if effort.isdecimal() else BUDGETS.get(effort, 0)
    budget = min(max(budget, LEAST_BUDGET), limit - LEAST_BUDGET) if budget else 0
    if budget < LEAST_BUDGET or _thoughtless(messages):
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": budget}}


def _adaptive(effort: str, *, may_stop: bool) -> JsonObject:
    """For a model that decides by itself how much to think: it is told how hard to try."""
    if effort in OFF and may_stop:
        return {"thinking": {"type": "disabled"}}
    shown: JsonObject = {"thinking": {"type": "adaptive", "display": "summarized"}}
    word = "low" if effort in OFF or effort == "minimal" else level(effort) if effort.isdecimal() else effort
    return {**shown, "output_config": {"effort": word}} if word in EFFORTS else shown


def _thoughtless(messages: Sequence[Message]) -> bool:
    """Whether calls are under way before which no thought stands; a budget for thoughts is then refused."""
    if not messages or not any(isinstance(part, Result) for part in messages[-1].parts):
        return False
    last = next((message for message in reversed(messages) if message.role == "assistant"), None)
    return last is not None and not any(isinstance(part, Thought) and part.signature for part in last.parts[:1])


def _tool(tool: ToolSpec) -> JsonObject:
    schema = tool.schema if tool.schema.get("type") == "object" else {"type": "object", **tool.schema}
    return {"name": tool.name, "description": tool.description, "input_schema": schema}


def _content(message: Message) -> list[JsonObject]:
    """The blocks of a message, results first."""
    if message.role == "assistant":
        return [block for part in message.parts for block in _blocks(part)]
    parts = sorted(message.parts, key=lambda part: not isinstance(part, Result))
    return [block for part in parts for block in _blocks(part)]


def _blocks(part: Part) -> Iterator[JsonObject]:
    match part:
        case Text(text=text) | Refusal(text=text):
            if text.strip():
                yield {"type": "text", "text": text}
        case Thought(redacted=True, signature=data) if data:
            yield {"type": "redacted_thinking", "data": data}
        case Thought(signature=signature) if signature:
            yield {"type": "thinking", "thinking": part.text, "signature": signature}
        case Thought():
            pass  # one that is not signed is refused
        case Call():
            yield {"type": "tool_use", "id": part.id, "name": part.name, "input": {} if part.malformed else part.input}
        case Result():
            yield _result(part)
        case Image():
            yield _picture(part)


def _result(result: Result) -> JsonObject:
    content = [block for part in result.parts for block in _blocks(part)]
    sent: dict[str, Json] = {"type": "tool_result", "tool_use_id": result.id}
    if content:
        sent["content"] = content
    elif result.is_error:
        sent["content"] = "Error: no further details"
    if result.is_error:
        sent["is_error"] = True
    return sent


def _picture(image: Image) -> JsonObject:
    source: JsonObject = {"type": "base64", "media_type": image.media_type, "data": image.data}
    if image.media_type == "application/pdf":
        return {"type": "document", "source": source}
    if image.media_type in PICTURES:
        return {"type": "image", "source": source}
    return {"type": "text", "text": f"(A picture in a form that this model cannot see: {image.media_type}.)"}


def _messages(messages: Sequence[Message]) -> Iterator[JsonObject]:
    """The messages of which anything is left, with the ends of the person's last two marked."""
    contents = [(message.role, content) for message in messages if (content := _content(message))]
    marked = [place for place, (role, _) in enumerate(contents) if role == "user"][-2:]
    for place, (role, content) in enumerate(contents):
        if place in marked:
            content[-1] = {**content[-1], "cache_control": MARK}
        yield {"role": role, "content": content}
