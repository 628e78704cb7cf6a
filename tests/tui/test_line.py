"""Lines: what is foreign is made safe, what is long is wrapped by cells."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from claw_tui.line import clean, fit, line, one_line, pad, plain, relook, spread, style_of, width_of, wrap
from claw_tui.theme import named


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;aGk=\x1b\\after", "after"),
        ("bell\x07 back\x08space", "bell backspace"),
        ("a\tb", "a   b"),
        ("one\r\ntwo\rthree", "one\ntwothree"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("\ufeffbom", "⟨U+FEFF⟩bom"),
        ("\U000e0041tag", "⟨U+E0041⟩tag"),
        ("c1 \x9b31m csi", "c1  csi"),
        ("👨‍👩‍👧 family", "👨‍👩‍👧 family"),
        ("é e\u0301 漢字", "é e\u0301 漢字"),
    ],
)
def test_foreign_text_is_made_safe_and_honest(foreign: str, shown: str) -> None:
    assert clean(foreign) == shown


@given(st.text())
def test_nothing_that_moves_a_cursor_survives(text: str) -> None:
    assert not any(ord(char) < 32 and char != "\n" for char in clean(text))
    assert "\x1b" not in clean(text)
    assert "\n" not in one_line(text)


@given(st.text(alphabet="ab 漢-é", max_size=60), st.integers(min_value=2, max_value=20), st.booleans())
def test_wrapped_rows_fit_and_lose_only_blanks(text: str, width: int, words: bool) -> None:
    rows = wrap(line(text), width, words=words)
    assert all(width_of(row) <= width for row in rows)
    assert "".join(plain(row) for row in rows).replace(" ", "") == text.replace(" ", "")


def test_words_stay_whole_and_later_rows_hang() -> None:
    rows = wrap(line("the quick brown fox"), 10, hang=line("  "))
    assert [plain(row) for row in rows] == ["the quick", "  brown", "  fox"]


def test_a_word_in_two_looks_is_not_broken_between_them() -> None:
    rows = wrap(line("see ", ("bold", "text.strong bold"), ("er", "text.body"), " yet"), 8)
    assert [plain(row) for row in rows] == ["see", "bolder", "yet"]


def test_cutting_says_so_and_counts_cells() -> None:
    assert plain(fit(line("漢字漢字"), 5)) == "漢字…"
    assert plain(fit(line("fits"), 4)) == "fits"
    assert plain(fit(line("no"), 0)) == ""
    assert width_of(pad(line("漢字漢字"), 6)) == 6


@given(st.text(alphabet="ab漢 ", max_size=20), st.text(alphabet="x漢", max_size=10), st.integers(0, 30))
@example("", "xxx漢漢漢漢漢漢漢", 17)
@example("漢", "漢漢", 4)
def test_spread_never_overflows(left: str, right: str, width: int) -> None:
    assert cell_len(plain(spread(line(left), line(right), width))) <= width


def test_a_look_can_change_in_the_middle() -> None:
    assert relook(line("abcdef"), 2, 4, "text.key") == (("ab", "text.body"), ("cd", "text.key"), ("ef", "text.body"))


def test_a_look_is_a_role_a_ground_and_attributes() -> None:
    style = style_of("diff.added on diff.added_ground bold", named("claw-dark"))
    assert style.bold
    assert style.color is not None
    assert style.bgcolor is not None
    with pytest.raises(KeyError):
        style_of("no.such_role", named("claw-dark"))
