"""From lines to strips: the one place where looks become colours."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from claw_tui.line import Line, plain, relook, style_of
from claw_tui.theme import Theme

KNOWN = 300
"""Rows that an oven knows again."""

FOUND = "ground.screen on state.waiting bold"
"""The look of words that were sought."""


class Oven:
    """Bakes rows, and gives a row that it knows again as the very same strip: what did not change need not be drawn."""

    def __init__(self) -> None:
        self._for: tuple[int, Style, Theme, str] | None = None
        self._known: dict[Line, Strip] = {}
        self._looks: dict[str, Style] = {}

    def bake(self, rows: Iterable[Line], width: int, *, base: Style, theme: Theme, sought: str = "") -> list[Strip]:
        """Rows in colours, each exactly `width` cells; at least one."""
        if self._for != (width, base, theme, sought):
            self._for = width, base, theme, sought
            self._known, self._looks = {}, {}
        elif len(self._known) > KNOWN:
            self._known = {}
        return [self._strip(row, width, base, theme, sought) for row in rows] or [Strip.blank(width, base)]

    def _strip(self, row: Line, width: int, base: Style, theme: Theme, sought: str) -> Strip:
        strip = self._known.get(row)
        if strip is None:
            segments: list[Segment] = []
            for text, look in marked(row, sought) if sought else row:
                style = self._looks.get(look)
                if style is None:
                    style = self._looks[look] = base + style_of(look, theme)
                segments.append(Segment(text, style))
            strip = self._known[row] = Strip(segments).adjust_cell_length(width, base)
        return strip


def marked(row: Line, sought: str) -> Line:
    """The row with every place that holds the words marked."""
    text, words = plain(row).lower(), sought.lower()
    at = text.find(words)
    while at >= 0:
        row = relook(row, at, at + len(words), FOUND)
        at = text.find(words, at + len(words))
    return row


def on_ground(row: Strip, own: Style, ground: Style) -> Strip:
    """The row on another ground, where it stood on `own`; what has a ground of its own keeps it."""
    return Strip(
        [
            Segment(text, style + ground if style is not None and style.bgcolor == own.bgcolor else style)
            for text, style, _ in row
        ],
        row.cell_length,
    )


def marked_at(row: Strip, mark: str, width: int, style: Style) -> Strip:
    """The row behind a column of `width` cells that begins with a mark of one cell."""
    return Strip([Segment(mark + " " * (width - 1), style), *row], row.cell_length + width)


def selected(row: Strip, span: tuple[int, int], ground: Style) -> Strip:
    """The row with the characters of `span` on the selection's ground; an end of -1 is the row's end."""
    start, end = span
    length = len(row.text)
    begin = row.index_to_cell_position(min(start, length))
    stop = row.cell_length if end == -1 else row.index_to_cell_position(min(end, length))
    if stop <= begin:
        return row
    inner = Strip([Segment(text, (style or Style()) + ground) for text, style, _ in row.crop(begin, stop)])
    return Strip.join([row.crop(0, begin), inner, row.crop(stop, row.cell_length)])


def overlaid(row: Strip, text: str, style: Style) -> Strip:
    """The row with a text over its middle; as it is where that does not fit."""
    width = row.cell_length
    if len(text) + 2 > width:
        return row
    at = (width - len(text)) // 2
    return Strip.join([row.crop(0, at), Strip([Segment(text, style)]), row.crop(at + len(text), width)])
