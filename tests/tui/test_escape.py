"""Esc in the prompt: stops what runs; twice, where nothing does and nothing stands there, it means rewind."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from claw_core.event import TurnFinished, TurnStarted
from claw_core.intent import Intent, Interrupt
from claw_tui import theme
from claw_tui.pane import Pane, PaneContext
from claw_tui.panes.prompt import PromptPane
from claw_tui.views.status import StatusView
from tests.tui.bench import Clock, records


class Alone(App[None]):
    """The prompt, and nothing around it."""

    def __init__(self) -> None:
        super().__init__()
        look = theme.named(theme.DEFAULT)
        self.register_theme(look.for_textual())
        self.theme = look.name
        self.clock = Clock()
        self.ran: list[str] = []
        self.sent: list[Intent] = []
        self.view = StatusView()
        self.prompt = PromptPane(
            PaneContext(
                theme=lambda: look,
                clock=self.clock,
                root=self.view.root,
                request_bytes=lambda _: b"",
                command=lambda name, _: self.ran.append(name),
            )
        )

    def compose(self) -> ComposeResult:
        yield self.prompt

    def on_mount(self) -> None:
        self.prompt.show(self.view)
        self.prompt.take_focus()

    def on_pane_intended(self, message: Pane.Intended) -> None:
        self.sent.append(message.intent)

    def tell(self, event: TurnStarted | TurnFinished) -> None:
        self.view.fold(records([event])[0])
        self.prompt.show(self.view)


@asynccontextmanager
async def alone() -> AsyncGenerator[tuple[Alone, Pilot[None]]]:
    app = Alone()
    async with app.run_test(size=(80, 10)) as pilot:
        yield app, pilot


async def test_twice_in_an_empty_prompt_is_rewind() -> None:
    async with alone() as (app, pilot):
        await pilot.press("escape")
        assert app.ran == []
        app.clock.pass_by(1)
        await pilot.press("escape")
        assert app.ran == ["rewind"]
        await pilot.press("escape")
        assert app.ran == ["rewind"], "three are not twice two"


async def test_not_where_something_stands_there_or_was_typed_between_or_too_late() -> None:
    async with alone() as (app, pilot):
        await pilot.press("a", "escape", "escape", "backspace")
        await pilot.press("escape", "b", "backspace", "escape")
        app.clock.pass_by(2)
        await pilot.press("escape")
        assert app.ran == []


async def test_not_where_one_of_them_stopped_the_turn() -> None:
    async with alone() as (app, pilot):
        app.tell(TurnStarted())
        await pilot.press("escape")
        app.tell(TurnFinished(stop="done", elapsed=1))
        await pilot.press("escape", "escape")
        assert (app.sent, app.ran) == ([Interrupt()], [])
        app.clock.pass_by(2)
        await pilot.press("escape", "escape")
        assert app.ran == ["rewind"]
