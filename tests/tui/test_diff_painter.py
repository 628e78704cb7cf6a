"""A diff can be read: right numbers, nothing cut, changed words marked, and colours that only repeat what signs say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.block import DiffBlock, Hunk
from claw_tui.line import plain, width_of
from claw_tui.painter import paint, source
from claw_tui.painters import diff
from tests.tui.asking import AUTH


def hunk(*lines: str, old: int = 1, new: int = 1) -> Hunk:
    return Hunk(
        old_start=old,
        old_count=sum(line[0] != "+" for line in lines),
        new_start=new,
        new_count=sum(line[0] != "-" for line in lines),
        lines=lines,
    )


def shown(block: DiffBlock, width: int = 60) -> list[str]:
    return [plain(line).rstrip() for line in paint(block, width)]


def test_a_diff_reads_with_numbers_and_signs() -> None:
    assert shown(AUTH)[:6] == [
        "src/auth.py  +5 −4",
        " 1  1   import os",
        " 2    - import requests",
        "    2 + import httpx",
        " 3  3",
        " 4  4   TIMEOUT = 30",
    ]


def test_a_new_file_and_a_deleted_one_say_so_and_count_from_one() -> None:
    added = DiffBlock(
        path="a.py",
        change="add",
        hunks=(Hunk(old_start=0, old_count=0, new_start=1, new_count=1, lines=("+x = 1\n",)),),
    )
    deleted = DiffBlock(
        path="a.py",
        change="delete",
        hunks=(Hunk(old_start=1, old_count=1, new_start=0, new_count=0, lines=("-x = 1\n",)),),
    )
    assert shown(added) == ["a.py  new file  +1 −0", "  1 + x = 1"]
    assert shown(deleted) == ["a.py  deleted  +0 −1", "1   - x = 1"]


def test_a_long_line_goes_on_below_and_nothing_is_cut() -> None:
    text = "abcdefghij" * 12
    painted = [plain(line) for line in paint(DiffBlock(path="t", hunks=(hunk(f"+{text}\n"),)), 60)]
    assert "".join(line[6:].rstrip() for line in painted[1:]) == text
    assert all(len(line) == 60 for line in painted[1:])


def test_where_it_is_narrow_one_number_has_to_do() -> None:
    assert shown(AUTH, 40)[1:4] == [" 1   import os", " 2 - import requests", " 2 + import httpx"]


def test_a_limit_says_how_much_is_left() -> None:
    block = DiffBlock(path="t", hunks=(hunk(*(f"+{n}\n" for n in range(50))), hunk(" x\n", old=90, new=140)))
    painted = paint(block, 40, limit=10)
    assert len(painted) == 11
    assert plain(painted[-1]) == "… 42 more lines"


def test_hidden_characters_are_made_visible() -> None:
    block = DiffBlock(path="t.py", hunks=(hunk("+access = 'user\u202e # admin'\n", "+\x1b[2Jx\n"),))
    text = "\n".join(shown(block))
    assert "⟨U+202E⟩" in text
    assert "\x1b" not in text


def test_a_missing_last_line_ending_is_said() -> None:
    assert shown(DiffBlock(path="t", hunks=(hunk("-a", "+a\n"),)))[1:] == [
        "1   - a ⊘ no newline at the end",
        "  1 + a",
    ]


def test_the_copied_diff_is_one_that_git_takes() -> None:
    assert source(DiffBlock(path="t", hunks=(hunk(" a\n", "-b\n", "+c"),))) == (
        "--- a/t\n+++ b/t\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )


def test_words_that_changed_are_marked_and_the_rest_is_not() -> None:
    old, new = diff.changed_words("def login(user):", "async def login(user):")
    assert old == ()
    assert ["async def login(user):"[a:b] for a, b in new] == ["async "]


def test_lines_with_nothing_in_common_are_not_marked() -> None:
    assert diff.changed_words("import requests", "return 1 / 0") == ((), ())


def test_marked_words_stand_on_their_own_ground() -> None:
    lines = diff.rows(AUTH.hunks[1])
    painted = diff.unified(lines, 3, 4, 60, path="src/auth.py", digits=2)
    marked = "".join(text for text, look in painted[0] if "added_word" in look)
    assert marked == "async "


def test_a_string_that_begins_above_what_is_drawn_is_still_a_string() -> None:
    lines = diff.rows(hunk('+"""a\n', *(f"+for {n}\n" for n in range(30)), '+"""\n'))
    painted = diff.unified(lines, 20, 21, 60, path="t.py", digits=2)
    assert any(look.startswith("syntax.string") for text, look in painted[0] if "for" in text)


def test_side_by_side_has_the_partners_beside_each_other() -> None:
    lines = diff.rows(hunk(" a\n", "-old one\n", "-old two\n", "+new one\n", " z\n"))
    painted = diff.side_by_side(lines, 0, len(lines), 41, path="t", digits=1)
    assert [plain(line).rstrip() for line in painted] == [
        "1   a               │1   a",
        "2 - old one         │2 + new one",
        "3 - old two         │",
        "4   z               │3   z",
    ]


LINES = st.lists(
    st.builds("{}{}\n".format, st.sampled_from(" +-"), st.text("ab c日é\t", max_size=30)),
    min_size=1,
    max_size=20,
)


@given(LINES, st.integers(20, 120))
def test_whatever_the_hunk_every_row_is_as_wide_as_asked(lines: list[str], width: int) -> None:
    made = diff.rows(hunk(*lines))
    painted = diff.unified(made, 0, len(made), width, path="t.py", digits=3)
    assert {width_of(line) for line in painted} == {width}
    beside = diff.side_by_side(made, 0, len(made), width, path="t.py", digits=3)
    assert {width_of(line) for line in beside} == {(width - 1) // 2 * 2 + 1}


@given(LINES)
def test_numbers_count_both_texts_without_gaps(lines: list[str]) -> None:
    made = diff.rows(hunk(*lines, old=7, new=9))
    olds, news = [row.old for row in made if row.old], [row.new for row in made if row.new]
    shift_old, shift_new = not olds, not news
    assert olds == list(range(7 + shift_old, 7 + shift_old + len(olds)))
    assert news == list(range(9 + shift_new, 9 + shift_new + len(news)))


@pytest.mark.parametrize("width", [1, 5, 8])
def test_no_room_is_no_reason_to_fail(width: int) -> None:
    assert paint(AUTH, width)
