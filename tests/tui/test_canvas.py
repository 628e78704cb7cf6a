"""The canvas: however frames come, are left out or overlap, the terminal shows what was wanted last."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pyte
from hypothesis import given
from hypothesis import strategies as st
from pyte.screens import Char
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from claw_tui.canvas import Canvas

COLUMNS, ROWS = 24, 3
CONSOLE = Console(color_system="truecolor", force_terminal=True, legacy_windows=False)
LOOKS = (
    "",
    "bold",
    "reverse",
    "#aabbcc",
    "#aabbcc on #101010",
    "bold #ffffff on #202020",
    "on #303030",
    "italic underline",
)

STYLES = [Style.parse(look) for look in LOOKS]
TEXTS = ("", "abab", "abba b", "─│─", "漢", "a漢b", "🙂 a", "é b", "e\u0301b")
words = st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(STYLES)), max_size=3)
cuts = st.sampled_from([(0, 24), (0, 10, 24), (0, 5, 10, 24)])
frames = st.lists(
    st.tuples(cuts, st.lists(words, min_size=9, max_size=9), st.integers(0, 7), st.booleans()), max_size=6
)


def strip(parts: Sequence[tuple[str, Style]], width: int) -> Strip:
    return Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(width, Style())


def update(columns: Sequence[int], parts: Sequence[Sequence[tuple[str, Style]]], rows: int) -> ChopsUpdate:
    """Rows that are named by the bits of `rows`, in pieces between `columns`."""
    left = iter(parts)
    chops = [{x: strip(next(left), end - x) for x, end in pairwise(columns)} for _ in range(ROWS)]
    spans = [(y, 0, COLUMNS) for y in range(ROWS) if rows >> y & 1]
    return ChopsUpdate(chops, spans, [list(columns[1:])] * ROWS)


class Cells(pyte.Screen):
    """A terminal, and what its cells look like."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, ROWS)
        self._stream = pyte.Stream(self)

    def take(self, sequence: str) -> None:
        self._stream.feed(sequence)

    def cells(self) -> list[list[object]]:
        """What can be seen: nobody sees the colour of a blank that is not underlined, nor whether it is bold."""
        return [[_seen(self.buffer[y][x]) for x in range(COLUMNS)] for y in range(ROWS)]


def _seen(cell: Char) -> Char:
    hidden = cell.data == " " and not (cell.underscore or cell.reverse or cell.strikethrough)
    return cell._replace(fg="", bold=False, italics=False) if hidden else cell


@given(frames)
def test_a_terminal_shows_what_was_wanted_last_whatever_was_left_out(
    told: list[tuple[Sequence[int], list[list[tuple[str, Style]]], int, bool]],
) -> None:
    canvas, terminal, plain = Canvas(), Cells(), Cells()
    blank = LayoutUpdate([[Strip.blank(COLUMNS)] for _ in range(ROWS)], Region(0, 0, COLUMNS, ROWS))
    canvas.take(blank)
    for columns, parts, rows, drawn in told:
        one = update(columns, parts, rows)
        canvas.take(one)
        for y, _, _ in one.spans:
            for x, piece in one.chops[y].items():
                assert piece is not None
                plain.take(f"\x1b[{y + 1};{x + 1}H{piece.render(CONSOLE)}")
        if drawn:
            terminal.take(canvas.render_segments(CONSOLE))
    terminal.take(canvas.render_segments(CONSOLE))
    assert not canvas.is_changed
    if told:
        assert terminal.display == plain.display
        assert terminal.cells() == plain.cells()


def test_a_word_that_changes_costs_that_word() -> None:
    canvas = Canvas()
    canvas.take(LayoutUpdate([[Strip([Segment("the quick brown fox jump")])]], Region(0, 0, 24, 1)))
    assert canvas.render_segments(CONSOLE) == "\x1b[1;1Hthe quick brown fox jump"
    canvas.take(ChopsUpdate([{0: Strip([Segment("the quick green fox jump")])}], [(0, 0, 24)], [[24]]))
    assert canvas.render_segments(CONSOLE) == "\x1b[1;11Hgree"  # the n is there already
    assert canvas.render_segments(CONSOLE) == ""


def test_what_has_one_colour_is_drawn_together_and_blanks_in_any() -> None:
    canvas = Canvas()
    red, blue = Style.parse("#ff0000 on #101010"), Style.parse("#0000ff on #101010")
    row = [Segment("one", red), Segment(" ", blue), Segment("two", blue), Segment("   ", red), Segment("three", red)]
    canvas.take(LayoutUpdate([[Strip(row)], [Strip(row)]], Region(0, 0, 15, 2)))
    drawn = canvas.render_segments(CONSOLE)
    assert drawn.count("255;0;0") == drawn.count("0;0;255") == 1
    terminal = Cells()
    terminal.take(drawn)
    assert [line.rstrip() for line in terminal.display[:2]] == ["one two   three"] * 2


def test_what_the_terminal_forgot_is_drawn_again() -> None:
    canvas = Canvas()
    canvas.take(LayoutUpdate([[Strip([Segment("words")])]], Region(0, 0, 5, 1)))
    first = canvas.render_segments(CONSOLE)
    canvas.forget()
    assert canvas.render_segments(CONSOLE) == first


def test_what_follows_a_character_of_doubtful_width_is_put_in_its_place() -> None:
    canvas = Canvas()
    canvas.take(LayoutUpdate([[Strip([Segment("a🙂"), Segment("b")])]], Region(0, 0, 4, 1)))
    assert canvas.render_segments(CONSOLE) == "\x1b[1;1Ha🙂\x1b[1;4Hb"


def test_what_lies_behind_what_was_painted_is_left_alone() -> None:
    canvas = Canvas()
    whole = Strip([Segment("left")]), Strip([Segment("|trace")])
    canvas.take(LayoutUpdate([list(whole)], Region(0, 0, 10, 1)))
    canvas.render_segments(CONSOLE)
    # Textual paints one region, and fills the row's other pieces with whatever is at hand.
    canvas.take(ChopsUpdate([{0: Strip([Segment("LEFT")]), 4: Strip([Segment("      ")])}], [(0, 0, 4)], [[4, 10]]))
    assert canvas.render_segments(CONSOLE) == "\x1b[1;1HLEFT"


def test_without_colours_there_are_none_and_what_is_chosen_is_reversed() -> None:
    canvas = Canvas(colours=False)
    plain, chosen = Style.parse("bold #eeeeee on #101010"), Style.parse("#101010 on #80c0ff")
    row = Strip([Segment("one", plain), Segment("two", chosen), Segment("▇🙂", plain)])
    canvas.take(LayoutUpdate([[row]], Region(0, 0, row.cell_length, 1)))
    drawn = canvas.render_segments(CONSOLE)
    assert set(re.findall("\x1b\\[([0-9;]*)m", drawn)) <= {"1", "7", "0;7", "0;1", "0"}
    assert "7m" in drawn
    canvas.wear(dark=True, selected="#303050")
    canvas.take(LayoutUpdate([[Strip([Segment("sel", Style.parse("#eeeeee on #303050"))])]], Region(0, 0, 3, 1)))
    assert "7m" in canvas.render_segments(CONSOLE)
