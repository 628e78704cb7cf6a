"""The records pane: what happened, as it is kept, a line each. It costs what is visible, not what is there."""

import asyncio
import json
from collections.abc import Hashable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from claw_core.event import Record, record_adapter
from claw_tui.detail import Tab
from claw_tui.keymap import bindings
from claw_tui.line import Line, fit, one_line
from claw_tui.line_view import LineView
from claw_tui.pane import Pane, PaneContext
from claw_tui.search_line import SearchLine
from claw_tui.views.records import RecordsView

SLICE = 100
"""Records that are looked through before others have their turn."""
LONGEST = 2000
"""Characters of a record's JSON that its row can show."""


class RecordLines(LineView):
    """One row a record."""

    FOLLOWS = True
    ONE_ROW = True

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context.theme, id="records-lines")
        self.view = RecordsView()
        self.found: list[int] | None = None
        """The records that hold the words that are sought; None where all show."""

    def record(self, index: int) -> Record:
        """The record in a row."""
        return self.view.records[index if self.found is None else self.found[index]]

    def count(self) -> int:
        """Rows."""
        return len(self.view.records if self.found is None else self.found)

    def key(self, index: int) -> Hashable:
        """A record never changes."""
        return self.record(index).seq

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """Number, time, turn, agent, kind, and the rest of it."""
        record = self.record(index)
        agent = "" if record.agent == "main" else f" {one_line(record.agent)}"
        event = json.loads(record_adapter().dump_json(record))["event"]
        kind = event.pop("kind")
        rest = json.dumps(event, ensure_ascii=False, separators=(",", ":"))[:LONGEST]
        row = (
            (f"{record.seq:>6} ", "text.muted"),
            (f"{record.at.astimezone():%H:%M:%S} ", "text.muted"),
            (f"{record.turn}{agent} ", "text.muted"),
            (f"{kind} ", "syntax.keyword"),
            (one_line(rest), "text.body"),
        )
        return [fit(row, width)]

    def words(self, index: int) -> str:
        """All of its JSON."""
        return text_of(self.record(index))


class RecordsPane(Pane[RecordsView]):
    """What happened, as it is kept."""

    NAME = "records"
    VIEW = "records"
    TITLE = "records"
    PLACE = "side"
    BINDINGS = bindings("records")

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self.lines = RecordLines(context)
        self.search = SearchLine(id="records-search")
        self._looked = 0
        """How many records were looked through for the words."""

    def compose(self) -> ComposeResult:
        """The rows, and below them the search line while it is open."""
        yield self.lines
        yield self.search

    def show(self, view: RecordsView) -> None:
        """The view changed."""
        if view is not self.lines.view:
            self.lines.view = view
            self._look_anew()
        elif self.lines.found is not None:
            self._look_on()
        self._shown()

    def take_focus(self) -> None:
        """To the rows."""
        self.lines.focus()

    def go_to(self, seq: int) -> None:
        """Show that record; where it is not among what is found, all are shown."""
        at = self.lines.view.index_of(seq)
        if at is None:
            return
        if self.lines.found is not None and at not in self.lines.found:
            self.search.value = ""
            self.lines.found, self.lines.sought = None, ""
            self._shown()
        self.lines.move(at if self.lines.found is None else self.lines.found.index(at))

    def _shown(self) -> None:
        count = len(self.lines.view.records)
        found = self.lines.found
        said = f"{count:,}" if found is None else f"{len(found):,} of {count:,}: {self.lines.sought}"
        self.border_subtitle = Content(said)
        self.lines.changed()

    # ---- looking for words

    @on(SearchLine.Sought)
    def look(self, event: SearchLine.Sought) -> None:
        """Show only what holds the words."""
        event.stop()
        if event.words != self.lines.sought:
            self.lines.sought = event.words
            self._look_anew()
            self.lines.repaint()
            self._shown()
        if event.final:
            self.lines.focus()

    def _look_anew(self) -> None:
        self._looked = 0
        self.lines.found = [] if self.lines.sought else None
        if self.lines.sought:
            self._look_on()

    def _look_on(self) -> None:
        self.run_worker(self._look(self.lines.sought.lower()), group="look", exclusive=True)

    async def _look(self, words: str) -> None:
        records, found = self.lines.view.records, self.lines.found
        while found is not None and self._looked < len(records):
            some = range(self._looked, min(self._looked + SLICE, len(records)))
            found += [at for at in some if words in text_of(records[at]).lower()]
            self._looked = some.stop
            if self._looked % (SLICE * 20) == 0 or self._looked == len(records):
                self._shown()
            await asyncio.sleep(0)

    # ---- keys

    def _current(self) -> Record | None:
        return self.lines.record(self.lines.cursor) if self.lines.count() else None

    @on(LineView.Picked)
    def open(self, event: LineView.Picked) -> None:
        """The record, whole."""
        event.stop()
        if event.index >= self.lines.count():
            return
        from claw_tui.screens.detail import DetailScreen

        record = self.lines.record(event.index)
        page = Tab(name="record", text=lambda: whole(record), language="json", exact=lambda: text_of(record))
        screen = DetailScreen(self.context.theme, f"{record.seq} {record.event.kind}", [page])
        self.app.push_screen(screen)  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open

    def action_search(self) -> None:
        """Look for words."""
        self.search.open()

    def action_copy(self) -> None:
        """The record as JSON."""
        if record := self._current():
            self.post_message(self.Copy(text_of(record), "record"))

    def action_go_to(self) -> None:
        """Where it is in the conversation."""
        if record := self._current():
            self.post_message(self.GoTo(record.seq))


def text_of(record: Record) -> str:
    """A record as its line in the log."""
    return record_adapter().dump_json(record).decode()


def whole(record: Record) -> str:
    """A record laid out to be read."""
    return record_adapter().dump_json(record, indent=2).decode()
