"""What a view is: a pure fold of records. The views themselves lie in `views/`, one a file.

A view takes every record of a session in order and keeps what one part of the screen shows. It knows no widget, no
session and no clock, so it is the same for a live session, a resumed one and a replay. The module `views/trace.py`
holds the class `TraceView`.
"""

from importlib import import_module
from typing import Protocol, cast, runtime_checkable

from claw_core.event import Record


@runtime_checkable
class View(Protocol):
    """A fold of records."""

    version: int
    """Rises whenever what is shown changed, so that panes repaint only then."""

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        ...


def make_view(name: str) -> View:
    """A new, empty view by its name. Raises ModuleNotFoundError where there is none."""
    module = import_module(f"claw_tui.views.{name}")
    return cast("View", getattr(module, f"{name.title().replace('_', '')}View")())
