"""The trace pane: the tree of what the agent did, with a waterfall, filters and details."""

from collections.abc import Hashable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from claw_tui.detail import tabs
from claw_tui.keymap import bindings
from claw_tui.line import Line
from claw_tui.line_view import LineView
from claw_tui.pane import Pane, PaneContext
from claw_tui.search_line import SearchLine
from claw_tui.trace_lines import Look, Scale, draw_span, source_of
from claw_tui.trace_rows import TraceRows
from claw_tui.views.trace import Span, TraceView


class TraceLines(LineView):
    """Visible spans, one row each."""

    FOLLOWS = True
    ONE_ROW = True

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context.theme, id="trace-lines")
        self._around = context
        self.rows = TraceRows(TraceView())
        self.waterfall = True
        self.beat = 0

    def span(self, index: int) -> Span:
        """The span in a row."""
        return self.rows.view.spans[self.rows.visible[index]]

    def count(self) -> int:
        """Rows."""
        return len(self.rows.visible)

    def key(self, index: int) -> Hashable:
        """Changes with the span, and while its turn runs with time, since all bars grow with it."""
        span = self.span(index)
        turn = self.rows.view.turn_of(span)
        beat = 0 if turn.over else (self.beat, len(self.rows.view.spans) if self.waterfall else 0)
        return span.index, span.version, turn.ended, beat, self.rows.is_open(span), self.waterfall

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One row."""
        span, now = self.span(index), self._around.clock()
        turn = self.rows.view.turn_of(span)
        scale = Scale(began=turn.began, seconds=turn.elapsed(now)) if self.waterfall else None
        look = Look(now=now, open=self.rows.is_open(span), beat=self.beat, scale=scale)
        return [draw_span(span, width, look)]


class TracePane(Pane[TraceView]):
    """What the agent did."""

    NAME = "trace"
    VIEW = "trace"
    TITLE = "trace"
    PLACE = "side"
    BINDINGS = bindings("trace")

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self.lines = TraceLines(context)
        self.search = SearchLine(id="trace-search")

    def compose(self) -> ComposeResult:
        """The rows, and below them the filter while it is open."""
        yield self.lines
        yield self.search

    def show(self, view: TraceView) -> None:
        """The view changed."""
        rows = self.lines.rows
        if rows.view is view:
            rows.update()
        else:
            rows.show(view)
        self._shown()

    def tick(self) -> None:
        """Times and bars of what runs go on."""
        view = self.lines.rows.view
        if view.roots and not view.spans[view.roots[-1]].over:
            self.lines.beat += 1
            self.lines.refresh()

    def take_focus(self) -> None:
        """To the rows."""
        self.lines.focus()

    def go_to(self, seq: int) -> None:
        """Show the span that was under way at record `seq`."""
        span = self.lines.rows.view.at(seq)
        if span is not None:
            self.lines.changed()
            self.lines.move(self.lines.rows.reveal(span.index))

    def _shown(self) -> None:
        rows = self.lines.rows
        said = [f"filter: {rows.filter}"] if rows.filter else []
        said += ["failures only"] if rows.failures else []
        self.border_subtitle = Content(" · ".join(said))
        self.lines.changed()

    def _current(self) -> Span | None:
        return self.lines.span(self.lines.cursor) if self.lines.count() else None

    @on(LineView.Picked)
    def open(self, event: LineView.Picked) -> None:
        """The detail of a span."""
        event.stop()
        if event.index >= self.lines.count():
            return
        from claw_tui.screens.detail import DetailScreen

        span, view = self.lines.span(event.index), self.lines.rows.view
        pages = tabs(span, view, self.context.request_bytes, self.context.clock())
        self.app.push_screen(DetailScreen(self.context.theme, f"{span.name} {span.target}".strip(), pages))  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open

    # ---- keys

    def action_fold(self) -> None:
        """Fold the span, or go to its parent."""
        span = self._current()
        if span is None:
            return
        rows = self.lines.rows
        if span.children and rows.is_open(span):
            rows.fold(span.index, open_=False)
            self._shown()
        elif span.parent >= 0:
            self.lines.move(rows.visible.index(span.parent))

    def action_unfold(self) -> None:
        """Unfold the span, or go to its first child."""
        span = self._current()
        if span is None or not span.children:
            return
        if self.lines.rows.is_open(span):
            self.lines.move(self.lines.cursor + 1)
            return
        cursor = self.lines.cursor
        self.lines.rows.fold(span.index, open_=True)
        self._shown()
        self.lines.move(cursor)

    def action_fold_all(self, fold: bool) -> None:
        """Fold or unfold everything."""
        self.lines.rows.fold_all(open_=not fold)
        self._shown()

    def action_search(self) -> None:
        """Filter by words."""
        self.search.open()

    @on(SearchLine.Sought)
    def filter(self, event: SearchLine.Sought) -> None:
        """Show only what holds the words."""
        event.stop()
        self.lines.rows.filter = event.words
        self.lines.rows.rebuild()
        self._shown()
        if event.final:
            self.lines.focus()

    def action_failures(self) -> None:
        """Only what went wrong, or all again."""
        self.lines.rows.failures = not self.lines.rows.failures
        self.lines.rows.rebuild()
        self._shown()

    def action_waterfall(self) -> None:
        """Bars, or none."""
        self.lines.waterfall = not self.lines.waterfall
        self.lines.repaint()

    def action_go_to(self) -> None:
        """Where it is in the conversation."""
        if span := self._current():
            self.post_message(self.GoTo(span.seq))

    def action_fork(self) -> None:
        """Go on from what had happened when this had ended, in a session of its own."""
        if span := self._current():
            self.post_message(self.Fork(span.records[-1].seq if span.records else span.seq))

    def action_copy(self) -> None:
        """The row as text."""
        if span := self._current():
            self.post_message(self.Copy(source_of(span, self.context.clock()), "row"))
