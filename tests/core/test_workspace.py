"""The workspace: bytes that were not changed stay, stale changes are refused, and several are made all or none."""

import asyncio
import errno
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.checkpoint import Blobs, content_hash
from claw_core.error import BinaryFile, FileMissing, FileTooLarge, NotAFile, StaleFile, WorkspaceError
from claw_core.file_text import Encoding, decode, encode, explain
from claw_core.permissions.place import follow_links
from claw_core.permissions.policy import Policy
from claw_core.tool import Change
from claw_core.workspace import Workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def workspace(root: Path, tmp_path: Path) -> Workspace:
    return Workspace(root, home=tmp_path / "home", blobs=Blobs(None), scratch=tmp_path / "scratch")


def change(path: Path, before: str | None, after: str | None) -> Change:
    return Change(path=str(path), before=before, after=after)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below, drafts included."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def drafts(folder: Path) -> list[Path]:
    return list(folder.glob("**/.claw-*"))


# ---- paths


def test_paths_are_understood_as_people_write_them(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    assert workspace.resolve("src/a.py") == root / "src/a.py"
    assert workspace.resolve("./src//b/../a.py") == root / "src/a.py"
    assert workspace.resolve("../other") == tmp_path / "other"
    assert workspace.resolve("/etc/hosts") == Path("/etc/hosts")
    assert workspace.resolve("//etc/hosts") == Path("/etc/hosts")
    assert workspace.resolve("~/notes") == tmp_path / "home/notes"
    assert workspace.resolve("~//notes/..") == workspace.resolve("~") == tmp_path / "home"
    assert workspace.resolve("") == root
    for name in ("a\0b", "\ud800"):
        with pytest.raises(WorkspaceError):
            workspace.resolve(name)


def test_the_home_of_somebody_else_is_a_name_like_any_other(workspace: Workspace, root: Path) -> None:
    assert workspace.resolve("~root") == root / "~root"
    assert workspace.resolve("~root/../../../../etc/shadow") == Path(os.path.normpath(root / "../../../etc/shadow"))
    assert workspace.resolve("~root/../etc/shadow") == root / "etc/shadow"


_STEPS = st.sampled_from(["~", "~root", "..", ".", "", "a", "in", "out", "up", "circle", "~nobody", "etc", " "])


@given(st.booleans(), st.lists(_STEPS, max_size=8))
def test_what_the_gate_judges_is_what_is_opened(
    tmp_path_factory: pytest.TempPathFactory, rooted: bool, steps: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "one-reading"
    root, home = folder / "project", folder / "home"
    if not folder.exists():
        for each in (root / "a/in", root / "~", root / "~root", home / "a"):
            each.mkdir(parents=True)
        for name, target in {"in": "a/in", "out": home, "up": "..", "circle": "circle"}.items():
            (root / name).symlink_to(target)
    path = "/" * rooted + "/".join(steps)
    policy = Policy(mode="ask", root=root, home=home, resolve=follow_links(root, home))
    workspace = Workspace(root, home=home, blobs=Blobs(None), scratch=folder)
    assert policy.real(path) == workspace.real(workspace.resolve(path))


def test_paths_are_shown_relative_inside_and_absolute_outside(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    assert workspace.show(root / "src/a.py") == "src/a.py"
    assert workspace.show(root) == "."
    assert workspace.show(tmp_path / "other") == str(tmp_path / "other")


def test_a_link_that_leads_out_is_not_contained(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    (root / "out").symlink_to(tmp_path)
    assert workspace.resolve("out/x") == root / "out/x"
    assert workspace.real(root / "out/x") == tmp_path / "x"
    assert not workspace.contains(root / "out/x")
    assert workspace.contains(root / "in/x")
    assert not workspace.contains(tmp_path / "project-two")


def test_a_root_reached_through_a_link_contains_its_files_by_both_names(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    workspace = Workspace(tmp_path / "link", home=tmp_path, blobs=Blobs(None), scratch=tmp_path / "scratch")
    assert workspace.resolve("a") == tmp_path / "link" / "a"
    assert workspace.contains(root / "a")
    assert workspace.show(root / "a") == "a"


# ---- encodings


@given(
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]),
)
def test_text_survives_its_way_to_bytes_and_back(text: str, encoding: Encoding) -> None:
    found = decode(encode(text, encoding))
    assert found is not None
    if encoding == "utf-8" and text.startswith("\ufeff"):
        assert found == (text[1:], "utf-8-sig")
    else:
        assert found == (text, encoding)


@given(data=st.binary() | st.text(st.characters(codec="latin-1")).map(lambda text: text.encode("latin-1")))
def test_bytes_that_count_as_text_come_back_unchanged(data: bytes) -> None:
    found = decode(data)
    if found is not None:
        assert encode(*found) == data


def test_line_endings_are_read_as_they_are(workspace: Workspace, root: Path) -> None:
    (root / "dos").write_bytes(b"one\r\ntwo\r\n")
    (root / "mixed").write_bytes(b"one\r\ntwo\n")
    (root / "unix").write_bytes(b"one\ntwo")
    assert workspace.read_text(root / "dos").text == "one\r\ntwo\r\n"
    endings = [workspace.read_text(root / name).line_ending for name in ("dos", "mixed", "unix")]
    assert endings == ["\r\n", "mixed", "\n"]


def test_what_is_no_text_is_refused_with_its_size(workspace: Workspace, root: Path) -> None:
    (root / "a.bin").write_bytes(b"\x7fELF\0\0\1")
    (root / "b.bin").write_bytes(bytes(range(1, 256)))
    (root / "latin").write_bytes("naïve café\n".encode("latin-1"))
    with pytest.raises(BinaryFile, match="7 bytes"):
        workspace.read_text(root / "a.bin")
    with pytest.raises(BinaryFile):
        workspace.read_text(root / "b.bin")
    file = workspace.read_text(root / "latin")
    assert (file.text, file.encoding) == ("naïve café\n", "latin-1")


def test_what_cannot_be_read_says_why_and_what_to_do(workspace: Workspace, root: Path) -> None:
    (root / "readme.md").write_text("hello")
    os.mkfifo(root / "pipe")
    (root / "circle").symlink_to("circle")
    with pytest.raises(FileMissing) as missing:
        workspace.read_text(root / "README.md")
    assert missing.value.message == "README.md does not exist."
    assert "readme.md" in missing.value.hint
    with pytest.raises(FileMissing, match="nearest one that does is"):
        workspace.read_text(root / "no" / "such" / "file")
    with pytest.raises(NotAFile, match="a folder"):
        workspace.read_text(root)
    with pytest.raises(NotAFile, match="a named pipe"):
        workspace.read_text(root / "pipe")
    with pytest.raises(NotAFile, match="a device"):
        workspace.read_text(Path("/dev/null"))
    with pytest.raises(WorkspaceError, match="circle"):
        workspace.read_text(root / "circle")
    with pytest.raises(FileTooLarge, match="5 bytes"):
        workspace.read_text(root / "readme.md", limit=4)
    with pytest.raises(WorkspaceError, match="a part of its path is a file"):
        workspace.read_text(root / "readme.md" / "x")
    with pytest.raises(WorkspaceError, match="too long"):
        workspace.read_text(root / ("x" * 300))


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "permission denied"), (errno.EROFS, "the disk is read-only")],
)
def test_what_the_system_refuses_is_said_in_words(number: int, words: str, root: Path) -> None:
    error = explain(OSError(number, "system's words"), root / "a", "a", "written")
    assert error.message == f"a cannot be written: {words}."
    assert error.hint


def test_what_lies_beside_a_file_outside_is_not_told(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text("ada")
    (root / "out").symlink_to(tmp_path)
    for path in (tmp_path / "passwt", root / "out" / "passwt", tmp_path / "no" / "such"):
        with pytest.raises(FileMissing) as missing:
            workspace.read_text(path)
        assert missing.value.hint == "Check its path."


# ---- freshness


def test_a_file_must_be_read_before_it_counts_as_known(workspace: Workspace, root: Path) -> None:
    path = root / "a.py"
    path.write_text("one\n")
    with pytest.raises(StaleFile, match="not read in this session"):
        workspace.require_fresh(path)
    workspace.note_read(path)
    assert workspace.require_fresh(path).text == "one\n"


def test_a_change_of_the_same_size_and_time_is_noticed(workspace: Workspace, root: Path) -> None:
    path = root / "a.py"
    path.write_text("one\n")
    workspace.note_read(path)
    status = path.stat()
    path.write_text("two\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(StaleFile, match="changed since"):
        workspace.require_fresh(path)


def test_touching_a_file_does_not_make_it_stale(workspace: Workspace, root: Path) -> None:
    path = root / "a.py"
    path.write_text("one\n")
    workspace.note_read(path)
    os.utime(path, (1, 1))
    workspace.require_fresh(path)


def test_what_was_noted_is_what_the_model_saw_not_what_came_after(workspace: Workspace, root: Path) -> None:
    path = root / "a.py"
    path.write_text("one\n")
    seen = workspace.read_text(path)
    path.write_text("two\n")
    workspace.note_read(path, seen)
    with pytest.raises(StaleFile):
        workspace.require_fresh(path)


def test_a_file_is_the_same_by_every_name(workspace: Workspace, root: Path) -> None:
    (root / "a.py").write_text("one\n")
    (root / "b.py").symlink_to("a.py")
    workspace.note_read(root / "b.py")
    workspace.require_fresh(root / "a.py")


def test_a_file_that_was_removed_since_is_stale(workspace: Workspace, root: Path) -> None:
    path = root / "a.py"
    path.write_text("one\n")
    workspace.note_read(path)
    path.unlink()
    with pytest.raises(StaleFile, match="removed"):
        workspace.require_fresh(path)


def test_nobody_learns_what_is_outside_without_reading_it(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "text").write_text("one\n")
    (outside / "binary").write_bytes(b"\0")
    (outside / "empty").write_text("")
    (outside / "circle").symlink_to("circle")
    os.mkfifo(outside / "pipe")
    (root / "out").symlink_to(outside)
    told: set[tuple[str, str]] = set()
    for name in ("text", "binary", "empty", "circle", "pipe", "missing", "text/x", "x" * 300):
        for path in (outside / name, root / "out" / name):
            assert workspace.before_writing(path) is None
            with pytest.raises(StaleFile) as unknown:
                workspace.require_fresh(path)
            told.add((unknown.value.message.replace(workspace.show(path), "PATH"), unknown.value.hint))
    assert told == {
        (
            "PATH cannot be changed: it lies outside the workspace and was not read in this session.",
            "Read it first, so that the change fits what it holds.",
        )
    }
    workspace.note_read(outside / "text")
    assert workspace.require_fresh(root / "out" / "text").text == "one\n"
    (outside / "text").unlink()
    with pytest.raises(StaleFile, match="removed since"):
        workspace.require_fresh(outside / "text")


# ---- writing


async def test_a_file_outside_that_nobody_looked_at_is_not_overwritten(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious\n")
    with pytest.raises(StaleFile, match="exists already, and was not read"):
        await workspace.apply([change(tmp_path / "precious", None, "mine\n")], "c1")
    assert (tmp_path / "precious").read_text() == "precious\n"
    await workspace.apply([change(tmp_path / "new", None, "mine\n")], "c1")
    assert (tmp_path / "new").read_text() == "mine\n"


async def test_a_change_is_written_counted_kept_and_known(workspace: Workspace, root: Path) -> None:
    path = root / "a.py"
    path.write_text("one\ntwo\nthree\n")
    (event,) = await workspace.apply([change(path, "one\ntwo\nthree\n", "one\n2\n2.5\nthree\n")], "c1")
    assert path.read_text() == "one\n2\n2.5\nthree\n"
    assert (event.path, event.call, event.added, event.removed) == ("a.py", "c1", 2, 1)
    assert event.before is not None
    assert event.after is not None
    assert workspace.blobs.get(event.before) == b"one\ntwo\nthree\n"
    assert workspace.blobs.get(event.after) == path.read_bytes()
    workspace.require_fresh(path)
    assert contents(root) == {"a.py": b"one\n2\n2.5\nthree\n"}


@pytest.mark.parametrize(
    ("held", "text"),
    [
        (b"\xef\xbb\xbfone\r\n", "one\r\n"),
        ("\ufeffone\n".encode("utf-16-le"), "one\n"),
        ("\ufeffone\n".encode("utf-16-be"), "one\n"),
        (b"caf\xe9 one\n", "café one\n"),
    ],
)
async def test_encoding_and_mark_are_kept(workspace: Workspace, root: Path, held: bytes, text: str) -> None:
    path = root / "a.txt"
    path.write_bytes(held)
    found = decode(held)
    assert found is not None
    await workspace.apply([change(path, text, text.replace("one", "two"))], "c1")
    file = workspace.read_text(path)
    assert (file.text, file.encoding) == (text.replace("one", "two"), found[1])
    assert path.read_bytes()[:2] == held[:2]


async def test_a_character_the_encoding_lacks_is_refused(workspace: Workspace, root: Path) -> None:
    path = root / "a.txt"
    path.write_bytes(b"caf\xe9\n")
    with pytest.raises(WorkspaceError, match="latin-1"):
        await workspace.apply([change(path, "café\n", "café €\n")], "c1")
    assert contents(root) == {"a.txt": b"caf\xe9\n"}


async def test_mode_and_link_are_kept(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    script = tmp_path / "elsewhere.sh"
    script.write_text("one\n")
    script.chmod(0o751)
    (root / "run.sh").symlink_to(script)
    (event,) = await workspace.apply([change(root / "run.sh", "one\n", "two\n")], "c1")
    assert event.path == str(script), "what is told is which file was written"
    assert (root / "run.sh").is_symlink()
    assert script.read_text() == "two\n"
    assert stat.S_IMODE(script.stat().st_mode) == 0o751


async def test_a_link_to_nothing_makes_the_file_it_names(workspace: Workspace, root: Path) -> None:
    (root / "link").symlink_to("sub/real")
    await workspace.apply([change(root / "link", None, "hello\n")], "c1")
    assert (root / "sub/real").read_text() == "hello\n"
    assert (root / "link").is_symlink()


async def test_a_new_file_gets_its_folders_and_the_usual_mode(workspace: Workspace, root: Path) -> None:
    (event,) = await workspace.apply([change(root / "a/b/c.txt", None, "x\ny")], "c1")
    (root / "usual").write_text("")
    assert (root / "a/b/c.txt").read_text() == "x\ny"
    assert (root / "a/b/c.txt").stat().st_mode == (root / "usual").stat().st_mode
    assert (event.before, event.added, event.removed) == (None, 2, 0)


async def test_a_file_can_be_removed(workspace: Workspace, root: Path) -> None:
    path = root / "a.py"
    path.write_text("one\n")
    (event,) = await workspace.apply([change(path, "one\n", None)], "c1")
    assert contents(root) == {}
    assert (event.before, event.after, event.removed) == (content_hash(b"one\n"), None, 1)


async def test_a_link_is_not_removed_in_place_of_its_file(workspace: Workspace, root: Path) -> None:
    (root / "a").write_text("one\n")
    (root / "b").symlink_to("a")
    with pytest.raises(WorkspaceError, match="symbolic link"):
        await workspace.apply([change(root / "b", "one\n", None)], "c1")
    assert (root / "b").read_text() == "one\n"


async def test_what_changes_nothing_is_no_event(workspace: Workspace, root: Path) -> None:
    (root / "a").write_text("one\n")
    inode = (root / "a").stat().st_ino
    assert await workspace.apply([change(root / "a", "one\n", "one\n")], "c1") == ()
    assert (root / "a").stat().st_ino == inode


@pytest.mark.parametrize(
    ("held", "before", "words"),
    [("other\n", "one\n", "changed"), ("other\n", None, "appeared"), (None, "one\n", "removed")],
)
async def test_a_file_that_is_not_as_the_change_says_is_left_alone(
    workspace: Workspace, root: Path, held: str | None, before: str | None, words: str
) -> None:
    if held is not None:
        (root / "a").write_text(held)
    with pytest.raises(StaleFile, match=words):
        await workspace.apply([change(root / "a", before, "mine\n")], "c1")
    assert contents(root) == ({} if held is None else {"a": held.encode()})


async def test_a_binary_file_that_is_in_the_way_is_left_alone(workspace: Workspace, root: Path) -> None:
    (root / "a").write_bytes(b"\0\1")
    with pytest.raises(StaleFile):
        await workspace.apply([change(root / "a", None, "mine\n")], "c1")
    assert contents(root) == {"a": b"\0\1"}


async def test_when_one_of_several_cannot_be_written_none_is(workspace: Workspace, root: Path) -> None:
    (root / "a").write_text("one\n")
    (root / "file").write_text("in the way")
    before = contents(root)
    with pytest.raises(WorkspaceError, match="file/x cannot be written: a part of its path is a file") as failed:
        await workspace.apply(
            [
                change(root / "a", "one\n", "two\n"),
                change(root / "new/deep/b", None, "b\n"),
                change(root / "file/x", None, "x\n"),
            ],
            "c1",
        )
    assert failed.value.hint
    assert contents(root) == before
    assert names(root) == ["a", "file"]


async def test_when_the_last_rename_fails_those_before_are_taken_back(workspace: Workspace, root: Path) -> None:
    """While it stages, `x` is a folder for `x/y`; so `x` itself cannot be renamed into place."""
    (root / "a").write_text("one\n")
    (root / "gone").write_text("gone\n")
    before = contents(root)
    with pytest.raises(WorkspaceError):
        await workspace.apply(
            [
                change(root / "a", "one\n", "two\n"),
                change(root / "gone", "gone\n", None),
                change(root / "x", None, "x\n"),
                change(root / "x/y", None, "y\n"),
            ],
            "c1",
        )
    assert contents(root) == before
    assert names(root) == ["a", "gone"]


async def test_folders_and_devices_are_never_written(workspace: Workspace, root: Path) -> None:
    (root / "folder").mkdir()
    os.mkfifo(root / "pipe")
    for path in (root / "folder", root / "pipe", Path("/dev/null")):
        with pytest.raises(NotAFile):
            await workspace.apply([change(path, None, "x\n")], "c1")


async def test_two_changes_to_one_file_are_refused(workspace: Workspace, root: Path) -> None:
    (root / "a").write_text("one\n")
    (root / "b").symlink_to("a")
    with pytest.raises(WorkspaceError, match="same file"):
        await workspace.apply([change(root / "a", "one\n", "2\n"), change(root / "b", "one\n", "3\n")], "c1")
    assert (root / "a").read_text() == "one\n"


async def test_of_two_changes_at_once_made_for_the_same_text_one_is_told(workspace: Workspace, root: Path) -> None:
    (root / "a").write_text("one\n")
    outcomes = await asyncio.gather(
        workspace.apply([change(root / "a", "one\n", "two\n")], "c1"),
        workspace.apply([change(root / "a", "one\n", "three\n")], "c2"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [tuple, StaleFile]
    assert (root / "a").read_text() == "two\n"


async def test_what_a_killed_process_left_is_cleared_away_a_day_later(root: Path, tmp_path: Path) -> None:
    """Drafts, and second names of files that are still there; never the only one that has what a file held."""
    (root / "a").write_text("one\n")
    (root / ".claw-0123456789abcdef").write_text("a draft")
    os.link(root / "a", root / ".claw-1111111111111111.kept")
    (root / ".claw-2222222222222222.kept").write_text("what a file held")
    mine = {".claw-notes", ".claw-0123456789abcdef.txt", "x.claw-0123456789abcdef"}
    for name in mine:
        (root / name).write_text("a person's own")
    (root / ".claw-3333333333333333").mkdir()
    (root / ".claw-4444444444444444").symlink_to("a")
    stay = mine | {"a", ".claw-2222222222222222.kept", ".claw-3333333333333333", ".claw-4444444444444444"}
    leftovers = {".claw-0123456789abcdef", ".claw-1111111111111111.kept"}

    def session(later: float) -> Workspace:
        return Workspace(root, home=tmp_path, blobs=Blobs(None), scratch=tmp_path, clock=lambda: time.time() + later)

    await session(later=3600).apply([change(root / "b", None, "")], "c1")
    assert set(names(root)) == stay | leftovers | {"b"}
    await session(later=25 * 3600).apply([change(root / "c", None, "")], "c1")
    assert set(names(root)) == stay | {"b", "c"}
    assert (root / "a").read_text() == "one\n"


async def test_an_interrupted_change_leaves_everything_as_it_was(workspace: Workspace, root: Path) -> None:
    big = "line\n" * 400_000
    (root / "a").write_text(big)
    work = asyncio.create_task(
        workspace.apply([change(root / "a", big, big + "more\n"), change(root / "new/b", None, big)], "c1")
    )
    while not drafts(root):  # noqa: ASYNC110 (the disk has no event to wait for)
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert contents(root) == {"a": big.encode()}
    assert not (root / "new").exists()
    with pytest.raises(StaleFile, match="not read"):
        workspace.require_fresh(root / "a")
