"""Where panes stand: a plain function of the width, what is open, and who has the keys.

Wide (120 columns and more): the conversation, and beside it the open side panes above each other. Medium (80 to 119):
the conversation and one side pane. Narrow: one pane. A zoomed pane stands alone at any width.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDE = 120
MEDIUM = 80
TINY = 12
"""Rows below which borders and bars give their room to what is shown."""


SHARES = (20, 80)
"""Percent of the width for the conversation, at least and at most."""
HEIGHT = 10
"""The usual weight of a side pane's height."""
HEIGHTS = (2, 40)
"""The least and the most."""


@dataclass(slots=True, kw_only=True)
class Arrangement:
    """What the person arranged."""

    main: str = "conversation"
    sides: Sequence[str] = ()
    """The side panes that there are, in their order."""
    closed: set[str] = field(default_factory=set[str])
    chosen: str = ""
    """The side pane to show where only one fits; the first where this is empty."""
    current: str = "conversation"
    """The pane to show where only one fits at all."""
    zoomed: str = ""
    share: int = 50
    """Percent of the width that the conversation gets, where something stands beside it."""
    heights: dict[str, int] = field(default_factory=dict[str, int])
    """How much of the height a side pane gets, beside the others; `HEIGHT` where nothing is said."""

    @property
    def names(self) -> list[str]:
        """All panes of the middle."""
        return [self.main, *self.sides]

    def open_sides(self) -> list[str]:
        """Side panes that are not closed."""
        return [name for name in self.sides if name not in self.closed]


def visible(arrangement: Arrangement, width: int) -> list[str]:
    """The panes of the middle that show at this width, in their order. At least one."""
    if arrangement.zoomed:
        return [arrangement.zoomed]
    sides = arrangement.open_sides()
    main = [] if arrangement.main in arrangement.closed and sides else [arrangement.main]
    if width >= WIDE:
        return main + sides
    if width >= MEDIUM:
        chosen = arrangement.chosen if arrangement.chosen in sides else (sides[0] if sides else "")
        return main + ([chosen] if chosen else [])
    open_names = main + sides
    return [arrangement.current if arrangement.current in open_names else open_names[0]]


def show(arrangement: Arrangement, name: str) -> None:
    """Bring a pane into sight: open it, and choose it where only one fits."""
    arrangement.closed.discard(name)
    arrangement.current = name
    if name in arrangement.sides:
        arrangement.chosen = name
    if arrangement.zoomed:
        arrangement.zoomed = name


def close(arrangement: Arrangement, name: str) -> None:
    """Put a pane away; the last open one stays."""
    if len(set(arrangement.names) - arrangement.closed) <= 1:
        return
    arrangement.closed.add(name)
    if arrangement.zoomed == name:
        arrangement.zoomed = ""
    if arrangement.current == name:
        arrangement.current = next(one for one in arrangement.names if one not in arrangement.closed)
    if arrangement.chosen == name:
        arrangement.chosen = ""
