"""All or nothing, also under `kill -9`, on a full disk, and where files may not be written."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from claw_core.config.paths import Paths
from claw_core.event import NoticeRaised
from claw_core.journal import Recovery, recover
from claw_core.opening import open_session
from claw_core.options import Options
from claw_core.providers.scripted import ScriptedProvider

CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from claw_core.checkpoint import Blobs
from claw_core.tool import Change
from claw_core.workspace import Workspace

def row(root):
    text = lambda name: (root / name).read_bytes().decode()
    change = lambda name, after, **more: Change(path=str(root / name), before=text(name), after=after, **more)
    return [
        change("a.txt", "new a\\n"),
        change("sub/b.txt", LONG or "new b\\n"),
        Change(path=str(root / "made/deep/c.txt"), before=None, after="c\\n"),
        change("gone.txt", None),
        change("old.sh", "moved\\n", moved_to=str(root / "new.sh")),
    ]

def stop():
    os.kill(os.getpid(), signal.SIGKILL)

def run(root, journals, left):
    workspace = Workspace(root, home=root, blobs=Blobs(None), scratch=root, journals=journals)
    changes = row(root)
    said = journals.with_suffix(".recorded")

    def step(event, arguments):
        nonlocal left
        touches = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "fcntl.flock"}
        if event in touches or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
            left -= 1
            if left == -1:
                stop()

    async def main():
        await workspace.apply(changes, "c1", lambda event: said.touch())

    sys.addaudithook(step)
    asyncio.run(main())

LONG = ""
"""
"""Applies a row of changes, and is killed in front of the n-th thing that it does to the disk."""

ONCE = "\nrun(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))\n"
MANY = """
for line in sys.stdin:
    root, journals, step = line.rstrip().split("\\t")
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    else:
        run(Path(root), Path(journals), int(step))
        os._exit(0)
"""
"""Does so again and again, each time in a process of its own."""

PROJECT = Path(__file__).parents[2]
BEFORE = {"a.txt": b"old a\n", "sub/b.txt": b"old b\r\n", "gone.txt": b"gone\n", "old.sh": b"old\n"}
AFTER = {"a.txt": b"new a\n", "sub/b.txt": b"new b\n", "made/deep/c.txt": b"c\n", "new.sh": b"moved\n"}


@dataclass
class Row:
    """A project on which a row of changes is made, and the journals of those who make it."""

    root: Path
    journals: Path

    @classmethod
    def at(cls, folder: Path) -> "Row":
        for name, data in BEFORE.items():
            path = folder / "project" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (folder / "project/old.sh").chmod(0o751)
        return cls(folder / "project", folder / "journals")

    @property
    def contents(self) -> dict[str, bytes]:
        """Every file and every empty folder, drafts and keepsakes included."""
        below = {path.relative_to(self.root).as_posix(): path for path in self.root.rglob("*")}
        files = {name: path.read_bytes() for name, path in below.items() if path.is_file()}
        return files | {name: b"" for name, path in below.items() if path.is_dir() and not [*path.iterdir()]}

    @property
    def is_recorded(self) -> bool:
        return self.journals.with_suffix(".recorded").exists()

    def run(self, *, before: str = "", after: str = ONCE) -> subprocess.CompletedProcess[str]:
        """A process that makes the changes, with other code before or after."""
        words = [sys.executable, "-c", CHILD + before + after, str(self.root), str(self.journals), "999"]
        return subprocess.run(words, capture_output=True, text=True, check=False, cwd=PROJECT)


Killer = Callable[[Row, int], int]
"""Makes the changes in a process that is killed before a step; its exit code, negative where it was killed."""


@pytest.fixture(scope="module")
def kill_at() -> Iterator[Killer]:
    words = [sys.executable, "-c", CHILD + MANY]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        wanted, done = process.stdin, process.stdout
        assert wanted is not None
        assert done is not None

        def kill(row: Row, step: int) -> int:
            wanted.write(f"{row.root}\t{row.journals}\t{step}\n")
            wanted.flush()
            return int(done.readline())

        yield kill
        wanted.close()


def test_killed_at_every_step_a_row_is_whole_or_undone_and_said(tmp_path: Path, kill_at: Killer) -> None:
    """Dozens of processes, each killed one step later than the one before, until one gets through."""
    told: list[tuple[Recovery, ...]] = []
    for step in range(200):
        row = Row.at(tmp_path / str(step))
        code = kill_at(row, step)
        recovered = recover(row.journals)
        assert row.contents in (BEFORE, AFTER), (step, recovered)
        assert not row.journals.exists() or not list(row.journals.iterdir())
        assert recover(row.journals) == ()
        changed = row.contents == AFTER
        if code == 0:
            assert (changed, recovered) == (True, ())
            break
        assert code == -signal.SIGKILL
        # Whatever is in place although its process was killed is told, and what was recorded is in place.
        assert changed == any(each.was_complete for each in recovered)
        assert changed or not row.is_recorded
        told.append(recovered)
    else:
        pytest.fail("no process got through")
    assert any(not each.was_complete and len(each.files) > 3 for recovered in told for each in recovered)
    assert any(each.was_complete for recovered in told for each in recovered)


def test_a_mode_survives_the_move_and_its_undoing(tmp_path: Path, kill_at: Killer) -> None:
    for step in range(15, 60):
        row = Row.at(tmp_path / str(step))
        code = kill_at(row, step)
        recover(row.journals)
        moved, stayed = row.root / "new.sh", row.root / "old.sh"
        assert (moved if moved.exists() else stayed).stat().st_mode & 0o777 == 0o751
        if code == 0:
            break


def test_a_file_that_somebody_changed_since_is_left_alone_and_told(tmp_path: Path, kill_at: Killer) -> None:
    kept = 0
    for step in range(60):
        row = Row.at(tmp_path / str(step))
        if kill_at(row, step) == 0:
            break
        file = row.root / "a.txt"
        was_written = file.read_bytes() == AFTER["a.txt"]
        file.unlink()
        file.write_bytes(b"a person's own\n")
        recovered = recover(row.journals)
        assert file.read_bytes() == b"a person's own\n"
        for path, old in (pair for each in recovered for pair in each.kept):
            assert path == file
            assert old is not None
            assert old.read_bytes() == BEFORE["a.txt"]
            kept += was_written
    assert kept, "no process was killed between the renames"


def test_a_change_that_is_being_made_is_not_undone(tmp_path: Path) -> None:
    """Another claw starts while the first one is at work: the journal is locked."""
    row = Row.at(tmp_path)
    waits = "\nstop = lambda: (print('waits', flush=True), sys.stdin.read(1))\n" + ONCE
    words = [sys.executable, "-c", CHILD + waits, str(row.root), str(row.journals), "18"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        halfway = row.contents
        assert halfway not in (BEFORE, AFTER)
        assert recover(row.journals) == ()
        assert row.contents == halfway
        process.communicate("x")
    assert row.contents == AFTER


def test_a_torn_journal_stops_nothing(tmp_path: Path) -> None:
    for name, text in {
        "torn": '{"steps": [{"pa',
        "empty": "",
        "strange": "[]\n",
        "lacking": '{"steps": [{}]}\n',
    }.items():
        (tmp_path / f"{name}.json").write_text(text)
    assert recover(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []
    assert recover(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(("most", "said"), [(5000, "sub/b.txt cannot be written"), (100, "cannot be written")])
def test_on_a_full_disk_nothing_is_changed_and_nothing_is_left(tmp_path: Path, most: int, said: str) -> None:
    """A limit on the size of files stands for a full disk: writing a draft fails in the middle, or the journal."""
    row = Row.at(tmp_path)
    limit = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\nLONG = 'b' * 9000\n"
    assert f"{said}: it would be larger than this system allows" in row.run(before=limit).stderr
    assert row.contents == BEFORE
    assert list(row.journals.iterdir()) == []


@pytest.mark.parametrize("name", ["sub/b.txt", "sub"])
def test_a_file_or_folder_that_may_not_be_written_stops_the_whole_row(tmp_path: Path, name: str) -> None:
    row = Row.at(tmp_path)
    (row.root / name).chmod(0o555)
    words = [sys.executable, "-c", CHILD + ONCE, str(row.root), str(row.journals), "999"]
    if os.getuid() == 0:
        # Without its capabilities, root has to obey the modes of its own files.
        words = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *words]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=PROJECT)
    assert "sub/b.txt cannot be written: permission denied" in done.stderr
    (row.root / name).chmod(0o755)
    assert row.contents == BEFORE


async def test_the_next_session_tells_of_it(tmp_path: Path, kill_at: Killer) -> None:
    """A session that is opened, in whatever folder, has the change undone and says so."""
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    row = Row(tmp_path / "project", Paths.of(environ).journals)
    notices: list[NoticeRaised] = []
    for step in range(15, 40):
        Row.at(tmp_path)
        kill_at(row, step)
        session = await open_session(Options(cwd=tmp_path, provider=ScriptedProvider([]), environ=environ))
        events = [record.event for record in session.stream.records]
        notices = [event for event in events if isinstance(event, NoticeRaised) and "killed" in event.message]
        await session.close()
        if notices:
            break
    assert notices[0].message.startswith("claw was killed in the middle of a change, which is undone now: ")
    assert "project/a.txt" in notices[0].message
    assert row.contents == BEFORE
