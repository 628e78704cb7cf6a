"""Rows in sight: painted rows as they are shown, with the cursor's mark and ground, and what is selected.

A row that did not change since the last look is the same strip again. Textual keeps with every strip how it was cut and
rendered, so that while an answer streams only its last rows cost anything.
"""

from dataclasses import dataclass

from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from claw_tui.strips import marked_at, on_ground, selected
from claw_tui.theme import Theme

Place = tuple[int, int]
"""An item, and which of its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What all rows in sight have in common."""

    base: Style
    """The view's own colours."""
    theme: Theme
    marker: int
    """Cells at the left edge for the mark of the cursor."""
    selection: Selection | None = None


class Sight:
    """The rows that were in sight last, dressed."""

    def __init__(self) -> None:
        self._last: dict[Place, tuple[Strip, int, bool, Strip]] = {}
        self._now: dict[Place, tuple[Strip, int, bool, Strip]] = {}
        self._look: Look | None = None
        self._shown: list[Strip] = []
        self._blank = Strip([])
        self._blank_of: Look | None = None

    def look(self, look: Look) -> None:
        """Begin another look: what is not asked for this time is forgotten."""
        self._last = self._now if look == self._look else {}
        self._now, self._look = {}, look

    def row(self, place: Place, row: Strip, y: int, *, here: bool) -> Strip:
        """A painted row as it is shown in row `y` of the whole. `here`: the cursor is on its item."""
        if self._look is None or self._look.selection is None:
            y = 0  # wherever it stands, it looks the same
        known = self._last.get(place)
        if known is not None and known[0] is row and known[1:3] == (y, here):
            self._now[place] = known
            return known[3]
        dressed = self._dress(row, y, here)
        self._now[place] = (row, y, here, dressed)
        return dressed

    def blank(self, width: int) -> Strip:
        """A row below the last one."""
        if self._blank.cell_length != width or self._look != self._blank_of:
            self._blank, self._blank_of = Strip.blank(width, self._look.base if self._look else None), self._look
        return self._blank

    def placed(self, rows: list[Strip], at: int, y: int) -> Strip:
        """A row of the window that says of each of its letters that it stands in row `y` of the whole: for who selects
        with the mouse. Painting needs none of that, and it takes as long as all the rest."""
        row = rows[at] if 0 <= at < len(rows) else self._blank
        if self._look is None or row is self._blank:
            return row
        marker = self._look.marker
        words = row.crop(marker, row.cell_length).apply_offsets(0, y)
        return Strip.join([row.crop(0, marker), words]) if marker else words

    def text(self, y: int) -> str:
        """The words of a row of the window, as it was shown last."""
        return self._shown[y].text if 0 <= y < len(self._shown) else ""

    def changes(self, rows: list[Strip]) -> list[int] | None:
        """The places in the window whose rows are not those of the last time; None where the window is another."""
        before, self._shown = self._shown, rows
        if len(before) != len(rows):
            return None
        return [y for y, (old, new) in enumerate(zip(before, rows, strict=True)) if old is not new]

    def _dress(self, row: Strip, y: int, here: bool) -> Strip:
        look = self._look
        if look is None:
            return row
        if look.selection is not None and (span := look.selection.get_span(y)) is not None:
            row = selected(row, span, look.theme.style(on="ground.selection"))
        if look.marker:
            row = marked_at(row, "▌" if here else " ", look.marker, look.base + look.theme.style("line.focus"))
        return on_ground(row, look.base, look.theme.style(on="ground.cursor")) if here else row
