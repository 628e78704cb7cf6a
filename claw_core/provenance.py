"""Provenance: what text from outside an agent has before it, folded from records.

An agent has heard what its own calls gave, what the agent that gave it its work had heard, and what those that it gave
work to had.
"""

from dataclasses import dataclass

from claw_core.ask import Outside
from claw_core.event import (
    MAIN,
    CallFinished,
    CallStarted,
    ContextLoaded,
    PromptSteered,
    PromptSubmitted,
    Record,
    SessionRewound,
    ShellFinished,
    ShellStarted,
)

MOST_ENTRIES = 10_000
"""Texts that are remembered; beyond that the oldest of a source that has others is forgotten."""


@dataclass(frozen=True, slots=True)
class _Heard:
    seq: int
    agent: str
    outside: Outside


class Provenance:
    """Who has heard what from outside."""

    def __init__(self) -> None:
        self._calls: dict[str, tuple[str, str]] = {}
        """Of each call that runs: its agent, and what it is about."""
        self._parents: dict[str, str] = {}
        """Of each agent, who gave it its work."""
        self._heard: list[_Heard] = []

    def add(self, record: Record) -> None:
        """Take a record into account."""
        match record.event:
            case CallStarted(id=call, name=name, target=target):
                self._calls[call] = record.agent, f"{name} {target}".strip()
            case CallFinished(id=call, outside=source):
                _, what = self._calls.pop(call, (record.agent, ""))
                if source:
                    self._hear(record, Outside(source=source, what=what, call=call))
                for outside in self._own(call) if not source else ():
                    self._hear(record, Outside(source=outside.source, what=f"{what}: {outside.what}", call=call))
            case ContextLoaded(outside=source, files=files) if source:
                self._hear(record, Outside(source=source, what=", ".join(file.path for file in files)))
            case PromptSubmitted(attachments=attachments) | PromptSteered(attachments=attachments):
                for each in attachments:
                    if each.outside:
                        self._hear(record, Outside(source=each.outside, what=each.path))
            case ShellStarted(id=id, line=line):
                self._calls[id] = MAIN, f"! {line}"
            case ShellFinished(id=id, outside=source):
                _, what = self._calls.pop(id, (MAIN, ""))
                if source:
                    self._hear(record, Outside(source=source, what=what))
            case SessionRewound(seq=seq):
                self._heard = [heard for heard in self._heard if heard.seq <= seq]
            case _:
                pass
        if record.agent != MAIN and record.agent not in self._parents:
            self._parents[record.agent] = self._calls.get(record.agent, (MAIN, ""))[0]

    def before(self, agent: str) -> tuple[Outside, ...]:
        """What an agent has heard from outside: of each source the latest text, the latest source first."""
        heard_by = {agent}
        while agent in self._parents and self._parents[agent] not in heard_by:
            agent = self._parents[agent]
            heard_by.add(agent)
        found: dict[str, Outside] = {}
        for heard in reversed(self._heard):
            if heard.agent in heard_by:
                found.setdefault(heard.outside.source, heard.outside)
        return tuple(found.values())

    def _own(self, agent: str) -> tuple[Outside, ...]:
        """What an agent heard at its own work: of each source the latest."""
        return tuple({heard.outside.source: heard.outside for heard in self._heard if heard.agent == agent}.values())

    def _hear(self, record: Record, outside: Outside) -> None:
        self._heard.append(_Heard(record.seq, record.agent, outside))
        if len(self._heard) > MOST_ENTRIES:
            latest = {(each.agent, each.outside.source): each for each in self._heard}
            self._heard = sorted(latest.values(), key=lambda each: each.seq)
