"""What a half-typed command could become: a short list above the prompt, which never has the keys itself.

The prompt hands it the keys that are about it. What is chosen with Up and Down is written into the prompt, so that
Enter runs what stands there, whoever wrote it.
"""

import re
from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size

from claw_tui.command import completions
from claw_tui.keymap import actions, bindings
from claw_tui.line_view import LineView
from claw_tui.picker import Entries, Entry
from claw_tui.theme import Theme

ROWS = 6
"""As many show at once, where there is room."""

LOW = 8
"""Rows of a terminal below which there is no room for a list."""

_BEGUN = re.compile(r"/([\w?-]*)")


class CompletionList(Entries[str]):
    """The commands that fit what is typed, with their line in the help."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("completion")

    def __init__(self, theme: Callable[[], Theme], write: Callable[[str], None]) -> None:
        """`write` puts a text into the prompt, at once: the next key may be on its way."""
        super().__init__(theme, (), id="completions")
        self.display = False
        self._write = write
        self._own = ""
        """What the list itself wrote: it does not narrow the list."""
        self._dismissed: bool = False

    def offer(self, text: str) -> None:
        """This stands in the prompt now."""
        if text == (self._own if self.display else self.typed) or not self.is_attached:
            return
        self._dismissed = self._dismissed and text.startswith("/")
        found = _BEGUN.fullmatch(text)
        fits = completions(found[1]) if found and not self._dismissed and self.screen.size.height >= LOW else []
        wide = max((len(name) for name, _ in fits), default=0)
        self.entries = [Entry(label=f"/{name}".ljust(wide + 1), detail=says, value=f"/{name}") for name, says in fits]
        self.typed = self._own = text
        self.cursor = 0
        self.display = bool(fits)
        if fits:
            self.changed()
            self.refresh(layout=True)

    def written(self, text: str) -> None:
        """This was not typed but put there: nothing is offered for it until something else is typed."""
        self.display = self._dismissed = False
        self.typed = text

    def pressed(self, key: str) -> bool:
        """Do what a key does here; whether it did something."""
        found = next((each for each in actions("completion") if key in each.keys), None) if self.display else None
        if found is not None:
            getattr(self, f"action_{found.call}")()
        return found is not None

    def action_next(self) -> None:
        """The next command."""
        self._choose(self.cursor + 1)

    def action_previous(self) -> None:
        """The previous command."""
        self._choose(self.cursor - 1)

    def action_take(self) -> None:
        """The command as it is, ready for the words after it."""
        self.display = False
        self._write(f"{self.entries[self.cursor].value} ")

    def action_close(self) -> None:
        """No list until another command is begun."""
        self.display, self._dismissed = False, True

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """A click on a command."""
        event.stop()
        self._choose(event.index)

    def on_line_view_picked(self, event: LineView.Picked) -> None:
        """A double click on it."""
        event.stop()
        self.action_take()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Few rows, and fewer where the terminal is low. Called by Textual."""
        return max(1, min(len(self.entries), ROWS, viewport.height // 4))

    def _choose(self, index: int) -> None:
        self.cursor = index % len(self.entries)
        self.changed()
        self.show_item(self.cursor)
        self._own = self.entries[self.cursor].value
        self._write(self._own)
