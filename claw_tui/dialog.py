"""What a dialog is: it asks a person for words, or for a decision that one key should not make.

The dialogs themselves lie in `dialogs/`, one a file. A dialog returns its result, or None when it was closed without
one: then nothing was answered, and what was asked keeps waiting. It lies at the bottom of the screen, so that what is
asked about stays in sight above it.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

from claw_tui.keymap import bindings, hints
from claw_tui.line import Line, style_of
from claw_tui.line_view import LineView
from claw_tui.paint_clock import PromptlyPainted
from claw_tui.request_lines import hint_lines
from claw_tui.theme import Theme

ResultT = TypeVar("ResultT")

Draw = Callable[[int], Sequence[Line]]
"""Lines for a width."""


class Drawing(LineView):
    """Lines that scroll, as high as they are where there is room."""

    DEFAULT_CSS = "Drawing { height: auto; scrollbar-size-horizontal: 0; background: $ground-raised; }"
    MARKER = 0

    def __init__(
        self,
        theme: Callable[[], Theme],
        draw: Draw,
        *,
        share: float = 0.5,
        id: str | None = None,
    ) -> None:
        """`share`: how much of the screen's height it takes at most."""
        super().__init__(theme, id=id)
        self._draw = draw
        self._share = share

    def count(self) -> int:
        """One item, as long as it takes."""
        return 1

    def key(self, index: int) -> int:
        """It never changes."""
        return index

    def estimate(self, index: int, width: int) -> int:
        """Exact."""
        return len(self._draw(width))

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """The lines."""
        return self._draw(width)

    def action_first(self) -> None:
        """To the first line."""
        self.scroll_rows(-self.estimate(0, self.room.width))

    def action_last(self) -> None:
        """To the last line."""
        self.scroll_rows(self.estimate(0, self.room.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines, and room for. Called by Textual."""
        return max(1, min(len(self._draw(max(1, width))), int(viewport.height * self._share)))


class Words(Static):
    """A few lines that never change but for their width."""

    DEFAULT_CSS = "Words { height: auto; width: 1fr; }"

    def __init__(self, theme: Callable[[], Theme], draw: Draw, *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self._theme = theme
        self._draw = draw

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines. Called by Textual."""
        return max(1, len(self._draw(max(1, width))))

    def render(self) -> Text:
        """The lines in the theme's colours. Called by Textual."""
        theme = self._theme()
        text = Text(no_wrap=True, end="")
        for number, row in enumerate(self._draw(max(1, self.content_size.width))):
            text.append("\n" if number else "")
            for words, look in row:
                text.append(words, style_of(look, theme))
        return text

    def redraw(self) -> None:
        """What the lines say has changed."""
        self.refresh(layout=True)


class Dialog(PromptlyPainted[ResultT], ModalScreen[ResultT], Generic[ResultT]):
    """A question at the bottom of the screen."""

    DEFAULT_CSS = """
    Dialog { align: center bottom; background: transparent; }
    Dialog > #box {
        width: 100%;
        max-width: 120;
        height: auto;
        max-height: 90vh;
        background: $ground-raised;
        border: round $line-focus;
        border-title-color: $text-strong;
        border-title-style: bold;
        padding: 0 1;
        margin: 0 0 1 0;
    }
    Dialog Input:focus, Dialog TextArea:focus { border: none; }
    Dialog.-danger > #box { border: heavy $danger-text; border-title-color: $danger-text; }
    Dialog Input, Dialog TextArea {
        background: $ground-screen;
        border: none;
        padding: 0 1;
        height: 1;
        margin: 1 0;
    }
    Dialog #error { color: $state-failed; height: auto; display: none; }
    Dialog #error.-shown { display: block; }
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("dialog")
    HINTS: ClassVar[tuple[str, ...]] = ()
    """Ids of the actions that the last row names."""

    def __init__(self, theme: Callable[[], Theme], title: str) -> None:
        super().__init__()
        self.theme = theme
        self._title = title

    def compose(self) -> ComposeResult:
        """The box, what is in it, and the keys. Called by Textual."""
        with Vertical(id="box") as box:
            box.border_title = Content(self._title)
            yield from self.inside()
            yield Static("", id="error", markup=False)
            yield Words(self.theme, lambda width: hint_lines(hints(self.HINTS), width), id="hints")

    def inside(self) -> ComposeResult:
        """The widgets of this dialog."""
        raise NotImplementedError

    @property
    def draft(self) -> str:
        """What was written in it so far and would be lost, if anything."""
        return ""

    def refuse(self, why: str) -> None:
        """Say why this cannot be taken; the dialog stays."""
        error = self.query_one("#error", Static)
        error.update(why)
        error.add_class("-shown")

    def accept(self) -> None:
        """Nothing is wrong any more."""
        self.query_one("#error", Static).remove_class("-shown")

    def action_cancel(self) -> None:
        """Close without a result."""
        self.dismiss(None)
