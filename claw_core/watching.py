"""Watching: what commands do to the files of a workspace becomes records, as if it had been an edit.

The folder is looked at before a command runs and after it. What was different before is nobody's here: a person works
in the folder, too. Only while commands run in the background nobody can say who it was, and the record says that.
"""

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from claw_core.background import Background
from claw_core.characters import whole_characters
from claw_core.checkpoint import Blobs
from claw_core.error import BlobLost
from claw_core.event import FileChanged, NoticeRaised
from claw_core.file_text import decode
from claw_core.native.patch import CancelToken, in_thread, make_hunks
from claw_core.snapshot import Difference, Held, Snapshot

MOST = 2_000
"""Files of one command that become records."""
MOST_COUNTED = 500
"""Files of one command whose lines are counted."""
MOST_TEXT = 1024 * 1024
"""Bytes of a file whose lines are counted."""

Record = Callable[[FileChanged | NoticeRaised], object]


class Watch:
    """Looks at a workspace around commands. One task at a time may be in one of its methods."""

    def __init__(self, root: Path, blobs: Blobs, scratch: Path, background: Background) -> None:
        self._blobs = blobs
        self._background = background
        self._running: list[str] = []
        self._told = False
        self.snapshot = Snapshot(root, blobs, scratch)

    async def begin(self, call: str, record: Record) -> None:
        """A command is about to run."""
        await self.catch_up(record)
        self._running.append(call)
        if self.snapshot.unwatched and not self._told:
            self._told = True
            said = f"What commands change here is not kept, so /rewind cannot put it back: {self.snapshot.unwatched}."
            hint = "What edit, write and apply_patch change is kept all the same."
            record(NoticeRaised(level="info", message=said, hint=hint))

    async def end(self, call: str, record: Record) -> None:
        """It has ended, however."""
        try:
            await self._tell(await self.snapshot.look(keep=True), call, record)
        finally:
            self._running.remove(call)

    async def catch_up(self, record: Record) -> None:
        """Take in what changed since the last look; where a command may have done it, it becomes records."""
        others = bool(self._background.jobs)
        ours = bool(self._running) or others
        found = await self.snapshot.look(keep=ours)
        if ours:
            await self._tell(found, self._running[0] if self._running else "", record, by_others=not self._running)

    async def _tell(self, found: Sequence[Difference], call: str, record: Record, *, by_others: bool = False) -> None:
        events = await in_thread(lambda cancel: self._events(found[:MOST], call, cancel, by_others=by_others))
        for event in events:
            record(event)
        if len(found) > MOST:
            said = f"The command changed {len(found):,} files. /rewind can put back {MOST:,} of them, not the others."
            record(NoticeRaised(level="warning", message=said, hint="Version control may."))

    def _events(
        self, found: Sequence[Difference], call: str, cancel: CancelToken, *, by_others: bool
    ) -> list[FileChanged]:
        events: list[FileChanged] = []
        for number, one in enumerate(found):
            added, removed = self._lines(one, cancel) if number < MOST_COUNTED else (0, 0)
            events.append(
                FileChanged(
                    path=whole_characters(one.path),
                    before=one.before.digest if one.before else None,
                    after=one.after.digest if one.after else None,
                    call=call,
                    added=added,
                    removed=removed,
                    before_mode=one.before.mode if one.before else 0,
                    after_mode=one.after.mode if one.after else 0,
                    by_others=by_others,
                )
            )
        return events

    def _lines(self, one: Difference, cancel: CancelToken) -> tuple[int, int]:
        before, after = self._text(one.before), self._text(one.after)
        if before is None or after is None:
            return 0, 0
        return lines_changed(before, after, cancel)

    def _text(self, held: Held | None) -> str | None:
        if held is None or stat.S_ISLNK(held.mode):
            return ""
        try:
            data = self._blobs.get(held.digest)
        except BlobLost:
            return None
        found = decode(data) if len(data) <= MOST_TEXT else None
        return found[0] if found else None


def lines_changed(before: str, after: str, cancel: CancelToken | None = None) -> tuple[int, int]:
    """Lines added and removed between two texts."""
    lines = [line[:1] for hunk in make_hunks(before, after, context=0, cancel=cancel) for line in hunk.lines]
    return lines.count("+"), lines.count("-")
