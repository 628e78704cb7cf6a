"""Diffs: what is proposed, hunk by hunk to take or leave; what this turn changed; what the session changed.

One proposal is shown at a time, the one that the queue's cursor went to or the oldest. Only what is in sight is drawn:
see `diff_pieces.py`.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from claw_core.ask import Allow, Deny, PermissionAsk, Portion
from claw_core.block import DiffBlock
from claw_tui.answering import Grace
from claw_tui.dialog import Words
from claw_tui.diff_pieces import Piece, Shown, conflict_notes, draw_piece
from claw_tui.disk_watch import DiskWatch
from claw_tui.keymap import bindings, hints
from claw_tui.line import Line, fit, plain
from claw_tui.line_view import LineView
from claw_tui.painters import diff
from claw_tui.pane import Pane, PaneContext, Place
from claw_tui.request_lines import hint_lines
from claw_tui.views.diffs import DiffsView
from claw_tui.views.queue import Waiting

Source = Literal["proposed", "turn", "session"]

_SOURCES: dict[Source, str] = {"proposed": "proposed", "turn": "this turn", "session": "this session"}


class DiffList(LineView):
    """The pieces, drawn when they come into sight."""

    MARKER = 0

    def __init__(self, pane: "DiffsPane") -> None:
        super().__init__(pane.context.theme, id="diff")
        self._pane = pane

    def count(self) -> int:
        """Pieces."""
        return len(self._pane.shown.pieces)

    def key(self, index: int) -> object:
        """Everything its rows depend on."""
        return self._pane.state_of(index)

    def estimate(self, index: int, width: int) -> int:
        """About a row for each line; exact where no line is longer than the pane is wide."""
        piece = self._pane.shown.pieces[index]
        return max(1, piece.last - piece.first)

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One piece."""
        return self._pane.draw(index, width)

    def action_down(self) -> None:
        """Where there are hunks, keys go from one to the next."""
        self._pane.action_next_hunk()

    def action_up(self) -> None:
        """The other way."""
        self._pane.action_previous_hunk()


class DiffsPane(Pane[DiffsView]):
    """Diffs and the keys that take or leave hunks."""

    NAME = "diffs"
    VIEW = "diffs"
    TITLE = "diffs"
    PLACE: ClassVar[Place] = "side"
    BINDINGS: ClassVar[list[BindingType]] = bindings("diffs")
    DEFAULT_CSS = "DiffsPane > Words { height: 1; background: $ground-raised; padding: 0 1; }"

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self.shown = Shown()
        self.diff = DiffList(self)
        """The list of pieces."""
        self._view: DiffsView | None = None
        self._desk = context.desk
        self._grace = Grace(context.clock)
        self._picked: Source | None = None
        """What the person wants to see; None: what is proposed, else what this turn changed."""
        self._ask = ""
        """The proposal that is shown."""
        self._beside = False
        self._drawn = ""
        """The proposal whose pieces are shown."""
        self._watching = False
        self._disk = DiskWatch(context.root, self._drift)
        self._drifted: frozenset[str] = frozenset()
        """Files that hold something else than they were left with."""
        self._edition = 0
        """Rises whenever other pieces are."""

    def compose(self) -> ComposeResult:
        """Called by Textual."""
        yield Words(self.context.theme, self._tabs, id="tabs")
        yield self.diff
        yield Words(self.context.theme, self._keys, id="keys")

    def on_mount(self) -> None:
        """What the queue's cursor goes to is shown here, unless the person is reading here."""
        self._desk.listen(self._follow)

    # ---- what is shown

    def show(self, view: DiffsView) -> None:
        """Something was proposed, answered or changed."""
        self._view = view
        self._desk.keep(self, view.waiting)
        asks = tuple(item.id for item in view.proposed)
        if set(asks) - set(self._grace.asks) and not self.has_keys:
            self._picked = None
        self._grace.shown(asks)
        if self.context.live and self._disk.follow({file.path: file.after for file in view.session}):
            self._watch()
        self._rebuild()

    def _watch(self) -> None:
        if not self._watching:
            self._watching = True
            self.run_worker(self._disk.run(), group="disk", exit_on_error=False)

    def _drift(self, drifted: frozenset[str]) -> None:
        """Files changed on disk, or are as they were left again."""
        self._drifted = drifted
        self._rebuild()

    def _follow(self) -> None:
        asks = {item.id for item in self._proposed}
        if not self.has_keys and self._desk.looked_at in asks - {self._ask}:
            self._ask, self._picked = self._desk.looked_at, None
            self._rebuild(moved=True)
        else:
            self._rebuild()

    def go_to(self, seq: int) -> None:
        """Show the proposal that record `seq` opened, while it waits."""
        for item in self._proposed:
            if item.seq == seq:
                self._ask, self._picked = item.id, None
                self._rebuild(moved=True)

    @property
    def source(self) -> Source:
        """What is shown."""
        return self._picked or ("proposed" if self._proposed else "turn")

    @property
    def proposal(self) -> Waiting | None:
        """The proposal that is shown."""
        if self.source != "proposed":
            return None
        return next((item for item in self._proposed if item.id == self._ask), None)

    @property
    def _proposed(self) -> tuple[Waiting, ...]:
        return self._view.proposed if self._view is not None else ()

    def _rebuild(self, *, moved: bool = False) -> None:
        proposed = self._proposed
        if self._ask not in {item.id for item in proposed}:
            self._ask = proposed[0].id if proposed else ""
        item = self.proposal
        if item is not None:
            conflicts = item.ask.conflicts if isinstance(item.ask, PermissionAsk) else ()
            shown = Shown.of(self._desk.choice(item).blocks(item.diffs), conflict_notes(conflicts))
        elif self._view is None or self.source == "proposed":
            shown = Shown.of((), ("Nothing is proposed.",))
        else:
            files = self._view.turn if self.source == "turn" else self._view.session
            shown = Shown.of_files(files, _SOURCES[self.source], self._drifted)
        self._grace.under_cursor(item.id if item else "", moved=moved)
        ask = item.id if item else ""
        reshaped = ask == self._drawn and bool(ask)
        fresh = shown.blocks != self.shown.blocks or shown.pieces != self.shown.pieces
        self._drawn = ask
        if fresh:
            self.shown = shown
            self._edition += 1
        if fresh and reshaped:
            self.diff.cursor = min(self.diff.cursor, max(0, len(shown.pieces) - 1))
        elif fresh:
            self.diff.cursor = shown.hunks[0] if shown.hunks else 0
        self.diff.changed()
        if fresh and shown.pieces and not reshaped:
            self.diff.show_item(0, at_top=True)
        self._redraw()

    def _redraw(self) -> None:
        if not self.is_mounted:
            return
        block, item = self._block, self.proposal
        title = fit(diff.heading(block, 200), 60) if block is not None else ((self.TITLE, ""),)
        at = self._current
        count = f"  hunk {self.shown.hunks.index(at) + 1} of {len(self.shown.hunks)}" if at is not None else ""
        self.border_title = Content(plain(title) + count)
        self.border_subtitle = (
            f"{len(self._proposed)} proposals" if item is not None and len(self._proposed) > 1 else ""
        )
        for part in self.query(Words):
            part.redraw()
        self.diff.refresh()

    @property
    def _current(self) -> int | None:
        """Where the heading of the hunk is that the cursor is in."""
        hunks = self.shown.hunks
        return hunks[max(0, bisect_right(hunks, self.diff.cursor) - 1)] if hunks else None

    @property
    def _block(self) -> DiffBlock | None:
        at = self._current
        return self.shown.blocks[self.shown.pieces[at].file] if at is not None else None

    def _portion(self, piece: Piece) -> Portion | None:
        """What the person made of the hunk that a piece belongs to; None where there is nothing to take."""
        item = self.proposal
        if item is None or piece.hunk < 0:
            return None
        portions = self._desk.choice(item).portions[piece.file]
        return portions[piece.hunk] if piece.hunk < len(portions) else None

    def state_of(self, index: int) -> tuple[Piece, int, bool, tuple[bool, bool] | None, bool]:
        """Everything that the rows of a piece depend on."""
        piece, portion = self.shown.pieces[index], self._portion(self.shown.pieces[index])
        current = self.shown.pieces[self._current] if self._current is not None else None
        here = current is not None and piece.hunk >= 0 and (piece.file, piece.hunk) == (current.file, current.hunk)
        left = (portion.taken, portion.edited) if portion is not None else None
        return piece, self._edition, here, left, self._beside

    def draw(self, index: int, width: int) -> list[Line]:
        """The rows of a piece."""
        piece, _, here, _, beside = self.state_of(index)
        return draw_piece(self.shown, piece, width, here=here, portion=self._portion(piece), beside=beside)

    def _tabs(self, width: int) -> list[Line]:
        view = self._view
        counts = (len(self._proposed), len(view.turn) if view else 0, len(view.session) if view else 0)
        row: list[tuple[str, str]] = []
        for number, ((name, words), count) in enumerate(zip(_SOURCES.items(), counts, strict=True), 1):
            here = name == self.source
            look = "text.strong bold underline" if here else "text.muted"
            files = () if view is None or name == "proposed" else view.turn if name == "turn" else view.session
            sign = " !" if any(file.path in self._drifted for file in files) else ""
            row += [(f"{number} ", "text.key"), (f"{words} {count or ''}".strip(), look)]
            row += [(sign, "state.waiting"), ("   ", "text.muted")]
        return [fit(row, width)]

    def _keys(self, width: int) -> list[Line]:
        item = self.proposal
        if item is None or not self.context.live:
            names = ["next_hunk", "side_by_side"]
            return hint_lines(hints(f"diffs.{name}" for name in names), width)[:1]
        choice = self._desk.choice(item)
        enter = ("Enter", f"apply {choice.count} of {choice.total}" if choice.count else "say no to all")
        names = ["take", "split", "edit", "next_hunk", "deny", "side_by_side"]
        return hint_lines([enter, *hints(f"diffs.{name}" for name in names)], width)[:1]

    # ---- keys

    def on_line_view_moved(self) -> None:
        """The cursor is in another hunk, perhaps."""
        self._redraw()

    def on_line_view_picked(self) -> None:
        """Enter."""
        self.action_apply()

    def action_next_hunk(self) -> None:
        """`j`."""
        self._to_hunk(1)

    def action_previous_hunk(self) -> None:
        """`k`."""
        self._to_hunk(-1)

    def action_take(self) -> None:
        """Space."""
        item, at = self._answerable(), self._current
        if item is not None and at is not None:
            piece = self.shown.pieces[at]
            self._desk.choose(self._desk.choice(item).toggle(piece.file, piece.hunk))
            self._redraw()

    def action_take_all(self) -> None:
        """`*`."""
        if item := self._answerable():
            self._desk.choose(self._desk.choice(item).toggle_all())
            self._redraw()

    def action_apply(self) -> None:
        """Enter: what is taken; where nothing is, it is a no once the person says so."""
        if item := self._answerable():
            self._desk.allow(self, item, Allow())

    def action_deny(self) -> None:
        """`n`."""
        if item := self._answerable():
            self._desk.answer(self, item, Deny())

    def action_split(self) -> None:
        """`s`."""
        item, at = self._answerable(), self._current
        if item is not None and at is not None:
            piece = self.shown.pieces[at]
            self._desk.split_hunk(self, item, piece.file, piece.hunk)

    def action_edit(self) -> None:
        """`e`."""
        item, at = self._answerable(), self._current
        if item is not None and at is not None:
            piece = self.shown.pieces[at]
            self._desk.edit_hunk(self, item, piece.file, piece.hunk)

    def action_edit_all(self) -> None:
        """`E`."""
        if item := self._answerable():
            self._desk.edit(self, item)

    def action_source(self, name: Source) -> None:
        """`1` `2` `3`."""
        self._picked = name
        self._rebuild(moved=True)

    def action_proposal(self, by: int) -> None:
        """`[` `]`."""
        asks = [item.id for item in self._proposed]
        if asks:
            self._ask = asks[(asks.index(self._ask) + by) % len(asks)] if self._ask in asks else asks[0]
            self._picked = None
            self._rebuild(moved=True)

    def action_side_by_side(self) -> None:
        """`u`."""
        if not self._beside and not diff.fits_side_by_side(self.diff.size.width):
            self.notify("Too narrow for two columns. Zoom the pane, or widen the terminal.", markup=False)
            return
        self._beside = not self._beside
        self.diff.changed()
        self._redraw()

    def action_copy(self) -> None:
        """`c`."""
        at = self._current
        if at is not None:
            self.post_message(self.Copy(diff.hunk_source(self.shown.hunk(self.shown.pieces[at])), "hunk"))

    def _to_hunk(self, by: int) -> None:
        at = self._current
        if at is None:
            self.diff.scroll_rows(by)
            return
        place = self.shown.hunks.index(at) + (by if self.diff.cursor >= at or by < 0 else 0)
        place = max(0, min(place, len(self.shown.hunks) - 1))
        target = self.shown.hunks[place]
        end = self.shown.hunks[place + 1] if place + 1 < len(self.shown.hunks) else len(self.shown.pieces)
        self.diff.show_item(max(target, end - 1))
        self.diff.move(target)

    def _answerable(self) -> Waiting | None:
        item = self.proposal
        return item if item is not None and self._desk.may_answer(self, item, self._grace) else None
