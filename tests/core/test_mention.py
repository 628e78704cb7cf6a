"""What `@path` means in what a person says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.mention import Lines, as_mention, begun, mentioned, with_lines


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("look at @src/app.py", ("src/app.py",)),
        ("@a.py and @b/c.py, then @a.py again.", ("a.py", "b/c.py")),
        ('see @"my notes.md"!', ("my notes.md",)),
        ("(@src/, @~/x.txt)", ("src/", "~/x.txt")),
        ("write to ada@example.org and a@b", ()),
        ("@ alone, @@twice", ()),
        ("@src/app.py:10-40?", ("src/app.py:10-40",)),
        ("two\n@lines.md\n", ("lines.md",)),
    ],
)
def test_a_mention_begins_a_word_and_ends_before_what_ends_a_sentence(text: str, names: tuple[str, ...]) -> None:
    assert mentioned(text) == names


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("@", (0, "")),
        ("look at @sr", (8, "sr")),
        ('@"my no', (0, "my no")),
        ("@done ", None),
        ("ada@exam", None),
        ("@a b", None),
    ],
)
def test_a_mention_that_is_begun_is_the_word_before_the_cursor(before: str, found: tuple[int, str] | None) -> None:
    assert begun(before) == found


def test_lines_are_told_apart_from_the_path() -> None:
    assert with_lines("a.py:10-40") == ("a.py", Lines(first=10, last=40))
    assert with_lines("a.py#L7") == ("a.py", Lines(first=7, last=7))
    assert with_lines("a.py:9-3") == ("a.py", Lines(first=9, last=9))
    assert with_lines("a.py") == ("a.py", None)
    assert with_lines(":3") == (":3", None)


@given(
    st.text(
        st.characters(exclude_characters='"\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029', exclude_categories=["Cs"]),
        min_size=1,
    )
)
def test_what_is_written_as_a_mention_is_read_as_that_name(name: str) -> None:
    if name.strip() and "@" not in name:
        assert mentioned(f"see {as_mention(name)} now") == (name,)
