"""The extension and its twin find the same, to the byte, on a corpus of what is awkward."""

import inspect
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claw_core.native import _native
from claw_core.parity.awkward_tree import write_tree
from claw_core.reference import command_line, patch, search, shell
from tests.native.shell_lines import lines, loose, spoiled

SEARCHES: list[tuple[str, dict[str, Any]]] = [
    ("needle", {}),
    ("needle", {"hidden": True}),
    ("needle", {"respect_ignore": False}),
    ("needle", {"respect_ignore": False, "hidden": True}),
    ("needle", {"limit": 1}),
    ("needle", {"limit": 20, "before": 1, "after": 2}),
    ("needle", {"limit": 0}),
    ("needle", {"before": 2, "after": 1, "globs": ["many.txt"]}),
    ("needle", {"limit": 3, "after": 5, "globs": ["many.txt"]}),
    ("needle", {"max_columns": 10}),
    ("needle", {"max_columns": 0, "globs": ["long.txt"]}),
    ("needle", {"max_bytes": 100}),
    ("NEEDLE", {"case": "insensitive"}),
    ("needle", {"case": "smart"}),
    ("Needle", {"case": "smart"}),
    (r"\Wneedle", {"case": "smart"}),
    ("über|straße", {"case": "insensitive"}),
    ("needle$", {}),
    ("^needle", {}),
    ("^$", {}),
    ("^needle|^two$", {"globs": ["returns.txt"]}),
    (r"needle$|three\r$", {"globs": ["returns.txt"]}),
    (r"^$|\r^needle", {"globs": ["returns.txt"], "multiline": True}),
    ("", {"globs": ["*.py"]}),
    (r"\bneedle\b.*\d", {}),
    (r"[\[(]?needle[$)]?$", {}),
    ("é", {}),
    (".", {"globs": ["separators.txt", "windows.txt"]}),
    ("needle(", {"literal": True}),
    ("def needle():", {"literal": True}),
    (r"begin\n.*needle", {"multiline": True}),
    (r"begin\s+end", {"multiline": True}),
    (r"(?s)begin.*?end", {"multiline": True, "after": 1}),
    ("end$", {"multiline": True}),
    ("needle$", {"multiline": True}),
    ("begin\nend", {"multiline": True, "literal": True}),
    ("begin\nend", {"multiline": True, "literal": True, "limit": 1}),
    ("needle", {"globs": ["*.py"]}),
    ("needle", {"globs": ["!*.txt"]}),
    ("needle", {"globs": ["sub/**"]}),
    ("needle", {"globs": ["sub/"]}),
    ("needle", {"globs": ["/*.txt", "!m*"]}),
    ("needle", {"globs": ["**/deep/*"]}),
    ("needle", {"globs": ["a/**/z.*", "x/**"], "respect_ignore": False}),
    ("needle", {"globs": ["*.{py,txt}", "!{sub,docs}"]}),
    ("needle", {"globs": ["./main.py"]}),
    ("needle", {"globs": ["[lm]*", "?ulti.txt"]}),
    ("needle", {"globs": ["**"]}),
    ("needle", {"types": ["*.py", "*.pyi"]}),
    ("needle", {"types": ["*.txt"], "globs": ["sub/*"]}),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("corpus"))


def both(name: str, *args: Any, **keywords: Any) -> tuple[Any, Any]:
    """What the extension and its twin answer: a value, or the name of an error."""
    answers: list[Any] = []
    for engine, token in ((_native, _native.CancelToken()), (search, search.CancelToken())):
        try:
            answers.append(getattr(engine, name)(*args, **keywords, cancel=token))
        except (ValueError, OSError) as error:
            answers.append(type(error).__name__)
    return answers[0], answers[1]


def searched(pattern: str, root: Path, **options: Any) -> tuple[Any, Any]:
    settings: dict[str, Any] = {
        "globs": [],
        "types": [],
        "literal": False,
        "case": "sensitive",
        "multiline": False,
        "before": 0,
        "after": 0,
        "hidden": False,
        "respect_ignore": True,
        "limit": None,
        "max_columns": 2000,
        "max_bytes": 1 << 20,
    }
    return both("search", pattern, root, **settings | options)


@pytest.mark.parametrize(("pattern", "options"), SEARCHES, ids=str)
def test_a_search_finds_the_same(corpus: Path, pattern: str, options: dict[str, Any]) -> None:
    native, twin = searched(pattern, corpus, **options)
    assert isinstance(native, tuple)
    assert native == twin


@pytest.mark.parametrize("root", ["sub", "nested/repo", "build", "main.py", "debug.log", "foo"])
def test_a_search_below_the_repositorys_root_knows_the_rules_above(corpus: Path, root: str) -> None:
    native, twin = searched("needle", corpus / root)
    assert native == twin


@pytest.mark.parametrize("pattern", ["fn(", "a{2,1}", "[a", "*", r"a\nb", "(?P<x"])
def test_a_bad_pattern_is_a_value_error_in_both(corpus: Path, pattern: str) -> None:
    assert searched(pattern, corpus) == ("ValueError", "ValueError")


@pytest.mark.parametrize("glob", ["a[", "{a", "a}", "a\\", "[z-a]"])
def test_a_bad_glob_is_a_value_error_in_both(corpus: Path, glob: str) -> None:
    assert searched("x", corpus, globs=[glob]) == ("ValueError", "ValueError")


def test_a_root_that_is_not_there_is_a_file_not_found_error_in_both(corpus: Path) -> None:
    assert searched("x", corpus / "nowhere") == ("FileNotFoundError", "FileNotFoundError")


def test_a_pipe_as_root_is_a_value_error_in_both_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert searched("x", tmp_path / "pipe") == ("ValueError", "ValueError")


@pytest.mark.parametrize("sort", ["path", "modified"])
@pytest.mark.parametrize("limit", [None, 5])
@pytest.mark.parametrize("globs", [[], ["*.txt"], ["sub/**/*.log"], ["*", "!*.txt", "!sub"], ["**/z.*"]])
@pytest.mark.parametrize("respect_ignore", [True, False])
def test_a_find_finds_the_same(
    corpus: Path, globs: list[str], limit: int | None, sort: str, respect_ignore: bool
) -> None:
    native, twin = both(
        "find", globs, corpus, hidden=not respect_ignore, respect_ignore=respect_ignore, limit=limit, sort=sort
    )
    assert isinstance(native, tuple)
    assert native == twin


def test_outside_a_repository_only_dot_ignore_holds(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("a.txt\n")
    (tmp_path / ".ignore").write_text("b.txt\n")
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("needle\n")
    native, twin = searched("needle", tmp_path)
    assert native == twin
    assert [path for path, _ in native[1]] == ["a.txt", "c.txt"]


def test_gits_global_excludes_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    (tmp_path / ".config" / "git").mkdir(parents=True)
    (tmp_path / ".config" / "git" / "ignore").write_text("*.swp\n")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    for name in ("a.swp", "a.txt", "b.own"):
        (repository / name).write_text("needle\n")
    native, twin = searched("needle", repository)
    assert native == twin
    assert [path for path, _ in native[1]] == ["a.txt", "b.own"]
    (tmp_path / ".gitconfig").write_text("[core]\n\texcludesFile = ~/own-list\n")
    (tmp_path / "own-list").write_text("*.own\n")
    native, twin = searched("needle", repository)
    assert native == twin
    assert [path for path, _ in native[1]] == ["a.swp", "a.txt"]


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
    assert _native.parse_unified(diff) == patch.parse_unified(diff)


diff_lines = st.sampled_from(
    [
        "--- a/x\n",
        "+++ b/x\n",
        "--- /dev/null\n",
        "+++ /dev/null\n",
        '+++ "b/\\303\\251\\t"\n',
        "--- x\t2026-01-01\n",
        "@@ -1 +1 @@\n",
        "@@ -1,2 +1,2 @@ def f():\n",
        "@@ -0,0 +1 @@\r\n",
        "@@ -1,x +1 @@\n",
        "-a\n",
        "+b\n",
        " c\n",
        "\n",
        "\\ No newline at end of file\n",
        "-- \n",
        "diff --git a/x b/x\n",
        'diff --git "a/q\\"" "b/q\\""\n',
        "new file mode 100644\n",
        "rename from old\n",
        "rename to new\n",
        "words\n",
    ]
)


@given(st.lists(diff_lines, max_size=12).map("".join))
def test_any_diff_or_none_is_read_the_same(diff: str) -> None:
    answers: list[object] = []
    for engine in (_native, patch):
        try:
            answers.append(engine.parse_unified(diff))
        except ValueError as error:
            answers.append(str(error))
    assert answers[0] == answers[1]


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


@given(st.one_of(lines, spoiled(), loose, st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)))
@example("cat <<'é\n'é")
@example("$'\\é' `\\é` \\é \"\\é\" é~ ~é {é,")
def test_a_shell_line_is_read_the_same_and_only_the_grammar_may_doubt_more(line: str) -> None:
    (ours, doubt), (theirs, their_doubt) = (
        _native.read_commands(line, 9, 99, 999),
        command_line.read_commands(line, 9, 99, 999),
    )
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
