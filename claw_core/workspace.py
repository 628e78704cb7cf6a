"""The workspace: the folder a session works in, and what was read and changed in it.

The only place that writes people's files. A file is changed only if it still holds what the change was made for; what
it held before goes to the checkpoints first; and several changes are made all together, or not at all.
"""

import asyncio
import contextlib
import os
import stat
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from claw_core.background import Background
from claw_core.characters import whole_characters
from claw_core.checkpoint import Blobs, content_hash
from claw_core.error import FileMissing, NotAFile, StaleFile, WorkspaceError
from claw_core.event import FileChanged, NoticeRaised
from claw_core.file_text import MAX_TEXT_BYTES, Encoding, FileText, decode, encode, explain, kind_of, load, parse
from claw_core.path_text import written
from claw_core.restoring import Restore, drop_empty_folders, require_held
from claw_core.shell_state import Shells
from claw_core.snapshot import Held
from claw_core.staging import Staging, Write, sweep
from claw_core.tool import Change
from claw_core.watching import Watch, lines_changed


@dataclass(frozen=True, slots=True)
class _Planned:
    """A change that was checked: ready to be written."""

    target: Path
    shown: str
    before: bytes | None
    after: bytes | None
    event: FileChanged
    like: Path | None = None
    """The file that it was, where it was moved."""


class Workspace:
    """A folder, seen by one session.

    Methods that are not async may block for as long as the disk takes: call them in a thread where files may be large.
    """

    def __init__(
        self,
        root: Path,
        *,
        home: Path,
        blobs: Blobs,
        scratch: Path,
        journals: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.root = Path(os.path.abspath(root))  # noqa: PTH100 (symbolic links stay)
        self.home = home
        """What `~` stands for; the gate has to have the same."""
        self.blobs = blobs
        self.scratch = scratch
        """A folder for shortened outputs, made when it is first used."""
        self.journals = journals
        """Where a change tells what it is about while it is made; None to tell nobody. See `journal`."""
        self.background = Background()
        """Commands that go on while the conversation does."""
        self.shells = Shells()
        """Where each agent's shell is."""
        self._watch = Watch(self.root, blobs, scratch, self.background)
        self._seen: dict[Path, str] = {}
        self._writing = asyncio.Lock()
        self._clock = clock
        self._swept: set[Path] = set()

    # ---- paths

    def resolve(self, path: str) -> Path:
        """A path as a model or person wrote it, absolute, symbolic links kept; see `path_text.written`."""
        if "\0" in path:
            raise WorkspaceError("A path cannot hold a NUL character.", "Name the file without it.")
        try:
            os.fsencode(path)
        except UnicodeEncodeError as error:
            raise WorkspaceError("A path cannot hold half a character.", "Name the file in whole ones.") from error
        return written(path, self.root, self.home)

    def real(self, path: Path) -> Path:
        """Where a path leads, through all symbolic links; what does not exist leads to itself."""
        return Path(os.path.realpath(path))  # the method of Path raises where links lead in a circle

    def show(self, path: Path | str) -> str:
        """A path as people read it: relative to the root where it lies in it, else absolute.

        Always text: where a name is not UTF-8, U+FFFD stands for what is not, so that it no longer names the file.
        """
        path = Path(path)
        for root in (self.root, self.real(self.root)):
            if path.is_relative_to(root):
                return whole_characters(str(path.relative_to(root)))
        return whole_characters(str(path))

    def contains(self, path: Path) -> bool:
        """Whether a path leads into the root, symbolic links followed."""
        return self.real(path).is_relative_to(self.real(self.root))

    def explain(self, error: OSError, path: Path, verb: str) -> WorkspaceError:
        """What the operating system said about a path, in words; see `file_text.explain`.

        Of what lies beside a missing file only that in the root is told.
        """
        return explain(error, path, self.show(path), verb, near=self.contains(path))

    @property
    def touched(self) -> tuple[Path, ...]:
        """The files that were read or written in this session, symbolic links followed."""
        return tuple(self._seen)

    # ---- reading

    def read_text(self, path: Path, limit: int = MAX_TEXT_BYTES) -> FileText:
        """What a text file of at most `limit` bytes holds.

        Raises FileMissing (naming what is like it in the root), NotAFile, BinaryFile, FileTooLarge, WorkspaceError.
        """
        shown = self.show(path)
        return parse(load(path, shown, limit, near=self.contains(path)), shown)

    def note_read(self, path: Path, file: FileText | None = None) -> None:
        """The model now knows the file: `file` where given, else what it holds at this moment."""
        digest = file.digest if file else content_hash(load(path, self.show(path)))
        self._seen[self.real(path)] = digest

    def forget(self) -> None:
        """The model knows no file any more: its conversation was taken back to before it read them."""
        self._seen.clear()

    def note_changed(self, path: Path) -> None:
        """The model no longer knows what the file holds, since somebody else changed it."""
        self._seen[self.real(path)] = ""

    def require_fresh(self, path: Path) -> FileText:
        """What a file holds that the model has read and that did not change since.

        Raises StaleFile, and as `read_text`. Whether there is anything outside the root is told of nothing but what
        was read: a change is prepared before anybody is asked.
        """
        shown, seen = self.show(path), self._seen.get(self.real(path))
        if seen is None and not self.contains(path):
            raise StaleFile(
                f"{shown} cannot be changed: it lies outside the workspace and was not read in this session.",
                "Read it first, so that the change fits what it holds.",
            )
        if seen is not None and not path.exists():
            raise StaleFile(f"{shown} was removed since you read it.", "Look what happened before you go on.")
        file = self.read_text(path)
        if seen is None:
            raise StaleFile(
                f"{shown} was not read in this session.", "Read it first, so that the change fits what it holds."
            )
        if seen != file.digest:
            raise StaleFile(f"{shown} changed since you read it.", "Read it again, then make the change anew.")
        return file

    def before_writing(self, path: Path) -> FileText | None:
        """What a file holds that is to be written anew; None where there is none.

        Also None for what lies outside the root and was not read, without a look: `apply` refuses where something is
        there after all. Raises as `read_text`, but for FileMissing.
        """
        if not self.contains(path) and self.real(path) not in self._seen:
            return None
        try:
            return self.read_text(path)
        except FileMissing:
            return None

    # ---- writing

    async def apply(
        self, changes: Sequence[Change], call: str, record: Callable[[FileChanged], object] = lambda _: None
    ) -> tuple[FileChanged, ...]:
        """Make all of these changes, or none; one event for each, but for those that change nothing. A move has two.

        Symbolic links are followed; mode, encoding and byte order mark are kept; folders are made as needed. What
        was written counts as read. `record` hears of each event before the journal is closed: whoever is killed in
        between leaves what the next start tells of. Raises StaleFile where a file no longer holds `before`,
        WorkspaceError where it cannot be written. When it is cancelled, everything is put back as it was.
        """
        return await self._carry_out(lambda: self._apply(tuple(changes), call), record)

    async def restore(
        self, restores: Sequence[Restore], record: Callable[[FileChanged], object] = lambda _: None
    ) -> tuple[FileChanged, ...]:
        """Put all of these files back, or none, as `apply` does, but that links are not followed, modes come back, and
        folders that are empty then go. Raises StaleFile where a file no longer holds what it did, and BlobLost.
        """
        events = await self._carry_out(lambda: self._put_back(tuple(restores)), record)
        await asyncio.to_thread(drop_empty_folders, restores, self.root)
        return events

    @contextlib.asynccontextmanager
    async def watched(self, call: str, record: Callable[[FileChanged | NoticeRaised], object]) -> AsyncGenerator[None]:
        """What happens to the files of the root in here, and not through this workspace, becomes records of a call."""
        async with self._writing:
            await self._watch.begin(call, record)
        try:
            yield
        finally:
            async with self._writing:
                await self._watch.end(call, record)

    async def catch_up(self, record: Callable[[FileChanged | NoticeRaised], object]) -> None:
        """What commands in the background did until now becomes records."""
        if self.background.jobs:
            async with self._writing:
                await self._watch.catch_up(record)

    @property
    def unwatched(self) -> str:
        """Why what commands change is not seen, in words; empty where it is."""
        return self._watch.snapshot.unwatched

    async def _carry_out(
        self, work: Callable[[], tuple[list[_Planned], Staging]], record: Callable[[FileChanged], object]
    ) -> tuple[FileChanged, ...]:
        async with self._writing:
            running = asyncio.ensure_future(asyncio.to_thread(work))
            try:
                planned, staging = await asyncio.shield(running)
            except asyncio.CancelledError:
                # The thread cannot be stopped. The callback undoes what it did even if this wait is cancelled again.
                running.add_done_callback(_revert)
                await asyncio.wait({running})
                raise
            try:
                for plan in planned:
                    self._note_written(plan)
                    record(plan.event)
            finally:
                staging.finish()
        return tuple(plan.event for plan in planned)

    def _apply(self, changes: tuple[Change, ...], call: str) -> tuple[list[_Planned], Staging]:
        planned = [
            plan
            for change in changes
            if change.before != change.after or change.moved_to
            for plan in self._plan(change, call)
        ]
        if len({plan.target for plan in planned}) < len(planned):
            raise WorkspaceError("Two changes are about the same file.", "Make them one change.")
        for folder in {plan.target.parent for plan in planned} - self._swept:
            sweep(folder, self._clock())
            self._swept.add(folder)
        writes = (Write(path=plan.target, data=plan.after, like=plan.like) for plan in planned)
        return planned, self._write_all(tuple(writes), lambda: [self._require_unchanged(plan) for plan in planned])

    def _put_back(self, restores: tuple[Restore, ...]) -> tuple[list[_Planned], Staging]:
        planned = [self._planned_back(each) for each in restores]
        modes = [plan.event.after_mode or plan.event.before_mode or None for plan in planned]
        writes = tuple(
            Write(path=one.target, data=one.after, mode=mode) for one, mode in zip(planned, modes, strict=True)
        )
        return planned, self._write_all(writes, lambda: [require_held(each) for each in restores])

    def _planned_back(self, one: Restore) -> _Planned:
        held, data = require_held(one)
        event = FileChanged(
            path=one.shown,
            before=None if held is None else self.blobs.put(data) if held.digest else "",
            after=None if one.to is None else one.to.digest,
            call="",
            added=one.added,
            removed=one.removed,
            before_mode=held.mode if held else 0,
            after_mode=one.to.mode if one.to else 0,
        )
        after = None if one.to is None else self.blobs.get(one.to.digest)
        return _Planned(one.path, one.shown, data, after, event)

    def _write_all(self, writes: tuple[Write, ...], last_look: Callable[[], object]) -> Staging:
        staging = Staging(writes, self.journals)
        try:
            staging.stage()
            last_look()
            staging.commit()
        except OSError as error:
            path = Path(str(error.filename))
            reason = self.explain(error, path, "written")
            self._revert(staging, reason.message)
            raise reason from error
        except (StaleFile, WorkspaceError) as error:
            self._revert(staging, error.message)
            raise
        return staging

    def _revert(self, staging: Staging, reason: str) -> None:
        if lost := staging.revert():
            places = "; ".join(f"{self.show(path)} (its old contents: {kept or 'none'})" for path, kept in lost.items())
            raise WorkspaceError(f"{reason} What was already written could not be put back: {places}.", "Look there.")

    def _plan(self, change: Change, call: str) -> tuple[_Planned, ...]:
        path = Path(change.path)
        target, shown = self.real(path), self.show(path)
        before, encoding = self._on_disk(target, shown)
        self._require_before(change, target, shown, before, encoding)
        if (change.after is None or change.moved_to) and path.is_symlink():
            raise WorkspaceError(f"{shown} is a symbolic link.", "Work on the file that it leads to.")
        after = None if change.after is None else _bytes(change.after, encoding, shown)
        added, removed = lines_changed(change.before or "", change.after or "")
        if change.moved_to is None or after is None:
            return (self._planned(path, before, after, call, added, removed),)
        goal = Path(change.moved_to)
        if self._on_disk(self.real(goal), self.show(goal))[0] is not None:
            raise StaleFile(f"{self.show(goal)} exists already.", "Choose another name, or remove it first.")
        moved = self._planned(goal, None, after, call, added, removed)
        return replace(moved, like=target), self._planned(path, before, None, call, 0, 0)

    def _planned(
        self, path: Path, before: bytes | None, after: bytes | None, call: str, added: int, removed: int
    ) -> _Planned:
        target = self.real(path)
        mode = target.stat().st_mode if before is not None else 0
        event = FileChanged(
            path=self.show(target),
            before=None if before is None else self.blobs.put(before),
            after=None if after is None else self.blobs.put(after),
            call=call,
            added=added,
            removed=removed,
            before_mode=mode,
            after_mode=mode if after is not None else 0,
        )
        return _Planned(target, event.path, before, after, event)

    def _require_before(
        self, change: Change, target: Path, shown: str, before: bytes | None, encoding: Encoding
    ) -> None:
        """Raises StaleFile where a file does not hold what the change was made for."""
        if before is None and change.before is not None:
            raise StaleFile(f"{shown} was removed meanwhile.", "Look what happened before you go on.")
        if before is not None and change.before is None:
            known = target in self._seen or self.contains(Path(change.path))
            how = "appeared meanwhile" if known else "exists already, and was not read in this session"
            raise StaleFile(f"{shown} {how}.", "Read it, then make the change anew.")
        if before is not None and decode(before) != (change.before, encoding):
            raise StaleFile(f"{shown} changed meanwhile.", "Read it, then make the change anew.")

    def _on_disk(self, target: Path, shown: str) -> tuple[bytes | None, Encoding]:
        try:
            mode = target.stat().st_mode
        except FileNotFoundError:
            return None, "utf-8"
        except OSError as error:
            raise explain(error, target, shown, "written") from error
        if not stat.S_ISREG(mode):
            raise NotAFile(f"{shown} is {kind_of(mode)}, not a file.", "Name a file.")
        data = load(target, shown)
        found = decode(data)
        return data, found[1] if found else "utf-8"

    def _require_unchanged(self, plan: _Planned) -> None:
        """The last look before the renames: staging took a moment."""
        now, _ = self._on_disk(plan.target, plan.shown)
        if now != plan.before:
            raise StaleFile(f"{plan.shown} changed meanwhile.", "Read it, then make the change anew.")

    def _note_written(self, plan: _Planned) -> None:
        """What a call wrote counts as read; what came back does not: it is not what the model knows."""
        event = plan.event
        if event.after is None or not event.call:
            self._seen.pop(plan.target, None)
        else:
            self._seen[plan.target] = event.after
        root = self.real(self.root)
        if plan.target.is_relative_to(root):
            held = None if event.after is None else Held(event.after, event.after_mode)
            self._watch.snapshot.note(str(plan.target.relative_to(root)), held)


def _revert(work: "asyncio.Future[tuple[list[_Planned], Staging]]") -> None:
    if not work.cancelled() and work.exception() is None:
        work.result()[1].revert()


def _bytes(text: str, encoding: Encoding, shown: str) -> bytes:
    try:
        return encode(text, encoding)
    except UnicodeEncodeError as error:
        strange = text[error.start : error.start + 1]
        raise WorkspaceError(
            f"{shown} is kept in {encoding}, which has no {strange!r}.",
            "Write that character in another way, or change the file's encoding with a shell command first.",
        ) from error
