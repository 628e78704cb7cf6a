"""A key for a provider, typed or pasted unseen."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from claw_tui.dialog import Dialog, Words
from claw_tui.field import Field
from claw_tui.keymap import bindings
from claw_tui.line import Line, wrap
from claw_tui.theme import Theme


class KeyDialog(Dialog[str]):
    """Returns the key."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("words")
    HINTS: ClassVar[tuple[str, ...]] = ("words.confirm", "dialog.cancel")

    def __init__(self, theme: Callable[[], Theme], title: str, variable: str) -> None:
        super().__init__(theme, title)
        self._variable = variable

    def inside(self) -> ComposeResult:
        """What happens to it, and a line that shows dots."""
        yield Words(self.theme, self._about)
        yield Field(password=True, placeholder="paste it here", id="words")

    def _about(self, width: int) -> list[Line]:
        words = f"It is kept in a file that only you can read, and used as if {self._variable} were set."
        return wrap(((words, "text.muted"),), width)

    def on_input_submitted(self) -> None:
        """Enter in the line."""
        self.action_confirm()

    def action_confirm(self) -> None:
        """Keep it."""
        key = self.query_one("#words", Input).value.strip()
        if not key or any(character.isspace() for character in key):
            self.refuse("A key is one word without blanks. Esc goes back.")
            return
        self.dismiss(key)
