"""Rewind: back to an earlier moment of a session, its conversation, its files, or both.

What became of files is in the records, whoever did it: edits, commands, sub-agents, other rewinds. Going back to a
moment takes every change since from its file. Nothing is guessed: a file that does not hold what the last record says,
or that somebody changed between two records, is left alone unless the person saw it and said so. A rewind is a record
like any other, so going back to the moment before it takes it back.
"""

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

from claw_core.block import DiffBlock, TextBlock
from claw_core.error import BlobLost, UsageError
from claw_core.event import MAIN, Event, FileChanged, PromptSubmitted, Record, SessionRewound
from claw_core.file_text import decode
from claw_core.lineage import Lineage
from claw_core.native.patch import CancelToken, in_thread, make_hunks
from claw_core.restoring import Restore
from claw_core.snapshot import Held, look_at
from claw_core.workspace import Workspace

MOST_TEXT = 1024 * 1024
"""Bytes of a file that is shown as a diff."""

State = Literal["ready", "changed", "lost"]
"""It can be put back; somebody changed it since, so it is left unless they say otherwise; it cannot be put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What became of a file between two moments."""

    path: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A moment to go back to: before a prompt, or before an earlier rewind, which takes that back."""

    seq: int
    """The record to go back to."""
    at: datetime
    kind: Literal["prompt", "rewind"]
    text: str
    """The prompt; empty for a rewind."""
    files: tuple[Touched, ...]
    """What was changed from here to the next moment."""


def points(records: Sequence[Record]) -> tuple[Point, ...]:
    """Where one can go back to, the oldest first: what led to how the conversation stands."""
    lineage = Lineage()
    for record in records:
        lineage.add(record)
    found: list[tuple[Record, dict[str, list[int]]]] = []
    for record in records:
        if isinstance(record.event, FileChanged) and found:
            counts = found[-1][1].setdefault(record.event.path, [0, 0])
            counts[0] += record.event.added
            counts[1] += record.event.removed
        elif record.agent == MAIN and isinstance(record.event, PromptSubmitted | SessionRewound):
            found.append((record, {}))
    return tuple(
        Point(
            seq=record.seq - 1,
            at=record.at,
            kind="prompt" if isinstance(record.event, PromptSubmitted) else "rewind",
            text=record.event.text if isinstance(record.event, PromptSubmitted) else "",
            files=tuple(Touched(path=path, added=a, removed=r) for path, (a, r) in touched.items()),
        )
        for record, touched in found
        if lineage.counts(record.seq)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What going back would do to one file."""

    path: str
    """As the records name it."""
    state: State
    why: str = ""
    """Why it is not simply put back, in words."""
    note: str = ""
    """What is not in the diff: another mode, a link."""
    seen: str = ""
    """What stands there now, as a content hash: to be named where it is to be overwritten all the same."""
    shown: DiffBlock | TextBlock
    """The difference that it would make."""
    restore: Restore | None = None
    """None for what cannot be put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What going back would do to files."""

    seq: int
    files: tuple[Back, ...]
    """Those that would change, or would have to."""
    uncovered: str = ""
    """What was not watched, and why; empty where all was."""


class Rewind:
    """Takes a session back. Only while no turn runs."""

    def __init__(self, workspace: Workspace, records: Sequence[Record], emit: Callable[[Event], object]) -> None:
        """`records`: what happened, also after the moment to go back to; those of its parent for a fork."""
        self._workspace = workspace
        self._records = records
        self._emit = emit

    async def preview(self, seq: int) -> Preview:
        """What going back to a record would do to files."""
        await self._workspace.catch_up(self._emit)
        changes = self._changes(seq)
        each = self._by_file(changes)
        files = await in_thread(lambda cancel: [self._back(key, steps, cancel) for key, steps in each])
        found = tuple(sorted((one for one in files if one is not None), key=lambda one: one.path))
        return Preview(seq=seq, files=found, uncovered=self._workspace.unwatched)

    async def go(self, seq: int, *, talk: bool, files: bool, over: Mapping[str, str] | None = None) -> SessionRewound:
        """Go back to a record. `over`: files to put back though somebody changed them, by path, with what was `seen`.

        All files are put back, or none. Raises StaleFile where one changed just now, and WorkspaceError.
        """
        if not talk and not files:
            raise UsageError("There is nothing to go back with.", "Say the talk, the files, or both.")
        preview = await self.preview(seq)
        agreed = {**(over or {})}
        taken = [one for one in preview.files if files and _may(one, agreed)]
        if not talk and not taken:
            raise UsageError("No file was put back.", _why_not(preview))
        rewound = SessionRewound(
            seq=seq,
            talk=talk,
            files=tuple(one.path for one in taken),
            kept=tuple(one.path for one in preview.files if one not in taken),
        )
        told = False

        def record(change: FileChanged) -> None:
            nonlocal told
            if not told:
                self._emit(rewound)
            told = True
            self._emit(change)

        await self._workspace.restore([one.restore for one in taken if one.restore], record)
        if not told:
            self._emit(rewound)
        if talk:
            self._workspace.forget()
        return rewound

    def _changes(self, seq: int) -> list[FileChanged]:
        return [r.event for r in self._records if r.seq > seq and isinstance(r.event, FileChanged)]

    def _by_file(self, changes: Sequence[FileChanged]) -> list[tuple[Path | None, list[FileChanged]]]:
        """The changes of each file in order. None for a name that does not tell which file it is."""
        files: dict[tuple[Path | None, str], list[FileChanged]] = {}
        for change in changes:
            path = self._path(change)
            files.setdefault((path, change.path if path is None else ""), []).append(change)
        return [(path, steps) for (path, _), steps in files.items()]

    def _path(self, change: FileChanged) -> Path | None:
        if "\N{REPLACEMENT CHARACTER}" in change.path:
            return None
        written = Path(os.path.normpath(self._workspace.root / change.path))
        return self._workspace.real(written.parent) / written.name

    def _back(self, path: Path | None, steps: Sequence[FileChanged], cancel: CancelToken) -> Back | None:
        first, last = steps[0], steps[-1]
        to, expected = _held(first.before, first.before_mode), _held(last.after, last.after_mode)
        nothing = TextBlock(text="")
        if path is None:
            return Back(path=first.path, state="lost", why="its name is no text, so it is not known", shown=nothing)
        try:
            now, data = look_at(path)
        except OSError as error:
            why = "a folder stands there now" if isinstance(error, IsADirectoryError) else str(error.strerror)
            return Back(path=first.path, state="lost", why=why, shown=nothing)
        if _same(now, to):
            return None
        if why := self._blocked(path, first.path, now, to):
            return Back(path=first.path, state="lost", why=why, shown=nothing)
        before = b"" if to is None else self._workspace.blobs.get(to.digest)
        shown, added, removed = _difference(first.path, now, data, to, before, cancel)
        why = _others(steps, now, expected)
        return Back(
            path=first.path,
            state="changed" if why else "ready",
            why=why,
            note=_note(now, to),
            seen=now.digest if now else "",
            shown=shown,
            restore=Restore(path=path, shown=first.path, now=now, to=to, added=added, removed=removed),
        )

    def _blocked(self, path: Path, shown: str, now: Held | None, to: Held | None) -> str:
        """Why a file cannot be put back; empty where it can."""
        workspace = self._workspace
        inside = not Path(shown).is_absolute()
        if inside and not path.is_relative_to(workspace.real(workspace.root)):
            return "its path leads out of the workspace now"
        if now is not None and not now.digest:
            return "what it holds now is too large to be kept, so this could not be undone"
        if to is None:
            return ""
        if not to.digest:
            return "what it held was too large to be kept"
        folder = path.parent
        while not folder.exists():
            folder = folder.parent
        if not folder.is_dir():
            return f"{workspace.show(folder)} is a file now"
        try:
            workspace.blobs.get(to.digest)
        except BlobLost as error:
            return error.message
        return ""


def _why_not(preview: Preview) -> str:
    if not preview.files:
        return "All of them hold what they held then."
    return "; ".join(f"{one.path}: {one.why}" for one in preview.files[:10]) + "."


def _may(one: Back, agreed: Mapping[str, str]) -> bool:
    if one.state == "changed":
        return agreed.get(one.path) == one.seen
    return one.state == "ready"


def _held(digest: str | None, mode: int) -> Held | None:
    return None if digest is None else Held(digest, mode)


def _same(one: Held | None, other: Held | None) -> bool:
    return other is None if one is None else one.same(other)


def _others(steps: Sequence[FileChanged], now: Held | None, expected: Held | None) -> str:
    """Who else changed a file, as far as that can be told; empty where nobody did."""
    if not _same(now, expected):
        return "it was changed since, not by this session" if now is not None else "it was removed since"
    for one, after in pairwise(steps):
        if not _same(_held(one.after, one.after_mode), _held(after.before, after.before_mode)):
            return "it was changed in between, not by this session"
    if any(step.by_others for step in steps):
        return "a command in the background changed it, or somebody else did"
    return ""


def _note(now: Held | None, to: Held | None) -> str:
    if to is None:
        return "removed"
    if stat.S_ISLNK(to.mode):
        return "a symbolic link"
    if now is None:
        return "made again"
    if now.mode and to.mode and now.mode != to.mode:
        return f"mode {stat.S_IMODE(now.mode):o} → {stat.S_IMODE(to.mode):o}"
    return ""


def _difference(
    path: str, now: Held | None, data: bytes, to: Held | None, before: bytes, cancel: CancelToken
) -> tuple[DiffBlock | TextBlock, int, int]:
    """What would change in a file, and how many lines come and go."""
    old, new = _text(now, data), _text(to, before)
    if old is None or new is None:
        return TextBlock(text=f"Not text: {len(data):,} bytes now, {len(before):,} bytes then."), 0, 0
    change = "add" if now is None else "delete" if to is None else "edit"
    diff = DiffBlock(path=path, hunks=make_hunks(old, new, cancel=cancel), change=change)
    return diff, diff.added, diff.removed


def _text(held: Held | None, data: bytes) -> str | None:
    if held is None:
        return ""
    found = decode(data) if len(data) <= MOST_TEXT else None
    return None if found is None else f"→ {found[0]}" if stat.S_ISLNK(held.mode) else found[0]
