"""The trace: what an agent did, as a tree of spans with times, tokens and costs.

A turn holds model calls and tool calls; a tool call holds the wait for an answer and its run, and a sub-agent's turns;
a model call holds its retries. A shell line of the person's own belongs to the turn that runs, or stands by itself.
Spans are derived from records, never stored. The tree is kept as flat lists, so that adding a span costs the same
whether ten or a hundred thousand are there. Parents roll up tokens and cost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from claw_core.ask import Answer, By
from claw_core.event import (
    COMPACTION,
    MAIN,
    AskAnswered,
    AskOpened,
    CallFinished,
    CallStarted,
    Event,
    HookRan,
    ModelCalled,
    ModelReplied,
    ModelRetried,
    PromptSteered,
    PromptSubmitted,
    Record,
    ShellFinished,
    ShellStarted,
    TextDelta,
    ThoughtDelta,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
    TurnStarted,
)
from claw_tui.view import Growth

State = Literal["running", "waiting", "ok", "error", "denied", "interrupted", "timeout"]
Kind = Literal["turn", "model", "call", "wait", "run", "retry", "hook", "shell"]

FAILED: tuple[State, ...] = ("error", "timeout", "denied", "interrupted")
"""States that `!` shows."""


@dataclass(slots=True, kw_only=True)
class Span:
    """One row of the tree."""

    index: int
    parent: int
    """Its parent's index; -1 for a turn of the main agent."""
    depth: int
    kind: Kind
    name: str
    target: str = ""
    state: State = "running"
    agent: str = MAIN
    began: datetime
    ended: datetime | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    unpriced: bool = False
    note: str = ""
    """What is said beside: a result's size, an error."""
    first_token: float | None = None
    """Seconds until the first piece of a model's answer."""
    records: list[Record] = field(default_factory=list[Record])
    """Those it was made from."""
    children: list[int] = field(default_factory=list[int])
    failures: int = 0
    """Spans in it that failed."""
    version: int = 0

    @property
    def over(self) -> bool:
        """Whether it ended."""
        return self.ended is not None

    @property
    def seq(self) -> int:
        """The record it began with."""
        return self.records[0].seq if self.records else 0

    def elapsed(self, now: datetime) -> float:
        """Seconds it took, or takes so far."""
        return max(0.0, ((self.ended or now) - self.began).total_seconds())

    @property
    def price(self) -> float | None:
        """US dollars; None where a part of it is unknown."""
        return None if self.unpriced else self.cost


class TraceView:
    """All spans, in the order they began."""

    ONLY_GROW: ClassVar = frozenset({"roots", "children", "records"})

    def __init__(self) -> None:
        self.version = 0
        self.spans: list[Span] = []
        self.roots: list[int] = []
        self._turns: dict[str, int] = {}
        """Each agent's turn that runs."""
        self._models: dict[str, int] = {}
        self._calls: dict[str, int] = {}
        self._waits: dict[str, int] = {}
        self._runs: dict[str, int] = {}
        self._shell = -1
        """The person's own shell line that runs."""
        self._prompt = ""

    # ---- reading

    def turn_of(self, span: Span) -> Span:
        """The main agent's turn that it is part of."""
        while span.parent >= 0:
            span = self.spans[span.parent]
        return span

    def request_before(self, span: Span) -> Span | None:
        """The same agent's previous model call."""
        for index in range(span.index - 1, -1, -1):
            other = self.spans[index]
            if other.kind == "model" and other.agent == span.agent:
                return other
        return None

    def at(self, seq: int) -> Span | None:
        """The last span that had begun when record `seq` came."""
        low, high = 0, len(self.spans)
        while low < high:
            middle = (low + high) // 2
            if self.spans[middle].seq <= seq:
                low = middle + 1
            else:
                high = middle
        return self.spans[low - 1] if low else None

    def growing(self) -> Mapping[str, Growth]:
        """Spans stay; those that run may change, and so may what they belong to."""
        loose = {-1}
        for known in (self._turns, self._models, self._calls, self._waits, self._runs):
            for span in known.values():
                above = span
                while above not in loose:
                    loose.add(above)
                    above = self.spans[above].parent
        loose.remove(-1)
        return {"spans": Growth(len(self.spans), loose)}

    # ---- folding

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        match record.event:
            case CallStarted() | CallFinished() | AskOpened() | AskAnswered() | HookRan():
                self._call(record, record.event)
            case PromptSubmitted(text=text) if record.agent == MAIN:
                self._prompt = text
            case TurnStarted() | TurnFinished() | TurnInterrupted() | TurnFailed():
                self._turn(record, record.event)
            case ModelCalled() | ModelReplied() | ModelRetried() | TextDelta() | ThoughtDelta():
                self._model(record, record.event)
            case ShellStarted() | ShellFinished():
                self._own_line(record, record.event)
            case PromptSteered():
                turn = self._turns.get(record.agent)
                if turn is not None:
                    self.spans[turn].records.append(record)
            case _:
                pass

    def _turn(self, record: Record, event: Event) -> None:
        if isinstance(event, TurnStarted):
            parent = self._calls.get(record.agent, -1) if record.agent != MAIN else -1
            main = record.agent == MAIN
            name = f"turn {record.turn}" if main else "agent"
            span = self._add(record, parent, "turn", name, self._prompt if main else "")
            self._turns[record.agent] = span.index
            return
        index = self._turns.pop(record.agent, None)
        if index is None:
            return
        self._end_all_in(index, record)
        match event:
            case TurnInterrupted(stopped=stopped):
                self._end(index, record, "interrupted", ", ".join(stopped))
            case TurnFailed(error=error, message=message):
                self._end(index, record, "error", f"{error}: {message}")
            case TurnFinished(stop=stop):
                self._end(index, record, "ok", "" if stop == "done" else stop)
            case _:
                pass

    def _end_all_in(self, index: int, record: Record) -> None:
        """What was under way in a turn ended with it."""
        for known in (self._models, self._waits, self._runs, self._calls):
            for key, inner in list(known.items()):
                if self.spans[inner].agent in (record.agent, COMPACTION) and inner > index:
                    known.pop(key)
                    if not self.spans[inner].over:
                        self._end(inner, record, "interrupted")

    def _model(self, record: Record, event: Event) -> None:
        if isinstance(event, ModelCalled):
            if (before := self._models.pop(record.agent, None)) is not None:
                self._end(before, record, "error", "another model was asked")
            turn = self._turns.get(MAIN if record.agent == COMPACTION else record.agent, -1)
            name = "compaction" if record.agent == COMPACTION else "model"
            span = self._add(record, turn, "model", name, event.model)
            self._models[record.agent] = span.index
            return
        index = self._models.get(record.agent)
        if index is None:
            return
        span = self.spans[index]
        match event:
            case TextDelta() | ThoughtDelta():
                if span.first_token is None:
                    span.first_token = span.elapsed(record.at)
            case ModelRetried(error=error, message=message):
                retry = self._add(record, index, "retry", "retry", error)
                self._end(retry.index, record, "error", message)
                span.first_token = None
            case ModelReplied():
                del self._models[record.agent]
                span.first_token = event.first_token if event.first_token is not None else span.first_token
                self._spend(index, event)
                self._end(index, record, "interrupted" if event.stop == "interrupted" else "ok")
            case _:
                pass

    def _spend(self, index: int, reply: ModelReplied) -> None:
        while index >= 0:
            span = self.spans[index]
            span.tokens_in += reply.usage.input
            span.tokens_out += reply.usage.output
            span.cost += reply.cost or 0.0
            span.unpriced |= reply.cost is None
            span.version += 1
            index = span.parent

    def _call(self, record: Record, event: Event) -> None:
        match event:
            case CallStarted():
                parent = self._turns.get(record.agent, -1)
                self._calls[event.id] = self._add(record, parent, "call", event.name, event.target).index
            case CallFinished():
                self._finished(record, event)
            case AskOpened(ask=ask):
                call = self._calls.get(ask.call)
                if call is not None:
                    wait = self._add(record, call, "wait", "waiting for you", ask.kind)
                    wait.state = self.spans[call].state = "waiting"
                    self.spans[call].version += 1
                    self._waits[ask.call] = wait.index
            case AskAnswered(call=call):
                self._answered(record, call, event.answer, event.by)
            case HookRan(hook=hook, verdict=verdict):
                parent = self._turns.get(record.agent, -1)
                span = self._add(record, parent, "hook", "hook", hook)
                span.note = verdict
                self._end(span.index, record, "ok")
            case _:
                pass

    def _own_line(self, record: Record, event: ShellStarted | ShellFinished) -> None:
        if isinstance(event, ShellStarted):
            self._shell = self._add(record, self._turns.get(MAIN, -1), "shell", "!", event.line).index
        elif self._shell >= 0:
            self._end(self._shell, record, event.outcome, event.summary)
            self._shell = -1

    def _finished(self, record: Record, event: CallFinished) -> None:
        run = self._runs.pop(event.id, None)
        if run is not None:
            self._end(run, record, event.outcome)
        wait = self._waits.pop(event.id, None)
        if wait is not None:
            self._end(wait, record, event.outcome)
        index = self._calls.pop(event.id, None)
        if index is not None:
            self._end(index, record, event.outcome, event.summary)

    def _answered(self, record: Record, call: str, answer: Answer, by: By) -> None:
        index = self._calls.get(call)
        wait = self._waits.pop(call, None)
        denied = answer.kind == "deny"
        if wait is not None:
            self._end(wait, record, "denied" if denied else "ok", f"{answer.kind} by {by.kind}")
            if index is not None and not denied:
                self._runs[call] = self._add(record, index, "run", "run", "").index
        if index is not None:
            span = self.spans[index]
            if record not in span.records:
                span.records.append(record)
            span.state = "running"
            span.version += 1

    def _add(self, record: Record, parent: int, kind: Kind, name: str, target: str) -> Span:
        index = len(self.spans)
        depth = self.spans[parent].depth + 1 if parent >= 0 else 0
        span = Span(
            index=index,
            parent=parent,
            depth=depth,
            kind=kind,
            name=name,
            target=target,
            agent=record.agent,
            began=record.at,
            records=[record],
        )
        self.spans.append(span)
        (self.spans[parent].children if parent >= 0 else self.roots).append(index)
        if parent >= 0:
            self.spans[parent].version += 1
        self.version += 1
        return span

    def _end(self, index: int, record: Record, state: State, note: str = "") -> None:
        span = self.spans[index]
        span.state, span.ended = state, record.at
        span.note = note or span.note
        if span.records[-1] is not record:
            span.records.append(record)
        span.version += 1
        self.version += 1
        if state in FAILED and span.kind in ("call", "model", "shell"):
            parent = span.parent
            while parent >= 0:
                self.spans[parent].failures += 1
                self.spans[parent].version += 1
                parent = self.spans[parent].parent
