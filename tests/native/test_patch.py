"""What patches through the door promise: hunks, a chosen few of them, and diffs that git takes."""

import subprocess
from pathlib import Path

import pytest

from claw_core.block import Hunk
from claw_core.error import PatchConflict
from claw_core.native.patch import (
    apply_hunks,
    changed_words,
    fit_chunks,
    format_unified,
    make_hunks,
    parse_patch,
    remaining_hunks,
)

NUMBERS = [f"line {number}\n" for number in range(1, 41)]
BEFORE = "".join(NUMBERS)
AFTER = "".join(
    line.replace("line", "LINE") if number in {3, 20, 38} else line for number, line in enumerate(NUMBERS, 1)
)


def test_one_changed_line_is_a_hunk_with_three_lines_around_it() -> None:
    before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n"
    (hunk,) = make_hunks(before, before.replace("5", "five"))
    assert hunk == Hunk(
        old_start=2,
        old_count=7,
        new_start=2,
        new_count=7,
        lines=(" 2\n", " 3\n", " 4\n", "-5\n", "+five\n", " 6\n", " 7\n", " 8\n"),
    )


def test_changes_that_are_near_share_a_hunk() -> None:
    assert len(make_hunks(BEFORE, AFTER)) == 3
    assert len(make_hunks(BEFORE, AFTER, context=10)) == 1


def test_equal_texts_have_no_hunks() -> None:
    assert make_hunks(BEFORE, BEFORE) == ()


@pytest.mark.parametrize("accepted", [[], [0], [1], [2], [0, 2], [1, 2], [0, 1, 2]])
def test_a_person_takes_some_hunks_and_the_rest_later(accepted: list[int]) -> None:
    hunks = make_hunks(BEFORE, AFTER)
    some = apply_hunks(BEFORE, hunks, accepted)
    for index, changed in enumerate(("LINE 3\n", "LINE 20\n", "LINE 38\n")):
        assert (changed in some) == (index in accepted)
    rest = [index for index in range(3) if index not in accepted]
    assert apply_hunks(some, hunks, rest) == AFTER
    assert apply_hunks(some, remaining_hunks(hunks, accepted)) == AFTER


def test_a_hunk_finds_its_lines_where_they_moved_to() -> None:
    hunks = make_hunks(BEFORE, AFTER)
    moved = "new first\n" * 7 + BEFORE.replace("line 10\n", "")
    assert apply_hunks(moved, hunks) == "new first\n" * 7 + AFTER.replace("line 10\n", "")


def test_a_hunk_that_fits_nowhere_says_what_it_expected_and_what_is_there() -> None:
    hunks = make_hunks(BEFORE, AFTER)
    with pytest.raises(PatchConflict, match=r"hunk 2 does not fit: line 20 should be 'line 20\\n' but is 'else\\n'"):
        apply_hunks(BEFORE.replace("line 20\n", "else\n"), hunks)
    with pytest.raises(PatchConflict, match="the text ends at line 2"):
        apply_hunks("line 1\nline 2\n", hunks)


def test_a_missing_last_newline_is_a_change_like_any_other() -> None:
    hunks = make_hunks("a\nb", "a\nb\n")
    assert hunks[0].lines == (" a\n", "-b", "+b\n")
    assert apply_hunks("a\nb", hunks) == "a\nb\n"
    with pytest.raises(PatchConflict):
        apply_hunks("a\nb\nc\n", make_hunks("a\nb\n", "a\nb"))


def test_line_endings_and_bytes_that_are_no_text_come_through() -> None:
    before = b"one\r\ntwo\r\nlone\rreturn\r\n\xff\xfe broken\r\nend".decode("utf-8", "surrogateescape")
    after = before.replace("two", "2")
    assert apply_hunks(before, make_hunks(before, after)) == after


def test_a_hunk_that_contradicts_itself_and_an_index_that_is_none_are_value_errors() -> None:
    (hunk,) = make_hunks("a\n", "b\n")
    with pytest.raises(ValueError, match="there is no hunk at index 1"):
        apply_hunks("a\n", [hunk], [1])
    with pytest.raises(ValueError, match="no hunk at index -1"):
        apply_hunks("a\n", [hunk], [-1])
    damaged = Hunk(old_start=1, old_count=2, new_start=1, new_count=1, lines=hunk.lines)
    with pytest.raises(ValueError, match="hunk 1 is damaged"):
        apply_hunks("a\n", [damaged])


def patched(before: str, diff: str) -> str:
    """What the one file of a diff becomes."""
    (file,) = parse_patch(diff)
    hunks = [fitted.hunk for fitted in fit_chunks(before, file.chunks, ends=file.ends)]
    return apply_hunks(before, [hunk for hunk in hunks if hunk is not None])


def git(folder: Path, *words: str) -> None:
    ended = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("name", ["plain.txt", "with space.txt", 'quo"te.txt', "tab\tname.txt", "dir/naïve 日本.txt"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE, AFTER),
        ("a\nb", "a\nb\n"),
        ("a\nb\n", "a\nb"),
        ("a\r\nb\r\n", "a\r\nc\r\n"),
        ("", "new\n"),
        ("x\n", ""),
    ],
)
def test_git_applies_what_is_written(tmp_path: Path, name: str, before: str, after: str) -> None:
    git(tmp_path, "init", "-q")
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(before.encode())
    diff = format_unified(name, make_hunks(before, after))
    (tmp_path / "change.diff").write_bytes(diff.encode())
    git(tmp_path, "apply", "change.diff")
    assert file.read_bytes() == after.encode()
    (file,) = parse_patch(diff)
    assert (file.action, file.path) == ("update", name)
    assert patched(before, diff) == after


@pytest.mark.parametrize("text", ["hello\nworld\n", "no newline", ""])
def test_git_makes_and_removes_files(tmp_path: Path, text: str) -> None:
    git(tmp_path, "init", "-q")
    file = tmp_path / "a b.txt"
    diff = tmp_path / "change.diff"
    diff.write_bytes(format_unified("a b.txt", make_hunks("", text), change="add").encode())
    git(tmp_path, "apply", "change.diff")
    assert file.read_text() == text
    (made,) = parse_patch(diff.read_text())
    assert (made.action, made.path) == ("add", "a b.txt")
    assert "".join(line[1:] for chunk in made.chunks for line in chunk.lines) == text
    diff.write_bytes(format_unified("a b.txt", make_hunks(text, ""), change="delete").encode())
    git(tmp_path, "apply", "change.diff")
    assert not file.exists()


def test_what_git_writes_is_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    for name, text in {"one.txt": BEFORE, "naïve.txt": "x\ny", "gone.txt": "bye\n", "old.txt": "moved\n" * 9}.items():
        (tmp_path / name).write_text(text)
    git(tmp_path, "add", ".")
    tree = subprocess.run(["git", "write-tree"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    (tmp_path / "one.txt").write_text(AFTER)
    (tmp_path / "naïve.txt").write_text("x\nz\n")
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "old.txt").rename(tmp_path / "renamed.txt")
    (tmp_path / "empty.txt").touch()
    git(tmp_path, "add", "-A", ".")
    words = ["git", "diff", "--cached", "-M", tree.strip()]
    diff = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    files = {file.path: file for file in parse_patch(diff)}
    assert {path: (file.action, file.moved_to) for path, file in files.items()} == {
        "one.txt": ("update", None),
        "naïve.txt": ("update", None),
        "gone.txt": ("delete", None),
        "old.txt": ("update", "renamed.txt"),
        "empty.txt": ("add", None),
    }
    for path, before, after in (("one.txt", BEFORE, AFTER), ("naïve.txt", "x\ny", "x\nz\n")):
        hunks = [fitted.hunk for fitted in fit_chunks(before, files[path].chunks)]
        assert apply_hunks(before, [hunk for hunk in hunks if hunk]) == after


def test_the_words_that_changed_in_a_line_are_marked() -> None:
    old, new = "return load(path, mode)\n", "return await load(path, strict)\n"
    removed, added = changed_words(old, new)
    assert [old[start:end] for start, end in removed] == ["mode"]
    assert [new[start:end] for start, end in added] == ["await ", "strict"]
    assert changed_words("日本 a", "日本 b") == (((3, 4),), ((3, 4),))


def test_a_patch_that_does_not_end_in_a_newline_ends_the_files_line_all_the_same() -> None:
    (patch,) = parse_patch("--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b")
    assert patch.chunks[0].lines == (" a\n", "+b\n")
