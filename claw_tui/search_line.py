"""The search line: one row at the bottom of a pane, there only while something is looked for."""

from textual import events
from textual.message import Message
from textual.widgets import Input

from claw_tui.field import Field


class SearchLine(Field):
    """Words to look for. Enter keeps them and gives the keys back; Esc forgets them."""

    DEFAULT_CSS = """
    SearchLine, SearchLine:focus {
        height: 1; border: none; padding: 0 1; background: $ground-raised; display: none;
    }
    SearchLine.-open { display: block; }
    """

    class Sought(Message):
        """The words changed, or are final."""

        def __init__(self, words: str, *, final: bool) -> None:
            self.words = words
            self.final = final
            super().__init__()

    def open(self) -> None:
        """Show it and take the keys."""
        self.add_class("-open")
        self.focus()

    def close(self) -> None:
        """Hide it."""
        self.remove_class("-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look while words are typed."""
        event.stop()
        self.post_message(self.Sought(self.value, final=False))

    def on_key(self, event: events.Key) -> None:
        """Enter and Esc end it."""
        if event.key not in ("enter", "escape"):
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.value = ""
        self.close()
        self.post_message(self.Sought(self.value, final=True))
