"""Thoughts that a model marks in its text are told from its answer, wherever the text is cut."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.embedded.thoughts import Thoughts


def told(pieces: Sequence[str], *, begun: bool = False) -> tuple[str, str]:
    """All that was thought, and all that was said."""
    thoughts = Thoughts(begun=begun)
    said = [part for piece in pieces for part in thoughts.take(piece)]
    said += thoughts.end()
    return "".join(part.text for part in said if part.thought), "".join(part.text for part in said if not part.thought)


@pytest.mark.parametrize(
    ("text", "begun", "expected"),
    [
        ("Hello.", False, ("", "Hello.")),
        ("<think>\nWell</think>\n\nHello.", False, ("Well", "Hello.")),
        ("  <think>Well</think>Hello.", False, ("Well", "Hello.")),
        ("Well</think>\n\nHello.", True, ("Well", "Hello.")),
        ("<think>It is cut", False, ("It is cut", "")),
        ("<think></think>Hello.", False, ("", "Hello.")),
        ("See <think>this</think>.", False, ("", "See <think>this</think>.")),
        ("<thin", False, ("", "<thin")),
        ("\na < b </think> c", True, ("a < b ", "c")),
    ],
)
def test_thoughts_are_told_from_the_answer(text: str, begun: bool, expected: tuple[str, str]) -> None:
    assert told([text], begun=begun) == expected
    assert told(list(text), begun=begun) == expected


@given(st.text("<think>/ab\n ", max_size=50), st.lists(st.integers(1, 6), max_size=20), st.booleans())
def test_where_the_text_is_cut_makes_no_difference(text: str, cuts: list[int], begun: bool) -> None:
    pieces: list[str] = []
    rest = text
    for cut in cuts:
        pieces.append(rest[:cut])
        rest = rest[cut:]
    assert told([*pieces, rest], begun=begun) == told([text], begun=begun)
