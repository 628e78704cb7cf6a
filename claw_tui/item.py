"""Items: what a conversation is made of on the screen. The conversation view folds records into them.

Items change while their turn runs and never after it; `version` rises with every change, so that a painted item is
known to be still right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from claw_core.block import Block
from claw_core.event import Outcome
from claw_core.message import JsonObject
from claw_tui.markdown import Piece

if TYPE_CHECKING:
    from claw_core.live_terminal import LiveTerminal

CallState = Literal["writing", "waiting", "running"] | Outcome
"""What a call is at: the model still writes it, a person is asked, it runs; or how it ended."""

ENDED: tuple[CallState, ...] = ("ok", "error", "denied", "interrupted", "timeout")


def _nothing() -> JsonObject:
    return {}


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which item it is, and where it comes from."""

    id: int
    """Unique in a view."""
    seq: int
    """The record it came with."""
    at: datetime


@dataclass(slots=True, kw_only=True)
class Item:
    """Something the conversation shows."""

    stamp: Stamp
    version: int = 0


@dataclass(slots=True, kw_only=True)
class PromptItem(Item):
    """What the person said."""

    text: str
    images: int = 0
    attached: tuple[str, ...] = ()
    """What went along with it, each in a few words."""
    refused: tuple[str, ...] = ()
    """What did not, each with why."""
    steered: bool = False
    """It was said while a turn ran."""


@dataclass(slots=True, kw_only=True)
class AnswerItem(Item):
    """A piece of an answer, or of a command's output."""

    message: int
    """Pieces of one answer share it: the id of its first item."""
    piece: Piece


@dataclass(slots=True, kw_only=True)
class ThoughtItem(Item):
    """What the model thought."""

    text: str
    open: bool = False
    """It is still being thought."""


@dataclass(slots=True, kw_only=True)
class CallItem(Item):
    """A use of a tool."""

    call: str
    """The call's id."""
    name: str
    target: str = ""
    state: CallState = "writing"
    input: JsonObject = field(default_factory=_nothing)
    written: int = 0
    """Characters of its arguments so far, while the model writes them."""
    summary: str = ""
    elapsed: float = 0.0
    began: datetime | None = None
    """When it began to run, or to wait."""
    preview: Sequence[Block] = ()
    """What is asked about, while it waits."""
    blocks: Sequence[Block] = ()
    told: str = ""
    """What the model was told."""
    live: "LiveTerminal | None" = None
    """The terminal that shows what it printed so far, while it runs."""
    reason: str = ""
    """Why it was denied, and by whom."""
    steps: int = 0
    """Calls of the sub-agent it started."""
    step: str = ""
    """The last of them."""
    is_own: bool = False
    """The person ran it themselves: it is no call but a shell line."""

    def printed(self, text: str) -> None:
        """While it runs: it printed that."""
        if self.live is None:
            from claw_core.live_terminal import LiveTerminal  # most sessions are opened, not run

            self.live = LiveTerminal()
        self.live.feed(text)

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.state in ENDED


@dataclass(slots=True, kw_only=True)
class NoticeItem(Item):
    """Something a person should know."""

    level: Literal["info", "warning", "error"]
    message: str
    hint: str = ""


@dataclass(slots=True, kw_only=True)
class CommandItem(Item):
    """A slash command that ran; what it said follows as pieces."""

    name: str
    words: str = ""


@dataclass(slots=True, kw_only=True)
class RestItem(Item):
    """The end of a turn."""

    state: Literal["done", "interrupted", "failed"]
    note: str = ""
    """Why it stopped, where that was not because it was done."""
    elapsed: float = 0.0
    calls: int = 0
    cost: float | None = None
    """US dollars; None where a part of the price is unknown."""
    tokens: int = 0


AnyItem = PromptItem | AnswerItem | ThoughtItem | CallItem | NoticeItem | CommandItem | RestItem
"""Every kind of item; closed."""
