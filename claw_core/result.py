"""What a run came to, folded from its records: for the headless output and for programs alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from claw_core.ask import Deny, permission_id
from claw_core.event import (
    COMPACTION,
    MAIN,
    AskAnswered,
    FileChanged,
    ModelReplied,
    Record,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
)
from claw_core.message import Json, Usage
from claw_core.trace import Step, steps
from claw_core.usage import Spent, totals

Stop = Literal["done", "failed", "permission", "max_turns", "max_budget", "length", "refusal", "interrupted"]
"""Why a run ended. `permission`: a rule or a person said no, or nobody was there to say yes."""

EXIT_STATUS: dict[Stop, int] = {
    "done": 0,
    "failed": 1,
    "length": 1,
    "refusal": 1,
    "permission": 3,
    "max_turns": 3,
    "max_budget": 3,
    "interrupted": 130,
}
"""The exit status of `claw run` for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run came to."""

    session: str
    """The session's id."""
    text: str
    """The final answer."""
    usage: Usage
    cost: float | None
    """US dollars; None where a part of it is unknown."""
    turns: int
    """Model calls, as `--max-turns` counts them."""
    files: tuple[str, ...]
    """Files changed, in the order of their first change."""
    stop: Stop
    error: str = ""
    """What went wrong and what to do about it, where `stop` is `failed`."""
    trace: tuple[Step, ...] = ()
    """What happened, step by step."""

    def as_json(self) -> dict[str, Json]:
        """The object that `claw run --output-format json` prints."""
        usage: dict[str, Json] = {
            "input": self.usage.input,
            "output": self.usage.output,
            "cached": self.usage.cached,
            "cache_write": self.usage.cache_write,
            "reasoning": self.usage.reasoning,
        }
        told: dict[str, Json] = {
            "session": self.session,
            "text": self.text,
            "usage": usage,
            "cost": self.cost,
            "turns": self.turns,
            "files": list(self.files),
            "stop": self.stop,
        }
        return {**told, "error": self.error} if self.error else told


def result_of(session: str, records: Sequence[Record]) -> RunResult:
    """The result of a run, from its records."""
    took = totals(list(records))
    spent, briefs = took.all, took.by_agent.get(COMPACTION, Spent())
    changed = dict.fromkeys(record.event.path for record in records if isinstance(record.event, FileChanged))
    stop, error = _stop(records)
    return RunResult(
        session=session,
        text=_final_text(records),
        usage=spent.usage,
        cost=spent.price,
        turns=spent.calls - briefs.calls,
        files=tuple(changed),
        stop=stop,
        error=error,
        trace=steps(records),
    )


def _final_text(records: Sequence[Record]) -> str:
    """The last words of the main agent; what it said before a call is no answer."""
    for record in reversed(records):
        if isinstance(record.event, ModelReplied) and record.agent == MAIN:
            return "" if record.event.message.calls else record.event.message.text
    return ""


def _stop(records: Sequence[Record]) -> tuple[Stop, str]:
    for record in reversed(records):
        if record.agent != MAIN:
            continue
        match record.event:
            case TurnFailed(message=message, hint=hint):
                return "failed", f"{message} {hint}".strip()
            case TurnInterrupted():
                return "interrupted", ""
            case TurnFinished(stop="denied"):
                return "permission", ""
            case TurnFinished(stop="done"):
                return ("permission" if any(map(_refused, records)) else "done"), ""
            case TurnFinished(stop="max_turns" | "max_budget" | "length" | "refusal" as stop):
                return stop, ""
            case _:
                pass
    return "failed", "The run ended before its turn did."


def _refused(record: Record) -> bool:
    """Whether something the model wanted was not to be had; the mode's own limits are what was asked for."""
    event = record.event
    if not isinstance(event, AskAnswered) or event.ask != permission_id(event.call):
        return False
    return isinstance(event.answer, Deny) and event.by.kind != "mode"
