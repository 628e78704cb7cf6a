"""Hunks are data: taken in part, split, edited by hand, and fitted to a file that changed meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.native.hunk_work import edited_hunk, reanchor, split_hunk
from claw_core.native.patch import apply_hunks, make_hunks

BEFORE = "".join(f"line {number}\n" for number in range(1, 31))
AFTER = BEFORE.replace("line 10\n", "ten\n").replace("line 13\n", "").replace("line 15\n", "line 15\nnew\n")


def test_a_hunk_is_split_into_its_changes_and_each_can_be_taken_alone() -> None:
    (hunk,) = make_hunks(BEFORE, AFTER)
    pieces = split_hunk(hunk)
    assert len(pieces) == 3
    assert apply_hunks(BEFORE, pieces) == AFTER
    assert apply_hunks(BEFORE, pieces, [1]) == BEFORE.replace("line 13\n", "")
    assert apply_hunks(BEFORE, pieces, [0, 2]) == AFTER.replace("line 14\n", "line 13\nline 14\n")
    assert split_hunk(pieces[0]) == (pieces[0],)


def test_a_hunk_is_cut_at_a_line_also_inside_a_run() -> None:
    (hunk,) = make_hunks("a\nb\n", "1\n2\n3\n")
    first, second = split_hunk(hunk, 3)
    assert (first.lines, second.lines) == (("-a\n", "-b\n", "+1\n"), ("+2\n", "+3\n"))
    assert apply_hunks("a\nb\n", [first, second]) == "1\n2\n3\n"
    assert apply_hunks("a\nb\n", [first]) == "1\n"
    with pytest.raises(ValueError, match="nothing changes on one side"):
        split_hunk(make_hunks(BEFORE, AFTER)[0], 2)


def test_a_hunk_is_edited_by_hand() -> None:
    (hunk,) = make_hunks(BEFORE, BEFORE.replace("line 10\n", "ten\n"))
    mine = "line 7\nline 8\nline 9\nTEN\nand a half\nline 11\nline 12\nline 13\n"
    edited = edited_hunk(hunk, mine)
    assert apply_hunks(BEFORE, [edited]) == BEFORE.replace("line 10\n", "TEN\nand a half\n")
    untouched = edited_hunk(hunk, "".join(line[1:] for line in hunk.lines if line[0] != "+"))
    assert apply_hunks(BEFORE, [untouched]) == BEFORE


def test_hunks_follow_a_file_that_changed_and_what_conflicts_is_said() -> None:
    hunks = make_hunks(BEFORE, BEFORE.replace("line 3\n", "3\n").replace("line 15\n", "15\n").replace("line 27\n", ""))
    now = "new first\n" * 40 + BEFORE.replace("line 13\n", "line thirteen\n").replace("line 27\n", "line 27 is other\n")
    found = reanchor(hunks, now)
    assert [hunk is not None for hunk in found.hunks] == [True, True, False]
    ((number, fitted),) = found.conflicts
    assert (number, fitted.verdict) == (2, "absent")
    kept = [hunk for hunk in found.hunks if hunk is not None]
    assert apply_hunks(now, kept) == now.replace("line 3\n", "3\n").replace("line 15\n", "15\n")
    twice = reanchor(make_hunks("a\nb\n", "a\nc\n"), "x\n" * 9 + "a\nb\n" + "y\n" * 9 + "a\nb\n")
    assert [(fitted.verdict, fitted.candidates) for _, fitted in twice.conflicts] == [("ambiguous", (10, 21))]


texts = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "}\n", "é\n"]), max_size=20).map("".join)


@given(texts, texts, st.integers(0, 4))
def test_pieces_of_hunks_do_what_the_hunks_do(before: str, after: str, context: int) -> None:
    hunks = make_hunks(before, after, context=context)
    pieces = [piece for hunk in hunks for piece in split_hunk(hunk)]
    assert apply_hunks(before, pieces) == after


@given(texts, texts, st.data())
def test_every_cut_of_a_hunk_does_what_the_hunk_does(before: str, after: str, data: st.DataObject) -> None:
    hunks = make_hunks(before, after)
    if not hunks:
        return
    at = data.draw(st.integers(0, len(hunks[0].lines)))
    try:
        pieces = split_hunk(hunks[0], at)
    except ValueError:
        return
    assert apply_hunks(before, [*pieces, *hunks[1:]]) == after


@given(texts, texts)
def test_hunks_stay_as_they_are_where_nothing_changed(before: str, after: str) -> None:
    """Unless their lines stand at several places, of which the nearest is theirs."""
    hunks = make_hunks(before, after)
    found = reanchor(hunks, before)
    if not found.conflicts:
        assert apply_hunks(before, [hunk for hunk in found.hunks if hunk is not None]) == after
