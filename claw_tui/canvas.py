"""The canvas: what the terminal shows, so that only what differs is sent to it.

Textual paints whole rows of a widget. Over a slow line that is what makes a screen slow: when a text scrolls by a row,
or one word of it changes, most of what is sent is there already. The canvas keeps what is wanted and what was sent,
and draws the difference, also when some frames were left out because the line was still busy with the one before.

How wide a terminal draws an emoji is its own affair. A piece of a row that holds such characters is drawn as a whole,
and what follows one is put in its place, so a terminal that disagrees cannot shift the rest.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len
from rich.color import Color, ColorSystem, ColorType
from rich.color_triplet import ColorTriplet
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Size
from textual.strip import Strip

from claw_tui.sixteen import parameters, sixteen

Piece: TypeAlias = tuple[int, Strip]
"""Where a piece of a row ends, and what it shows."""

Row: TypeAlias = dict[int, Piece]
"""The pieces of a row by where they begin."""


class Pen(NamedTuple):
    """How a cell is drawn: parameters of SGR, empty for the terminal's own, and where a click leads."""

    attributes: str = ""
    colour: str = ""
    ground: str = ""
    link: str = ""


PLAIN = Pen()


class Cells(NamedTuple):
    """A strip, cell by cell: each letter is one cell wide."""

    letters: str
    pens: list[Pen]
    """Of a blank, the pen that draws any blank like it, see `_for_blanks`."""


APART = 4
"""Cells between two places that differ, from which on it takes fewer bytes to go there than to draw what is between."""

REMEMBERED = 500
"""Strips whose cells are known: what scrolls is the same strip in another row."""

SHOW_ON_BLANKS = {"4", "5", "7", "9", "21", "53"}
"""Attributes that a blank shows: underlined, blinking, reversed, struck through, underlined twice, overlined."""

_UNSURE = re.compile("[^\x20-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u25ff]")
"""Characters of which terminals may think otherwise than we do: how wide they are, or to which letter they belong."""


class Canvas(CompositorUpdate):
    """The cells of a terminal, wanted and shown."""

    def __init__(self, *, colours: bool = True) -> None:
        """`colours`: whether there are any. Where not, what stands dark on a bright ground in a dark theme, or the
        other way round in a light one, is reversed: it says by that where one is."""
        self._wanted: list[Row] = []
        self._shown: list[Row] = []
        self._changed: set[tuple[int, int]] = set()
        self._size = Size()
        self._cells = CellsOfStrips(colours=colours)

    def wear(self, *, dark: bool, selected: str) -> None:
        """What matters of a theme where there are no colours: whether it is bright on dark, and the ground of what is
        selected."""
        self._cells.dark, self._cells.selected = dark, Color.parse(selected).triplet

    @property
    def is_changed(self) -> bool:
        """Whether something is wanted that is not shown yet."""
        return bool(self._changed)

    def take(self, update: CompositorUpdate) -> bool:
        """This is wanted from now on. False where it is part of a screen of another size: all is needed."""
        match update:
            case LayoutUpdate(strips=strips, region=region):
                if region.size != self._size:
                    self._size = region.size
                    self._wanted = [{} for _ in range(region.height)]
                    self.forget()
                for y, row in enumerate(strips, region.y):
                    x = region.x
                    for strip in row:
                        self._want(y, x, x + strip.cell_length, strip)
                        x += strip.cell_length
            case ChopsUpdate(chops=chops, spans=spans, chop_ends=ends):
                if len(chops) != len(self._wanted) or (chops and ends[0][-1:] != [self._size.width]):
                    return False
                for y, first, last in spans:
                    for end, (x, strip) in zip(ends[y], chops[y].items(), strict=False):
                        if strip is not None and x < last and end > first:
                            self._want(y, x, end, strip)
            case _:
                pass
        return True

    def forget(self) -> None:
        """Nobody knows what the terminal shows: everything is drawn again."""
        self._shown = [{} for _ in self._wanted]
        self._changed = {(y, x) for y, row in enumerate(self._wanted) for x in row}

    def render_segments(self, console: Console) -> str:
        """What makes the terminal show what is wanted. Called by Textual."""
        system = COLOR_SYSTEMS.get(console.color_system or "truecolor", ColorSystem.TRUECOLOR)
        self._cells.system = system
        brush = Brush(self._cells)
        for y, x in sorted(self._changed):
            piece = self._wanted[y].get(x)
            if piece is None:
                continue
            known = self._shown[y].get(x)
            if known is None or known[0] != piece[0]:
                brush.draw(y, x, piece[1])
            elif known[1] is not piece[1]:
                brush.draw_difference(y, x, known[1], piece[1])
            _put(self._shown[y], x, piece)
        self._changed.clear()
        return brush.sequence()

    def _want(self, y: int, x: int, end: int, strip: Strip) -> None:
        if not (0 <= y < len(self._wanted)) or end <= x:
            return
        row = self._wanted[y]
        known = row.get(x)
        if known is not None and known[0] == end and known[1] is strip:
            return
        for left in _put(row, x, (end, strip)):
            self._changed.add((y, left))
        self._changed.add((y, x))


def _put(row: Row, x: int, piece: Piece) -> list[int]:
    """Lay a piece into a row; where what is left of those that it covers in part begins."""
    end = piece[0]
    if x in row and row[x][0] == end:
        row[x] = piece
        return []
    rest: list[int] = []
    for start, (stop, strip) in list(row.items()):
        if start >= end or stop <= x:
            continue
        del row[start]
        if start < x:
            row[start] = (x, strip.crop(0, x - start))
            rest.append(start)
        if stop > end:
            row[end] = (stop, strip.crop(end - start, stop - start))
            rest.append(end)
    row[x] = piece
    return rest


class CellsOfStrips:
    """The cells of strips, of which most are asked for again while they are in sight."""

    def __init__(self, *, colours: bool = True) -> None:
        self._system = ColorSystem.TRUECOLOR
        self._colours = colours
        self.dark = True
        self.selected: ColorTriplet | None = None
        self._known: dict[int, tuple[Strip, Cells | None]] = {}

    @property
    def system(self) -> ColorSystem:
        """The colours that the terminal has."""
        return self._system

    @system.setter
    def system(self, system: ColorSystem) -> None:
        if system is not self._system:
            self._system = system
            self._known.clear()

    def of(self, strip: Strip) -> Cells | None:
        """Cell by cell; None where that is not sure."""
        known = self._known.get(id(strip))
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[id(strip)] = strip, self._read(strip)  # kept with it, so that its id stays its own
        return known[1]

    def pen(self, style: Style | None) -> Pen:
        """What a style is drawn with."""
        pen = _pen(style, self._system)
        if self._colours or style is None:
            return pen
        on_it = style.bgcolor is not None and style.bgcolor.triplet == self.selected is not None
        turned = on_it or _turned(style, dark=self.dark)
        return Pen(_reversed(pen.attributes) if turned else pen.attributes, link=pen.link)

    def _read(self, strip: Strip) -> Cells | None:
        pens: list[Pen] = []
        for text, style, _ in strip:
            if _UNSURE.search(text):
                return None
            pen = self.pen(style)
            if " " in text and (blank := _for_blanks(pen)) is not pen:
                pens += [blank if letter == " " else pen for letter in text]
            else:
                pens += [pen] * len(text)
        return Cells("".join(text for text, _, _ in strip), pens)


Run: TypeAlias = tuple[int, int, str]
"""Row, column, and what is written from there on."""


class Brush:
    """Writes what a terminal needs to draw, in as few bytes as that takes.

    To take another pen is many bytes, to go elsewhere is few: what has one pen is drawn together, all over the screen.
    """

    def __init__(self, cells: CellsOfStrips) -> None:
        self._cells = cells
        self._runs: dict[Pen, list[Run]] = {}
        self._out: list[str] = []
        self._pen = PLAIN
        self._at: tuple[int, int] | None = None

    def sequence(self) -> str:
        """All of it; colours are the terminal's own again afterwards."""
        for pen in sorted(self._runs, key=lambda pen: (pen.link, pen.attributes, pen.ground, pen.colour)):
            self._use(pen)
            for y, x, text in self._runs[pen]:
                self._write(y, x, text)
        self._use(PLAIN)
        return "".join(self._out)

    def draw(self, y: int, x: int, strip: Strip) -> None:
        """A strip, from a cell on."""
        cells = self._cells.of(strip)
        if cells is not None:
            self._collect(y, x, cells, 0, len(cells.letters))
            return
        for text, style, _ in strip:
            if text:
                self._use(self._cells.pen(style))
                self._write(y, x, text)
                x += cell_len(text)
                self._at = None if _UNSURE.search(text) else (y, x)

    def draw_difference(self, y: int, x: int, old: Strip, new: Strip) -> None:
        """A strip in the place of another one of the same width."""
        before, after = self._cells.of(old), self._cells.of(new)
        if before is None or after is None:
            self.draw(y, x, new)
            return
        for start, end in _differing(before, after):
            self._collect(y, x + start, after, start, end)

    def _collect(self, y: int, x: int, cells: Cells, start: int, end: int) -> None:
        """Cells from `start` to before `end`, to be drawn from column `x` on."""
        first = start
        while first < end:
            pen, behind = _run(cells, first, end)
            self._runs.setdefault(pen, []).append((y, x + first - start, cells.letters[first:behind]))
            first = behind

    def _write(self, y: int, x: int, text: str) -> None:
        if self._at != (y, x):
            go = f"\x1b[{y + 1};{x + 1}H"
            if self._at is not None and self._at[0] == y and self._at[1] < x:
                go = min(go, f"\x1b[{x - self._at[1]}C", key=len)
            self._out.append(go)
        self._out.append(text)
        self._at = (y, x + len(text))

    def _use(self, pen: Pen) -> None:
        """Take that pen."""
        if pen == self._pen:
            return
        if pen.link != self._pen.link:
            self._out.append(f"\x1b]8;;{pen.link}\x1b\\")
        known = self._pen
        if pen.attributes != known.attributes or (known.colour and not pen.colour) or (known.ground and not pen.ground):
            changed = ["0", pen.attributes, pen.colour, pen.ground]
        else:
            changed = [pen.colour * (pen.colour != known.colour), pen.ground * (pen.ground != known.ground)]
        if codes := ";".join(filter(None, changed)):
            self._out.append(f"\x1b[{codes}m")
        self._pen = pen


def _run(cells: Cells, first: int, end: int) -> tuple[Pen, int]:
    """The pen for what stands from `first` on, and how far that goes: blanks take any pen that draws them the same."""
    letters, pens = cells
    pen, at = pens[first], first + 1
    blank, is_blank = _for_blanks(pen), letters[first] == " "
    while at < end:
        other = pens[at]
        if other is pen or other == pen:
            is_blank = is_blank and letters[at] == " "
        elif is_blank and _for_blanks(other) == pen:
            pen, blank, is_blank = other, pen, False
        elif letters[at] != " " or other != blank:
            break
        at += 1
    return pen, at


def _differing(before: Cells, after: Cells) -> Iterator[tuple[int, int]]:
    """Where cells differ, from and to; what is only a few cells apart is one."""
    if before == after:
        return
    start = end = -1
    cells = zip(before.letters, after.letters, before.pens, after.pens, strict=False)
    for at, (old, new, was, becomes) in enumerate(cells):
        if old == new and (was is becomes or was == becomes):
            continue
        if start >= 0 and at - end > APART:
            yield start, end
            start = at
        start = at if start < 0 else start
        end = at + 1
    if len(after.letters) > len(before.letters):
        start, end = len(before.letters) if start < 0 else start, len(after.letters)
    if start >= 0:
        yield start, end


@lru_cache(maxsize=1024)
def _for_blanks(pen: Pen) -> Pen:
    """What of a pen can be seen where nothing is written: the same for all that draw blanks the same."""
    if SHOW_ON_BLANKS.intersection(pen.attributes.split(";")):
        return pen
    return Pen(ground=pen.ground, link=pen.link)


def _reversed(attributes: str) -> str:
    """The same, reversed; what was so already is as it was."""
    codes = attributes.split(";") if attributes else []
    return ";".join([code for code in codes if code != "7"] if "7" in codes else [*codes, "7"])


@lru_cache(maxsize=8192)
def _turned(style: Style, *, dark: bool) -> bool:
    """Whether letters stand on their ground the other way round than elsewhere: dark on bright in a dark theme."""
    if style.color is None or style.bgcolor is None:
        return False
    letters, ground = (sum(each.get_truecolor()) for each in (style.color, style.bgcolor))
    return ground > letters if dark else letters > ground


@lru_cache(maxsize=8192)
def _pen(style: Style | None, system: ColorSystem) -> Pen:
    if style is None:
        return PLAIN
    colour = ";".join(style.color.downgrade(system).get_ansi_codes()) if style.color else ""
    ground = ";".join(style.bgcolor.downgrade(system).get_ansi_codes(False)) if style.bgcolor else ""
    whole = Strip.render_ansi(style, system)
    attributes = whole.removesuffix(ground).rstrip(";").removesuffix(colour).rstrip(";")
    if system is ColorSystem.STANDARD:
        letters, behind = (_sixteen(each, ground=at == 1) for at, each in enumerate((style.color, style.bgcolor)))
        colour, ground = parameters(letters, behind)
    return Pen(attributes, colour, ground, style.link or "")


def _sixteen(color: Color | None, *, ground: bool) -> int | None:
    """Which of sixteen colours it is; None for the terminal's own."""
    if color is None or color.is_default:
        return None
    if color.type is ColorType.STANDARD:
        return color.number
    return sixteen(*color.get_truecolor(), ground=ground)
