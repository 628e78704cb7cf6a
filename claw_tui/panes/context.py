"""The context pane: what fills the model's window, as a bar and a list, and what would go when it is full."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content

from claw_core.event import Record
from claw_tui.amount import count
from claw_tui.context_parts import Kind, Piece, pieces_of
from claw_tui.keymap import bindings
from claw_tui.line import BLANK, Line, Span, fit, one_line, plain, spread, wrap
from claw_tui.line_view import LineView
from claw_tui.pane import Pane, PaneContext
from claw_tui.views.context import ContextView

KINDS: Mapping[Kind, tuple[str, str, str]] = {
    "system": ("system prompt", "█", "mode.plan"),
    "instructions": ("instruction files", "▓", "syntax.tag"),
    "tools": ("tools", "█", "syntax.type"),
    "mcp": ("MCP tools", "▓", "syntax.keyword"),
    "prompts": ("your messages", "█", "text.key"),
    "answers": ("answers", "▓", "text.link"),
    "thoughts": ("thoughts", "▒", "text.quote"),
    "calls": ("calls", "▒", "syntax.name"),
    "results": ("results", "█", "state.ok"),
    "images": ("pictures", "▓", "state.stopped"),
}
"""Each kind: its words, its sign in the bar, its colour."""

FIXED: tuple[Kind, ...] = ("system", "instructions", "tools", "mcp")
"""Kinds that no compaction touches."""
NAMED = 6
"""Names of one kind that are told beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What fills a window, in tokens as the provider counts them."""

    kinds: Mapping[Kind, float]
    names: Mapping[Kind, Sequence[tuple[str, float]]]
    """Of each kind the largest by name."""
    since: float
    """What came since that request was sent."""

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self.kinds.values()) + self.since

    @property
    def fixed(self) -> float:
        """What no compaction touches."""
        return sum(self.kinds.get(kind, 0.0) for kind in FIXED)


class ContextLines(LineView):
    """The page."""

    MARKER = 0

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context.theme, id="context-lines")
        self.filling: Filling | None = None
        self.view = ContextView()
        self._lines: list[Line] = []
        self._width = 0

    def count(self) -> int:
        """Rows."""
        width = max(20, self.room.width)
        self._lines = context_lines(self.view, self.filling, width)
        return len(self._lines)

    def key(self, index: int) -> Hashable:
        """What a row says."""
        return self._lines[index]

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """A row."""
        return wrap(self._lines[index], width, hang=(("  ", "text.body"),))

    def estimate(self, index: int, width: int) -> int:
        """From its length."""
        return 1 + len(plain(self._lines[index])) // max(1, width)

    def action_down(self) -> None:
        """Scroll: there is nothing to choose."""
        self.scroll_rows(1)

    def action_up(self) -> None:
        """Scroll."""
        self.scroll_rows(-1)


class ContextPane(Pane[ContextView]):
    """What fills the window."""

    NAME = "context"
    VIEW = "context"
    TITLE = "context"
    PLACE = "side"
    BINDINGS = bindings("context")

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self.lines = ContextLines(context)
        self._pieces: Sequence[Piece] = ()
        self._of: Record | None = None
        """The request that the pieces are of."""

    def compose(self) -> ComposeResult:
        """The page."""
        yield self.lines

    def show(self, view: ContextView) -> None:
        """The view changed."""
        self.lines.view = view
        if view.called is not None and view.called is not self._of:
            self.run_worker(self._load(view.called), group="load", exclusive=True)
        self._shown()

    def take_focus(self) -> None:
        """To the page."""
        self.lines.focus()

    async def _load(self, called: Record) -> None:
        """Take the exact request apart; that reads files."""
        try:
            self._pieces = await asyncio.to_thread(lambda: pieces_of(json.loads(self.context.request_bytes(called))))
        except (LookupError, ValueError, OSError) as error:
            self._pieces = ()
            self.border_subtitle = Content(one_line(f"the request is not kept: {error}"))
        self._of = called
        self._shown()

    def _shown(self) -> None:
        view = self.lines.view
        self.lines.filling = filled(self._pieces, view) if self._pieces else None
        self.border_title = Content(" · ".join(filter(None, (self.TITLE, one_line(view.model)))))
        self.lines.repaint()
        self.lines.changed()

    # ---- keys

    def action_compact(self) -> None:
        """Make room now."""
        self.context.command("compact", "")

    def action_copy(self) -> None:
        """The page as text."""
        count_ = self.lines.count()
        rows = [row for index in range(count_) for row in self.lines.paint(index, 100)]
        self.post_message(self.Copy("\n".join(plain(row).rstrip() for row in rows), "page"))


def filled(pieces: Sequence[Piece], view: ContextView) -> Filling:
    """Pieces as tokens of the provider: their sum is what it counted, where it did."""
    estimated = sum(piece.estimate for piece in pieces)
    scale = view.counted / estimated if view.counted and estimated else view.ratio
    kinds: dict[Kind, float] = defaultdict(float)
    names: dict[Kind, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for piece in pieces:
        kinds[piece.kind] += piece.estimate * scale
        if piece.name:
            names[piece.kind][piece.name] += piece.estimate * scale
    largest: dict[Kind, list[tuple[str, float]]] = {
        kind: sorted(of.items(), key=lambda item: -item[1]) for kind, of in names.items()
    }
    return Filling(kinds=kinds, names=largest, since=max(0.0, view.size - sum(kinds.values())))


def context_lines(view: ContextView, filling: Filling | None, width: int) -> list[Line]:
    """The bar, the list, and what the next compaction would drop."""
    if filling is None:
        told = "No request was sent yet." if view.called is None else "The request is looked up …"
        return [((told, "text.muted italic"),)]
    window = view.window or 0
    total = round(filling.total)
    head = f"{count(total)} of {count(window)} · {total / window:.0%}" if window else f"{count(total)} tokens"
    rows: list[Line] = [((head, "text.strong bold"),), _bar(filling, window, width), BLANK]
    for kind, (says, sign, look) in KINDS.items():
        if kind in filling.kinds:
            rows += _row(says, (sign, look), filling.kinds[kind], filling.total, filling.names.get(kind, ()), width)
    if filling.since >= 1:
        rows += _row("since then", ("░", "text.muted"), filling.since, filling.total, (), width)
    if window:
        left = max(0, window - total)
        rows.append(
            spread(
                (("· ", "line.guide"), ("free", "text.muted")),
                ((f"{count(left)} {left / window:4.0%}", "text.muted"),),
                width,
            )
        )
    return [*rows, BLANK, *_next(view, filling, width)]


def _row(
    says: str, sign: Span, tokens: float, total: float, names: Sequence[tuple[str, float]], width: int
) -> list[Line]:
    amount: Line = ((f"{count(round(tokens))} {tokens / total:4.0%}", "text.body"),)
    rows = [spread((sign, (f" {says}", "text.body")), amount, width)]
    if names:
        told = " · ".join(f"{one_line(name)} {count(round(size))}" for name, size in names[:NAMED])
        more = f" · {len(names) - NAMED} more" if len(names) > NAMED else ""
        rows.append(fit((("    ", "text.muted"), (told + more, "text.muted")), width))
    return rows


def _bar(filling: Filling, window: int, width: int) -> Line:
    """Every kind by its share of the window; what is free is dotted."""
    whole = max(float(window), filling.total, 1.0)
    spans: list[Span] = []
    done, at = 0.0, 0
    sizes = [(filling.kinds.get(kind, 0.0), sign, look) for kind, (_, sign, look) in KINDS.items()]
    for size, sign, look in [*sizes, (filling.since, "░", "text.muted")]:
        done += size
        end = round(width * done / whole)
        if end > at:
            spans.append((sign * (end - at), look))
            at = end
    return (*spans, ("·" * (width - at), "line.guide"))


def _next(view: ContextView, filling: Filling, width: int) -> list[Line]:
    """What would go next, and when."""
    found = view.plan(filling.fixed)
    if found is None or not view.window:
        return [(("The model's window is not known, so nothing is dropped by itself.", "text.muted"),)]
    plan, pieces = found
    limit = view.window * view.compact_at
    when = f"at {view.compact_at:.0%} ({count(round(limit))} tokens)"
    rows: list[Line] = [((f"Next compaction, {when}", "text.heading bold"),)]
    if not plan.start and not plan.shortened:
        return [*rows, (("Nothing that could go would be missed less than it is worth.", "text.muted"),)]
    if plan.start:
        gone = [piece for piece in pieces[: plan.start] if not piece.stays]
        size = count(round(sum(map(view.weigh, gone))))
        says = f"{len(gone)} answers and results ({size} tokens) would become a brief; your own words stay."
        rows += wrap(((says, "text.body"),), width)
    if plan.drop:
        rows.append((("These results would be told shorter:", "text.body"),))
    for each in plan.drop:
        why = "no longer holds" if each.superseded else ""
        amount: Line = ((f"{why}  " if why else "", "text.muted"), (count(round(each.weight)), "text.body"))
        rows.append(spread((("  ", "text.body"), (one_line(each.name), "text.body")), amount, width))
    return rows
