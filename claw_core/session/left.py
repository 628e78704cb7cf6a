"""How a session stood when it was left: which model answered, in which mode, and how hard it was to think."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from claw_core.event import (
    MAIN,
    EffortSwitched,
    Mode,
    ModelCalled,
    ModelSwitched,
    ModeSwitched,
    Record,
    SessionStarted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What held in a session, folded from its records."""

    model: str = ""
    """`provider/model`, as somebody chose it; empty where nobody was asked yet."""
    mode: Mode | None = None
    """None where its records do not tell."""
    effort: str | None = None
    """None for the model's own way."""

    def after(self, record: Record) -> "Left":
        """What holds after one more record."""
        match record.event:
            case SessionStarted(model=model, mode=mode, effort=effort) if mode is not None:
                return Left(model=model, mode=mode, effort=effort)
            case ModelSwitched(provider=provider, model=model, reason="") if record.agent == MAIN:
                return replace(self, model=f"{provider}/{model}")  # with a reason it was no choice: a fallback
            case ModelCalled(provider=provider, model=model) if record.agent == MAIN and not self.model:
                return replace(self, model=f"{provider}/{model}")
            case ModeSwitched(mode=mode) if record.agent == MAIN:
                return replace(self, mode=mode)
            case EffortSwitched(effort=effort) if record.agent == MAIN:
                return replace(self, effort=effort)
            case _:
                return self


def as_left(records: Iterable[Record]) -> Left:
    """How a session was left at the end of these records."""
    found = Left()
    for record in records:
        found = found.after(record)
    return found
