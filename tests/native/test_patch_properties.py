"""What holds of patches for all texts, in the extension and in its twin."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.block import Hunk
from claw_core.native import _native
from claw_core.native.patch import remaining_hunks
from claw_core.reference import patch as twin

Fields = tuple[int, int, int, int, list[str]]

lines = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "{\n", "}\n", "é\n"]), max_size=25)
endings = st.sampled_from(["", "end", "x\r"])
texts = st.tuples(lines.map("".join), endings).map("".join)
contexts = st.integers(0, 4)
engines = pytest.mark.parametrize("engine", [_native, twin], ids=["native", "twin"])


def some_of(hunks: list[Fields], choice: int) -> list[int]:
    """A subset, chosen by the bits of a number."""
    return [index for index in range(len(hunks)) if choice >> index & 1]


@engines
@given(before=texts, after=texts, context=contexts)
def test_all_hunks_lead_to_the_new_text_and_none_to_the_old(
    engine: ModuleType, before: str, after: str, context: int
) -> None:
    hunks = engine.make_hunks(before, after, context)
    assert engine.apply_hunks(before, hunks, None) == after
    assert engine.apply_hunks(before, hunks, []) == before
    assert (hunks == []) == (before == after)


@engines
@given(before=texts, after=texts, context=contexts, choice=st.integers(0, 1023))
def test_some_hunks_and_then_the_rest_lead_to_the_new_text(
    engine: ModuleType, before: str, after: str, context: int, choice: int
) -> None:
    hunks = engine.make_hunks(before, after, context)
    chosen = some_of(hunks, choice)
    halfway = engine.apply_hunks(before, hunks, chosen)
    rest = remaining_hunks([hunk_of(fields) for fields in hunks], chosen)
    assert engine.apply_hunks(halfway, [fields_of(hunk) for hunk in rest], None) == after


@engines
@given(numbers=st.sets(st.integers(0, 60)), kept=st.sets(st.integers(0, 60)), choice=st.integers(0, 1023))
def test_where_no_line_comes_twice_the_rest_needs_no_new_numbers(
    engine: ModuleType, numbers: set[int], kept: set[int], choice: int
) -> None:
    before, after = ("".join(f"{number}\n" for number in sorted(side)) for side in (numbers, kept))
    hunks = engine.make_hunks(before, after, 2)
    chosen = some_of(hunks, choice)
    rest = [index for index in range(len(hunks)) if index not in chosen]
    halfway = engine.apply_hunks(before, hunks, chosen)
    assert engine.apply_hunks(halfway, hunks, rest) == after


@engines
@given(before=texts, after=texts, context=contexts)
def test_hunks_say_truly_where_they_are(engine: ModuleType, before: str, after: str, context: int) -> None:
    for old_start, old_count, new_start, new_count, body in engine.make_hunks(before, after, context):
        old = "".join(line[1:] for line in body if line[0] != "+")
        new = "".join(line[1:] for line in body if line[0] != "-")
        assert at(before, old_start, old_count) == old
        assert at(after, new_start, new_count) == new


@engines
@given(before=texts, after=texts, context=contexts, path=st.text(min_size=1, max_size=12).filter(str.strip))
def test_the_unified_form_is_read_back(engine: ModuleType, before: str, after: str, context: int, path: str) -> None:
    hunks = engine.make_hunks(before, after, context)
    if not hunks:
        assert engine.format_unified(path, hunks, "edit") == ""
        return
    (read,) = engine.parse_patch(engine.format_unified(path, hunks, "edit"))
    chunks: list[object] = [(old_start, [], lines, False) for old_start, _, _, _, lines in hunks]
    assert read == ("update", path, None, chunks, False)


@engines
@given(old=st.text(max_size=30), new=st.text(max_size=30))
def test_what_is_not_marked_as_changed_is_the_same_in_both_lines(engine: ModuleType, old: str, new: str) -> None:
    removed, added = engine.changed_words(old, new, 10_000)
    assert unmarked(old, removed) == unmarked(new, added)


def at(text: str, start: int, count: int) -> str:
    split = text.split("\n")
    whole = [line + "\n" for line in split[:-1]] + ([split[-1]] if split[-1] else [])
    first = start if count == 0 else start - 1
    return "".join(whole[first : first + count])


def unmarked(line: str, ranges: list[tuple[int, int]]) -> str:
    marked = {index for start, end in ranges for index in range(start, end)}
    return "".join(letter for index, letter in enumerate(line) if index not in marked)


def hunk_of(fields: Fields) -> Hunk:
    old_start, old_count, new_start, new_count, body = fields
    return Hunk(old_start=old_start, old_count=old_count, new_start=new_start, new_count=new_count, lines=tuple(body))


def fields_of(hunk: Hunk) -> Fields:
    return hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count, list(hunk.lines)
