"""The workbench: all panes on one screen, and the keys that go between them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from claw_core.error import SessionError
from claw_core.event import Record
from claw_core.intent import Intent, Interrupt
from claw_core.registry import names
from claw_tui import panes as shelf
from claw_tui.feed import Feed
from claw_tui.keymap import bindings, hints
from claw_tui.layout import MEDIUM, TINY, WIDE, Arrangement, close, show, visible
from claw_tui.pane import Below, Beside, Pane, PaneContext, pane_type
from claw_tui.panes.permissions import PermissionsPane
from claw_tui.panes.prompt import PromptPane
from claw_tui.panes.status import StatusPane
from claw_tui.tab_line import TabLine
from claw_tui.theme import Theme
from claw_tui.view import View
from claw_tui.views.status import StatusView

ORDER = ("conversation", "trace", "diffs", "plan")
"""The order of panes that are known; others follow by name."""

CLOSED_AT_FIRST = {"plan", "terminal", "records"}
TICK = 0.25
"""Seconds between two steps of what moves by itself."""

MEDIUM_BONUS = 8
"""Percent more for the conversation where there is little room."""

RunCommand = Callable[[str, str], str | None]
AnyPane = Pane[Any]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Workbench(Screen[None]):
    """Everything a session shows, and the prompt."""

    AUTO_FOCUS = None
    BINDINGS = bindings("workbench")
    DEFAULT_CSS = """
    Workbench { background: $ground-screen; layout: vertical; }
    Workbench #body { height: 1fr; }
    Workbench #main { width: 1fr; height: 1fr; }
    Workbench #side { width: 1fr; height: 1fr; }
    Workbench.-tiny Pane { border: none; }
    Workbench.-tiny StatusPane { display: none; }
    """

    def __init__(
        self,
        *,
        theme: Callable[[], Theme],
        command: RunCommand,
        root: Path,
        clock: Callable[[], datetime] = now,
        live: bool = True,
        still: bool = False,
    ) -> None:
        """`still`: nothing moves by itself; times change when something happens."""
        super().__init__()
        self._still = still
        self.context = PaneContext(
            theme=theme, clock=clock, root=root, request_bytes=self._request_bytes, command=command, live=live
        )
        self.feed: Feed | None = None
        self.ready = asyncio.Event()
        """Set when all panes are there."""
        self._outbox: list[Intent] = []
        """What was asked before there was a session."""
        self.middle = {name: self._make(name) for name in _middle_names()}
        self.status = StatusPane(self.context)
        self.queue = PermissionsPane(self.context)
        self.prompt = PromptPane(self.context)
        self.tabs = TabLine(theme)
        sides = [name for name in self.middle if name != "conversation"]
        self.arrangement = Arrangement(sides=sides, closed=CLOSED_AT_FIRST & set(sides))
        self._stale: set[str] = set()
        self._named: list[tuple[str, str]] = []
        self._stop_pressed: datetime | None = None

    def _make(self, name: str) -> AnyPane:
        return cast("AnyPane", pane_type(name)(self.context))

    def compose(self) -> ComposeResult:
        """The status line, the panes of the middle, the queue, the prompt. Called by Textual."""
        yield self.status
        yield self.tabs
        with Beside(id="body"):
            with Below(id="main"):
                yield self.middle["conversation"]
            with Below(id="side"):
                for name in self.arrangement.sides:
                    yield self.middle[name]
        yield self.queue
        yield self.prompt

    def on_mount(self) -> None:
        """The prompt has the keys at first."""
        self._ticker = self.set_interval(TICK, self._tick, pause=True)
        self.action_prompt()
        self.place_panes()
        self.ready.set()
        self.begin()

    def begin(self) -> None:
        """All panes are there."""

    # ---- the session

    def attach(self, feed: Feed) -> None:
        """A session is there: show it, and send it what was asked meanwhile."""
        self.feed = feed
        self.show_all()
        for intent in self._outbox:
            feed.send(intent)
        self._outbox.clear()
        self.frame()

    def show_all(self) -> None:
        """Show every pane anew."""
        if self.feed is not None:
            for pane in self._all():
                pane.show(self.feed.view(pane.VIEW))
            self._stale.clear()

    def frame(self) -> None:
        """Show what changed. Called by the feed, at most once a frame."""
        if self.feed is None:
            return
        changed = set(self.feed.changed())
        for pane in self._all():
            if pane.VIEW not in changed:
                continue
            if pane.display or pane.NAME not in self.middle:
                pane.show(self.feed.view(pane.VIEW))
            else:
                self._stale.add(pane.NAME)
        if "status" in changed:
            self._pace(self.feed.view("status"))
            self._name_keys()

    def _pace(self, view: View) -> None:
        """The clock of moving signs runs only while something does."""
        busy = isinstance(view, StatusView) and (view.running or bool(view.waiting))
        moving = busy and self.context.live and not self._still
        if moving:
            self._ticker.resume()
        else:
            self._ticker.pause()

    def _tick(self) -> None:
        for pane in self._all():
            if pane.display:
                pane.tick()

    def _all(self) -> list[AnyPane]:
        # The queue comes first: it says what waits before the status line and the diffs show it.
        ends = cast("list[AnyPane]", [self.queue, self.status, self.prompt])
        return ends + list(self.middle.values())

    def _request_bytes(self, record: Record) -> bytes:
        if self.feed is None:
            raise LookupError("there is no session yet")
        return self.feed.session.request_bytes(record)

    @on(Pane.Intended)
    def intend(self, event: Pane.Intended) -> None:
        """The person wants something of the session."""
        event.stop()
        self.send(event.intent)

    def send(self, intent: Intent) -> None:
        """To the session, or kept until there is one."""
        if self.feed is None:
            self._outbox.append(intent)
            return
        try:
            self.feed.send(intent)
        except SessionError as error:
            self.notify(str(error), severity="warning", markup=False)

    # ---- where panes stand

    def place_panes(self) -> None:
        """Show the panes that fit, and those that were chosen."""
        width, height = self.app.size  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open
        shown = visible(self.arrangement, width)
        had_keys = self.focused_pane()
        for name, pane in self.middle.items():
            pane.display = name in shown
            if pane.display and name in self._stale and self.feed is not None:
                self._stale.discard(name)
                pane.show(self.feed.view(pane.VIEW))
        main, side = self.query_one("#main"), self.query_one("#side")
        sides = [name for name in shown if name != "conversation"]
        main.display, side.display = "conversation" in shown, bool(sides)
        share = self.arrangement.share + (MEDIUM_BONUS if width < WIDE else 0)
        share = min(85, share) if main.display and side.display else 100
        main.styles.width, side.styles.width = f"{share}fr", f"{100 - share if share < 100 else 100}fr"
        self._share_height(sides)
        self.set_class(height < TINY, "-tiny")
        self._show_tabs(width, height, shown)
        if had_keys is not None and not had_keys.display:
            self.middle[shown[0]].take_focus()

    def _share_height(self, sides: Sequence[str]) -> None:
        """The trace and what stands below it share the height."""
        for name in sides:
            self.middle[name].styles.height = "1fr"

    def _show_tabs(self, width: int, height: int, shown: Sequence[str]) -> None:
        if width >= WIDE or height < TINY or self.arrangement.zoomed:
            self.tabs.display = False
            return
        names_shown = self.arrangement.names if width < MEDIUM else list(self.arrangement.sides)
        self.tabs.display = width < MEDIUM
        self.tabs.show(names_shown, set(shown))

    def on_resize(self, event: events.Resize) -> None:
        """Another size."""
        self.call_after_refresh(self.place_panes)

    def focused_pane(self) -> AnyPane | None:
        """The pane that has the keys."""
        node: Widget | None = self.focused
        while node is not None and not isinstance(node, Pane):
            parent = node.parent
            node = parent if isinstance(parent, Widget) else None
        return cast("AnyPane | None", node)

    def go_to(self, name: str) -> None:
        """Show a pane and give it the keys."""
        if name not in self.middle:
            return
        show(self.arrangement, name)
        self.place_panes()
        self.middle[name].take_focus()

    @on(Pane.GoTo)
    def follow(self, event: Pane.GoTo) -> None:
        """From one pane to the same place in another."""
        event.stop()
        self.go_to(event.pane)
        pane = self.middle.get(event.pane)
        go = getattr(pane, "go_to", None)
        if go is not None:
            self.call_after_refresh(go, event.seq)

    @on(TabLine.Chosen)
    def choose_tab(self, event: TabLine.Chosen) -> None:
        """A tab was clicked."""
        self.go_to(event.name)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The lower border names the keys of where the keys are."""
        self._name_keys()

    def _name_keys(self) -> None:
        keys = self._hints()
        if keys != self._named:
            self._named = keys
            self.prompt.show_keys(keys)

    def _turn_runs(self) -> bool:
        view = self.feed.view("status") if self.feed is not None else None
        return isinstance(view, StatusView) and view.running and self.context.live

    def _hints(self) -> list[tuple[str, str]]:
        """What is worth naming now; the pane with the keys first."""
        pane = self.focused_pane()
        if pane is None or isinstance(pane, PromptPane):
            own = hints(("prompt.interrupt",)) if self._turn_runs() else []
            own += hints(("prompt.submit", "prompt.mode"))
        elif isinstance(pane, PermissionsPane):
            own = []
        else:
            from claw_tui.keymap import actions

            own = hints(action.id for action in actions(pane.NAME) if action.short)
        back = [] if pane is None or isinstance(pane, PromptPane) else hints(("workbench.prompt",))
        waits = hints(("workbench.queue",)) if self.queue.has_class("-waiting") and not self.queue.has_keys else []
        return (
            waits + own + back + hints(("workbench.palette", "workbench.next_pane", "workbench.zoom", "workbench.keys"))
        )

    # ---- the queue

    @on(PromptPane.ToQueue)
    def from_prompt(self) -> None:
        """Tab in the prompt."""
        self.action_go_on()

    @on(PermissionsPane.Emptied)
    def queue_emptied(self) -> None:
        """Everything is answered: back to the draft, unless the person is at something else."""
        pane = self.focused_pane()
        if pane is None or pane.NAME in ("permissions", "diffs"):
            self.prompt.take_keys_back()

    # ---- keys

    def action_go_on(self) -> None:
        """To what waits, or to the next pane."""
        if self.queue.has_class("-waiting") and not self.queue.has_keys:
            self.queue.take_focus()
        else:
            self.action_next_pane(1)

    def action_next_pane(self, direction: int) -> None:
        """Round the panes in sight, and the prompt."""
        ring: list[AnyPane] = [pane for pane in self.middle.values() if pane.display]
        ring += [self.queue] if self.queue.has_class("-waiting") else []
        ring.append(cast("AnyPane", self.prompt))
        here = self.focused_pane()
        at = ring.index(here) if here in ring else len(ring) - 1
        ring[(at + direction) % len(ring)].take_focus()

    def action_prompt(self) -> None:
        """Back to the prompt."""
        self.prompt.take_focus()

    def action_zoom(self) -> None:
        """One pane alone, or all again."""
        here = self.focused_pane()
        if self.arrangement.zoomed:
            self.arrangement.zoomed = ""
        else:
            self.arrangement.zoomed = here.NAME if here is not None and here.NAME in self.middle else "conversation"
        self.place_panes()

    def action_pane(self, name: str) -> None:
        """Go to a pane, or close it where the keys are in it."""
        pane = self.middle.get(name)
        if pane is None:
            return
        if pane.display and pane.has_keys:
            close(self.arrangement, name)
            self.place_panes()
            self.prompt.take_focus()
        else:
            self.go_to(name)

    def action_resize(self, by: int) -> None:
        """More or less room for the conversation."""
        self.arrangement.share = max(20, min(80, self.arrangement.share + by))
        self.place_panes()

    def action_stop(self) -> None:
        """Copy what is selected; else stop the turn; else empty the prompt; else, at the second time, leave."""
        area = self.prompt.area
        if self.get_selected_text() or (area.has_focus and area.selected_text):
            self.post_message(Pane.Copy(self.get_selected_text() or area.selected_text, "selection"))
            return
        if self._turn_runs():
            self.send(Interrupt())
        elif area.text:
            area.text = ""
        else:
            moment = now()
            if self._stop_pressed is not None and (moment - self._stop_pressed).total_seconds() < 2:
                self.action_leave()
                return
            self._stop_pressed = moment
            self.notify("Press Ctrl+C once more to leave.", timeout=2, markup=False)

    def action_leave(self) -> None:
        """Close the session and go."""
        self.app.exit()  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open

    def action_palette(self) -> None:
        """Everything that can be done."""
        self.context.command("palette", "")

    def action_keys(self) -> None:
        """All keys."""
        self.context.command("help", "")


def _middle_names() -> list[str]:
    """Panes of the middle, from the shelf: those known in their order, then others."""
    found = [name for name in names(shelf.__name__) if pane_type(name).PLACE in ("main", "side")]
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
