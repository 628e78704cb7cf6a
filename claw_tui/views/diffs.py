"""Diffs: what is proposed, what changed in this turn, and what changed since the session began.

A pure fold of records, beside `HunkChoice`: what of a proposal the person takes, and in which shape. The choice is no
record until it is sent as an answer, so it lives with the pane; it is pure all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from claw_core.ask import Allow, Portion
from claw_core.block import DiffBlock, Hunk
from claw_core.event import CallFinished, FileChanged, Record
from claw_tui.view import Growth
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
    after: str | None = None
    """Content hash of what it was left with; None where it was removed, empty where nobody knows."""


@dataclass(slots=True, kw_only=True)
class _Touch:
    """One change of one file by one call."""

    change: FileChanged
    turn: int
    blocks: list[DiffBlock] = field(default_factory=list[DiffBlock])


class DiffsView:
    """Proposed and made changes."""

    ONLY_GROW: ClassVar = frozenset[str]()

    def __init__(self) -> None:
        self.version = 0
        self._queue = QueueView()
        self._touches: list[_Touch] = []
        self._open: dict[str, list[int]] = {}
        """The changes of each call that has not ended."""
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

    def growing(self) -> Mapping[str, Growth]:
        """A change stays; its call's diffs are laid beside it."""
        return {"_touches": Growth(len(self._touches), [index for each in self._open.values() for index in each])}

    def fold(self, record: Record) -> None:
        """Take a record into account."""
        before = self._queue.version
        self._queue.fold(record)
        changed = self._queue.version != before
        if record.turn > self._turn:
            self._turn, changed = record.turn, True
        match record.event:
            case FileChanged() as change:
                if change.call:
                    self._open.setdefault(change.call, []).append(len(self._touches))
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
        touches = [self._touches[index] for index in self._open.pop(call, ())]
        for touch in touches:
            touch.blocks += [diff for diff in diffs if (diff.moved_to or diff.path) == touch.change.path]
        return bool(touches and diffs)


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
            after=group[-1].change.after,
        )
        for path, group in grouped.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HunkChoice:
    """What of one proposal is taken, hunk by hunk. All of it is, until the person leaves some out or reshapes it."""

    ask: str
    shown: tuple[tuple[Hunk, ...], ...]
    """Of each diff, its hunks as they were proposed."""
    portions: tuple[tuple[Portion, ...], ...]
    """Of each diff, its hunks as the person left them."""

    @classmethod
    def of(cls, waiting: Waiting) -> "HunkChoice":
        """Everything taken as it was proposed."""
        shown = tuple(diff.hunks for diff in waiting.diffs)
        portions = tuple(tuple(Portion(of=number, hunk=hunk) for number, hunk in enumerate(hunks)) for hunks in shown)
        return cls(ask=waiting.id, shown=shown, portions=portions)

    def renewed(self, waiting: Waiting) -> "HunkChoice":
        """The same choice in the ask that took the place of this one: for each hunk that only moved."""
        fresh = HunkChoice.of(waiting)
        known = [
            (hunk, tuple(portion for portion in portions if portion.of == number))
            for hunks, portions in zip(self.shown, self.portions, strict=True)
            for number, hunk in enumerate(hunks)
        ]
        return replace(fresh, portions=tuple(_carried(known, portions) for portions in fresh.portions))

    @property
    def total(self) -> int:
        """All hunks there are now."""
        return sum(map(len, self.portions))

    @property
    def count(self) -> int:
        """Hunks taken."""
        return sum(portion.taken for portions in self.portions for portion in portions)

    @property
    def edited(self) -> int:
        """Hunks that were changed by hand and are taken."""
        return sum(portion.edited and portion.taken for portions in self.portions for portion in portions)

    @property
    def whole(self) -> bool:
        """Whether all is taken as it was proposed."""
        return self.count == self.total and not self.edited

    def takes(self, diff: int, hunk: int) -> bool:
        """Whether that hunk is taken."""
        return self.portions[diff][hunk].taken

    def blocks(self, diffs: Sequence[DiffBlock]) -> tuple[DiffBlock, ...]:
        """The diffs with their hunks as the person left them."""
        return tuple(
            replace(diff, hunks=tuple(portion.hunk for portion in portions))
            for diff, portions in zip(diffs, self.portions, strict=True)
        )

    def reshaped(self, diff: int, portions: tuple[Portion, ...]) -> "HunkChoice":
        """With other portions of one diff."""
        return replace(self, portions=(*self.portions[:diff], portions, *self.portions[diff + 1 :]))

    def toggle(self, diff: int, hunk: int) -> "HunkChoice":
        """The other way round for one hunk. Raises IndexError where there is no such hunk."""
        if not (0 <= diff < len(self.portions) and 0 <= hunk < len(self.portions[diff])):
            raise IndexError(f"There is no hunk {hunk} in diff {diff}.")
        portions = list(self.portions[diff])
        portions[hunk] = replace(portions[hunk], taken=not portions[hunk].taken)
        return self.reshaped(diff, tuple(portions))

    def toggle_all(self) -> "HunkChoice":
        """Everything, or nothing where everything was taken."""
        taken = self.count < self.total
        portions = tuple(tuple(replace(each, taken=taken) for each in every) for every in self.portions)
        return replace(self, portions=portions)

    def answer(self, comment: str = "") -> Allow | None:
        """The answer that applies what is taken; None where nothing is, since that is a denial."""
        if self.whole:
            return Allow(comment=comment)
        if self.count == 0:
            return None
        split = any(len(portions) != len(hunks) for portions, hunks in zip(self.portions, self.shown, strict=True))
        if split or self.edited:
            return Allow(portions=self.portions, comment=comment)
        taken = tuple(tuple(portion.of for portion in portions if portion.taken) for portions in self.portions)
        return Allow(hunks=taken, comment=comment)


def _carried(known: list[tuple[Hunk, tuple[Portion, ...]]], portions: tuple[Portion, ...]) -> tuple[Portion, ...]:
    """Hunks as the person left those that hold the same lines, at their new places; each is used once."""
    carried: list[Portion] = []
    for portion in portions:
        at = next((at for at, (hunk, _) in enumerate(known) if hunk.lines == portion.hunk.lines), None)
        if at is None:
            carried.append(portion)
            continue
        hunk, left = known.pop(at)
        old, new = portion.hunk.old_start - hunk.old_start, portion.hunk.new_start - hunk.new_start
        carried += [
            replace(
                each,
                of=portion.of,
                hunk=replace(each.hunk, old_start=each.hunk.old_start + old, new_start=each.hunk.new_start + new),
            )
            for each in left
        ]
    return tuple(carried)
