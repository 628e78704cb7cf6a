"""The status: which model, which mode, what it cost, what waits. Shown above and below, and on the prompt."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from claw_core.event import (
    COMPACTION,
    MAIN,
    AskAnswered,
    AskOpened,
    CallDelta,
    CallFinished,
    CallStarted,
    Mode,
    ModelCalled,
    ModelProgressed,
    ModelReplied,
    ModelRetried,
    ModelSwitched,
    ModeSwitched,
    PromptQueued,
    PromptSubmitted,
    Record,
    SessionNamed,
    SessionStarted,
    ShellFinished,
    ShellStarted,
    TextDelta,
    ThoughtDelta,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
    TurnStarted,
)
from claw_core.usage import Totals
from claw_tui.view import Growth

SILENCE = 5.0
"""Seconds without a sign of the model after which that is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a session is beside its records."""

    root: Path
    provider: str
    model: str
    mode: Mode
    window: int | None
    compact_at: float = 0.0
    """The share of the window at which room is made; 0 where nobody says."""
    """Tokens the model can take in; None where that is unknown."""
    sees: bool | None = None
    """Whether the model sees pictures; None where that is unknown."""
    sandbox: str = ""
    """What of a sandbox there is, in a word or two; empty where nobody knows."""
    live: bool = True


@dataclass(slots=True)
class StatusView:
    """What the status line and the prompt's border say."""

    ONLY_GROW: ClassVar = frozenset({"prompts", "_marks"})

    version: int = 0
    root: Path = field(default_factory=Path)
    branch: str = ""
    """Empty outside git."""
    title: str = ""
    provider: str = ""
    model: str = ""
    mode: Mode = "ask"
    sandbox: str = ""
    window: int | None = None
    sees: bool | None = None
    live: bool = True
    shell: str = ""
    """The person's own shell line that runs."""
    running: bool = False
    since: datetime | None = None
    """When the turn that runs began."""
    activity: str = ""
    """What goes on, in a word or two."""
    sign: datetime | None = None
    """The model's last sign of life, or when it was asked, while it answers."""
    again: datetime | None = None
    """When a request that failed is sent again, while that is waited for."""
    queued: tuple[str, ...] = ()
    """What waits to be delivered."""
    waiting: frozenset[str] = frozenset()
    """The asks that wait for the person."""
    prompts: list[str] = field(default_factory=list[str])
    """What the person said, oldest first: the prompt's history."""
    totals: Totals = field(default_factory=Totals)

    def doing(self, now: datetime) -> str:
        """What goes on, and where the model keeps us waiting, for how long."""
        if self.again is not None and now < self.again:
            return f"{self.activity}, again in {math.ceil((self.again - now).total_seconds())}s"
        silent = (now - self.sign).total_seconds() if self.sign is not None else 0.0
        if silent < SILENCE:
            return self.activity if self.again is None else self.model
        return f"waiting for {self.model}, silent for {silent:.0f}s"

    def growing(self) -> Mapping[str, Growth]:
        """What was said stays."""
        return {}

    def know(self, facts: Facts) -> None:
        """What the session is."""
        self.root, self.provider, self.model = facts.root, facts.provider, facts.model
        self.mode, self.window, self.live = facts.mode, facts.window, facts.live
        self.sandbox, self.sees = facts.sandbox, facts.sees
        self.version += 1

    @property
    def mode_words(self) -> str:
        """The mode, and what of it the kernel holds."""
        return f"{self.mode}, {self.sandbox}" if self.mode == "auto" and self.sandbox else self.mode

    @property
    def fullness(self) -> float | None:
        """How much of the model's window is used, from 0 to 1; None where the window is unknown."""
        return min(1.0, self.totals.context / self.window) if self.window else None

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        self.totals.add(record)
        before = self.version
        self.version += 1
        match record.event:
            case CallStarted(name=name):
                self.activity = name
            case ModelReplied() | CallFinished():
                self.activity, self.sign, self.again = "", None, None
            case TextDelta() | ThoughtDelta() | CallDelta():
                self.sign, self.again = record.at, None
                self.version = before
            case SessionStarted() as started:
                self.branch = started.git_head.partition(" ")[2]
            case SessionNamed(title=title):
                self.title = title
            case ModelSwitched(provider=provider, model=model):
                self.provider, self.model = provider, model
            case ModeSwitched(mode=mode):
                self.mode = mode
            case PromptSubmitted(text=text) if record.agent == MAIN:
                self._said(text)
            case PromptQueued(texts=texts):
                self.queued = texts
            case ShellStarted(line=line):
                self.shell = line
                self._said(f"!{line}")
            case ShellFinished():
                self.shell = ""
            case AskOpened(ask=ask):
                self.waiting |= {ask.id}
            case AskAnswered(ask=ask):
                self.waiting -= {ask}
            case TurnStarted() | TurnFinished() | TurnInterrupted() | TurnFailed():
                self._turn(record)
            case ModelCalled(provider=provider, model=model, window=window):
                self.activity = "compacting" if record.agent == COMPACTION else model
                self.sign, self.again = record.at, None
                if record.agent == MAIN:
                    self.provider, self.model = provider, model
                    self.window = window or self.window
            case ModelProgressed(doing=doing) as made:
                self.activity = doing if made.percent is None else f"{doing}, {made.percent} %"
                self.sign, self.again = record.at, None
            case ModelRetried(error=error, wait=wait):
                self.activity = error
                self.sign = self.again = record.at + timedelta(seconds=wait)
            case _:
                self.version = before

    def _said(self, text: str) -> None:
        if text and (not self.prompts or self.prompts[-1] != text):
            self.prompts.append(text)

    def _turn(self, record: Record) -> None:
        if record.agent != MAIN:
            return
        self.running = isinstance(record.event, TurnStarted)
        self.since = record.at if self.running else None
        self.activity, self.sign, self.again = "", None, None
        if not self.running:
            self.waiting = frozenset()
