"""Diffs: what is proposed, what changed in this turn, and what changed since the session began.

A pure fold of records, beside `HunkChoice`: which hunks of a proposal the person takes. The choice is no record until
it is sent as an answer, so it lives with the pane; it is pure all the same.
"""

from dataclasses import dataclass, field, replace

from claw_core.ask import Allow
from claw_core.block import DiffBlock
from claw_core.event import CallFinished, FileChanged, Record
from claw_tui.views.queue import QueueView, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """What became of one file."""

    path: str
    added: int
    removed: int
    blocks: tuple[DiffBlock, ...]
    """The changes as they were made, oldest first. Empty where only the counts are known."""
    created: bool
    """It did not exist before the first of them."""
    deleted: bool
    """It does not exist after the last of them."""


@dataclass(slots=True, kw_only=True)
class _Touch:
    """One change of one file by one call."""

    change: FileChanged
    turn: int
    blocks: list[DiffBlock] = field(default_factory=list[DiffBlock])


class DiffsView:
    """Proposed and made changes."""

    def __init__(self) -> None:
        self.version = 0
        self._queue = QueueView()
        self._touches: list[_Touch] = []
        self._turn = 0

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Every open ask, oldest first."""
        return self._queue.waiting

    @property
    def proposed(self) -> tuple[Waiting, ...]:
        """The open asks that would change files, oldest first."""
        return tuple(item for item in self._queue.waiting if item.diffs)

    @property
    def turn(self) -> tuple[ChangedFile, ...]:
        """What changed since the last turn began, by path in the order first touched."""
        return _by_path([touch for touch in self._touches if touch.turn == self._turn])

    @property
    def session(self) -> tuple[ChangedFile, ...]:
        """What changed since the session began, by path in the order first touched."""
        return _by_path(self._touches)

    def fold(self, record: Record) -> None:
        """Take a record into account."""
        before = self._queue.version
        self._queue.fold(record)
        changed = self._queue.version != before
        if record.turn > self._turn:
            self._turn, changed = record.turn, True
        match record.event:
            case FileChanged() as change:
                self._touches.append(_Touch(change=change, turn=record.turn))
                changed = True
            case CallFinished(id=call, blocks=blocks):
                diffs = [block for block in blocks if isinstance(block, DiffBlock)]
                changed = self._attach(call, diffs) or changed
            case _:
                pass
        self.version += changed

    def _attach(self, call: str, diffs: list[DiffBlock]) -> bool:
        """Lay a finished call's diffs beside the changes it made."""
        touches = [touch for touch in self._touches if touch.change.call == call] if diffs else []
        for touch in touches:
            touch.blocks += [diff for diff in diffs if (diff.moved_to or diff.path) == touch.change.path]
        return bool(touches)


def _by_path(touches: list[_Touch]) -> tuple[ChangedFile, ...]:
    grouped: dict[str, list[_Touch]] = {}
    for touch in touches:
        grouped.setdefault(touch.change.path, []).append(touch)
    return tuple(
        ChangedFile(
            path=path,
            added=sum(touch.change.added for touch in group),
            removed=sum(touch.change.removed for touch in group),
            blocks=tuple(block for touch in group for block in touch.blocks),
            created=group[0].change.before is None,
            deleted=group[-1].change.after is None,
        )
        for path, group in grouped.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HunkChoice:
    """Which hunks of one proposal are taken. All are, until the person rejects some."""

    ask: str
    counts: tuple[int, ...]
    """Of each diff, how many hunks it has."""
    rejected: frozenset[tuple[int, int]] = frozenset()
    """(diff, hunk), both from 0."""

    @classmethod
    def of(cls, waiting: Waiting) -> "HunkChoice":
        """Everything taken."""
        return cls(ask=waiting.id, counts=tuple(len(diff.hunks) for diff in waiting.diffs))

    @property
    def total(self) -> int:
        """All hunks there are."""
        return sum(self.counts)

    @property
    def count(self) -> int:
        """Hunks taken."""
        return self.total - len(self.rejected)

    def takes(self, diff: int, hunk: int) -> bool:
        """Whether that hunk is taken."""
        return (diff, hunk) not in self.rejected

    def toggle(self, diff: int, hunk: int) -> "HunkChoice":
        """The other way round for one hunk. Raises IndexError where there is no such hunk."""
        if not (0 <= diff < len(self.counts) and 0 <= hunk < self.counts[diff]):
            raise IndexError(f"There is no hunk {hunk} in diff {diff}.")
        return replace(self, rejected=self.rejected ^ {(diff, hunk)})

    def toggle_all(self) -> "HunkChoice":
        """Everything, or nothing where everything was taken."""
        every = {(diff, hunk) for diff, count in enumerate(self.counts) for hunk in range(count)}
        return replace(self, rejected=frozenset() if self.rejected else frozenset(every))

    def answer(self, comment: str = "") -> Allow | None:
        """The answer that applies what is taken; None where nothing is, since that is a denial."""
        if not self.rejected:
            return Allow(comment=comment)
        if self.count == 0:
            return None
        taken = tuple(
            tuple(hunk for hunk in range(count) if self.takes(diff, hunk)) for diff, count in enumerate(self.counts)
        )
        return Allow(hunks=taken, comment=comment)
