"""Why am I asked? The whole request: its reason, the rule that would settle it, and the exact arguments."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from claw_core.ask import PermissionAsk
from claw_tui.dialog import Dialog, Drawing
from claw_tui.keymap import bindings
from claw_tui.line import BLANK, Line, one_line
from claw_tui.request_lines import arguments, facts, whole_request
from claw_tui.theme import Theme
from claw_tui.views.queue import Waiting


class WhyDialog(Dialog[None]):
    """Returns nothing: it only tells."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("why")
    HINTS: ClassVar[tuple[str, ...]] = ("dialog.cancel",)

    def __init__(self, theme: Callable[[], Theme], waiting: Waiting) -> None:
        super().__init__(theme, f"why am I asked? {one_line(waiting.name)}")
        self._waiting = waiting

    def inside(self) -> ComposeResult:
        """All of it; it scrolls."""
        yield Drawing(self.theme, self._lines, id="lines")

    def _lines(self, width: int) -> list[Line]:
        waiting = self._waiting
        rows = facts(waiting.ask, waiting.why, width, most=len(getattr(waiting.ask, "after", ())))
        if waiting.who:
            rows.append((("asks ", "text.muted"), (waiting.who, "text.body")))
        rows += [BLANK, *whole_request(waiting, width)]
        if isinstance(waiting.ask, PermissionAsk) and waiting.preview:
            rows += [
                BLANK,
                ((f"{one_line(waiting.name)} is called with", "text.muted"),),
                *arguments(waiting.ask, width),
            ]
        return rows

    def action_close(self) -> None:
        """Enough."""
        self.dismiss(None)
