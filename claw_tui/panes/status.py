"""The status line: where we are, what goes on, which model, how permissions are decided, what it took."""

from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from claw_tui.amount import count, dollars, seconds
from claw_tui.item_lines import SPINNER
from claw_tui.line import Line, Span, fit, one_line, pad, width_of
from claw_tui.pane import Pane, PaneContext
from claw_tui.strip_text import rich_text
from claw_tui.views.status import StatusView


class StatusPane(Pane[StatusView]):
    """One row at the top."""

    NAME = "status"
    VIEW = "status"
    PLACE = "top"
    DEFAULT_CSS = "StatusPane { height: 1; border: none; background: $ground-raised; }"

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self._view = StatusView(root=context.root)
        self._beat = 0

    def show(self, view: StatusView) -> None:
        """The view changed."""
        self._view = view
        self.refresh()

    def tick(self) -> None:
        """The time of the turn goes on."""
        if self._view.running:
            self._beat += 1
            self.refresh()

    def render(self) -> Text:
        """The row. Called by Textual."""
        row = status_line(self._view, self.size.width, now=self.context.clock(), beat=self._beat)
        return rich_text(row, self.context.theme())


def status_line(view: StatusView, width: int, *, now: datetime | None = None, beat: int = 0) -> Line:
    """The row at a moment: what does not fit is left out from the least important on."""
    now = now or view.since or datetime.now(UTC)
    left: list[Span] = [(" claw ", "line.focus bold"), (f" {shortened(view.root)}", "text.body")]
    if view.branch:
        left.append((f"  {one_line(view.branch)}", "text.muted"))
    if not view.live:
        left.append(("  replay", "state.waiting bold"))
    if view.waiting:
        left.append((f"  ◐ {len(view.waiting)} waiting for you", "state.waiting bold"))
    elif view.running:
        doing = view.doing(now)
        running = max(0.0, (now - view.since).total_seconds()) if view.since else 0.0
        activity = f" {one_line(doing)}" if doing else ""
        left.append((f"  {SPINNER[beat % len(SPINNER)]}{activity} {seconds(running)}", "state.running"))
    right = _right(view, width - width_of(left) - 1)
    gap = width - width_of(left) - width_of(right)
    if gap < 1:
        return pad(fit(left, width), width)
    return (*left, (" " * gap, "text.muted"), *right)


def _right(view: StatusView, room: int) -> list[Span]:
    parts: list[Span] = []
    if view.model:
        parts.append((one_line(view.model), "text.body"))
    parts.append((view.mode_words, f"mode.{view.mode} bold"))
    if view.window:
        full = view.fullness or 0.0
        look = "state.failed" if full > 0.9 else "state.waiting" if full > 0.75 else "text.muted"
        parts.append((f"{full:.0%} of {count(view.window)}", look))
    elif view.totals.context:
        parts.append((f"{count(view.totals.context)} tokens", "text.muted"))
    if view.totals.all.calls:
        parts.append((dollars(view.totals.all.price), "text.muted"))
    keep = parts
    while len(keep) > 1 and _joined_width(keep) > room:
        keep = keep[:-1] if len(keep) != 2 else keep[1:]
    spans: list[Span] = []
    for number, part in enumerate(keep):
        spans += [(" · ", "text.muted"), part] if number else [part]
    return [*spans, (" ", "text.muted")]


def _joined_width(parts: list[Span]) -> int:
    return width_of(parts) + 3 * (len(parts) - 1) + 1


def shortened(root: Path) -> str:
    """A folder as people write it: `~/src/shop`; of a deep one the last three parts."""
    home = Path.home()
    shown = f"~/{root.relative_to(home)}" if root != home and root.is_relative_to(home) else str(root)
    parts = Path(shown).parts
    return shown if len(shown) <= 40 or len(parts) <= 4 else f"…/{'/'.join(parts[-3:])}"
