"""Something to read: a page of Markdown over the workbench."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult

from claw_tui.dialog import Dialog, Drawing
from claw_tui.markdown_lines import draw_markdown
from claw_tui.theme import Theme


class ReadingScreen(Dialog[None]):
    """Returns nothing."""

    HINTS: ClassVar[tuple[str, ...]] = ("dialog.cancel",)
    DEFAULT_CSS = "ReadingScreen { align: center middle; }"

    def __init__(self, theme: Callable[[], Theme], title: str, text: str) -> None:
        super().__init__(theme, title)
        self._text = text

    def inside(self) -> ComposeResult:
        """The page; it scrolls."""
        yield Drawing(self.theme, lambda width: draw_markdown(self._text, width), share=0.75, id="lines")
