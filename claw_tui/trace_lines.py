"""How a span of the trace looks, as one line: sign, name, target, time, tokens or cost, and its bar."""

from dataclasses import dataclass
from datetime import datetime

from claw_tui.amount import count, dollars, seconds
from claw_tui.item_lines import SIGNS, SPINNER
from claw_tui.line import Line, fit, one_line, pad, width_of
from claw_tui.line import Span as Words
from claw_tui.views.trace import Span

TIME = 6
AMOUNT = 11
"""Cells of the columns."""

_BAR_LOOKS = {"model": "line.focus", "wait": "state.waiting", "turn": "line.guide", "retry": "state.failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The time line that bars stand on: that of the turn."""

    began: datetime
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How rows are to be drawn."""

    now: datetime
    open: bool
    beat: int = 0
    scale: Scale | None = None
    """None: no waterfall."""


def draw_span(span: Span, width: int, look: Look) -> Line:
    """One row of `width` cells."""
    right: list[Words] = []
    if width >= 30:
        time = seconds(span.elapsed(look.now))
        right.append((f" {time:>{TIME}}", "text.muted" if span.over else "text.body"))
    if width >= 44:
        right.append((f"{_amount(span):>{AMOUNT}}", "text.muted"))
    room = bar_width(width) if look.scale is not None else 0
    if look.scale is not None and room:
        right += [(" ", "text.muted"), *_bar(span, look.scale, room, look.now)]
    left = fit(_left(span, look), max(0, width - width_of(right)))
    return (*pad(left, max(0, width - width_of(right))), *right)


def bar_width(width: int) -> int:
    """Cells of the waterfall; 0 where there is no room for one."""
    return 0 if width < 58 else min(32, max(8, width // 5))


def _left(span: Span, look: Look) -> list[Words]:
    sign, sign_look = SIGNS[span.state]
    if span.state == "running":
        sign = SPINNER[look.beat % len(SPINNER)]
    fold = ("▾ " if look.open else "▸ ") if span.children else "  "
    words: list[Words] = [("  " * span.depth + fold, "text.muted")]
    if span.kind != "turn" or span.state != "ok":
        words.append((f"{sign} ", sign_look))
    strong = "text.strong bold" if span.kind == "turn" else "text.strong"
    cells = 6 if span.kind in ("model", "call", "shell") else 0
    words.append((f"{one_line(span.name):<{cells}}", strong))
    if span.target:
        words.append((f" {one_line(span.target)}", "text.body"))
    if span.failures and not look.open:
        words.append((f"  ✗ {span.failures}", "state.failed"))
    if span.note:
        failed = span.state in ("error", "timeout")
        words.append((f"  {one_line(span.note)}", "state.failed" if failed else "text.muted"))
    if span.state == "waiting" and span.kind == "call":
        words.append(("  waiting", "state.waiting"))
    return words


def _amount(span: Span) -> str:
    if span.kind in ("turn", "call"):
        return dollars(span.price) if span.tokens_in else ""
    if span.tokens_in or span.tokens_out:
        return f"{count(span.tokens_in)}→{count(span.tokens_out)}"
    return ""


def _bar(span: Span, scale: Scale, width: int, now: datetime) -> list[Words]:
    """Where on the turn's time line it lies."""
    whole = max(scale.seconds, 1e-6)
    start = (span.began - scale.began).total_seconds() / whole * width
    length = span.elapsed(now) / whole * width
    at = min(width - 1, max(0, int(start)))
    if span.kind == "turn":
        return [("─" * width, "line.guide")]
    cells = max(1, min(width - at, round(start + length) - at))
    block = "▏" if length < 0.6 else ("░" if span.state == "waiting" or span.kind == "wait" else "▇")
    if span.state in ("error", "timeout"):
        look = "state.failed"
    elif span.state == "waiting":
        look = "state.waiting"
    else:
        look = _BAR_LOOKS.get(span.kind, "state.ok")
    return [(" " * at, "line.guide"), (block * cells, look), (" " * (width - at - cells), "line.guide")]


def source_of(span: Span, now: datetime) -> str:
    """What a copy of a row is."""
    parts = (span.name, span.target, span.state, seconds(span.elapsed(now)), _amount(span), span.note)
    return "  ".join(part for part in line_parts(parts) if part)


def line_parts(parts: tuple[str, ...]) -> list[str]:
    """Cleaned, each on one row."""
    return [one_line(part) for part in parts]
