"""The harness: the parts around the model that a loop runs on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from claw_core.catalog import ModelCard
from claw_core.checkpoint import Blobs
from claw_core.counting import Meter
from claw_core.desk import Desk
from claw_core.event import COMPACTION, MAIN, Event, Mode, Record
from claw_core.fallback import Fallback, OpenModel
from claw_core.instructions.nested import Nested
from claw_core.instructions.small import small_specs
from claw_core.instructions.system import profile_for
from claw_core.permissions.policy import Policy
from claw_core.provenance import Provenance
from claw_core.provider import Provider, ToolSpec
from claw_core.retry import ATTEMPTS
from claw_core.sandbox.profile import Grounds
from claw_core.sent import Sent
from claw_core.session.asks import Asks
from claw_core.subagent import SubAgent, specs_of, stricter
from claw_core.tool import Errand, Report, Tool
from claw_core.transcript import Transcript
from claw_core.usage import Totals
from claw_core.workspace import Workspace


class Emit(Protocol):
    """Make an event a record of this turn. A plain call: it never waits for a reader."""

    def __call__(self, event: Event, agent: str = MAIN) -> Record:
        """The record; `agent` is whose it is."""
        ...


class Delegate(Protocol):
    """Have a sub-agent do an errand; see `delegation.py`."""

    async def __call__(self, harness: "Harness", emit: Emit, call: str, errand: Errand) -> Report:
        """Its report. `harness` is that of who sends it, `call` the call that does. Raises ToolError."""
        ...


@dataclass(slots=True)
class Standing:
    """What the gate goes by now: one for all agents of a session, so that an answer to one holds for all."""

    policy: Policy

    def switch(self, mode: Mode) -> None:
        """Decide in this mode from now on."""
        self.policy = self.policy.with_mode(mode)

    def add_rule(self, rule: str) -> None:
        """One more rule, or several, one a line. Raises ConfigError where it cannot be understood."""
        self.policy = self.policy.with_rule(rule)


COMPACT_AT = 0.85
"""The share of the window at which a conversation is compacted, unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a turn may take."""

    model_calls: int | None = None
    """Model calls in one turn; None for no limit."""
    budget: float | None = None
    """US dollars for the whole session."""


@dataclass(slots=True, kw_only=True)
class Harness:
    """What an agent's turn runs on. Provider, model and policy may be exchanged between two calls."""

    provider: Provider
    model: str
    card: ModelCard
    system: Callable[["Harness"], Awaitable[str]]
    """The system prompt of the agent whose harness it is, made anew for each turn."""
    tools: Mapping[str, Tool]
    standing: Standing
    workspace: Workspace
    blobs: Blobs
    asks: Asks
    sent: Sent
    totals: Totals
    rule_file: Path
    """The settings file that the rules of "always" are written to."""
    grounds: Grounds
    """What commands in a sandbox may write."""
    limits: Limits = field(default_factory=Limits)
    fallback: Fallback = field(default_factory=Fallback)
    """Whom to go to where the model cannot be had."""
    attempts: int = ATTEMPTS
    """How often a request is sent before a failure counts as one that stays."""
    compact_at: float = COMPACT_AT
    """The share of the window at which the conversation is compacted."""
    effort: str | None = None
    """How hard the model thinks; None for its own way."""
    delegate: Delegate
    """Hands work to a sub-agent."""
    agents: Mapping[str, SubAgent] = field(default_factory=dict[str, SubAgent])
    """The sub-agents that there are."""
    open_model: OpenModel | None = None
    """Opens another model by its name."""
    agent: str = MAIN
    role: SubAgent | None = None
    """Which sub-agent this is; None for the one a person talks to."""
    call_ids: set[str] = field(default_factory=lambda: {MAIN, COMPACTION})
    """The ids of all calls of the session, whoever made them: a sub-agent is named by the call that started it."""
    compacting: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a brief is written: one at a time in a session."""
    meter: Meter
    """How much of the window this agent's conversation fills."""
    transcript: Transcript = field(default_factory=Transcript)
    desk: Desk = field(default_factory=Desk)
    provenance: Provenance = field(default_factory=Provenance)
    nested: Nested | None = None
    """The instruction files of folders below the workspace; None where nobody looks for them."""

    @property
    def policy(self) -> Policy:
        """What the gate goes by for this agent's calls."""
        policy = self.standing.policy
        mode = stricter(policy.mode, self.role.mode if self.role else None)
        return policy if mode == policy.mode else policy.with_mode(mode)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told of the tools."""
        specs = specs_of(self.tools.values(), self.agents)
        return small_specs(specs) if profile_for(self.card) == "small" else specs
