"""The tool calls of a streamed answer, put together from fragments.

By the book, each fragment names its call by `index`, and the first of a call brings `id` and `name`. In the field
the index is left out or is always 0, ids come once, always or never, names are repeated, and whole calls come at once.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from claw_core.characters import whole_characters
from claw_core.dialects.untrusted import Fields, Words, fields, string
from claw_core.event import CallDelta
from claw_core.message import Call, JsonObject


class Calls:
    """The calls of one answer as far as they have come."""

    def __init__(self) -> None:
        self._slots: list[_Slot] = []
        self._at: dict[int, _Slot] = {}
        """The last call that was begun under an index."""

    def take(self, fragments: Sequence[Fields]) -> Iterator[CallDelta]:
        """Add the fragments of one chunk; what is new in them."""
        for place, fragment in enumerate(fragments):
            function = fields(fragment.get("function"))
            name, call = string(function.get("name")), string(fragment.get("id"))
            slot = self._slot(fragment.get("index"), call, name, begins_beside=place > 0)
            begun = not slot.name
            slot.add_name(name)
            slot.signature = _signature(fragment) or slot.signature
            arguments = slot.arguments.take(_written(function.get("arguments")))
            if arguments or (begun and slot.name):
                yield CallDelta(id=slot.id, name=slot.name, fragment=arguments)

    def take_text(self, name: str, arguments: str) -> Iterator[CallDelta]:
        """Add a call that stood in the text, whole."""
        slot = self._begin("")
        slot.add_name(name)
        yield CallDelta(id=slot.id, name=name, fragment=slot.arguments.take(arguments))

    def _slot(self, index: object, call: str, name: str, *, begins_beside: bool) -> "_Slot":
        """The call that a fragment belongs to."""
        if isinstance(index, int):
            known = self._at.get(index)
            another = known is not None and bool(name) and bool(call) and call != known.given
            if known is None or another:
                known = self._at[index] = self._begin(call)
        else:
            known = self._without_index(call, name, begins_beside=begins_beside)
        known.given = known.given or call
        return known

    def _without_index(self, call: str, name: str, *, begins_beside: bool) -> "_Slot":
        last = self._slots[-1] if self._slots else None
        if call:
            same = next((slot for slot in self._slots if slot.given == call), None)
            continues = last is not None and not name
            return same or (last if continues and last is not None else self._begin(call))
        if last is None or (name and (begins_beside or name != last.name or last.complete)):
            return self._begin(call)
        return last

    def _begin(self, call: str) -> "_Slot":
        slot = _Slot(call or f"call_{len(self._slots) + 1}", call)
        self._slots.append(slot)
        return slot

    def whole(self, origin: str = "") -> tuple[Call, ...]:
        """The calls, in the order begun, signed by `origin`. What never got a name is no call."""
        return tuple(slot.whole(origin) for slot in self._slots if slot.name)


class _Slot:
    """One call as far as it has come."""

    def __init__(self, name_for_now: str, given: str) -> None:
        self.id = name_for_now
        self.given = given
        """The id as the server gave it; empty as long as it has not."""
        self.name = ""
        self.signature = ""
        self.arguments = Words()

    def add_name(self, name: str) -> None:
        """Names come whole, again and again, or (rarely) in pieces before the arguments do."""
        if name.startswith(self.name):
            self.name = name
        elif name and name != self.name and not self.arguments.whole:
            self.name += name

    @property
    def complete(self) -> bool:
        """Whether the arguments are a JSON object already."""
        return read_arguments(self.arguments.whole) is not None and bool(self.arguments.whole.strip())

    def whole(self, origin: str) -> Call:
        call = made_call(self.id, self.name, self.arguments.whole)
        return replace(call, signature=self.signature, by=origin) if self.signature else call


def made_call(id: str, name: str, written: str) -> Call:
    """The call with these arguments, as the model wrote them."""
    arguments = read_arguments(written)
    if arguments is None:
        return Call(id=id, name=name, input={}, malformed=written)
    return Call(id=id, name=name, input=arguments)


def _signature(fragment: Fields) -> str:
    """Google signs the thought behind a call, and refuses a conversation in which that is missing."""
    return string(fields(fields(fragment.get("extra_content")).get("google")).get("thought_signature"))


def read_arguments(written: str) -> JsonObject | None:
    """The JSON object that a model wrote as arguments; empty for nothing (or `null`), None where it is no object."""
    if not written.strip():
        return {}
    try:
        value = _mended(json.loads(written, strict=False, parse_constant=_refuse))
    except (ValueError, RecursionError):
        return None
    if value is None:
        return {}
    return cast("JsonObject", value) if isinstance(value, dict) else None


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def _mended(value: object) -> object:
    """The value with whole characters only, so that it can be written again. Raises ValueError for `1e999`."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no JSON")
    if isinstance(value, dict):
        return {whole_characters(key): _mended(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_mended(item) for item in cast("list[object]", value)]
    return value


def _written(arguments: object) -> str:
    """Arguments are a string of JSON; some servers send the object itself."""
    if isinstance(arguments, dict):
        return json.dumps(arguments)
    return string(arguments)
