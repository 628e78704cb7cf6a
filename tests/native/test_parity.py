"""The extension and its twin say the same, to the byte, of patches and of what a terminal shows."""

import inspect
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claw_core.native import _native
from claw_core.parity.areas.shell import settled
from claw_core.reference import command_line, patch, search, shell
from tests.native.shell_lines import lines, loose, spoiled

CSI_FINALS = "@ABCDEFGHIJKLMPSTXZ`abdefgnrsuc"

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


SEQUENCES = [
    *(
        b"\x1b[" + parameters + final.encode()
        for parameters in (b"", b"2", b"7", b"2;3", b"99")
        for final in CSI_FINALS
    ),
    *(f"\x1b[?{mode}{final}".encode() for mode in (3, 6, 7, 47, 1047, 1048, 1049) for final in "hl"),
    *(f"\x1b[{styles}m".encode() for styles in ("31", "1;4", "38;5;100", "48;2;1;2;3", "38:2::9:8:7", "4:0", "22;97")),
    *(
        b"\x1b" + rest
        for rest in (b"7", b"8", b"M", b"D", b"E", b"H", b"c", b"#8", b"(0", b"(B", b")0", b"]0;t\x07", b"Pq")
    ),
]
WORDS = [*"ab é日q\u0301".encode().split(), "日".encode(), "😀".encode(), b"hello", b"x" * 13, b"line of text\n" * 9]
TORN = [
    b"\n",
    b"\r",
    b"\r\n",
    b"\b",
    b"\t",
    b"\v",
    b"\x0e",
    b"\x0f",
    b"\x18",
    b"\x1b",
    b"\x1b[",
    b"[",
    b"]",
    b";",
    b"5",
    b"\xe2",
]
TORN_TOO = [
    b"\x82",
    b"\xff",
    b"\xc2\x9b",
    b"\xf0\x9f",
    b"\x7f",
    b"\x07",
    b"\x1b[4h",
    b"\x1b[4l",
    b"\x1b[20h",
    b"\x1b[!p",
]
printed = (
    st.lists(st.sampled_from([*SEQUENCES, *WORDS, *WORDS, *TORN, *TORN_TOO]) | st.binary(max_size=6), max_size=50)
    .map(b"".join)
    .filter(lambda data: settled(data) == data)
)
sizes = st.sampled_from([(1, 2), (3, 8), (5, 20), (24, 80)])


@given(printed, sizes, st.sampled_from([2, 20, 40, 1000]), st.booleans(), st.integers(1, 9))
@settings(max_examples=300)
def test_any_bytes_in_any_pieces_draw_the_same(
    data: bytes, size: tuple[int, int], keep: int, newline: bool, piece: int
) -> None:
    whole, pieces, twin = (engine.Terminal(*size, keep=keep, newline=newline) for engine in (_native, _native, shell))
    left = [
        whole.feed(data) + whole.finish(),
        b"".join(pieces.feed(data[at : at + piece]) for at in range(0, len(data), piece)) + pieces.finish(),
        twin.feed(data) + twin.finish(),
    ]
    assert left[0] == left[1] == left[2]
    seen = [
        (each.seen(), each.rows(), each.on_screen(), each.replies(), each.picture()) for each in (whole, pieces, twin)
    ]
    assert seen[0] == seen[1] == seen[2]
    (head, tail, omitted, *_), rows, *_ = seen[0]
    assert len(rows) == size[0]
    assert len((head + tail).encode()) + omitted == len(left[0]) + len(whole.on_screen().encode())
    assert not set(head + tail) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}


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
