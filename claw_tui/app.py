"""The application: puts feed, theme and screens together. What they do is theirs.

The screen paints before the session is open, and what is typed meanwhile lands in the prompt. Only Textual and our own
code are loaded until then; what drawing needs later (Pygments, the Markdown parser) is loaded in a thread.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App
from textual.binding import BindingType
from textual.screen import Screen

from claw_core.error import ClawError, UsageError
from claw_core.intent import RunCommand
from claw_core.registry import names, suggestion
from claw_tui import editor
from claw_tui.clipboard import osc52
from claw_tui.feed import Feed, ReplayFace, SessionFace
from claw_tui.pane import Pane
from claw_tui.screens.workbench import Workbench, now
from claw_tui.theme import DEFAULT, Theme, named

OpenSession = Callable[[], Awaitable[SessionFace]]

WARM = ("markdown_it", "pygments.lexers", "pygments.lexers.python", "claw_tui.markdown_lines", "claw_tui.painters.diff")
"""What the first answer will need."""


class ClawApp(App[int]):
    """The full-screen workspace."""

    TITLE = "claw"
    ENABLE_COMMAND_PALETTE = False
    PAUSE_GC_ON_SCROLL = True
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = """
    Toast { background: $ground-raised; color: $text-body; }
    """

    def __init__(
        self,
        open_session: OpenSession | None,
        *,
        root: Path,
        replay: ReplayFace | None = None,
        theme: Theme | None = None,
        clock: Callable[[], datetime] = now,
        on_failure: "Callable[[ClawApp, ClawError], Screen[None] | None] | None" = None,
    ) -> None:
        """`open_session` is called once the screen is there; None where `replay` is shown instead.

        `root`: the workspace folder, shown until the session is open. `on_failure`: the screen to show when the session
        cannot be opened; where there is none, the error is said on the workbench.
        """
        self.look = theme or named(DEFAULT)
        """The theme in use."""
        super().__init__()
        self._open_session = open_session
        self._clock = clock
        self._on_failure = on_failure
        self.session: SessionFace | None = None
        self.workbench = self._new_workbench(root, replay)
        """The screen that the session is shown on."""
        self.use_theme(self.look)

    def _new_workbench(self, root: Path, replay: ReplayFace | None) -> Workbench:
        if replay is None:
            return Workbench(theme=lambda: self.look, command=self.run_command, root=root, clock=self._clock)
        from claw_tui.screens.replay import ReplayBench

        return ReplayBench(replay, theme=lambda: self.look, command=self.run_command)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Every role is a CSS variable in every theme, so no style sheet can miss one. Called by Textual."""
        return dict(self.look.for_textual().variables)

    def use_theme(self, theme: Theme) -> None:
        """Look like this from now on."""
        self.look = theme
        self.register_theme(theme.for_textual())
        self.theme = theme.name

    def get_default_screen(self) -> Screen[None]:
        """The workbench. Called by Textual."""
        return self.workbench

    def on_mount(self) -> None:
        """The screen is there: open the session, and load what will be needed."""
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.run_worker(self._open(), name="session", exit_on_error=True)

    async def _open(self) -> None:
        self.run_worker(asyncio.to_thread(_warm), name="warm", exit_on_error=False)
        if self._open_session is None:
            return
        try:
            self.session = await self._open_session()
        except ClawError as error:
            self._failed(error)
            return
        feed = Feed(self.session)
        await self.workbench.ready.wait()
        self.workbench.attach(feed)
        try:
            await feed.follow(self.workbench.frame)
        finally:
            self.workbench.frame()

    def _failed(self, error: ClawError) -> None:
        screen = self._on_failure(self, error) if self._on_failure is not None else None
        if screen is not None:
            self.push_screen(screen)
            return
        self.notify(error.hint or "", title=error.message, severity="error", timeout=60, markup=False)

    async def on_unmount(self) -> None:
        """Nothing is left running behind."""
        if self.session is not None:
            await self.session.close()

    # ---- what panes ask of the terminal

    @on(Pane.Copy)
    def copy(self, event: Pane.Copy) -> None:
        """Into the clipboard, through the terminal."""
        event.stop()
        if not event.text:
            return
        sequence, whole = osc52(event.text)
        if self._driver is not None:
            self._driver.write(sequence)
        self._clipboard = event.text
        said = f"Copied the {event.what}: {len(event.text):,} characters" + ("" if whole else ", cut to what fits")
        self.notify(said, timeout=3, markup=False)

    @on(Pane.OpenText)
    def open_text(self, event: Pane.OpenText) -> None:
        """Read in the person's editor."""
        event.stop()
        self._edit(event.text, event.suffix)

    @on(Pane.EditText)
    def edit_text(self, event: Pane.EditText) -> None:
        """Write in the person's editor."""
        event.stop()
        text = self._edit(event.text, ".md")
        if text is not None:
            event.done(text.rstrip("\n"))

    def _edit(self, text: str, suffix: str) -> str | None:
        try:
            with self.suspend():
                return editor.edit(text, suffix=suffix)
        except UsageError as error:
            self.notify(str(error), severity="error", markup=False)
        return None

    # ---- commands

    def run_command(self, name: str, words: str) -> str | None:
        """Run a slash command; None when it was taken, else what to tell the person."""
        known = names("claw_core.commands")
        if name in ("exit", "quit"):
            self.exit()
        elif name in known:
            self.workbench.send(RunCommand(name=name, words=words))
        else:
            return f"There is no command /{name}. {suggestion(name, known)}"
        return None


def _warm() -> None:
    for module in WARM:
        import_module(module)
    gc.collect()
    gc.freeze()
