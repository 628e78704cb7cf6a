"""The rule that an `always` makes: shown with the place it goes to, to be narrowed or widened before it is kept."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from claw_tui.dialog import Dialog, Draw, Words
from claw_tui.keymap import bindings
from claw_tui.line import Line, wrap
from claw_tui.theme import Theme


class RuleDialog(Dialog[str]):
    """Returns the rule as the person left it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("rule")
    HINTS: ClassVar[tuple[str, ...]] = ("rule.confirm", "dialog.cancel")

    def __init__(self, theme: Callable[[], Theme], about: Draw, *, rule: str, file: str) -> None:
        super().__init__(theme, "allow always, by this rule")
        self._about = about
        self._rule = rule
        self._file = file

    def inside(self) -> ComposeResult:
        """What is asked, the rule, and where it goes."""
        yield Words(self.theme, self._about)
        yield Input(self._rule, id="words", select_on_focus=False)
        yield Words(self.theme, self._place)

    def _place(self, width: int) -> list[Line]:
        return wrap((("goes to ", "text.muted"), (self._file, "text.link")), width, words=False)

    def on_input_submitted(self) -> None:
        """Enter in the line."""
        self.action_confirm()

    def action_confirm(self) -> None:
        """Keep it, if it is one."""
        rule = self.query_one("#words", Input).value.strip()
        tool, _, pattern = rule.partition("(")
        if not tool.strip() or (pattern and not rule.endswith(")")):
            self.refuse("A rule names a tool, and in brackets what it may touch: Bash(pytest *), Edit(src/**).")
            return
        self.dismiss(rule)
