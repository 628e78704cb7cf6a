"""The grammar of a tool call: what may stand between its marks, so that no call of an embedded model is malformed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from claw_core.dialects.text_calls import CLOSE
from claw_core.dialects.untrusted import Fields, fields, objects, string

DEEPEST = 8
"""Levels to which a schema's references to itself are followed."""
ANYTHING: Mapping[str, object] = {"type": "object"}


def call_grammar(tools: Sequence[Fields]) -> str:
    """In GBNF: the name of one of these tools and arguments that fit its schema, then the closing mark.

    Where a schema says what a grammar cannot, any object will do as arguments; empty where there are no tools.
    """
    functions = [fields(tool.get("function")) for tool in tools]
    if not functions:
        return ""
    try:
        return _grammar([_call(each, inlined(fields(each.get("parameters")))) for each in functions])
    except (ValueError, TypeError, KeyError, AssertionError, AttributeError, RecursionError):
        return _grammar([_call(each, ANYTHING) for each in functions])


def _grammar(calls: Sequence[Mapping[str, object]]) -> str:
    from importlib import import_module

    made: Any = import_module("llama_cpp.llama_grammar")
    written: str = made.json_schema_to_gbnf(json.dumps({"anyOf": calls}), ["name", "arguments"])
    rules = [f"call{line[4:]}" if line.startswith("root ::=") else line for line in written.splitlines()]
    return "\n".join([f'root ::= gap call gap "{CLOSE}"', "gap ::= [ \\n]?", *rules])


def _call(function: Fields, arguments: Mapping[str, object]) -> Mapping[str, object]:
    properties = {"name": {"const": string(function.get("name"))}, "arguments": arguments}
    return {"type": "object", "properties": properties, "required": ["name", "arguments"]}


def inlined(schema: Fields) -> Mapping[str, object]:
    """A schema without references: each is replaced by what it names, to a depth at which anything goes."""
    named = {**fields(schema.get("$defs")), **fields(schema.get("definitions"))}

    def resolved(value: object, depth: int) -> object:
        if isinstance(value, list):
            return [resolved(each, depth) for each in cast("list[object]", value)]
        if not isinstance(value, Mapping):
            return value
        held = cast("Mapping[str, object]", value)
        reference = held.get("$ref")
        if isinstance(reference, str):
            target = named.get(reference.rpartition("/")[2])
            return resolved(target, depth + 1) if target is not None and depth < DEEPEST else {}
        return {key: resolved(each, depth) for key, each in held.items() if key not in {"$defs", "definitions"}}

    found = resolved(dict(schema), 0)
    return cast("Mapping[str, object]", found) or ANYTHING


def tool_names(tools: Sequence[Fields]) -> frozenset[str]:
    """The names of the tools that were offered."""
    return frozenset(string(fields(tool.get("function")).get("name")) for tool in objects(list(tools)))
