"""The harness: the parts around the model that a loop runs on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from claw_core.catalog import ModelCard
from claw_core.checkpoint import Blobs
from claw_core.desk import Desk
from claw_core.event import MAIN, Event, Record
from claw_core.fallback import Fallback
from claw_core.instructions.nested import Nested
from claw_core.instructions.small import small_specs
from claw_core.instructions.system import profile_for
from claw_core.permissions.policy import Policy
from claw_core.provider import Provider, ToolSpec
from claw_core.retry import ATTEMPTS
from claw_core.sandbox.profile import Grounds
from claw_core.sent import Sent
from claw_core.session.asks import Asks
from claw_core.tool import Tool
from claw_core.transcript import Transcript
from claw_core.usage import Totals
from claw_core.workspace import Workspace


class Emit(Protocol):
    """Make an event a record of this turn. A plain call: it never waits for a reader."""

    def __call__(self, event: Event, agent: str = MAIN) -> Record:
        """The record; `agent` is whose it is."""
        ...


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
    """What a turn runs on. Provider, model and policy may be exchanged between two calls."""

    provider: Provider
    model: str
    card: ModelCard
    system: Callable[[], Awaitable[str]]
    """The system prompt, made anew for each turn."""
    tools: Mapping[str, Tool]
    policy: Policy
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
    agent: str = MAIN
    transcript: Transcript = field(default_factory=Transcript)
    desk: Desk = field(default_factory=Desk)
    nested: Nested | None = None
    """The instruction files of folders below the workspace; None where nobody looks for them."""

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told of the tools."""
        specs = tuple(
            ToolSpec(name=tool.name, description=tool.description, schema=tool.schema) for tool in self.tools.values()
        )
        return small_specs(specs) if profile_for(self.card.window) == "small" else specs
