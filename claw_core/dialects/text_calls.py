"""Tool calls that a model writes into its text, found as the text streams.

Models that never learned an API for calls write `<tool_call>{"name": ..., "arguments": {...}}</tool_call>` (Hermes, and
Qwen after it), `<tool_call><function=name><parameter=key>...` (Qwen's coders), or a fence of JSON with the same in it.
Such text is a call only where it names a tool that was offered; everything else stays prose. Only what may be a call is
held back, and only until that is known.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from claw_core.dialects.chat_calls import read_arguments
from claw_core.dialects.untrusted import Fields, fields, string
from claw_core.message import JsonObject
from claw_core.provider import encode

OPEN, CLOSE, FENCE = "<tool_call>", "</tool_call>", "```"
MOST_HELD = 1 << 20
"""Characters that may be held back."""
BEGINNING = re.compile(r'\s*(?:\[\s*)?(?:\{\s*(?:"(\w*)("?))?)?')
"""How the JSON of a call begins: its first key, as far as it has come."""
KEYS = ("name", "function", "tool", "type", "id", "arguments", "parameters")
"""What that key may be."""
CALL_FENCE = re.compile(r"```\s*(json|tool_calls?|tool_code)?\s*")
"""The first line of a fence that may hold calls."""
LONGEST_FIRST_LINE = 40
"""Characters of such a line; the words of other fences are prose at once."""
FUNCTION = re.compile(r"\s*<function=([^>\s]+)>(.*?)(</function>)?\s*", re.DOTALL)
PARAMETER = re.compile(r"<parameter=([^>\s]+)>\n?(.*?)\n?</parameter>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TextCall:
    """A call that stood in the text."""

    name: str
    arguments: str
    """JSON."""


class TextCalls:
    """Tells prose from calls. `tools` are the names that were offered; without any, all is prose."""

    def __init__(self, tools: frozenset[str]) -> None:
        self._tools = tools
        self._held = ""
        self._after_call = False
        self._at_line_start = True
        self._in_fence = False
        """Within a fence that is prose: nothing in it is a call."""

    def take(self, piece: str) -> Iterable[str | TextCall]:
        """Add a piece; what is known of it now, in order."""
        if not (self._tools and (self._held or self._after_call or "<" in piece or "`" in piece)):
            self._at_line_start = piece.endswith("\n") if piece else self._at_line_start
            return (piece,) if piece else ()
        return self._sifted(piece)

    def _sifted(self, piece: str) -> Iterator[str | TextCall]:
        self._held += piece
        while self._held and (found := self._next()) is not None:
            yield from self._handed_on(found)

    def end(self) -> Iterator[str | TextCall]:
        """What was held back when the answer ended; a call may lack its closing mark."""
        held, self._held = self._held, ""
        body = held.strip()
        inner = body[len(OPEN) :] if body.startswith(OPEN) else ""
        if body.startswith(FENCE):
            inner = body.removesuffix(FENCE).partition("\n")[2]
        if calls := self._calls(inner):
            yield from calls
        elif held:
            yield from self._handed_on(held)

    def _handed_on(self, found: str | list[TextCall]) -> Iterator[str | TextCall]:
        """The space after a call goes with it."""
        if isinstance(found, list):
            self._after_call = self._at_line_start = True
            yield from found
            return
        self._at_line_start = found.endswith("\n")
        prose = found.lstrip() if self._after_call else found
        if prose:
            self._after_call = False
            yield prose

    def _next(self) -> str | list[TextCall] | None:
        """The next prose or calls of what is held; None where more has to come first."""
        mark = self._mark()
        if mark > 0:
            return self._prose(mark)
        if self._in_fence:
            return self._fence_ended()
        if self._held.startswith(OPEN):
            return self._tagged()
        if self._held.startswith(FENCE):
            return self._fenced()
        return None

    def _mark(self) -> int:
        """Where the first tag or fence begins, or may begin; everything before is prose."""
        held = self._held
        for place, character in enumerate(held):
            if character == "<" and not self._in_fence:
                tail = held[place : place + len(OPEN)]
                if OPEN.startswith(tail):
                    return place
            elif character == "`" and (held[place - 1] == "\n" if place else self._at_line_start):
                tail = held[place : place + len(FENCE)]
                if FENCE.startswith(tail):
                    return place
        return len(held)

    def _prose(self, end: int) -> str:
        prose, self._held = self._held[:end], self._held[end:]
        return prose

    def _tagged(self) -> str | list[TextCall] | None:
        end = self._held.find(CLOSE)
        while end >= 0 and _in_string(self._held[len(OPEN) : end]):
            end = self._held.find(CLOSE, end + 1)
        if end < 0:
            return self._prose(len(OPEN)) if len(self._held) > MOST_HELD else None
        whole = end + len(CLOSE)
        if calls := self._calls(self._held[len(OPEN) : end]):
            self._held = self._held[whole:]
            return calls
        return self._prose(whole)

    def _fence_ended(self) -> str | None:
        if len(self._held) < len(FENCE):
            return None
        self._in_fence = False
        return self._prose(len(FENCE))

    def _fenced(self) -> str | list[TextCall] | None:
        """A fence holds calls only where its JSON begins like one, and does when it ends."""
        first, newline, body = self._held.partition("\n")
        if not newline:
            return None if len(first) < LONGEST_FIRST_LINE else self._fence_of_prose()
        end = body.find(f"\n{FENCE}")
        if end >= 0 and CALL_FENCE.fullmatch(first) and (calls := self._calls(body[:end])):
            self._held = body[end + 1 + len(FENCE) :]
            return calls
        if end >= 0 or not CALL_FENCE.fullmatch(first) or not _may_be_call(body) or len(body) > MOST_HELD:
            return self._fence_of_prose()
        return None

    def _fence_of_prose(self) -> str:
        self._in_fence = True
        return self._prose(len(FENCE))

    def _calls(self, body: str) -> list[TextCall]:
        """The calls that this is, one or several; none where it is something else."""
        if function := FUNCTION.fullmatch(body):
            found = [_of_function(function[1], function[2])]
        else:
            try:
                told: object = json.loads(body, strict=False)
            except (ValueError, RecursionError):
                return []
            each = cast("list[object]", told) if isinstance(told, list) else [told]
            found = [_of_json(fields(one)) for one in each]
        calls = [call for call in found if call is not None and call.name in self._tools]
        return calls if len(calls) == len(found) else []


def _may_be_call(body: str) -> bool:
    """Whether JSON that is still coming may be that of a call."""
    begun = BEGINNING.match(body)
    key, quoted = (begun[1] or "", bool(begun[2])) if begun else ("", False)
    if begun is not None and begun.end() == len(body) and not quoted:
        return any(known.startswith(key) for known in KEYS)
    return quoted and key in KEYS


def _in_string(body: str) -> bool:
    """Whether JSON that was begun ends within a text of its own, so that a mark there is no mark."""
    try:
        json.loads(body, strict=False)
    except json.JSONDecodeError as error:
        return error.msg.startswith("Unterminated string")
    except RecursionError:
        pass
    return False


def _of_json(told: Fields) -> TextCall | None:
    inner = fields(told.get("function")) or told
    name = string(inner.get("name")) or string(told.get("function")) or string(told.get("tool"))
    arguments = next((inner[key] for key in ("arguments", "parameters", "input") if key in inner), None)
    if isinstance(arguments, str):
        read = read_arguments(arguments)
        return TextCall(name, arguments) if name and read is not None else None
    if not name or not (isinstance(arguments, dict) or arguments is None):
        return None
    return TextCall(name, encode(cast("JsonObject", arguments or {})).decode())


def _of_function(name: str, body: str) -> TextCall:
    given: Mapping[str, str] = {found[1]: found[2] for found in PARAMETER.finditer(body)}
    return TextCall(name, encode({key: _value(text) for key, text in given.items()}).decode())


def _value(text: str) -> str | bool | int | float:
    """A parameter as it was meant: a number or a truth value is written like one, everything else is text."""
    if re.fullmatch(r"true|false|-?\d{1,15}(\.\d+)?", text.strip()):
        return json.loads(text)
    return text
