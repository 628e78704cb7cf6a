"""The queue: everything that waits for a person, from all agents, in the order it was asked.

A pure fold of records. An ask leaves the queue when it is answered, by whomever, and when nobody waits for the answer
any more: its call ended, its agent's turn ended, or the process that asked is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from claw_core.ask import Ask, PermissionAsk, PlanAsk, QuestionAsk
from claw_core.block import Block, DiffBlock
from claw_core.event import (
    MAIN,
    AskAnswered,
    AskOpened,
    CallFinished,
    CallStarted,
    Record,
    SessionEnded,
    SessionStarted,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One ask that waits."""

    ask: Ask
    who: str
    """Who asks, for people: empty for the main agent, else what the sub-agent is about."""
    agent: str
    seq: int
    """The record that opened it."""
    opened: datetime

    @property
    def id(self) -> str:
        """The ask's id."""
        return self.ask.id

    @property
    def name(self) -> str:
        """What is asked: a tool's name, `question` or `plan`."""
        return self.ask.tool if isinstance(self.ask, PermissionAsk) else self.ask.kind

    @property
    def target(self) -> str:
        """What it is about, in a few words; one line."""
        match self.ask:
            case PermissionAsk(target=target):
                return _one_line(target)
            case QuestionAsk(questions=questions):
                return _one_line(" · ".join(asked.header or asked.question for asked in questions))
            case PlanAsk(plan=plan):
                return _one_line(plan.strip().lstrip("# "))

    @property
    def why(self) -> str:
        """Why no rule or mode decided it."""
        match self.ask:
            case PermissionAsk(reason=reason):
                return reason
            case QuestionAsk():
                return "The model wants to know what you prefer before it goes on."
            case PlanAsk():
                return "In plan mode nothing is changed until you approve the plan."

    @property
    def preview(self) -> tuple[Block, ...]:
        """What would happen."""
        return self.ask.preview if isinstance(self.ask, PermissionAsk) else ()

    @property
    def diffs(self) -> tuple[DiffBlock, ...]:
        """What would change in files, in the order of the preview; answers name hunks by their place in it."""
        return tuple(block for block in self.preview if isinstance(block, DiffBlock))

    @property
    def dangerous(self) -> bool:
        """Never part of a batch; answered by typing `yes`."""
        return isinstance(self.ask, PermissionAsk) and self.ask.dangerous

    @property
    def size(self) -> str:
        """How much would change, for people: `+18 −11, 3 hunks`. Empty where no file would."""
        if not self.diffs:
            return ""
        added, removed = sum(diff.added for diff in self.diffs), sum(diff.removed for diff in self.diffs)
        hunks = sum(len(diff.hunks) for diff in self.diffs)
        files = f" in {len(self.diffs)} files" if len(self.diffs) > 1 else ""
        return f"+{added} −{removed}, {hunks} hunk{'' if hunks == 1 else 's'}{files}"

    def age(self, now: datetime) -> float:
        """Seconds it has been waiting."""
        return max(0.0, (now - self.opened).total_seconds())


class QueueView:
    """What waits for a person."""

    def __init__(self) -> None:
        self.version = 0
        self._waiting: dict[str, Waiting] = {}
        self._running: dict[str, str] = {}
        """What each running call is about, since a sub-agent is named by the call that started it."""

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Every open ask, oldest first."""
        return tuple(self._waiting.values())

    def get(self, ask: str) -> Waiting | None:
        """The open ask of that id."""
        return self._waiting.get(ask)

    def __len__(self) -> int:
        return len(self._waiting)

    def fold(self, record: Record) -> None:
        """Take a record into account."""
        match record.event:
            case CallStarted(id=call, name=name, target=target):
                self._running[call] = f"{name} {target}".strip()
            case CallFinished(id=call):
                self._running.pop(call, None)
                if self._waiting:
                    self._drop(lambda item: item.ask.call == call)
            case AskOpened(ask=ask):
                who = "" if record.agent == MAIN else self._running.get(record.agent, record.agent)
                self._waiting[ask.id] = Waiting(ask=ask, who=who, agent=record.agent, seq=record.seq, opened=record.at)
                self.version += 1
            case AskAnswered(ask=ask):
                self._drop(lambda item: item.id == ask)
            case TurnFinished() | TurnInterrupted() | TurnFailed():
                self._drop(lambda item: item.agent == record.agent)
            case SessionStarted() | SessionEnded():
                self._drop(lambda _: True)
            case _:
                pass

    def _drop(self, gone: Callable[[Waiting], bool]) -> None:
        for ask in [item.id for item in self._waiting.values() if gone(item)]:
            del self._waiting[ask]
            self.version += 1


def _one_line(text: str) -> str:
    first, *rest = text.strip().splitlines() or [""]
    return f"{first} …" if rest else first
