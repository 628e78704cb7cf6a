"""The detail of a span: pages of text over the whole screen, read and copied, gone with Esc."""

import asyncio
from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.screen import ModalScreen

from claw_tui.detail import Tab
from claw_tui.dialog import Words
from claw_tui.keymap import bindings, hints
from claw_tui.line import Line, Span, clean, fit, plain, wrap
from claw_tui.line_view import LineView
from claw_tui.paint_clock import PromptlyPainted
from claw_tui.pane import Pane
from claw_tui.request_lines import hint_lines
from claw_tui.syntax import coloured
from claw_tui.theme import Theme


class TextLines(LineView):
    """A text, line by line."""

    MARKER = 0

    def __init__(self, theme: Callable[[], Theme]) -> None:
        super().__init__(theme, id="detail-lines")
        self._lines: list[Line] = []
        self._version = 0

    def show_text(self, lines: list[Line], line: int = 0) -> None:
        """Another text, from its beginning; with the line of that number, from 1, at the top where one is named."""
        self._lines = lines
        self._version += 1
        self.cursor = 0
        self.changed()
        if line > 0:
            self.move(line - 1, at_top=True)
        else:
            self.action_first()

    def count(self) -> int:
        """Lines."""
        return len(self._lines)

    def key(self, index: int) -> tuple[int, int]:
        """The text and the line."""
        return self._version, index

    def estimate(self, index: int, width: int) -> int:
        """From its length."""
        return 1 + sum(len(text) for text, _ in self._lines[index]) // width

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One line, in as many rows as it takes."""
        return wrap(self._lines[index], width, words=False)

    def words(self, index: int) -> str:
        """A line as it is."""
        return plain(self._lines[index])

    def action_down(self) -> None:
        """Scroll: there is no cursor in a text."""
        self.scroll_rows(1)

    def action_up(self) -> None:
        """Scroll."""
        self.scroll_rows(-1)


HINTS = ("detail.next_tab", "detail.copy", "detail.editor", "detail.close")


class DetailScreen(PromptlyPainted[None], ModalScreen[None]):
    """Pages of one span."""

    BINDINGS = bindings("detail")
    DEFAULT_CSS = """
    DetailScreen { background: $ground-screen; layout: vertical; }
    DetailScreen > #detail-tabs { width: 100%; height: 1; background: $ground-raised; padding: 0 1; }
    DetailScreen > #detail-lines { width: 100%; height: 1fr; margin: 1 1 0 1; }
    DetailScreen > #detail-hints { width: 100%; height: 1; background: $ground-raised; padding: 0 1; }
    """

    def __init__(self, theme: Callable[[], Theme], title: str, tabs: Sequence[Tab], *, line: int = 0) -> None:
        """`line`: the first one of the first page that is shown, from 1."""
        super().__init__()
        self._line = line
        self._look = theme
        self._title = title
        self._tabs = tabs
        self._at = 0
        self._text = ""
        self.lines = TextLines(theme)

    def compose(self) -> ComposeResult:
        """Names of the pages, the page, the keys. Called by Textual."""
        yield Words(self._look, lambda width: [fit(self._names(), width)], id="detail-tabs")
        yield self.lines
        named = HINTS if len(self._tabs) > 1 else HINTS[1:]
        yield Words(self._look, lambda width: hint_lines(hints(named), width)[:1], id="detail-hints")

    def on_mount(self) -> None:
        """Show the first page."""
        self.lines.focus()
        self._turn_to(0)

    def _names(self) -> Line:
        words: list[Span] = [(f"{clean(self._title)}   ", "text.strong bold")]
        for number, tab in enumerate(self._tabs):
            look = "ground.screen on line.focus bold" if number == self._at else "text.muted"
            words += [(f" {tab.name} ", look), (" ", "text.muted")]
        return tuple(words)

    def _turn_to(self, at: int) -> None:
        self._at = at % len(self._tabs)
        self.query_one("#detail-tabs", Words).redraw()
        self.run_worker(self._load(self._tabs[self._at]), exclusive=True)

    async def _load(self, tab: Tab) -> None:
        self._text, lines = await asyncio.to_thread(_lines_of, tab)
        self.lines.show_text(lines, self._line)
        self._line = 0

    def action_tab(self, direction: int) -> None:
        """Another page."""
        self._turn_to(self._at + direction)

    def action_copy(self) -> None:
        """Copy the page; of a request, the bytes that were sent."""
        self.run_worker(self._copy(self._tabs[self._at]))

    async def _copy(self, tab: Tab) -> None:
        text = self._text if tab.exact is None else await asyncio.to_thread(tab.exact)
        self.post_message(Pane.Copy(text, tab.name))

    def action_editor(self) -> None:
        """Read the page in the person's editor."""
        language = self._tabs[self._at].language
        self.post_message(Pane.OpenText(self._text, f".{ {'markdown': 'md'}.get(language, language) or 'txt' }"))

    def action_close(self) -> None:
        """Back."""
        self.dismiss(None)


def _lines_of(tab: Tab) -> tuple[str, list[Line]]:
    text = tab.text()
    return text, coloured(clean(text), language=tab.language, path=tab.path)
