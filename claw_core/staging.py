"""Writing several files all together, or not at all.

Everything that may fail is done beforehand, beside the files: new contents are staged as drafts in the same folders,
and what is there is kept under a second name. What is left is a row of renames, each of which happens or does not.
Where one fails, those before it are taken back; where the process is killed between two, the next start does that, as
the journal says.
"""

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from claw_core.checkpoint import content_hash
from claw_core.journal import Journal, Step

_OURS = re.compile(r"\.claw-[0-9a-f]{16}(\.kept)?")
"""What drafts are called, and keepsakes; one that lies around is from a process that was killed."""

STALE = 24 * 60 * 60
"""Seconds after which nobody is at work on a draft any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """What one file shall hold."""

    path: Path
    """Where a symbolic link leads, unless the link itself is meant."""
    data: bytes | None
    """None to remove the file."""
    like: Path | None = None
    """The file whose mode and owner a new one gets; None for what the umask leaves."""
    mode: int | None = None
    """What it shall be, as `st_mode` has it, where that is known: a file with these permissions, or a symbolic link,
    whose data is where it leads. What is there may be read-only then."""


def sweep(folder: Path, now: float) -> None:
    """Clear away what a process that was killed more than a day before `now` left in a folder. Never raises.

    A keepsake stays where nothing else has what the file held: somebody may look for it.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if (ours := _OURS.fullmatch(entry.name)) is None:
                continue
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                # When the name was given, which for a keepsake may be years after the file was written.
                stale = now - status.st_ctime > STALE and status.st_uid == os.getuid()
                if stale and stat.S_ISREG(status.st_mode) and (ours[1] is None or status.st_nlink > 1):
                    Path(entry.path).unlink()


class Staging:
    """A row of writes. `stage`, then `commit`, then `finish`; `revert` undoes whatever was done so far.

    `stage` and `commit` raise OSError with `filename` set to the file of the row that it is about. All of them block.
    With `journals`, a folder, the row is put right after a `kill -9`, too; see `journal.recover`.
    """

    def __init__(self, writes: tuple[Write, ...], journals: Path | None = None) -> None:
        self._writes = writes
        self._journals = journals
        self._journal: Journal | None = None
        self._drafts: dict[Path, Path] = {}
        self._keepsakes: dict[Path, Path] = {}
        self._folders: list[Path] = []
        self._done: list[Path] = []

    def stage(self) -> None:
        """Put everything beside where it belongs. No file of the row is touched."""
        found: dict[Path, os.stat_result | None] = {}
        for write in self._writes:
            with _about(write.path):
                found[write.path] = self._plan(write)
        if self._journals is not None:
            with _about(self._journals):
                self._journal = Journal(self._journals, [self._step(write) for write in self._writes], self._folders)
        for write in self._writes:
            with _about(write.path):
                self._stage(write, found[write.path])

    def commit(self) -> None:
        """Make it so."""
        for write in self._writes:
            with _about(write.path):
                if write.data is None:
                    write.path.unlink()
                else:
                    self._drafts[write.path].replace(write.path)
                    del self._drafts[write.path]
            self._done.append(write.path)
        if self._journal is not None:
            self._journal.complete()

    def revert(self) -> dict[Path, Path | None]:
        """Everything is as it was before `stage`. Never raises.

        What it could not put back is returned: each path, with the place where the file's old contents are kept.
        """
        lost: dict[Path, Path | None] = {}
        if self._journal is not None:
            with contextlib.suppress(OSError):
                self._journal.incomplete()
        for path in reversed(self._done):
            keepsake = self._keepsakes.pop(path, None)
            try:
                if keepsake:
                    keepsake.replace(path)
                else:
                    path.unlink(missing_ok=True)
            except OSError:
                lost[path] = keepsake
        self._done.clear()
        self._clear()
        for folder in reversed(self._folders):
            with contextlib.suppress(OSError):  # somebody else put something in it
                folder.rmdir()
        self._close()
        return lost

    def finish(self) -> None:
        """Clear away drafts, keepsakes and journal: the row is whole, and recorded. Never raises."""
        self._clear()
        self._close()

    def _clear(self) -> None:
        for leftover in (*self._drafts.values(), *self._keepsakes.values()):
            with contextlib.suppress(OSError):
                leftover.unlink(missing_ok=True)
        self._drafts.clear()
        self._keepsakes.clear()

    def _close(self) -> None:
        if self._journal is not None:
            self._journal.close()

    def _plan(self, write: Write) -> os.stat_result | None:
        """Give out the names that staging uses; what the file is now."""
        if write.data is not None:
            self._drafts[write.path] = _beside(write.path)
        try:
            status = write.path.lstat()
        except FileNotFoundError:
            folder = write.path.parent
            missing: list[Path] = []
            while not folder.exists() and folder not in self._folders:
                missing.append(folder)
                folder = folder.parent
            self._folders += reversed(missing)
            return None
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, "Is a directory", str(write.path))
        if write.mode is None and not os.access(write.path, os.W_OK):
            raise PermissionError(errno.EACCES, "Permission denied", str(write.path))
        self._keepsakes[write.path] = _beside(write.path, ".kept")
        return status

    def _step(self, write: Write) -> Step:
        draft, keepsake = self._drafts.get(write.path), self._keepsakes.get(write.path)
        return Step(
            path=str(write.path),
            draft=str(draft) if draft else None,
            keepsake=str(keepsake) if keepsake else None,
            after=None if write.data is None else content_hash(write.data),
        )

    def _stage(self, write: Write, status: os.stat_result | None) -> None:
        if status is not None:
            _keep(write.path, self._keepsakes[write.path])
        else:
            for folder in self._folders:
                if write.path.is_relative_to(folder):
                    folder.mkdir(exist_ok=True)
        if write.data is not None:
            like = write.like.stat() if status is None and write.like else status
            if write.mode is not None and stat.S_ISLNK(write.mode):
                self._drafts[write.path].symlink_to(os.fsdecode(write.data))
            else:
                self._draft(self._drafts[write.path], write.data, like, write.mode)

    def _draft(self, draft: Path, data: bytes, like: os.stat_result | None, mode: int | None) -> None:
        # A new file gets the mode that the umask leaves; another one is private until it has the old one's mode.
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if like is None else 0o600)
        with os.fdopen(handle, "wb") as file:
            if like is not None:
                with contextlib.suppress(OSError):  # only root gives files away
                    os.fchown(handle, like.st_uid, like.st_gid)
                if not stat.S_ISLNK(like.st_mode):
                    os.fchmod(handle, stat.S_IMODE(like.st_mode))
            if mode is not None:
                os.fchmod(handle, stat.S_IMODE(mode))
            file.write(data)
            file.flush()
            os.fsync(handle)


@contextlib.contextmanager
def _about(path: Path) -> Generator[None]:
    """An OSError in here is about this path, whatever name beside it was in use."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise


def _beside(path: Path, suffix: str = "") -> Path:
    return path.with_name(f".claw-{secrets.token_hex(8)}{suffix}")


def _keep(path: Path, keepsake: Path) -> None:
    """A second name for what the file holds; a copy where the disk knows no hard links."""
    try:
        os.link(path, keepsake, follow_symlinks=False)
    except OSError:
        shutil.copy2(path, keepsake, follow_symlinks=False)
