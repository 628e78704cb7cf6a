"""Pointing: a click, or a key, at a file or an address that stands in a list of lines.

What is named is found in the words as they are shown, and handed on; the app shows what it is before it opens it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.message import Message
from textual.widget import Widget

from claw_tui.own_style import OwnStyle
from claw_tui.reference import Reference, at, references

if TYPE_CHECKING:
    from claw_tui.line_view import LineView

EDGE = " │▌·"
"""What stands before the words of a row."""


class OfItem(Message):
    """Something about one item of a view."""

    def __init__(self, view: "LineView", index: int) -> None:
        self.view = view
        self.index = index
        super().__init__()

    @property
    def control(self) -> "LineView":
        """The view it came from."""
        return self.view


class Pointing(OwnStyle):
    """A list whose lines may name files and addresses."""

    REFERS: ClassVar[bool] = True
    """Whether what its lines name can be opened."""

    class Refer(Message):
        """The person wants to open what is named."""

        def __init__(self, found: Sequence[Reference], *, sure: bool) -> None:
            self.found = found
            self.sure = sure
            """They pointed at it; else it is to be picked from, or nothing is there."""
            super().__init__()

    class Pointed(Message):
        """The mouse is on this, or on nothing any more."""

        def __init__(self, view: Widget, found: Reference | None) -> None:
            self.view = view
            self.found = found
            super().__init__()

    _pointed: Reference | None = None

    # ---- what the list says

    def row_text(self, y: int) -> str:
        """The words of a row in sight."""
        raise NotImplementedError

    def words_at(self, y: int) -> str:
        """The words of the item that row belongs to, as they were written."""
        raise NotImplementedError

    def words_here(self) -> str:
        """The words of the item under the cursor, or of all that is in sight."""
        raise NotImplementedError

    # ---- mouse and keys

    def reference_at(self, x: int, y: int) -> Reference | None:
        """What is named there; whole, also where it is cut or goes on in another row."""
        row = self.row_text(y)
        place = _character(row, x)
        found = at(row, place) if place is not None else None
        if found is None:
            return None
        before, after = row[: found.start].strip(EDGE), row[found.end :].rstrip()
        if before and after and after[0] != "…":
            return found
        part = row[found.start : found.end]
        longer = [one for one in references(self.words_at(y)) if part in one.target and part != one.target]
        return next((one for one in longer if one.target.startswith(part)), longer[0] if longer else found)

    def refer_at(self, event: events.Click) -> None:
        """A click on something that is named asks to open it."""
        found = self.reference_at(event.x, event.y) if self.REFERS and event.chain == 1 else None
        if found is not None:
            self.post_message(self.Refer((found,), sure=True))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """What is under the mouse is named by a tip."""
        if event.button == 0 and self.REFERS:
            self._point(self.reference_at(event.x, event.y))

    def on_leave(self, event: events.Leave) -> None:
        """Nothing is."""
        self._point(None)

    def _point(self, found: Reference | None) -> None:
        if found != self._pointed:
            self._pointed = found
            self.post_message(self.Pointed(self, found))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Keys that are somebody else's are theirs. Called by Textual."""
        return self.REFERS or action != "references"

    def action_references(self) -> None:
        """Open what is named here, or pick from it."""
        unique = {(one.target, one.line): one for one in references(self.words_here())}
        self.post_message(self.Refer(tuple(unique.values()), sure=False))


def _character(row: str, x: int) -> int | None:
    """The character in a cell; None behind the last one."""
    from rich.cells import get_character_cell_size

    cells = 0
    for place, character in enumerate(row):
        cells += get_character_cell_size(character)
        if x < cells:
            return place
    return None
