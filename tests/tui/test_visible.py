"""Text in an editor: what cannot be seen is, and nothing is lost on the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_tui.visible import VisibleText

ODD = st.text(alphabet=st.sampled_from("ab\n\r\t\x1b\x00\x0b\x0c\x1c\x85\u2028\u202e\u200b\ufeff⟨⟩U+0E202"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ntext\n", "plain\ntext\n"),
        ("rm\u202e -rf", "rm⟨U+202E⟩ -rf"),
        ("\x1b]0;title\x07", "⟨U+001B⟩]0;title⟨U+0007⟩"),
        ("a\x0cb\u2028c", "a⟨U+000C⟩b⟨U+2028⟩c"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\r\nb\n", "a⟨U+000D⟩\nb\n"),
        ("⟨U+202E⟩ \u202e", "⟨U+202E⟩ ⟨⟨U+202E⟩⟩"),
    ],
)
def test_what_cannot_be_seen_stands_there_by_number(text: str, shown: str) -> None:
    seen = VisibleText(text)
    assert seen.shown == shown
    assert seen.taken_back(shown) == text


@given(ODD)
def test_what_is_not_touched_comes_back_to_the_byte_and_lines_stay_lines(text: str) -> None:
    seen = VisibleText(text)
    assert seen.taken_back(seen.shown) == text
    assert seen.shown.splitlines() == seen.shown.removesuffix("\n").split("\n") or not seen.shown


def test_a_mark_can_be_deleted_and_one_that_means_nothing_stays_words() -> None:
    seen = VisibleText("a\u202eb")
    assert seen.taken_back("ab") == "ab"
    assert seen.taken_back("⟨U+0041⟩ ⟨U+FFFFFF⟩") == "⟨U+0041⟩ ⟨U+FFFFFF⟩"
