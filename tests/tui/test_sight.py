"""Rows in sight: what did not change is the same strip, and only what changed is painted."""

from rich.segment import Segment
from textual.strip import Strip

from claw_tui.sight import Look, Sight
from claw_tui.theme import DEFAULT, named

THEME = named(DEFAULT)
LOOK = Look(base=THEME.style("text.body"), theme=THEME, marker=1)


def strips(*texts: str) -> list[Strip]:
    return [Strip([Segment(text, LOOK.base)]) for text in texts]


def window(sight: Sight, rows: list[Strip], *, first: int = 0, cursor: int = -1) -> list[Strip]:
    """What is shown of these rows, each an item of its own."""
    sight.look(LOOK)
    return [sight.row((at, 0), row, first + at, here=at == cursor) for at, row in enumerate(rows)]


def test_a_row_that_did_not_change_is_the_same_strip() -> None:
    sight, rows = Sight(), strips("one", "two")
    before = window(sight, rows)
    rows[1] = strips("two and more")[0]
    after = window(sight, rows)
    assert after[0] is before[0]
    assert after[1].text == " two and more"


def test_the_cursor_makes_another_row_and_another_place_does_not() -> None:
    sight, rows = Sight(), strips("one")
    plain = window(sight, rows)[0]
    marked = window(sight, rows, cursor=0)[0]
    assert (plain.text, marked.text) == (" one", "▌one")
    assert window(sight, rows)[0] is window(sight, rows, first=7)[0]


def test_only_the_rows_that_differ_are_told() -> None:
    sight, rows = Sight(), strips("one", "two", "three")
    assert sight.changes(window(sight, rows)) is None, "nothing was shown before"
    rows[2] = strips("three and a half")[0]
    assert sight.changes(window(sight, rows)) == [2]
    assert sight.changes(window(sight, rows)) == []
    assert sight.changes(window(sight, rows[:2])) is None
