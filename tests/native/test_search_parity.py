"""The extension and its twin find the same, to the byte, on a tree of what is awkward and on random ones."""

import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claw_core.native import _native
from claw_core.parity.areas.search import OPTIONS
from claw_core.parity.awkward_tree import write_tree
from claw_core.reference import search

LEFT_OUT = {"Cn", "Co", "Cs"}
"""Categories of what is not assigned, private, or half of a character."""
RG = Path(sys.executable).with_name("rg")

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
    ("needle", {"max_bytes": 100, "multiline": True}),
    ("needle", {"want": "counts"}),
    ("needle", {"want": "files"}),
    ("needle", {"follow": True}),
    ("needle", {"follow": True, "hidden": True, "respect_ignore": False}),
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
    ("needle", {"globs": ["!*.txt", "many.txt"]}),
    ("needle", {"globs": ["*.txt", "!many.txt", "many.txt"]}),
    ("needle", {"globs": ["#hash.txt", "\\!bang.txt", "{,main}.py"], "respect_ignore": False}),
    ("needle", {"types": [".hidden*", ".shown", "*.md"]}),
    ("needle", {"globs": ["[lm]*", "?ulti.txt"]}),
    ("needle", {"globs": ["**"]}),
    ("needle", {"types": ["*.py", "*.pyi"]}),
    ("needle", {"types": ["*.txt"], "globs": ["sub/*"]}),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("corpus"))


FOUND: dict[str, Any] = {"hidden": False, "respect_ignore": True, "follow": False, "limit": None, "sort": "path"}


def searched(pattern: str, root: Path, **options: Any) -> tuple[Any, Any]:
    """What the extension and its twin answer: a page with everything, or the name of an error."""

    def ask(engine: Any) -> Any:
        lines, counts, *rest = engine.Search(pattern, root, **OPTIONS | options).take(sys.maxsize, None)
        return lines.between(0, len(lines)), list(counts.items()), *rest

    return both(ask)


def found(globs: list[str], root: Path, **options: Any) -> tuple[Any, Any]:
    """What the extension and its twin find, or the name of an error."""
    return both(lambda engine: engine.find(globs, root, **FOUND | options, cancel=engine.CancelToken()))


def both(ask: Callable[[Any], Any]) -> tuple[Any, Any]:
    answers: list[Any] = []
    for engine in (_native, search):
        try:
            answers.append(ask(engine))
        except (ValueError, OSError) as error:
            answers.append(type(error).__name__)
    return answers[0], answers[1]


@pytest.mark.parametrize(("pattern", "options"), SEARCHES, ids=str)
def test_a_search_finds_the_same(corpus: Path, pattern: str, options: dict[str, Any]) -> None:
    native, twin = searched(pattern, corpus, **options)
    assert isinstance(native, tuple)
    assert native == twin


@given(first=st.integers(0, 80), last=st.integers(0, 80))
def test_any_part_of_the_lines_is_the_same(corpus: Path, first: int, last: int) -> None:
    native, twin = (
        engine.Search("needle", corpus, **OPTIONS | {"limit": 60}).take(sys.maxsize, None)[0]
        for engine in cast("list[Any]", [_native, search])
    )
    assert native.between(first, last) == twin.between(first, last) == twin.between(0, len(twin))[first:last]


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A line for every character of the first plane that has been there for long."""
    folder = tmp_path_factory.mktemp("letters")
    there = [chr(code) for code in range(0x20, 0xFFFF) if unicodedata.ucd_3_2_0.category(chr(code)) not in LEFT_OUT]
    (folder / "all.txt").write_text("".join(f"é{letter}\n" for letter in there), newline="")
    return folder


@pytest.mark.parametrize("pattern", [r"^é\w$", r"^é\W$", r"é\b", r"é\B", r"é\s", r"é\S", r"é\d"])
def test_words_and_spaces_are_the_same_characters(letters: Path, pattern: str) -> None:
    native, twin = searched(pattern, letters)
    assert native == twin
    assert native[0]


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
    native, twin = found(
        globs, corpus, hidden=not respect_ignore, respect_ignore=respect_ignore, limit=limit, sort=sort
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


names = st.sampled_from(["a", "b", "ab", "a.py", "b.txt", ".h", "é", "x y", "[a]", "#a", "!b", "A"])
ignore_lines = st.sampled_from(
    [
        *["a", "/a", "a/", "*", "*.py", "!a", "!a.py", "!*/", "a/*", "a/**", "**/a", "a/**/b", "!a/b", "/a/b", "[ab]"],
        *["[!a]", "[a", "{a,b}*", "{,a}b", "a b", "x\\ y", "\\#a", "\\!b", "?", "??", "[^b]*", "a  ", "# a", "", "b\\"],
        *["**", "/**", "**/", "a**", "/*/", "!/a/", ".h", "!.h", "é", "[é]", "*.{py,txt}", "a/b/", "\\[a\\]", "A"],
    ]
)
ignore_files = st.lists(ignore_lines, max_size=5).map("\n".join)
folders = st.dictionaries(st.lists(names, max_size=3).map(tuple), st.tuples(ignore_files, ignore_files), max_size=4)
contents = st.lists(
    st.sampled_from(
        [b"a", b"B", b" ", b"b\n", b"\n", b"\r\n", b"\r", "é".encode(), b"\xe9", b"\0", b"\xff\xfe", b"aa"]
    ),
    max_size=12,
).map(b"".join)
files = st.dictionaries(st.lists(names, min_size=1, max_size=3).map(tuple), contents, max_size=8)
globs = st.lists(ignore_lines.map(lambda line: line.removesuffix("\\")), max_size=2)
patterns = st.sampled_from(["a", "A", "a$", "^a", "^$", "b|é", r"a\b", r"\s+", "[^a]", "a?", "aa*", "é$", "."])
options = st.fixed_dictionaries(
    {
        "literal": st.booleans(),
        "case": st.sampled_from(["smart", "sensitive", "insensitive"]),
        "want": st.sampled_from(["lines", "counts", "files"]),
        "before": st.integers(0, 2),
        "after": st.integers(0, 2),
        "hidden": st.booleans(),
        "respect_ignore": st.booleans(),
        "limit": st.none() | st.integers(0, 5),
        "max_columns": st.integers(0, 3),
        "globs": globs,
    }
)


def write_random_tree(
    root: Path, files: dict[tuple[str, ...], bytes], rules: dict[tuple[str, ...], tuple[str, str]], is_repository: bool
) -> None:
    """What of it can be written: a name that is a file already is no folder, and the other way round."""
    if is_repository:
        (root / ".git").mkdir()
    ignored = {
        (*folder, name): text.encode()
        for folder, both in rules.items()
        for name, text in zip((".gitignore", ".ignore"), both, strict=True)
    }
    for parts, data in {**ignored, **files}.items():
        path = root.joinpath(*parts)
        with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


@given(files=files, rules=folders, is_repository=st.booleans(), pattern=patterns, options=options)
def test_random_trees_and_questions_have_the_same_answer(
    files: dict[tuple[str, ...], bytes],
    rules: dict[tuple[str, ...], tuple[str, str]],
    is_repository: bool,
    pattern: str,
    options: dict[str, Any],
) -> None:
    with TemporaryDirectory() as folder:
        write_random_tree(Path(folder), files, rules, is_repository)
        native, twin = searched(pattern, Path(folder), **options)
        assert native == twin


@given(files=files, rules=folders, is_repository=st.booleans(), hidden=st.booleans())
@settings(max_examples=50)
def test_the_files_of_random_trees_are_those_of_rg(
    files: dict[tuple[str, ...], bytes],
    rules: dict[tuple[str, ...], tuple[str, str]],
    is_repository: bool,
    hidden: bool,
) -> None:
    with TemporaryDirectory() as folder:
        write_random_tree(Path(folder), files, rules, is_repository)
        native, twin = found([], Path(folder), hidden=hidden)
        assert native == twin
        told = subprocess.run(
            [RG, "--no-config", "--files", "--null", "-g!.git", *["--hidden"] * hidden],
            cwd=folder,
            env={"HOME": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        assert native[0] == sorted(filter(None, told.stdout.split("\0")))
