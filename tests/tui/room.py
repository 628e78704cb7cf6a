"""A small app around the queue and the diff pane, to tell stories about answering with."""

from datetime import timedelta
from pathlib import Path

from textual.app import App, ComposeResult

from claw_core.ask import Allow, Answer, Ask, By, Deny
from claw_core.event import MAIN, AskAnswered, AskOpened, Event
from claw_core.intent import Respond
from claw_tui import theme
from claw_tui.line import plain
from claw_tui.pane import Pane, PaneContext
from claw_tui.panes.diffs import DiffsPane
from claw_tui.panes.permissions import PermissionsPane
from claw_tui.views.diffs import DiffsView
from claw_tui.views.queue import QueueView
from tests.tui.asking import BEGAN, Story


class Room(App[None]):
    """The diff pane above the queue, and a clock that stands until it is told otherwise."""

    def __init__(self, *asks: Ask, live: bool = True, look: str = theme.DEFAULT) -> None:
        super().__init__()
        self.now = BEGAN + timedelta(seconds=60)
        self.look = theme.named(look)
        self.register_theme(self.look.for_textual())
        self.theme = look
        self.context = PaneContext(
            theme=lambda: self.look,
            clock=lambda: self.now,
            root=Path("/work"),
            request_bytes=lambda _: b"",
            command=lambda _name, _words: None,
            live=live,
        )
        self.queue = PermissionsPane(self.context)
        self.diffs = DiffsPane(self.context)
        self.queue_view = QueueView()
        self.diffs_view = DiffsView()
        self.story = Story()
        self.sent: list[Respond] = []
        self.went: list[tuple[int, str]] = []
        self.copied: list[str] = []
        self.asks = asks

    def compose(self) -> ComposeResult:
        yield self.diffs
        yield self.queue

    def on_mount(self) -> None:
        self.open(*self.asks)
        self.pass_by(1000)
        self.queue.take_focus()

    def pass_by(self, milliseconds: int) -> None:
        """Let time go on."""
        self.now += timedelta(milliseconds=milliseconds)

    def tell(self, event: Event, *, agent: str = MAIN, turn: int = 1) -> None:
        """Something happened."""
        record = self.story.tell(event, agent=agent, turn=turn)
        self.queue_view.fold(record)
        self.diffs_view.fold(record)
        self.queue.show(self.queue_view)
        self.diffs.show(self.diffs_view)

    def open(self, *asks: Ask, agent: str = MAIN) -> None:
        """These are asked."""
        for ask in asks:
            self.tell(AskOpened(ask=ask), agent=agent)

    def renew(self, ask: Ask, before: str) -> None:
        """Files changed on disk: one ask takes the place of another, both in one frame."""
        by = By(kind="policy", name="changed on disk")
        for event in (AskAnswered(ask=before, call=f"call-{before}", answer=Deny(), by=by), AskOpened(ask=ask)):
            record = self.story.tell(event)
            self.queue_view.fold(record)
            self.diffs_view.fold(record)
        self.queue.show(self.queue_view)
        self.diffs.show(self.diffs_view)

    def settle(self, ask: str) -> None:
        """It was answered, by somebody else."""
        self.tell(AskAnswered(ask=ask, call=f"call-{ask}", answer=Allow(), by=By(kind="rule")))

    def on_pane_intended(self, message: Pane.Intended) -> None:
        assert isinstance(message.intent, Respond)
        self.sent.append(message.intent)

    def on_pane_go_to(self, message: Pane.GoTo) -> None:
        self.went.append((message.seq, message.pane))
        self.diffs.go_to(message.seq)
        self.diffs.take_focus()

    def on_pane_copy(self, message: Pane.Copy) -> None:
        self.copied.append(message.text)

    def answers(self) -> list[tuple[str, Answer]]:
        """What was sent: the ask, and its answer."""
        return [(intent.ask, intent.answer) for intent in self.sent]

    def queue_rows(self) -> list[str]:
        """The queue as it reads."""
        width = self.queue.queue.size.width
        return [plain(row).rstrip() for at in range(len(self.queue.items)) for row in self.queue.draw(at, width)]

    def diff_rows(self) -> list[str]:
        """The diff as it reads."""
        width = self.diffs.diff.size.width
        count = len(self.diffs.shown.pieces)
        return [plain(row).rstrip() for at in range(count) for row in self.diffs.draw(at, width)]
