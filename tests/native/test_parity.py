"""The extension and its twin say the same, to the byte, of patches and of what a terminal shows."""

import inspect
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claw_core.native import _native
from claw_core.reference import command_line, patch, search, shell
from tests.native.shell_lines import lines, loose, spoiled

EDITS = [
    ("", "a\n"),
    ("a\n", ""),
    ("a\nb\nc\n", "a\nB\nc\n"),
    ("a\nb\nc", "a\nb\nc\n"),
    ("a\r\nb\r\n", "a\r\nB\r\n"),
    ("same\n", "same\n"),
    ("a", "b"),
    ("".join(f"{n}\n" for n in range(30)), "".join(f"{n}\n" for n in range(30) if n not in {4, 11, 25})),
    ("".join(f"{n}\n" for n in range(30)), "".join(f"{n}\n" if n % 9 else f"new {n}\n" for n in range(30))),
]


@pytest.mark.parametrize(("before", "after"), EDITS)
@pytest.mark.parametrize("context", [0, 1, 3])
def test_clear_edits_make_the_same_hunks(before: str, after: str, context: int) -> None:
    assert _native.make_hunks(before, after, context) == patch.make_hunks(before, after, context)


texts = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "a  b\n", "é\n"]), max_size=20).map("".join)
endings = st.sampled_from(["", "end", "\r"])


@given(before=texts, after=texts, end=endings, target=texts, seed=st.integers(0, 99), context=st.integers(0, 3))
@example(before="a\na\nb\na\n", after="a\nb\n", end="", target="", seed=0, context=0)
def test_hunks_are_applied_written_and_read_the_same(
    before: str, after: str, end: str, target: str, seed: int, context: int
) -> None:
    hunks = _native.make_hunks(before, after + end, context)
    accepted = sorted(random.Random(seed).sample(range(len(hunks)), len(hunks) // 2))
    for text in (before, target):
        answers: list[str] = []
        for engine in (_native, patch):
            try:
                answers.append(engine.apply_hunks(text, hunks, accepted))
            except engine.PatchConflict as conflict:
                answers.append(f"conflict: {conflict}")
        assert answers[0] == answers[1]
    diff = _native.format_unified("some file", hunks, "edit")
    assert diff == patch.format_unified("some file", hunks, "edit")
    if diff:
        assert _native.parse_patch(diff) == patch.parse_patch(diff)


@given(st.text(alphabet="ab _.(é日\t", max_size=30), st.text(alphabet="ab _.(é日\t", max_size=30))
def test_changed_words_are_the_same(old: str, new: str) -> None:
    assert _native.changed_words(old, new, 1000) == patch.changed_words(old, new, 1000)
    assert _native.changed_words(old, new, 4) == patch.changed_words(old, new, 4)


terminal_text = st.lists(
    st.sampled_from(
        [
            *"ab é\r\n\b\t\x07\x7f\x1b[]K;\\",
            "\x1b[K",
            "\x1b[2K",
            "\x1b[1K",
            "\x1b[31m",
            "\x1b[3C",
            "\x1b[2D",
            "\x1b[5G",
            "\x1b]0;title\x07",
            "\x1b]8;;x\x1b\\",
            "\x1b(B",
            "\x9b",
        ]
    ),
    max_size=40,
).map("".join)


@given(terminal_text)
def test_what_a_person_would_have_seen_is_the_same(text: str) -> None:
    assert _native.plain(text) == shell.plain(text)


any_text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.one_of(lines, spoiled(), loose, any_text), st.sampled_from([(9, 99, 999), (2, 3, 8)]))
@example("cat <<'é\n'é", (9, 99, 999))
@example("$'\\é' `\\é` \\é \"\\é\" é~ ~é {é,", (9, 99, 999))
def test_a_shell_line_is_read_the_same_and_only_the_grammar_may_doubt_more(
    line: str, limits: tuple[int, int, int]
) -> None:
    (ours, doubt), (theirs, their_doubt) = (engine.read_commands(line, *limits) for engine in (_native, command_line))
    assert ours == theirs
    assert doubt == (their_doubt or doubt)
    assert their_doubt or doubt in {"", "the grammar of bash reads it otherwise"}


@pytest.mark.parametrize("twin", [search, patch, shell, command_line], ids=lambda twin: twin.__name__)
def test_a_twin_has_the_extensions_names_and_parameters(twin: Any) -> None:
    for name in twin.__all__:
        ours, theirs = getattr(twin, name), getattr(_native, name)
        if inspect.isfunction(ours):
            assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters), name
        else:
            public = {word for word in dir(theirs) if not word.startswith("_")}
            assert public <= set(dir(ours)), name
