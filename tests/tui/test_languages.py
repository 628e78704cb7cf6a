"""Who reads code is looked up, and is whom Pygments would have found."""

from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import LEXERS, find_lexer_class_by_name, find_lexer_class_for_filename  # pyright: ignore[reportUnknownVariableType]  it has no types

from claw_tui.languages import by_language, by_path

READERS = cast("dict[str, tuple[str, str, list[str], list[str], list[str]]]", LEXERS).values()
patterns = st.sampled_from([pattern for _, _, _, patterns, _ in READERS for pattern in patterns])
aliases = st.sampled_from([alias for _, _, aliases, _, _ in READERS for alias in aliases])


@given(patterns, st.sampled_from(["", "src/", "a.b/"]), st.sampled_from(["a", "a.b", "", ".", "Makefile"]))
def test_a_file_is_read_by_whom_pygments_takes(pattern: str, folder: str, stem: str) -> None:
    path = folder + pattern.replace("*", stem)
    assert by_path(path) is find_lexer_class_for_filename(path)


@given(aliases, st.booleans())
def test_a_language_is_read_by_whom_pygments_takes(alias: str, loud: bool) -> None:
    assert by_language(alias.upper() if loud else alias) is find_lexer_class_by_name(alias)


def test_what_nobody_reads_is_read_by_nobody() -> None:
    assert by_language("no such language") is None
    assert by_path("no.such_ending") is None
    assert by_path("") is None
