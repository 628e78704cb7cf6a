"""What a view is: a pure fold of records. The views themselves lie in `views/`, one a file.

A view takes every record of a session in order and keeps what one part of the screen shows. It knows no widget, no
session and no clock, so it is the same for a live session, a resumed one and a replay. The module `views/trace.py`
holds the class `TraceView`.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import ClassVar, NamedTuple, Protocol, cast, runtime_checkable

from claw_core.event import Record


@runtime_checkable
class View(Protocol):
    """A fold of records."""

    version: int
    """Rises whenever what is shown changed, so that panes repaint only then."""

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        ...


class Growth(NamedTuple):
    """A list of a view, most of whose entries never change again."""

    settled: int
    """How many entries at its beginning stay where they are."""
    loose: Iterable[int] = ()
    """Those among them that may themselves still change."""


@runtime_checkable
class Growing(Protocol):
    """A view of which a moment is small (`moment.py`), since most of it only grows."""

    ONLY_GROW: ClassVar[frozenset[str]]
    """Names of lists, its own and those of what it holds, that are only appended to, and hold what never changes."""

    def growing(self) -> Mapping[str, Growth]:
        """Its lists whose entries may change for a while, by their names."""
        ...


def make_view(name: str) -> View:
    """A new, empty view by its name. Raises ModuleNotFoundError where there is none."""
    module = import_module(f"claw_tui.views.{name}")
    return cast("View", getattr(module, f"{name.title().replace('_', '')}View")())
