"""What a slash command of the screen is. The commands lie in `commands/`, one a file, named as people type them.

A command's module holds

    a docstring                                  its first line is its line in the help
    async def run(face, words) -> None           does it

It may touch what the face offers and nothing else. Commands that change the session lie in `claw_core/commands/`; they
go there as an intent, and what they say comes back as a record.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from claw_core.command import helps as core_helps
from claw_core.error import ClawError
from claw_core.event import Record
from claw_core.intent import Intent, RunCommand
from claw_core.registry import load, names, suggestion
from claw_tui import commands

if TYPE_CHECKING:
    from textual.screen import Screen

    from claw_core.foreign_shelf import ForeignSummary
    from claw_core.reach import Reach
    from claw_core.session.shelf import Summary
    from claw_tui.feed import SessionFace
    from claw_tui.own_settings import OwnSettings
    from claw_tui.theme import Theme

ValueT = TypeVar("ValueT")

CORE = "claw_core.commands"

ALIASES = {"quit": "exit", "q": "exit", "?": "help", "new": "clear", "mode": "permissions"}
"""Other names people try."""


class ScreenFace(Protocol):
    """What a command may use of the screen."""

    @property
    def look(self) -> "Theme":
        """The theme in use."""
        ...

    @property
    def session(self) -> "SessionFace | None":
        """The session; None until it is open, and in a replay."""
        ...

    @property
    def records(self) -> Sequence[Record]:
        """Everything that happened."""
        ...

    @property
    def place(self) -> str:
        """The part of the screen that has the keys: `prompt`, `trace` and so on."""
        ...

    @property
    def settings(self) -> "OwnSettings | None":
        """The person's settings; None where none can be changed."""
        ...

    def use_theme(self, theme: "Theme") -> None:
        """Look like this from now on."""
        ...

    def settle(self, key: str, value: object | None) -> None:
        """Let a setting of the screen hold at once: `ui.attention` or `ui.reduced_motion`; None: as it is by itself."""
        ...

    def send(self, intent: Intent) -> None:
        """Ask this of the session."""
        ...

    def tell(self, words: str, *, wrong: bool = False) -> None:
        """A short notice."""
        ...

    def open(self, screen: "Screen[ValueT]", done: "Callable[[ValueT | None], None] | None" = None) -> None:
        """Show a screen over the workbench; `done` gets what it returns."""
        ...

    def go_to(self, pane: str) -> None:
        """Show a pane and give it the keys."""
        ...

    def run_command(self, name: str, words: str) -> str | None:
        """Run another command."""
        ...

    def do(self, action: str) -> None:
        """Do what a key of the keymap does, by the action's id, in the part of the screen where that key works."""
        ...

    def start_over(self) -> None:
        """Close the session and begin a new one in the same folder."""
        ...

    def replay(self, session: str) -> None:
        """Leave, and open that session as a replay."""
        ...

    def leave(self) -> None:
        """Close the session and go."""
        ...

    async def reachable(self) -> "Sequence[Reach]":
        """Whom claw could talk to now."""
        ...

    async def summaries(self) -> "Sequence[Summary]":
        """All sessions, the newest first."""
        ...

    async def foreign_sessions(self) -> "Sequence[ForeignSummary]":
        """Sessions of other agents on this machine, the newest first."""
        ...

    async def prompts(self) -> Sequence[str]:
        """What was asked in this folder, in all sessions, the newest first."""
        ...

    def draft(self, text: str) -> None:
        """Put a text into the prompt and give it the keys; a draft that stood there is put aside."""
        ...


def screen_names() -> tuple[str, ...]:
    """The commands of the screen."""
    return names(commands.__name__)


def helps() -> dict[str, str]:
    """Every command, of the screen and of the core, with its line in the help; sorted."""
    own = {name: _line(load(commands.__name__, name).__doc__) for name in screen_names()}
    core = {name: _line(text) for name, text in core_helps().items()}
    return dict(sorted({**core, **own}.items()))


def is_command(name: str) -> bool:
    """Whether there is a command of that name."""
    return name in screen_names() or name in names(CORE)


def completions(typed: str) -> list[tuple[str, str]]:
    """(name, help) of the commands that begin with what was typed after the slash; then those that hold it."""
    known = helps()
    first = [name for name in known if name.startswith(typed)]
    later = [name for name in known if typed in name and name not in first]
    return [(name, known[name]) for name in (*first, *later)]


def prepare(face: ScreenFace, name: str, words: str) -> Callable[[], Awaitable[None]] | str:
    """A command, ready to be run; or what to tell the person, where there is none of that name."""
    name = ALIASES.get(name, name)
    own, core = screen_names(), names(CORE)
    if name in own:
        return lambda: _run(face, name, words)
    if name in core:

        async def ask() -> None:
            face.send(RunCommand(name=name, words=words))

        return ask
    return f"There is no command /{name}. {suggestion(f'/{name}', [f'/{known}' for known in (*own, *core)])}"


async def _run(face: ScreenFace, name: str, words: str) -> None:
    try:
        await load(commands.__name__, name).run(face, words.strip())
    except ClawError as error:
        face.tell(str(error), wrong=True)


def _line(text: str | None) -> str:
    return inspect.cleandoc(text or "").partition("\n")[0].rstrip(".").replace("`", "")
