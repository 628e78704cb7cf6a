"""The tab line: which panes there are, where only one fits. A click shows another."""

from collections.abc import Callable, Sequence

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from claw_tui.line import Span, fit
from claw_tui.strip_text import rich_text
from claw_tui.theme import Theme


class TabLine(Widget):
    """One row of names."""

    DEFAULT_CSS = "TabLine { height: 1; background: $ground-screen; display: none; }"

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, theme: Callable[[], Theme]) -> None:
        super().__init__(id="tabs")
        self._theme = theme
        self._names: Sequence[str] = ()
        self._shown: set[str] = set()

    def show(self, names: Sequence[str], shown: set[str]) -> None:
        """These there are, and these are in sight."""
        self._names, self._shown = names, shown
        self.refresh()

    def render(self) -> Text:
        """The row. Called by Textual."""
        spans: list[Span] = []
        for name in self._names:
            look = "text.strong on ground.cursor bold" if name in self._shown else "text.muted"
            spans += [(f" {name} ", look), (" ", "text.muted")]
        return rich_text(fit(spans, self.size.width), self._theme())

    def on_click(self, event: events.Click) -> None:
        """The name under the mouse."""
        at = 0
        for name in self._names:
            at += len(name) + 3
            if event.x < at:
                self.post_message(self.Chosen(name))
                return
