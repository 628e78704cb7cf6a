"""The extension and its twin rank alike: the same paths in the same order, the same scores, the same letters found."""

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claw_core.native import _native
from claw_core.parity.awkward_tree import write_tree
from claw_core.reference import fuzzy

letters = st.text(alphabet="abcAB012_-. ", max_size=8)
paths = st.lists(st.lists(letters, min_size=1, max_size=4).map("/".join), max_size=12)
wide = st.lists(st.text(alphabet="aéÉßb/日.A", max_size=10), max_size=8)


def both(paths: list[str], query: str, limit: int = 20, bonus: int = 8) -> tuple[Any, Any]:
    native = _native.Index(paths).rank(query, limit=limit, name_bonus=bonus, cancel=_native.CancelToken())
    twin = fuzzy.Index(paths).rank(query, limit=limit, name_bonus=bonus, cancel=fuzzy.CancelToken())
    return native, twin


@given(
    paths=paths, query=st.text(alphabet="abcAB0_/. ", max_size=5), limit=st.integers(0, 20), bonus=st.integers(0, 20)
)
@example(paths=["nested/repo/.gitignore"], query="on", limit=3, bonus=8)
@example(paths=["ab/ab", "abab", "a/b"], query="ab", limit=3, bonus=8)
def test_paths_are_ranked_the_same(paths: list[str], query: str, limit: int, bonus: int) -> None:
    native, twin = both(paths, query, limit, bonus)
    assert native == twin


@given(paths=wide, query=st.text(alphabet="aéÉßb/日A ", max_size=4))
def test_letters_beyond_ascii_are_ranked_the_same(paths: list[str], query: str) -> None:
    native, twin = both(paths, query)
    assert native == twin


@pytest.mark.parametrize("query", ["s", "grep", "tests/na", "claw core", "parity py", "READ", "xyzzy", ""])
def test_the_paths_of_this_project_are_ranked_the_same(query: str) -> None:
    root = Path(__file__).parents[2]
    project = [path.relative_to(root).as_posix() for path in (root / "tests").rglob("*.py")]
    project += [path.relative_to(root).as_posix() for path in (root / "claw_core").rglob("*.py")]
    random.Random(0).shuffle(project)
    native, twin = both(project, query)
    assert native == twin


def test_a_folder_is_listed_the_same(tmp_path: Path) -> None:
    tree = write_tree(tmp_path)
    native = _native.Index.below(tree, hidden=True, cancel=_native.CancelToken())
    twin = fuzzy.Index.below(tree, hidden=True, cancel=fuzzy.CancelToken())
    assert len(native) == len(twin) > 30
    asked: dict[str, Any] = {"limit": 1000, "name_bonus": 8}
    assert native.rank("t", cancel=_native.CancelToken(), **asked) == twin.rank(
        "t", cancel=fuzzy.CancelToken(), **asked
    )


@given(paths=st.lists(st.text(alphabet="ab/", max_size=8), max_size=12))
def test_the_folders_of_paths_are_the_same(paths: list[str]) -> None:
    asked: dict[str, Any] = {"limit": 1000, "name_bonus": 8}
    native = _native.Index(paths).folders().rank("", cancel=_native.CancelToken(), **asked)
    assert native == fuzzy.Index(paths).folders().rank("", cancel=fuzzy.CancelToken(), **asked)
