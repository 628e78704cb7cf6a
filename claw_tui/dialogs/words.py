"""A line of words: why not, a comment, what to change in a plan."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from claw_tui.dialog import Dialog, Draw, Words
from claw_tui.field import Field
from claw_tui.keymap import bindings
from claw_tui.theme import Theme


class WordsDialog(Dialog[str]):
    """Returns the words, without blanks around them."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("words")
    HINTS: ClassVar[tuple[str, ...]] = ("words.confirm", "dialog.cancel")

    def __init__(
        self,
        theme: Callable[[], Theme],
        title: str,
        about: Draw,
        *,
        placeholder: str,
        may_be_empty: bool = False,
        check: Callable[[str], object] | None = None,
        draft: str = "",
    ) -> None:
        """`check` raises ValueError, with words for the person, for what cannot be taken."""
        super().__init__(theme, title)
        self._about = about
        self._line = Field(draft, placeholder=placeholder, id="words", select_on_focus=False)
        self._may_be_empty = may_be_empty
        self._check = check

    def inside(self) -> ComposeResult:
        """What it is about, and a line to write in."""
        yield Words(self.theme, self._about)
        yield self._line

    @property
    def draft(self) -> str:
        """The words so far."""
        return self._line.value

    def on_input_submitted(self) -> None:
        """Enter in the line."""
        self.action_confirm()

    def action_confirm(self) -> None:
        """Send what was written."""
        words = self._line.value.strip()
        if not words and not self._may_be_empty:
            self.refuse("Write a few words, or press Esc to go back.")
            return
        try:
            if self._check is not None:
                self._check(words)
        except ValueError as error:
            self.refuse(str(error))
            return
        self.dismiss(words)
