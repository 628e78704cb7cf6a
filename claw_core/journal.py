"""The journal of a row of writes: who is killed in the middle of one leaves it, and the next start puts that right.

It is written before the first file is touched, locked for as long as its process lives, and removed when the row is
whole and recorded, or undone. A row that was not complete is undone: what was renamed is put back from its keepsake.
One that was complete stays. A file that somebody changed since is left alone.
"""

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from claw_core.checkpoint import content_hash
from claw_core.event import NoticeRaised


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to become of one file. Paths are absolute."""

    path: str
    draft: str | None
    """Where its new contents are staged; None where it goes."""
    keepsake: str | None
    """The second name of what it held; None where it is new."""
    after: str | None
    """Content hash of the new contents; None where it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What a start found of a row of writes whose process was killed."""

    was_complete: bool
    """All of it had been written, and stays; else it was undone."""
    files: tuple[Path, ...]
    """The files of the row that were put back, or that were written where it was complete."""
    kept: tuple[tuple[Path, Path | None], ...] = ()
    """Files that somebody changed since, so that they were left alone; each with where its old contents are."""


class Journal:
    """The journal of one row, in a folder that all sessions of a person share. Its methods raise OSError."""

    def __init__(self, folder: Path, steps: Sequence[Step], folders: Sequence[Path]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        plan = {"steps": [asdict(step) for step in steps], "folders": [str(each) for each in folders]}
        self._path = folder / f"{secrets.token_hex(8)}.json"
        self._plan = json.dumps(plan).encode() + b"\n"
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            self._write(self._plan)
        except BaseException:
            self.close()
            raise

    def complete(self) -> None:
        """Every file of the row is written."""
        self._write(b"complete\n")

    def incomplete(self) -> None:
        """The row is about to be undone."""
        os.ftruncate(self._handle, len(self._plan))

    def close(self) -> None:
        """Nothing is left to put right. Never raises."""
        if self._handle < 0:
            return
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
        os.close(self._handle)
        self._handle = -1

    def _write(self, data: bytes) -> None:
        with open(self._handle, "ab", closefd=False) as file:
            file.write(data)
        os.fsync(self._handle)


def recover(folder: Path) -> tuple[Recovery, ...]:
    """Puts right what killed processes left, as far as their journals in `folder` tell. Never raises.

    What nobody could have noticed is not told: a row of which no file had been written yet.
    """
    found: list[Recovery] = []
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob("*.json")):
            with contextlib.suppress(OSError):
                found += _recover(path)
    return tuple(found)


def recovery_notice(recovery: Recovery, shown: Callable[[Path], str]) -> NoticeRaised:
    """What people are told of a change whose process was killed in the middle of it."""
    files = ", ".join(map(shown, recovery.files))
    if recovery.was_complete:
        said = "claw was killed at the end of a change. All of it is in place, but no session may show it"
        return NoticeRaised(level="warning", message=f"{said}: {files}.")
    said = "claw was killed in the middle of a change, which is undone now"
    hint = "; ".join(f"{shown(path)} (its old contents: {old or 'none'})" for path, old in recovery.kept)
    hint = f"Changed since, and left alone: {hint}." if hint else ""
    return NoticeRaised(level="warning", message=f"{said}: {files or 'as far as it could be'}.", hint=hint)


def _recover(path: Path) -> Iterable[Recovery]:
    with path.open("r+b") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return ()  # its process lives
        if os.fstat(file.fileno()).st_nlink == 0:
            return ()  # another start was faster
        plan, _, rest = file.read().partition(b"\n")
        recovery = _put_right(plan, was_complete=rest.startswith(b"complete"))
        path.unlink()
    return () if recovery is None else (recovery,)


def _put_right(plan: bytes, *, was_complete: bool) -> Recovery | None:
    try:
        read: dict[str, Any] = json.loads(plan)
        steps = [Step(**step) for step in read["steps"]]
    except (ValueError, KeyError, TypeError):
        return None  # it was killed while it wrote this, so nothing else had been written
    if was_complete:
        for step in steps:
            _remove(step.draft, step.keepsake)
        return Recovery(was_complete=True, files=tuple(Path(step.path) for step in steps))
    back: list[Path] = []
    kept: list[tuple[Path, Path | None]] = []
    for step in reversed(steps):
        outcome = _undo(step)
        if outcome == "back":
            back.append(Path(step.path))
        elif outcome == "kept":
            kept.append((Path(step.path), Path(step.keepsake) if step.keepsake else None))
        _remove(step.draft)
    for each in reversed(read["folders"]):
        with contextlib.suppress(OSError):  # somebody else put something in it
            Path(each).rmdir()
    if not back and not kept:
        return None
    return Recovery(was_complete=False, files=tuple(reversed(back)), kept=tuple(kept))


def _undo(step: Step) -> str:
    """`back` where the file was put back, `kept` where somebody changed it since, else nothing had been done to it."""
    path, keepsake = Path(step.path), Path(step.keepsake) if step.keepsake else None
    held = _hash(path)
    if keepsake is None:
        if held is None or (step.draft and os.path.lexists(step.draft)):
            return ""
        if held != step.after:
            return "kept"
        path.unlink()
        return "back"
    if not os.path.lexists(keepsake):
        return ""
    if held is not None and (os.path.samestat(path.lstat(), keepsake.lstat()) or held == _hash(keepsake)):
        _remove(step.keepsake)
        return ""
    if held != step.after:
        return "kept"
    keepsake.replace(path)
    return "back"


def _hash(path: Path) -> str | None:
    try:
        return content_hash(os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes())
    except FileNotFoundError:
        return None


def _remove(*paths: str | None) -> None:
    for path in paths:
        if path is not None:
            with contextlib.suppress(OSError):
                Path(path).unlink(missing_ok=True)
