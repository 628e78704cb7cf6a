"""What slash commands may use of the app: the one place where `ScreenFace` meets Textual."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, cast

from textual.dom import DOMNode

from claw_core.event import Record
from claw_core.intent import Intent
from claw_tui.attention import DEFAULT as CALL
from claw_tui.attention import Call
from claw_tui.command import ValueT
from claw_tui.feed import SessionFace
from claw_tui.keymap import action
from claw_tui.theme import Theme

if TYPE_CHECKING:
    from textual.screen import Screen

    from claw_core.foreign_shelf import ForeignSummary
    from claw_core.reach import Reach
    from claw_core.session.shelf import Summary
    from claw_tui.app import ClawApp
    from claw_tui.own_settings import OwnSettings


class AppFace:
    """A `ScreenFace` on an app."""

    def __init__(
        self,
        app: "ClawApp",
        *,
        reachable: "Callable[[], Awaitable[Sequence[Reach]]]",
        summaries: "Callable[[], Awaitable[Sequence[Summary]]]",
        foreign: "Callable[[], Awaitable[Sequence[ForeignSummary]]]",
        prompts: Callable[[], Awaitable[Sequence[str]]],
        start_over: Callable[[], None],
        replay: Callable[[str], None],
        settings: "OwnSettings | None",
    ) -> None:
        self._app = app
        self._reachable = reachable
        self._summaries = summaries
        self._foreign = foreign
        self._prompts = prompts
        self.start_over = start_over
        self._replay = replay
        self.settings = settings

    @property
    def look(self) -> Theme:
        """The theme in use."""
        return self._app.look

    @property
    def session(self) -> SessionFace | None:
        """The session; None until it is open, and in a replay."""
        return self._app.session

    @property
    def records(self) -> Sequence[Record]:
        """Everything that happened."""
        feed = self._app.workbench.feed
        return feed.session.stream.records if feed is not None else ()

    @property
    def place(self) -> str:
        """The part of the screen that has the keys."""
        pane = self._app.workbench.focused_pane()
        return pane.NAME if pane is not None else "workbench"

    def use_theme(self, theme: Theme) -> None:
        """Look like this from now on."""
        self._app.use_theme(theme)

    def settle(self, key: str, value: object | None) -> None:
        """Let a setting of the screen hold at once."""
        if key == "ui.reduced_motion":
            self._app.still = self._app.workbench.still = bool(value)
        elif self._app.attention is not None:
            self._app.attention.call = cast("Call", value or CALL)

    def send(self, intent: Intent) -> None:
        """Ask this of the session."""
        self._app.workbench.send(intent)

    def tell(self, words: str, *, wrong: bool = False) -> None:
        """A short notice."""
        self._app.notify(words, severity="error" if wrong else "information", markup=False)

    def open(self, screen: "Screen[ValueT]", done: Callable[[ValueT | None], None] | None = None) -> None:
        """Show a screen over the workbench."""
        self._app.push_screen(screen, done)

    def go_to(self, pane: str) -> None:
        """Show a pane and give it the keys."""
        self._app.workbench.go_to(pane)

    def run_command(self, name: str, words: str) -> str | None:
        """Run another command."""
        return self._app.run_command(name, words)

    async def reachable(self) -> "Sequence[Reach]":
        """Whom claw could talk to now."""
        return await self._reachable()

    async def summaries(self) -> "Sequence[Summary]":
        """All sessions, the newest first."""
        return await self._summaries()

    async def foreign_sessions(self) -> "Sequence[ForeignSummary]":
        """Sessions of other agents on this machine, the newest first."""
        return await self._foreign()

    async def prompts(self) -> Sequence[str]:
        """What was asked in this folder, in all sessions, the newest first."""
        return await self._prompts()

    def draft(self, text: str) -> None:
        """Put a text into the prompt and give it the keys; a draft that stood there is put aside."""
        self._app.workbench.prompt.draft(text)

    def replay(self, session: str) -> None:
        """Leave, and open that session as a replay."""
        self._replay(session)

    def leave(self) -> None:
        """Close the session and go."""
        self._app.exit()

    def do(self, action: str) -> None:
        """Do what a key does: give the keys to its part of the screen, then act there."""
        place = action.partition(".")[0]
        workbench = self._app.workbench
        if place == "prompt":
            workbench.prompt.take_focus()
        elif place == "permissions":
            workbench.queue.take_focus()
        elif place in workbench.middle or (place == "list" and self.place == "prompt"):
            workbench.go_to(place if place != "list" else "conversation")
        workbench.call_after_refresh(self._act, action)

    async def _act(self, name: str) -> None:
        wanted = action(name)
        method = f"action_{wanted.call.partition('(')[0]}"
        workbench = self._app.workbench
        node: DOMNode | None = workbench if wanted.place in ("workbench", "replay") else workbench.focused or workbench
        while node is not None and not hasattr(node, method):
            node = node.parent
        if node is not None:
            await self._app.run_action(wanted.call, default_namespace=node)
