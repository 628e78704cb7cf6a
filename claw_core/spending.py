"""What all sessions together took: by model, by project, by day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from claw_core.error import SessionError
from claw_core.event import ModelReplied, Record, SessionStarted
from claw_core.message import Json
from claw_core.session.log import read_log
from claw_core.usage import Spent, Totals

By = Literal["model", "project", "day"]


@dataclass(slots=True, kw_only=True)
class Row:
    """What one model, project or day took."""

    name: str
    spent: Spent = field(default_factory=Spent)
    sessions: set[str] = field(default_factory=set[str])
    """The ids of the sessions that it is about."""

    def as_json(self) -> dict[str, Json]:
        """Stable keys; `cost` is null where a part of it is unknown, `known_cost` is the rest."""
        usage = self.spent.usage
        return {
            "name": self.name,
            "sessions": len(self.sessions),
            "calls": self.spent.calls,
            "input": usage.input,
            "output": usage.output,
            "cached": usage.cached,
            "cache_write": usage.cache_write,
            "reasoning": usage.reasoning,
            "cost": self.spent.price,
            "known_cost": self.spent.cost,
            "unpriced": self.spent.unpriced,
        }


@dataclass(slots=True, kw_only=True)
class Spending:
    """What all sessions took."""

    rows: list[Row]
    """The dearest first; days the latest first."""
    total: Row
    unreadable: list[str]
    """The ids of sessions that could not be read."""


def spending(sessions: Iterable[Path], by: By) -> Spending:
    """Fold the logs of these sessions. What a fork shares with its parent is counted once."""
    rows: dict[str, Row] = {}
    whole = Spending(rows=[], total=Row(name="total"), unreadable=[])
    seen: set[tuple[datetime, int]] = set()
    for folder in sessions:
        try:
            records = read_log(folder).records
        except SessionError:
            whole.unreadable.append(folder.name)
            continue
        totals, project = Totals(), ""
        for record in records:
            totals.add(record)
            match record.event:
                case SessionStarted(cwd=cwd):
                    project = cwd
                case ModelReplied() as reply if (record.at, record.seq) not in seen:
                    seen.add((record.at, record.seq))
                    name = _name(by, record, totals, project) or reply.model
                    for row in (rows.setdefault(name, Row(name=name)), whole.total):
                        row.spent.add(reply)
                        row.sessions.add(folder.name)
                case _:
                    pass
    whole.rows = sorted(rows.values(), key=lambda row: row.name, reverse=True)
    if by != "day":
        whole.rows.sort(key=lambda row: (-row.spent.cost, -row.spent.usage.input))
    return whole


def _name(by: By, record: Record, totals: Totals, project: str) -> str:
    if by == "day":
        return record.at.astimezone().date().isoformat()  # the person's own day
    return project if by == "project" else totals.model_of(record)
