"""What is dangerous is allowed by typing `yes`, not by a letter."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from claw_tui.dialog import Dialog, Draw, Drawing
from claw_tui.field import Field
from claw_tui.keymap import bindings
from claw_tui.theme import Theme


class DangerDialog(Dialog[bool]):
    """Returns True when `yes` was typed."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("words")
    HINTS: ClassVar[tuple[str, ...]] = ("words.confirm", "dialog.cancel")

    def __init__(self, theme: Callable[[], Theme], about: Draw) -> None:
        super().__init__(theme, "⚠ dangerous: type yes to allow it once")
        self._about = about
        self.add_class("-danger")

    def inside(self) -> ComposeResult:
        """What would happen, whole, and a line to type in."""
        about = Drawing(self.theme, self._about)
        about.can_focus = False
        yield about
        yield Field(placeholder="yes", id="words")

    def on_mount(self) -> None:
        """The line has the keys."""
        self.query_one("#words", Input).focus()

    def on_input_submitted(self) -> None:
        """Enter in the line."""
        self.action_confirm()

    def action_confirm(self) -> None:
        """Only the whole word counts."""
        if self.query_one("#words", Input).value.strip().lower() != "yes":
            self.refuse("Only the word yes allows it. Esc goes back; it keeps waiting.")
            return
        self.dismiss(True)
