"""The rule that an `always` makes: shown with where it goes, narrowed, widened or rewritten before it is kept."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from claw_core.ask import PermissionAsk
from claw_core.error import ConfigError
from claw_core.rule_widths import checked, widths
from claw_tui.dialog import Dialog, Draw, Words
from claw_tui.field import Field
from claw_tui.keymap import bindings
from claw_tui.line import Line, Span, one_line, wrap
from claw_tui.theme import Theme

LOW = 16
"""Rows of a screen below which the steps are only counted."""


class RuleDialog(Dialog[str]):
    """Returns the rules as the person left them, one a line."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("rule")
    HINTS: ClassVar[tuple[str, ...]] = ("rule.confirm", "rule.wider", "rule.narrower", "dialog.cancel")
    DEFAULT_CSS = "RuleDialog .rule { margin: 0; }"

    def __init__(self, theme: Callable[[], Theme], about: Draw, *, ask: PermissionAsk) -> None:
        super().__init__(theme, "allow always, by this rule")
        self._about = about
        self._file = ask.rule_file
        rules = [rule for rule in ask.rule.splitlines() if rule.strip()]
        self._steps: list[Sequence[str]] = [widths(ask, rule) for rule in rules]
        self._fields = [
            Field(rule, id="words" if number == 0 else f"words-{number}", classes="rule", select_on_focus=False)
            for number, rule in enumerate(rules)
        ]

    def inside(self) -> ComposeResult:
        """What is asked, each rule, how wide it is, and where it goes."""
        yield Words(self.theme, self._about)
        yield from self._fields
        yield Words(self.theme, self._width_lines, id="width")
        yield Words(self.theme, self._place)

    def _place(self, width: int) -> list[Line]:
        return wrap((("goes to ", "text.muted"), (one_line(self._file), "text.link")), width, words=False)

    @property
    def _here(self) -> int:
        """The rule that has the keys."""
        return next((number for number, field in enumerate(self._fields) if field.has_focus), 0)

    def _width_lines(self, width: int) -> list[Line]:
        """Every step there is, the one that is chosen marked."""
        steps, value = self._steps[self._here], self._fields[self._here].value.strip()
        if self.app.size.height < LOW:  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open
            at = steps.index(value) + 1 if value in steps else "–"
            return [((f"{at} of {len(steps)}, from narrow to wide", "text.muted"),)]
        rows: list[Line] = []
        for step in reversed(steps):
            here = step == value
            mark: Span = ("● " if here else "· ", "text.key" if here else "line.guide")
            rows.append((mark, (one_line(step), "text.strong" if here else "text.muted")))
        return [row for line in rows for row in wrap(line, width, words=False)]

    @on(Input.Changed)
    def check(self) -> None:
        """Say at every key what could not be kept."""
        self.query_one("#width", Words).redraw()
        self._fits()

    def on_descendant_focus(self) -> None:
        """Another rule: its steps."""
        self.query_one("#width", Words).redraw()

    def _fits(self) -> bool:
        try:
            for field in self._fields:
                checked(field.value)
        except ConfigError as error:
            self.refuse(str(error))
            return False
        self.accept()
        return True

    def action_width(self, by: int) -> None:
        """A wider or a narrower rule; from one that was written by hand, back to what was proposed."""
        field, steps = self._fields[self._here], self._steps[self._here]
        value = field.value.strip()
        at = steps.index(value) + by if value in steps else 0
        field.value = steps[max(0, min(at, len(steps) - 1))]
        field.cursor_position = len(field.value)

    def on_input_submitted(self) -> None:
        """Enter in a line."""
        self.action_confirm()

    def action_confirm(self) -> None:
        """Keep them, if they are rules."""
        if self._fits():
            self.dismiss("\n".join(field.value.strip() for field in self._fields))
