"""The application: puts feed, theme and screens together. What they do is theirs.

The screen paints before the session is open, and what is typed meanwhile lands in the prompt. Only Textual and our own
code are loaded until then; what drawing needs later (Pygments, the Markdown parser) is loaded in a thread.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from textual import events, on
from textual._compositor import CompositorUpdate
from textual.geometry import Offset
from textual.reactive import Reactive
from textual.screen import Screen

from claw_core.error import ClawError
from claw_tui import warming
from claw_tui.attention import Attention
from claw_tui.doors import Doors, OpenSession
from claw_tui.feed import Feed, ReplayFace, SessionFace
from claw_tui.garbage import collect_at_rest
from claw_tui.key_order import KeyOrder, Typed
from claw_tui.pace import Pace
from claw_tui.pane import Pane
from claw_tui.referring import ReferringApp
from claw_tui.screens.workbench import Workbench, now
from claw_tui.terminal_driver import TerminalDriver
from claw_tui.theme import DEFAULT, Theme, named
from claw_tui.views.status import StatusView

if TYPE_CHECKING:
    from claw_core.foreign_shelf import ForeignSummary
    from claw_core.reach import Reach
    from claw_core.session.shelf import Summary
    from claw_tui.app_face import AppFace
    from claw_tui.own_keys import Keyboard

PAUSE = 2.0
"""Seconds without a key after which nobody types."""


class ClawApp(ReferringApp):
    """The full-screen workspace."""

    TITLE = "claw"
    DEFAULT_MODE = "first"
    ENABLE_COMMAND_PALETTE = False
    PAUSE_GC_ON_SCROLL = True
    app_focus = Reactive(True, compute=False, repaint=False)
    """Whether the window has the keys: nothing looks different."""
    CSS = "Toast { background: $ground-raised; color: $text-body; }"

    def __init__(  # noqa: PLR0913 - one keyword for each thing that may be other than usual
        self,
        open_session: OpenSession | None,
        *,
        root: Path,
        replay: ReplayFace | None = None,
        theme: Theme | None = None,
        doors: Doors | None = None,
        clock: Callable[[], datetime] = now,
        still: bool = False,
        attention: Attention | None = None,
        layout: Path | None = None,
        own_keys: Path | None = None,
        own_themes: Path | None = None,
    ) -> None:
        """`open_session` is called once the screen is there; None where `replay` is shown instead.

        `root`: the workspace folder, shown until the session is open. `doors`: where commands and the welcome screen
        can lead; without them, only the one session can be shown. `still`: nothing moves by itself. `attention`: what
        the terminal's window is told; nothing without it. `layout`: the file that remembers how panes were arranged.
        `own_keys`: the file that gives actions other keys. `own_themes`: the folder of the person's own themes.
        """
        self.look = theme or named(DEFAULT)
        """The theme in use."""
        super().__init__(driver_class=TerminalDriver)
        self._first = open_session
        self._doors = doors
        self._clock = clock
        self.still = still
        self.attention = attention
        self._cursor = Offset()
        self._layout = layout
        self._own_keys = own_keys
        self._own_themes = own_themes
        self._keyboard: Keyboard | None = None
        self._keys = KeyOrder(self, self._take)
        self._is_warm = asyncio.Event()
        """Set when what drawing needs is loaded."""
        self.session: SessionFace | None = None
        self.last_session: SessionFace | None = None
        """The session that is, or was last, shown."""
        self.workbench = self._new_workbench(root, replay)
        """The screen that the session is shown on."""
        self.add_mode(self.DEFAULT_MODE, self._base)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open
        self.use_theme(self.look)

    def _new_workbench(self, root: Path, replay: ReplayFace | None) -> Workbench:
        if replay is None:
            drafts = self._doors.drafts if self._doors else None
            return Workbench(
                theme=lambda: self.look,
                command=self.run_command,
                root=root,
                clock=self._clock,
                still=self.still,
                drafts=drafts(root) if drafts else None,
                layout=self._layout,
            )
        from claw_tui.screens.replay import ReplayBench

        verify = self._doors.verify if self._doors is not None else None
        return ReplayBench(
            replay,
            theme=lambda: self.look,
            command=self.run_command,
            fork=lambda seq: self._begin(self._fork(replay.id, seq)),
            verify=partial(verify, replay.id) if verify is not None else None,
        )

    # ---- looks

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Every role is a CSS variable in every theme, so no style sheet can miss one. Called by Textual."""
        return dict(self.look.for_textual().variables)

    def use_theme(self, theme: Theme) -> None:
        """Look like this from now on."""
        self.look = theme
        self.register_theme(theme.for_textual())
        self.theme = theme.name
        self._tell_canvas()

    def _tell_canvas(self) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.canvas.wear(dark=self.look.dark, selected=self.look["ground.selection"])

    def _base(self) -> Screen[None]:
        return self.workbench

    @property
    def root(self) -> Path:
        """The workspace that is shown."""
        return self.workbench.context.root

    def _watch_app_focus(self, focus: bool) -> None:
        """The window got or lost the keys: who has them inside keeps them, and nothing looks different. For Textual."""

    # ---- painting

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Draw what differs from what the terminal shows, or keep it until the terminal took what it was sent.

        Called by Textual, which has no other place for it.
        """
        driver = self._driver
        if isinstance(driver, TerminalDriver) and isinstance(renderable, CompositorUpdate):
            if not driver.canvas.take(renderable):
                screen.refresh()
            elif not driver.is_behind:
                self.show_canvas()
        else:
            super()._display(screen, renderable)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open

    def show_canvas(self) -> None:
        """Draw what the terminal does not show yet; nothing when the app was left, and has no screen."""
        driver = self._driver if self.screen_stack else None
        if isinstance(driver, TerminalDriver) and (driver.canvas.is_changed or self.cursor_position != self._cursor):
            self._cursor = self.cursor_position
            with driver.together():
                super()._display(self.screen, cast("Any", driver.canvas))  # pyright: ignore[reportUnknownMemberType]  the same

    def on_resize(self) -> None:
        """The terminal is pulled to another size, and did with its cells what it thought best."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.canvas.forget()
            self.screen.refresh()  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open

    # ---- sessions

    def on_mount(self) -> None:
        """The screen is there: open the session, and load what will be needed."""
        self._tell_canvas()
        self.call_after_refresh(self._start)
        self.run_worker(self._listen(), name="listen")
        self.run_worker(self._keys.follow(), name="keys")
        self.run_worker(collect_at_rest(self._rests), name="garbage")

    def _rests(self) -> bool:
        """Whether nobody waits for anything."""
        line = self._line()
        typing = line is not None and line.since_key < PAUSE
        return not typing and not (self.session is not None and self.session.running)

    async def _listen(self) -> None:
        """The prompt is there: what was typed before it was lands in it."""
        await self.workbench.ready.wait()
        if isinstance(self._driver, TerminalDriver):
            self.call_later(self._driver.listen)

    def _start(self) -> None:
        self.run_worker(self._warm(), name="warm", exit_on_error=False)
        if self._first is not None:
            self.show_session(self._first)
        if self._own_themes is not None:
            self.run_worker(self._follow_theme(self._own_themes), name="theme", exit_on_error=False)
        if self._own_keys is not None:
            self.run_worker(self._follow_keys(self._own_keys), name="keys", exit_on_error=False)

    async def _warm(self) -> None:
        try:
            await asyncio.to_thread(warming.load)
        finally:
            self._is_warm.set()

    async def _follow_theme(self, folder: Path) -> None:
        from claw_tui.theme_watch import follow

        await follow(self, folder)

    def warn(self, words: str) -> None:
        """Tell the person what is wrong with a file of theirs."""
        self.notify(words, severity="warning", timeout=15, markup=False)

    async def _follow_keys(self, path: Path) -> None:
        from claw_tui.own_keys import Keyboard

        self._keyboard = Keyboard(self, lambda id_: self._face().do(id_))
        await self._keyboard.follow(path)

    async def on_event(self, event: events.Event) -> None:
        """Keys go through in their order. Called by Textual."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._keys.put(event)
        else:
            await super().on_event(event)

    async def _take(self, key: Typed) -> bool:
        """The second key of a chord is no key of its own."""
        if self._keyboard is not None and isinstance(key, events.Key) and self._keyboard.takes(key):
            return False
        await super().on_event(key)
        return True

    def show_session(self, open_session: OpenSession) -> None:
        """Open a session and show it, in place of the one that is shown."""
        self.run_worker(self._follow(open_session), name="session", group="session", exclusive=True)

    async def _follow(self, open_session: OpenSession) -> None:
        await self._close()
        try:
            session = self.session = self.last_session = await open_session()
        except ClawError as error:
            self._failed(error)
            return
        feed = Feed(session)
        await self._is_warm.wait()  # else it would be loaded while it is drawn
        await self.workbench.ready.wait()
        self.workbench.attach(feed)
        await feed.follow(lambda: self._frame(feed), Pace(self._line))

    def _line(self) -> TerminalDriver | None:
        return self._driver if isinstance(self._driver, TerminalDriver) else None

    async def _close(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            await session.close()

    def _failed(self, error: ClawError) -> None:
        """Nothing can be shown yet: what is in the way, and what can be done about it."""
        doors = self._doors
        if doors is None:
            self.notify(error.hint, title=error.message, severity="error", timeout=60, markup=False)
            return
        from claw_tui.screens.welcome import WelcomeScreen

        def lead(open_session: OpenSession) -> None:
            self.pop_screen()
            self.show_session(open_session)

        welcome = WelcomeScreen(
            lambda: self.look,
            find=doors.reachable,
            keep_key=doors.keep_key,
            choose=lambda model: lead(doors.with_model(model)),
            demo=lambda: lead(doors.demo),
            leave=self.exit,
            reason=str(error),
        )
        self.push_screen(welcome)

    async def _replay(self, session: str) -> None:
        if self._doors is None:
            return
        try:
            replay = await self._doors.replay(session)
        except ClawError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        await self._show_workbench(replay.root, replay)

    async def _fork(self, session: str, seq: int) -> None:
        """Go on from a moment of a replay."""
        if self._doors is None:
            return
        try:
            open_fork = await self._doors.fork(session, seq)
        except ClawError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        await self._show_workbench(self.workbench.context.root, None)
        self.show_session(open_fork)

    async def _show_workbench(self, root: Path, replay: ReplayFace | None) -> None:
        await self._close()
        self.workbench = self._new_workbench(root, replay)
        before = self.current_mode
        # A mode is Textual's word for a stack of screens: the whole stack gives way, whatever is open on it.
        after = str(id(self.workbench))
        self.add_mode(after, self._base)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open
        await self.switch_mode(after)
        await self.remove_mode(before)

    def _frame(self, feed: Feed) -> None:
        """Show what changed, on the screen and on its window."""
        self.workbench.frame()
        view = feed.view("status")
        if self.attention is not None and isinstance(view, StatusView):
            self.write_out(self.attention.news(view, watched=self.app_focus))

    async def on_unmount(self) -> None:
        """Nothing is left running behind."""
        if self.attention is not None:
            self.write_out(self.attention.goodbye())
        await self._close()

    # ---- commands

    def run_command(self, name: str, words: str) -> str | None:
        """Run a slash command; None when it was taken, else what to tell the person."""
        from claw_tui.command import prepare

        ready = prepare(self._face(), name, words)
        if isinstance(ready, str):
            return ready
        self._keys.wait_for(self.run_worker(ready(), name=f"/{name}", group="commands"))
        return None

    def _face(self) -> "AppFace":
        from claw_tui.app_face import AppFace

        doors = self._doors
        return AppFace(
            self,
            reachable=doors.reachable if doors else _nobody,
            summaries=doors.summaries if doors else _none,
            foreign=doors.foreign if doors else _no_foreign,
            prompts=doors.prompts if doors else _no_prompts,
            start_over=lambda: self.show_session(doors.fresh) if doors else None,
            replay=lambda session: self._begin(self._replay(session)),
            settings=doors.settings() if doors and doors.settings else None,
        )

    def _begin(self, work: Awaitable[None]) -> None:
        self.run_worker(work, group="commands")

    @on(Pane.Fork)
    def fork_from(self, event: Pane.Fork) -> None:
        """Go on from a record of the session that is shown, in one of its own."""
        event.stop()
        feed = self.workbench.feed
        if feed is not None:
            self._begin(self._fork(feed.session.id, event.seq))


async def _nobody() -> "Sequence[Reach]":
    return ()


async def _none() -> "Sequence[Summary]":
    return ()


async def _no_foreign() -> "Sequence[ForeignSummary]":
    return ()


async def _no_prompts() -> Sequence[str]:
    return ()
