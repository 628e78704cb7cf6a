"""Moments: what a view was at some record, kept small, so that it can be had again without folding all before it.

Most of what a view holds is in lists that only grow, and most of their entries never change again. A moment knows how
long those lists were, and has copies of the few entries that still change, and of everything else. The view that is
made of it shares what is settled, and nothing that moves.

A view may say which of its lists are such (`Growing`). A property test compares each view that is had again with one
that was folded from the beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MethodType, NoneType
from typing import Any, cast

from claw_core.live_terminal import LiveTerminal
from claw_tui.markdown import Splitter
from claw_tui.view import Growing, Growth, View

PLAIN = frozenset({NoneType, str, int, float, bool, bytes, tuple, frozenset})
"""What never changes, and holds nothing that does."""

WRITTEN_TO = frozenset({LiveTerminal, Splitter})
"""What is not copied."""


class Unsettled(Exception):
    """Something is written to that cannot be copied."""


@dataclass(slots=True)
class _Place:
    """Stands for the view that a moment is made into, or for one of its lists."""

    list: str = ""


@dataclass(slots=True)
class _Beginning:
    """The first entries of a list that only grows."""

    of: list[Any]
    count: int


@dataclass(slots=True)
class _Grown:
    """A list of the view: its settled beginning, those in it that change, and what is behind."""

    entries: list[Any]
    settled: int
    loose: dict[int, Any]
    behind: list[Any]


class Moment:
    """What a view was."""

    def __init__(self, view: View) -> None:
        """Raises Unsettled where this is no moment to keep: try again a few records later."""
        self._kind = type(view)
        grown: Mapping[str, Growth] = view.growing() if isinstance(view, Growing) else {}
        only_grow = view.ONLY_GROW if isinstance(view, Growing) else frozenset[str]()
        self._places = [(_Place(), view), *((_Place(name), getattr(view, name)) for name in grown)]
        copy = _Copy({id(there): place for place, there in self._places}, only_grow)
        self._lists: dict[str, _Grown] = {}
        for name, (settled, loose) in grown.items():
            entries = getattr(view, name)
            changing = {index: copy(entries[index]) for index in loose}
            self._lists[name] = _Grown(entries, settled, changing, [copy(each) for each in entries[settled:]])
        self._rest = copy.parts(view, apart=set(grown))

    def view(self) -> View:
        """A view as it was then, with a life of its own."""
        view = object.__new__(self._kind)
        lists = {name: list[Any]() for name in self._lists}
        copy = _Copy({id(place): lists[place.list] if place.list else view for place, _ in self._places}, frozenset())
        for name, grown in self._lists.items():
            entries = lists[name]
            entries += grown.entries[: grown.settled]
            for index, entry in grown.loose.items():
                entries[index] = copy(entry)
            entries += [copy(each) for each in grown.behind]
            setattr(view, name, entries)
        for name, value in self._rest.items():
            setattr(view, name, copy(value))
        return view


class _Copy:
    """Copies what can change, each thing once, and shares what cannot."""

    def __init__(self, known: dict[int, Any], only_grow: frozenset[str]) -> None:
        """`known`: what stands for what, by identity."""
        self._known = known
        self._only_grow = only_grow

    def parts(self, value: object, apart: set[str] | frozenset[str] = frozenset()) -> dict[str, Any]:
        """Copies of its attributes, but for some."""
        return {name: self._part(name, getattr(value, name)) for name in _names(value) if name not in apart}

    def _part(self, name: str, value: Any) -> Any:
        return _Beginning(value, len(value)) if name in self._only_grow else self(value)

    def __call__(self, value: Any) -> Any:
        kind = cast("type[Any]", type(value))
        if kind in PLAIN:
            return value
        if id(value) in self._known:
            return self._known[id(value)]
        made: Any
        if kind is _Beginning:
            made = value.of[: value.count]
        elif kind is list:
            made = self._known[id(value)] = []
            made += map(self, value)
        elif kind is dict:
            made = {key: self(each) for key, each in value.items()}
        elif kind is set:
            made = set(value)
        elif kind is MethodType:
            made = MethodType(value.__func__, self(value.__self__))
        elif kind in WRITTEN_TO:
            raise Unsettled
        elif not _can_change(kind):
            return value
        else:
            made = self._known[id(value)] = object.__new__(kind)
            for name in _names(value):
                setattr(made, name, self._part(name, getattr(value, name)))
        self._known[id(value)] = made
        return made


@cache
def _can_change(kind: type[Any]) -> bool:
    parameters = getattr(kind, "__dataclass_params__", None)
    if parameters is not None:
        return not parameters.frozen
    return kind.__module__.partition(".")[0] in ("claw_core", "claw_tui")


def _names(value: object) -> list[str]:
    names = list(getattr(value, "__dict__", ()))
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else slots
    return [name for name in names if hasattr(value, name)]
