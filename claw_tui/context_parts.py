"""What fills a model's window: an exact request taken apart, whichever API it was written for."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from claw_core.counting import PER_IMAGE, tokens
from claw_core.message import Json, JsonObject

Kind = Literal["system", "instructions", "tools", "mcp", "prompts", "answers", "thoughts", "calls", "results", "images"]

HEADING = "# Instructions from "
"""What an instruction file's text follows in the system prompt."""
AFTER = "\n\n# Environment\n"
"""What follows the last of them."""
PER_SEALED = 0.15
"""Tokens of a character of a thought that only its vendor can read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a request."""

    kind: Kind
    name: str
    """Which one: a file, a tool, an MCP server; empty where that says nothing."""
    estimate: float
    """Tokens, as they are counted without a tokenizer."""


def pieces_of(body: JsonObject) -> list[Piece]:
    """The pieces of a request's body, in the order sent."""
    found: list[Piece] = []
    for name in ("system", "instructions"):
        found += _system(_text(body.get(name)))
    found += [_tool(tool) for tool in _objects(body.get("tools"))]
    names: dict[str, str] = {}
    for name in ("messages", "input"):
        for item in _objects(body.get(name)):
            found += _item(item, names)
    return [piece for piece in found if piece.estimate]


def _system(text: str) -> Iterator[Piece]:
    own, *files = text.split(HEADING)
    if files:
        files[-1], _, rest = files[-1].partition(AFTER)
        own += rest
    yield Piece("system", "", tokens(own))
    for each in files:
        yield Piece("instructions", each.partition("\n")[0].strip(), tokens(each))


def _tool(tool: JsonObject) -> Piece:
    inner = tool.get("function")
    name = str((inner if isinstance(inner, dict) else tool).get("name", tool.get("type", "")))
    parts = name.split("__")
    weight = tokens(_json(tool))
    return Piece("mcp", parts[1], weight) if parts[0] == "mcp" and len(parts) > 2 else Piece("tools", name, weight)


def _item(item: JsonObject, names: dict[str, str]) -> Iterator[Piece]:
    """A message, or what stands for one; `names` learns which tool a call was of."""
    role, type_ = item.get("role"), item.get("type")
    if role in ("system", "developer"):
        yield from _system(_text(item.get("content")))
    elif type_ == "function_call":
        yield _call(item.get("call_id"), item.get("name"), item.get("arguments"), names)
    elif type_ == "function_call_output":
        yield Piece("results", names.get(str(item.get("call_id")), ""), tokens(_text(item.get("output"))))
    elif type_ == "reasoning":
        sealed = str(item.get("encrypted_content") or "")
        yield Piece("thoughts", "", tokens(_text(item.get("summary"))) + PER_SEALED * len(sealed))
    elif role == "tool":
        yield Piece("results", names.get(str(item.get("tool_call_id")), ""), tokens(_text(item.get("content"))))
    else:
        yield from _message(item, "answers" if role == "assistant" else "prompts", names)


def _message(item: JsonObject, kind: Kind, names: dict[str, str]) -> Iterator[Piece]:
    content = item.get("content")
    if isinstance(content, str):
        yield Piece(kind, "", tokens(content))
    for block in _objects(content):
        match block.get("type"):
            case "tool_use":
                yield _call(block.get("id"), block.get("name"), block.get("input"), names)
            case "tool_result":
                name = names.get(str(block.get("tool_use_id")), "")
                yield Piece("results", name, tokens(_text(block.get("content"))))
            case "thinking" | "redacted_thinking":
                sealed = len(str(block.get("signature") or block.get("data") or ""))
                yield Piece("thoughts", "", tokens(str(block.get("thinking") or "")) + PER_SEALED * sealed)
            case "image" | "image_url" | "input_image":
                yield Piece("images", "", PER_IMAGE)
            case _:
                yield Piece(kind, "", tokens(_text(block)))
    thought = item.get("reasoning_content") or item.get("reasoning")
    if isinstance(thought, str):
        yield Piece("thoughts", "", tokens(thought))
    for call in _objects(item.get("tool_calls")):
        inner = call.get("function")
        inner = inner if isinstance(inner, dict) else call
        yield _call(call.get("id"), inner.get("name"), inner.get("arguments"), names)


def _call(id_: Json, name: Json, arguments: Json, names: dict[str, str]) -> Piece:
    names[str(id_)] = str(name)
    text = arguments if isinstance(arguments, str) else _json(arguments)
    return Piece("calls", str(name), tokens(str(name)) + tokens(text))


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _objects(value: Json) -> Sequence[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: Json) -> str:
    """The words in a value: of a text itself, of blocks those of all of them."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        inner = cast("JsonObject", value)
        return _text(inner.get("text") or inner.get("content"))
    return "\n".join(_text(item) for item in value) if isinstance(value, list) else ""
