"""Snapshots: what the files of a folder hold, so that what a command does to them can be told, and taken back.

A command says nothing of what it writes. So the folder is looked at before it runs and after: names come from the
search's walk, which leaves out what is ignored; a file is read again only where its size, times, inode or mode are not
those of the last look. What files held at the first look is kept in a nameless file that ends with the process.
"""

import asyncio
import contextlib
import os
import stat
import tempfile
import time
import weakref
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from claw_core.checkpoint import Blobs, content_hash
from claw_core.error import BlobLost
from claw_core.native.search import find, in_thread

MOST_FILES = 50_000
"""Files in a folder that is looked at; in a larger one, what commands change is not kept."""
LARGEST = 8 * 1024 * 1024
"""Bytes of a file whose contents are kept."""
MOST_BYTES = 256 * 1024 * 1024
"""Bytes that are kept of what files hold, and as many again of what commands made of them."""
PATIENCE = 8.0
"""Seconds that a walk through the folder may take, and the first reading of its files."""
NEVER = ("__pycache__", "node_modules", ".venv", ".tox", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
"""Folders whose files can be made again; left out whether or not an ignore file names them."""
MOST_BARE = 2_000
"""Folders without files that are looked into for links."""
_RULES = frozenset({".gitignore", ".ignore", ".rgignore"})
_RACE = 50_000_000
"""Nanoseconds: what was written so shortly before it was read may have been written again under the same time."""
_Mark = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """What stands under a name."""

    digest: str
    """Content hash; of a symbolic link, of where it leads. Empty where the contents are not kept."""
    mode: int
    """Type and permissions, as `st_mode` has them; 0 where they are not known."""

    def same(self, other: "Held | None") -> bool:
        """Whether both hold the same, as far as is known."""
        if other is None or self.digest != other.digest or not self.digest:
            return False
        return self.mode == other.mode or not (self.mode and other.mode)


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one file between two looks."""

    path: str
    """Relative to the folder."""
    before: Held | None
    after: Held | None


@dataclass(slots=True)
class _Seen:
    """A file at the last look."""

    mark: _Mark | None
    """What tells without reading that it is as it was; None to read it again."""
    held: Held
    settled: bool


class Snapshot:
    """What the files of `root` held at the last look. Used by one task at a time."""

    def __init__(self, root: Path, blobs: Blobs, scratch: Path) -> None:
        """What changes goes to `blobs`; `scratch` is a folder for the nameless file."""
        self._root = root
        self._blobs = blobs
        self._scratch = scratch
        self._seen: dict[str, _Seen] | None = None
        self._pack = _Pack(scratch)
        self._looked = 0
        self._repository = 0.0
        self._written = 0
        self.unwatched = ""
        """Why nothing is seen here, in words; empty while it is."""

    @property
    def taken(self) -> bool:
        """Whether there was a first look."""
        return self._seen is not None

    async def look(self, *, keep: bool) -> list[Difference]:
        """What is different since the last look; nothing at the first. With `keep`, all of it goes to the blobs.

        Raises nothing but what a full disk does, as SessionError. Cancelled, it stops, and the next look tells it all.
        """
        if self.unwatched:
            return []
        try:
            async with asyncio.timeout(PATIENCE):
                found = await find([f"!{name}" for name in NEVER], self._root, hidden=True)
        except TimeoutError:
            return self._give_up(f"its files could not be listed within {PATIENCE:g} s")
        except (OSError, ValueError) as error:
            return self._give_up(f"it cannot be listed: {error}")
        if found.total > MOST_FILES:
            return self._give_up(f"it has {found.total:,} files, more than {MOST_FILES:,}")
        stop = Event()
        return await in_thread(lambda: self._compare(found.paths, stop, keep=keep), stop.set)

    def note(self, path: str, held: Held | None) -> None:
        """The workspace itself has written this file."""
        if self._seen is None:
            return
        if held is None:
            self._seen.pop(path, None)
        else:
            self._seen[path] = _Seen(None, held, settled=False)

    def _give_up(self, why: str) -> list[Difference]:
        self.unwatched = why
        self._seen = None
        self._pack.clear()
        return []

    def _compare(self, names: Sequence[str], stop: Event, *, keep: bool) -> list[Difference]:
        began = time.time_ns()
        before, after = self._seen, dict[str, _Seen]()
        differences: list[Difference] = []
        appeared: list[tuple[str, _Seen]] = []
        for path, status in self._present(names):
            if stop.is_set():
                return []
            if before is None and time.time_ns() - began > PATIENCE * 1e9:
                return self._give_up(f"its files could not be read within {PATIENCE:g} s")
            old = before.get(path) if before is not None else None
            seen = after[path] = self._look_at(path, status, old, began, first=before is None or not keep)
            if before is None:
                continue
            if old is None:
                appeared.append((path, seen))
            elif seen is not old and not seen.held.same(old.held):
                differences.append(Difference(path, old.held, seen.held))
        if before is not None:
            gone = {path: seen for path, seen in before.items() if path not in after}
            # What is still there is only ignored from now on.
            differences += [Difference(path, seen.held, None) for path, seen in gone.items() if self._is_gone(path)]
            differences += self._appeared(appeared, gone, differences)
        if keep:
            for each in differences:
                self._keep(each.before)
                self._keep(each.after)
        self._seen, self._looked, self._repository = after, began, self._repository_mark()
        return sorted(differences, key=lambda each: each.path)

    def _appeared(
        self, appeared: list[tuple[str, _Seen]], gone: dict[str, _Seen], others: list[Difference]
    ) -> list[Difference]:
        """Files that are new. One that was there all along, and was only ignored until now, is none of them."""
        names = {
            path.rpartition("/")[2] for path in (*gone, *(path for path, _ in appeared), *(o.path for o in others))
        }
        if _RULES.isdisjoint(names) and self._repository == self._repository_mark():
            return [Difference(path, None, seen.held) for path, seen in appeared]
        moved = {seen.mark[3] for seen in gone.values() if seen.mark is not None}
        return [
            Difference(path, None, seen.held)
            for path, seen in appeared
            if seen.mark is None or seen.mark[1] >= self._looked - _RACE or seen.mark[3] in moved
        ]

    def _is_gone(self, path: str) -> bool:
        try:
            (self._root / path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False
        return False

    def _repository_mark(self) -> float:
        """Changes when other files may be ignored, for another reason than the ignore files among the files."""
        git = self._root / ".git"
        try:
            return (git / "info" / "exclude").stat().st_mtime
        except OSError:
            return float(git.exists())

    def _present(self, names: Sequence[str]) -> Iterator[tuple[str, os.stat_result]]:
        """Those of the names that are still there, and the symbolic links, which the walk does not name."""
        folders = _by_folder(names)
        more = MOST_BARE
        waiting = list(folders)
        while waiting:
            folder = waiting.pop()
            entries = _entries(self._root / folder)
            wanted = folders.get(folder)
            if wanted is None and any(entry.is_file(follow_symlinks=False) for entry in entries):
                continue  # none of its files was named, so it is ignored
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink() or (wanted is not None and entry.name in wanted):
                    with contextlib.suppress(FileNotFoundError, UnicodeEncodeError):
                        path.encode()
                        yield path, entry.stat(follow_symlinks=False)
                elif path not in folders and more and entry.is_dir():
                    more -= 1
                    waiting.append(path)

    def _look_at(self, path: str, status: os.stat_result, old: _Seen | None, now: int, *, first: bool) -> _Seen:
        mark = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode)
        if old is not None and old.settled and old.mark == mark:
            return old
        data = _bytes(f"{self._root}/{path}", status)
        settled = max(mark[0], mark[1]) < now - _RACE
        if data is None:
            unchanged = old is not None and not old.held.digest and old.mark == mark
            return old if unchanged and old is not None else _Seen(mark, Held("", status.st_mode), settled=True)
        digest = content_hash(data)
        held = Held(digest, status.st_mode)
        if old is None or old.held.digest != digest:
            held = held if self._store(digest, data, first=first) else Held("", status.st_mode)
        return _Seen(mark, held, settled=settled)

    def _store(self, digest: str, data: bytes, *, first: bool) -> bool:
        """Keep what a file holds: what was there anyway beside the session, what a command made in it."""
        if self._pack.holds(digest) or self._blobs.has(digest):
            return True
        if first:
            return self._pack.put(digest, data)
        if self._written + len(data) > MOST_BYTES:
            return False
        self._written += len(data)
        self._blobs.put(data)
        return True

    def _keep(self, held: Held | None) -> None:
        """What a file held before goes to the session's blobs, since it is not there any more."""
        if held is not None and held.digest and (data := self._pack.get(held.digest)) is not None:
            self._blobs.put(data)


class _Pack:
    """Bytes by their hashes, in a file without a name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle = -1
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def holds(self, digest: str) -> bool:
        return digest in self._places

    def put(self, digest: str, data: bytes) -> bool:
        """False where there is no room."""
        if self._end + len(data) > MOST_BYTES:
            return False
        try:
            if self._handle < 0:
                self._open()
            if os.pwrite(self._handle, data, self._end) != len(data):
                return False
        except OSError:
            return False
        self._places[digest] = (self._end, len(data))
        self._end += len(data)
        return True

    def get(self, digest: str) -> bytes | None:
        if digest not in self._places:
            return None
        start, size = self._places[digest]
        try:
            data = os.pread(self._handle, size, start)
        except OSError:
            return None
        return data if content_hash(data) == digest else None

    def _open(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._handle, name = tempfile.mkstemp(dir=self._folder)
        weakref.finalize(self, os.close, self._handle)
        Path(name).unlink()

    def clear(self) -> None:
        self._places.clear()
        if self._handle >= 0:
            os.ftruncate(self._handle, 0)


def look_at(path: Path) -> tuple[Held | None, bytes]:
    """What stands under a name at this moment, links not followed, and its bytes. Raises OSError, also for a folder."""
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None, b""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(21, "Is a directory", str(path))
    data = _bytes(str(path), status)
    return (Held("", status.st_mode), b"") if data is None else (Held(content_hash(data), status.st_mode), data)


def lost(held: Held | None, blobs: Blobs) -> bool:
    """Whether what was held cannot be had again."""
    if held is None:
        return False
    try:
        blobs.get(held.digest)
    except BlobLost:
        return True
    return False


def _bytes(path: str, status: os.stat_result) -> bytes | None:
    """What a file holds, or where a link leads; None where it is too large, no file, or cannot be read."""
    try:
        if stat.S_ISLNK(status.st_mode):
            return os.fsencode(os.readlink(path))  # noqa: PTH115 - of many files, a Path for each takes as long again
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _read(handle, status.st_size)
        finally:
            os.close(handle)
    except OSError:
        return None


def _read(handle: int, expected: int) -> bytes | None:
    """All of an open file, which may have grown meanwhile; None where it is too large."""
    data = os.read(handle, expected + 1)
    while len(data) > expected or (len(data) < expected and expected):
        more = os.read(handle, LARGEST + 1 - len(data))
        if not more:
            break
        data += more
        if len(data) > LARGEST:
            return None
    return data


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name != ".git" and entry.name not in NEVER]
    except OSError:
        return []


def _by_folder(names: Sequence[str]) -> dict[str, Collection[str]]:
    """The names by their folders, with every folder on the way to one."""
    folders: dict[str, set[str]] = {"": set()}
    for path in names:
        folder, _, name = path.rpartition("/")
        while folder not in folders:
            folders[folder] = set()
            folder = folder.rpartition("/")[0]
        folders[path.rpartition("/")[0]].add(name)
    return dict(folders)
