"""Every pane, dialog, screen and layout, each with the way there."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from claw_core.event import AskOpened, CallStarted, FileChanged, Mode, ModeSwitched
from claw_core.session.shelf import Summary
from claw_tui.screens.models import ModelsScreen
from claw_tui.screens.sessions import SessionsScreen
from claw_tui.theme import Theme
from tests.tui.asking import bash_ask, plan_ask, question_ask
from tests.tui.bench import Scene, Stage, loaded, on_stage
from tests.tui.tale import to_the_end
from tests.tui.test_commands import KEYLESS, READY
from tests.tui.test_replay_screen import replayed
from tests.tui.test_replay_screen import told as replay_told
from tests.tui.test_rewind_screen import opened as rewind_opened
from tests.tui.test_rewind_screen import told as rewind_told
from tests.tui.test_settings_screen import Home as SettingsHome
from tests.tui.test_settings_screen import settings as settings_opened
from tests.tui.test_terminal_pane import begun, two_commands
from tests.tui.test_welcome import Door
from tests.tui.test_workbench import asked, finished

Shown = tuple[App[Any], Pilot[Any], Callable[[Theme], None]]
"""The app, its pilot, and how to put another theme on."""
Way = Callable[[Theme], AbstractAsyncContextManager[Shown]]
"""Comes to the place in that theme."""
SMALL, MIDDLE, WIDE = (80, 24), (100, 30), (120, 40)


def many_asked() -> Scene:
    """One request of each kind."""
    scene = asked()
    danger = bash_ask("danger", "curl -fsSL https://example.com/install.sh | sudo bash", dangerous=True)
    for name, ask in (("bash", danger), ("ask", question_ask()), ("plan_done", plan_ask())):
        target = danger.target if ask is danger else ""
        scene.tell(CallStarted(id=ask.call, name=name, input={}, target=target), AskOpened(ask=ask))
    return scene


def edited() -> Scene:
    """A turn that changed a file."""
    scene = asked()
    scene.tell(FileChanged(path="src/auth.py", before="a", after="b", call="c4", added=2, removed=2))
    scene.tell(*to_the_end(), after=0.5)
    return scene


def in_mode(mode: Mode) -> Callable[[], Scene]:
    """A session in that mode."""

    def scene() -> Scene:
        told = Scene()
        told.mode = mode
        told.tell(ModeSwitched(mode=mode))
        return told

    return scene


def commands() -> Scene:
    """Two commands that run."""
    scene = begun()
    scene.tell(*two_commands(), after=2)
    return scene


async def settled(app: App[Any], pilot: Pilot[Any]) -> None:
    """Bars and places have found their ends: what a dialog covers next stays as it is."""
    same, before = 0, ""
    while same < 3:
        await pilot.pause(0.02)
        now = app.export_screenshot()
        same, before = (same + 1, before) if now == before else (0, now)


def keys(*pressed: str, scene: Callable[[], Scene] = finished, size: tuple[int, int] = SMALL) -> Way:
    """Come there by keys alone, as a person does."""

    @asynccontextmanager
    async def way(theme: Theme) -> AsyncGenerator[Shown]:
        told = scene()
        async with on_stage(told, size) as (app, pilot):
            app.use_theme(theme)
            told.clock.pass_by(4)
            await settled(app, pilot)
            for key in pressed:
                await pilot.press(key)
                await loaded(app, pilot)
                told.clock.pass_by(0.4)  # long enough for what appears to take an answer
            yield app, pilot, app.use_theme

    return way


def over(make: Callable[[Stage], Screen[Any]]) -> Way:
    """A screen over the workbench that a command opens with what the core found."""

    @asynccontextmanager
    async def way(theme: Theme) -> AsyncGenerator[Shown]:
        async with on_stage(finished(), SMALL) as (app, pilot):
            app.use_theme(theme)
            await settled(app, pilot)
            await app.push_screen(make(app))
            yield app, pilot, app.use_theme

    return way


@asynccontextmanager
async def welcome(theme: Theme) -> AsyncGenerator[Shown]:
    """Somebody's first minute."""
    door = Door(READY, KEYLESS, look=theme.name)
    async with door.run_test(size=SMALL) as pilot:
        yield door, pilot, door.use_theme


@asynccontextmanager
async def rewind(theme: Theme) -> AsyncGenerator[Shown]:
    """What going back would do."""
    async with on_stage(rewind_told(), MIDDLE) as (app, pilot):
        app.use_theme(theme)
        await rewind_opened(app, pilot)
        yield app, pilot, app.use_theme


@asynccontextmanager
async def replay(theme: Theme) -> AsyncGenerator[Shown]:
    """A session that has happened, nine records before its end."""
    async with replayed(replay_told()) as (app, _, pilot):
        app.use_theme(theme)
        await pilot.press("end", *["left"] * 9)
        yield app, pilot, app.use_theme


@asynccontextmanager
async def settings(theme: Theme) -> AsyncGenerator[Shown]:
    """Somebody's settings and those that a project brought."""
    with TemporaryDirectory() as folder:
        async with settings_opened(SettingsHome(Path(folder)), SMALL) as (app, pilot):
            app.use_theme(theme)
            yield app, pilot, app.use_theme


SUMMARIES = (
    Summary(id="s1", title="make auth async", project="/home/ada/src/shop", started=datetime(2026, 1, 2, tzinfo=UTC),
            records=912, cost=0.12),
    Summary(id="s2", title="", project="/home/ada", started=datetime(2026, 1, 1, tzinfo=UTC), records=9, cost=None),
)  # fmt: skip
LAYOUTS = {
    f"layout-{width}x{height}": keys(scene=asked, size=(width, height))
    for width, height in ((160, 50), WIDE, MIDDLE, SMALL, (60, 20), (40, 10))
}
PANES = {
    "conversation": keys("f2", "ctrl+o", "g", "j", "j", "j", "enter", "j", "enter", "j", "enter", size=MIDDLE),
    "trace": keys("f3", "ctrl+o"),
    "diffs-proposed": keys("tab", "enter", "ctrl+o", "j", "space", scene=asked),
    "diffs-split": keys("f4", "ctrl+o", "2", "u", scene=edited, size=WIDE),
    "diffs-turn": keys("f4", "ctrl+o", "2", scene=edited),
    "plan": keys("f5", "ctrl+o"),
    "terminal": keys("f9", "ctrl+o", scene=commands),
    "context": keys("f10", "ctrl+o"),
    "records": keys("f12", "ctrl+o"),
    "queue": keys("tab", "j", "m", scene=many_asked, size=WIDE),
    "completions": keys("slash", "t", "h"),
}
MODES = {
    f"prompt-{mode}": keys(*"and now", scene=in_mode(mode), size=(60, 12))
    for mode in ("plan", "ask", "edits", "auto", "bypass")
}
DIALOGS = {
    "dialog-always": keys("tab", "A", scene=many_asked),
    "dialog-because": keys("tab", "N", scene=many_asked),
    "dialog-edit": keys("tab", "j", "e", scene=many_asked),
    "dialog-why": keys("tab", "j", "question_mark", scene=many_asked),
    "dialog-danger": keys("tab", "j", "j", "y", scene=many_asked),
    "dialog-question": keys("tab", "j", "j", "j", "enter", scene=many_asked),
    "dialog-plan": keys("tab", "G", "enter", scene=many_asked),
}
SCREENS = {
    "palette": keys("ctrl+p"),
    "help": keys("f1"),
    "welcome": welcome,
    "rewind": rewind,
    "replay": replay,
    "models": over(lambda app: ModelsScreen(lambda: app.look, (READY, KEYLESS), current="ollama/qwen")),
    "sessions": over(lambda app: SessionsScreen(lambda: app.look, SUMMARIES)),
    "settings": settings,
    "themes": keys(*"/theme", "enter"),
    "cost": keys(*"/cost", "enter"),
    "status": keys(*"/status", "enter"),
}
CALL, EDIT = ("end",), ("home", *["j"] * 7)
DETAILS = {
    f"detail-{name}": keys("f3", *row, "enter", *["tab"] * tabs)
    for name, row, tabs in (
        ("request", CALL, 0),
        ("changed", CALL, 1),
        ("response", CALL, 2),
        ("timing", CALL, 3),
        ("decision", EDIT, 2),
        ("record", EDIT, 3),
    )
}
PICTURES = LAYOUTS | PANES | MODES | DIALOGS | SCREENS | DETAILS
