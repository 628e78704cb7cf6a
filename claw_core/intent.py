"""Intents: what a person or a program asks of a session. A screen sends them; nothing else changes a session."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from claw_core.ask import Answer, By
from claw_core.event import Mode
from claw_core.message import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Do this. While a turn runs, it is delivered between two calls."""

    text: str
    images: tuple[Image, ...] = ()
    named: tuple[str, ...] = ()
    """Files and folders that the person named with an `@`, as they wrote them: what they hold now goes along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunShell:
    """Run a shell line of the person's own in the workspace, beside whatever runs. The gate is not asked."""

    line: str


@dataclass(frozen=True, slots=True)
class Retract:
    """Take back the last prompt that waits to be delivered."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Stop what was begun last: the shell line that runs, or the turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    """Answer an ask."""

    ask: str
    """The ask's id."""
    answer: Answer
    by: By


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchMode:
    """Decide by other rules from now on."""

    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchModel:
    """Talk to another model from the next call on."""

    model: str
    """A bare name, or `provider/name`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """Run a slash command of the core's."""

    name: str
    words: str = ""
    """What follows the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """Give the session a title."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoBack:
    """Take the conversation, files, or both back to what they were. Refused while a turn runs."""

    seq: int
    """The last record that counts."""
    talk: bool = True
    files: bool = True
    over: Mapping[str, str] = field(default_factory=dict[str, str])
    """Files to put back though somebody else changed them: by path, the content hash of what the person saw there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeKeys:
    """Type into the terminal of a command that runs."""

    call: str
    """The id of the call that started it; in the background it still goes by that."""
    text: str
    """What the keys send, control characters included."""


Intent = (
    Prompt
    | RunShell
    | Retract
    | Interrupt
    | Respond
    | SwitchMode
    | SwitchModel
    | RunCommand
    | Rename
    | GoBack
    | TypeKeys
)
"""Every kind of intent; closed."""
