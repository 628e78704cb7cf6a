"""A plan to approve: the whole of it, and whether it shall be carried out."""

from collections.abc import Callable
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType

from claw_core.ask import PlanAsk
from claw_tui.dialog import Dialog, Drawing
from claw_tui.keymap import bindings
from claw_tui.markdown_lines import draw_markdown
from claw_tui.theme import Theme

Verdict = Literal["approve", "comment", "keep planning"]


class PlanDialog(Dialog[Verdict]):
    """Returns the verdict; words to go with it are asked for by another dialog."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("plan")
    HINTS: ClassVar[tuple[str, ...]] = ("plan.approve", "plan.comment", "plan.keep_planning", "dialog.cancel")

    def __init__(self, theme: Callable[[], Theme], ask: PlanAsk) -> None:
        super().__init__(theme, "shall this plan be carried out?")
        self._plan = ask.plan

    def inside(self) -> ComposeResult:
        """The plan; it scrolls."""
        yield Drawing(self.theme, lambda width: draw_markdown(self._plan, width), id="lines")

    def action_approve(self) -> None:
        """Yes."""
        self.dismiss("approve")

    def action_comment(self) -> None:
        """Yes, and."""
        self.dismiss("comment")

    def action_keep_planning(self) -> None:
        """Not like this."""
        self.dismiss("keep planning")
