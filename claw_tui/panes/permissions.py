"""Waiting for you: the permission queue. Everything that waits for a person, and the keys that answer it.

An answer goes out for exactly the request that was on the screen when the key was pressed: never for one that has just
appeared under the cursor, never twice, and a dialog that was opened for a request closes when that request is gone.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message

from claw_core.ask import Allow, Deny, PermissionAsk, PlanAsk
from claw_tui.answering import Grace, age_words, may_be_marked, offered_rule
from claw_tui.keymap import bindings, hints
from claw_tui.line import Line
from claw_tui.line_view import LineView
from claw_tui.pane import Pane, PaneContext, Place
from claw_tui.request_lines import abridged, facts, hint_lines, request_row, shortened, whole_request
from claw_tui.views.queue import QueueView, Waiting

ROOMY = 30
"""Rows of a screen that has room for a request and its diff."""

AROUND = 9
"""Rows around what is asked: the border, its row, why, the rule, the keys."""

LEAST = 4
"""Rows of what is asked that the lowest screen shows."""

PLAN_ROWS = 8
"""Rows of a plan that the queue shows; the dialog shows all."""

_HINTS: dict[str, tuple[str, ...]] = {
    "edit": ("allow_once", "allow_session", "allow_always", "deny", "review", "edit", "deny_with_reason", "explain"),
    "run": ("allow_once", "allow_session", "allow_always", "deny", "edit", "deny_with_reason", "explain"),
    "danger": ("allow_once", "deny", "deny_with_reason", "edit", "explain"),
    "question": ("review", "deny", "explain"),
    "plan": ("review", "allow_once", "deny_with_reason", "explain"),
}


class QueueList(LineView):
    """The requests, one item each; the one under the cursor shows all there is to know."""

    DEFAULT_CSS = "QueueList { height: auto; max-height: 100%; scrollbar-size-horizontal: 0; }"
    MARKER = 0

    def __init__(self, pane: "PermissionsPane") -> None:
        super().__init__(pane.context.theme, id="queue")
        self._pane = pane

    def count(self) -> int:
        """Requests."""
        return len(self._pane.items)

    def key(self, index: int) -> object:
        """Everything its rows depend on."""
        return self._pane.state_of(index)

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One request."""
        return self._pane.draw(index, width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are to show. Called by Textual."""
        inner = max(1, width - self.MARKER)
        return max(1, sum(len(self.paint(index, inner)) for index in range(self.count())))


class PermissionsPane(Pane[QueueView]):
    """The queue and its keys."""

    NAME = "permissions"
    VIEW = "queue"
    TITLE = "waiting for you"
    PLACE: ClassVar[Place] = "below"
    BINDINGS: ClassVar[list[BindingType]] = bindings("permissions")
    DEFAULT_CSS = """
    PermissionsPane { height: auto; max-height: 45vh; display: none; border-title-color: $state-waiting; }
    PermissionsPane.-waiting { display: block; }
    """

    class Emptied(Message):
        """Nothing waits any more, and the keys were here."""

    class Arrived(Message):
        """Something waits that did not before."""

        def __init__(self, count: int) -> None:
            self.count = count
            super().__init__()

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self.queue = QueueList(self)
        """The list of requests."""
        self.items: tuple[Waiting, ...] = ()
        self._grace = Grace(context.clock)
        self._marked: set[str] = set()
        self._desk = context.desk

    def compose(self) -> ComposeResult:
        """Called by Textual."""
        yield self.queue

    def on_mount(self) -> None:
        """Rows say how many hunks are taken."""
        self._desk.listen(self.tick)

    # ---- what is shown

    def show(self, view: QueueView) -> None:
        """The queue changed: forget what was about requests that are gone."""
        before = {item.id for item in self.items}
        current = self.current.id if self.current else ""
        self.items = view.waiting
        ids = [item.id for item in self.items]
        self._marked &= set(ids)
        self._desk.keep(self, self.items)
        self._grace.shown(tuple(ids))
        queue = self.queue
        queue.cursor = ids.index(current) if current in ids else min(queue.cursor, max(0, len(ids) - 1))
        self._aim()
        self.set_class(bool(ids), "-waiting")
        self.border_title = f"{self.TITLE} ({len(ids)})" if len(ids) > 1 else self.TITLE
        queue.changed()
        queue.refresh(layout=True)
        if fresh := set(ids) - before:
            self.post_message(self.Arrived(len(fresh)))
        if before and not ids:
            self.post_message(self.Emptied())

    def tick(self) -> None:
        """Ages go on."""
        if self.items:
            self.queue.changed()

    def state_of(self, index: int) -> object:
        """Everything that the rows of a request depend on."""
        item = self.items[index]
        choice = self._desk.choice(item)
        here = index == self.queue.cursor
        hinted = (len(self.items) > 1, bool(self._marked), self._in_full(item)) if here else ()
        taken = (choice.count, choice.total, choice.edited)
        room = self._room if here else 0
        return (item.id, self._age(item), here, item.id in self._marked, taken, self._desk.sent(item.id), hinted, room)

    def draw(self, index: int, width: int) -> list[Line]:
        """A request's row, and below the one under the cursor what it asks, whole."""
        item = self.items[index]
        here = index == self.queue.cursor
        choice = self._desk.choice(item)
        row = request_row(
            item,
            width,
            age=self._age(item),
            here=here,
            marked=item.id in self._marked,
            choice=choice,
            sent=self._desk.sent(item.id),
        )
        if not here or not self._in_full(item):
            return [row]
        inner = max(1, width - 2)
        rows = whole_request(item, inner, diffs=False)
        if isinstance(item.ask, PlanAsk):
            rows = shortened(rows, PLAN_ROWS)
        elif isinstance(item.ask, PermissionAsk):
            rows = abridged(rows, self._room)
        rows += facts(item.ask, item.why, inner)
        if self.context.live:
            rows += hint_lines(self._hints(item), inner)
        return [row, *((("  ", "text.body"), *line) for line in rows)]

    @property
    def _room(self) -> int:
        """Rows for what is asked, so that its end, why it is asked and the keys are in sight with it."""
        others = min(3, len(self.items) - 1)
        return max(LEAST, self.screen.size.height * 45 // 100 - AROUND - others)

    def _in_full(self, item: Waiting) -> bool:
        """Whether to say all of it: a low screen leaves the rows to the diff until the keys come here."""
        return self.has_keys or not item.diffs or self.screen.size.height >= ROOMY

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keys came."""
        self.call_next(self._fit)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """The keys went."""
        self.call_next(self._fit)

    def _fit(self) -> None:
        self.queue.changed()
        self.queue.refresh(layout=True)

    def _hints(self, item: Waiting) -> list[tuple[str, str]]:
        if isinstance(item.ask, PermissionAsk):
            kind = "danger" if item.dangerous else "edit" if item.diffs else "run"
        else:
            kind = item.ask.kind
        names = [name for name in _HINTS[kind] if offered_rule(item) or name not in ("allow_session", "allow_always")]
        if len(self.items) > 1 and may_be_marked(item):
            names += ["mark", "allow_marked"] if self._marked else ["mark"]
        return hints(f"permissions.{name}" for name in (*names, "stop"))

    def _age(self, item: Waiting) -> str:
        return age_words(item.age(self.context.clock()))

    # ---- the cursor

    @property
    def current(self) -> Waiting | None:
        """The request under the cursor."""
        cursor = self.queue.cursor if self.is_mounted else 0
        return self.items[cursor] if cursor < len(self.items) else None

    def choose(self, ask: str) -> None:
        """Put the cursor on the request of that id, because the person wants to see it."""
        for index, item in enumerate(self.items):
            if item.id == ask:
                self.queue.move(index)

    def on_line_view_moved(self) -> None:
        """The person moved the cursor."""
        self._aim(moved=True)
        if item := self.current:
            self._desk.look_at(item)
        self.queue.changed()
        self.queue.refresh(layout=True)

    def on_line_view_picked(self) -> None:
        """Enter, or a second click."""
        self.action_review()

    def _aim(self, *, moved: bool = False) -> None:
        self._grace.under_cursor(self.current.id if self.current else "", moved=moved)

    # ---- keys

    def action_allow_once(self) -> None:
        """`y`."""
        if item := self._answerable():
            self._desk.allow(self, item, Allow())

    def action_allow_session(self) -> None:
        """`a`."""
        if item := self._answerable():
            self._desk.allow_session(self, item)

    def action_allow_always(self) -> None:
        """`A`: the rule and its file first."""
        if item := self._answerable():
            self._desk.allow_always(self, item)

    def action_deny(self) -> None:
        """`n`."""
        if item := self._answerable():
            self._desk.answer(self, item, Deny())

    def action_deny_with_reason(self) -> None:
        """`N`."""
        if item := self._answerable():
            self._desk.deny_with_reason(self, item)

    def action_allow_with_comment(self) -> None:
        """`c`."""
        if item := self._answerable():
            self._desk.allow_with_comment(self, item)

    def action_stop(self) -> None:
        """`x`."""
        if item := self._answerable():
            self._desk.answer(self, item, Deny(stop=True))

    def action_edit(self) -> None:
        """`e`."""
        if item := self._answerable():
            self._desk.edit(self, item)

    def action_review(self) -> None:
        """Space or Enter: the hunks, the questions, the plan, or the whole request."""
        item = self.current
        if item is None:
            return
        if item.diffs:
            self.post_message(self.GoTo(item.seq, pane="diffs"))
        elif isinstance(item.ask, PermissionAsk):
            self._desk.explain(self, item)
        elif self._answerable():
            self._desk.review(self, item)

    def action_explain(self) -> None:
        """`?`."""
        if item := self.current:
            self._desk.explain(self, item)

    def action_mark(self) -> None:
        """`m`, and on to the next."""
        item = self.current
        if item is None or self._desk.sent(item.id):
            return
        if not may_be_marked(item):
            self.notify("This one has to be answered by itself.", markup=False)
            return
        self._marked ^= {item.id}
        queue = self.queue
        if item.id in self._marked and queue.cursor + 1 < len(self.items):
            queue.move(queue.cursor + 1)
        queue.changed()

    def action_allow_marked(self) -> None:
        """`Y`: those that were marked by hand."""
        marked = [item for item in self.items if item.id in self._marked and may_be_marked(item)]
        if not marked:
            self.notify("Nothing is marked. m marks the request under the cursor.", markup=False)
        for item in marked:
            if self._desk.may_answer(self, item, self._grace):
                self._desk.allow(self, item, Allow())

    def _answerable(self) -> Waiting | None:
        """The request under the cursor, if it may be answered now."""
        item = self.current
        return item if item is not None and self._desk.may_answer(self, item, self._grace) else None
