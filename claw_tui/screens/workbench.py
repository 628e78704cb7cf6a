"""The workbench: all panes on one screen, and the keys that go between them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from claw_core.intent import Intent, Interrupt
from claw_tui.feed import Feed
from claw_tui.keymap import actions, bindings, hints
from claw_tui.layout import TINY
from claw_tui.middle import Middle
from claw_tui.paint_clock import PromptlyPainted
from claw_tui.pane import AnyPane, Pane, PaneContext
from claw_tui.panes.permissions import PermissionsPane
from claw_tui.panes.prompt import PromptPane
from claw_tui.panes.status import StatusPane
from claw_tui.tab_line import TabLine
from claw_tui.theme import Theme
from claw_tui.wire import Wire

TICK = 0.25
"""Seconds between two steps of what moves by itself."""

TYPED = {"palette", "zoom", "stop"}
"""What the screen's keys do that a command might want: Ctrl+C and its like."""

RunCommand = Callable[[str, str], str | None]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Workbench(PromptlyPainted[None]):
    """Everything a session shows, and the prompt."""

    AUTO_FOCUS = None
    BINDINGS = bindings("workbench")
    DEFAULT_CSS = """
    Workbench { background: $ground-screen; layout: vertical; }
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
        drafts: Path | None = None,
        layout: Path | None = None,
    ) -> None:
        """`still`: nothing moves by itself; times change when something happens. `drafts`: where they are kept;
        `layout`: the file that remembers how panes were arranged."""
        super().__init__()
        self.still = still
        self.wire = Wire(self._all, lambda why: self.notify(why, severity="warning", markup=False))
        self.context = PaneContext(
            theme=theme,
            clock=clock,
            root=root,
            request_bytes=self.wire.request_bytes,
            command=command,
            live=live,
            drafts=drafts,
        )
        self.ready = asyncio.Event()
        """Set when all panes are there."""
        self.status = StatusPane(self.context)
        self.queue = PermissionsPane(self.context)
        self.prompt = PromptPane(self.context)
        self.tabs = TabLine(theme)
        self.floor = Middle(lambda pane: pane(self.context), self.tabs, layout)
        self._named: list[tuple[str, str]] = []
        self._stop_pressed: datetime | None = None

    @property
    def feed(self) -> Feed | None:
        """Whence the records come; None before there is a session."""
        return self.wire.feed

    @property
    def middle(self) -> Mapping[str, AnyPane]:
        """The panes of the middle that were made."""
        return self.floor.panes

    def compose(self) -> ComposeResult:
        """The status line, the panes of the middle, the queue, the prompt. Called by Textual."""
        yield self.status
        yield self.tabs
        yield self.floor
        yield self.queue
        yield self.prompt

    def on_mount(self) -> None:
        """The prompt has the keys at first."""
        self._ticker = self.set_interval(TICK, self._tick, pause=True)
        self.action_prompt()
        self.place_panes()
        if self.floor.complaint:
            self.notify(self.floor.complaint, severity="warning", markup=False)
        self.ready.set()
        self.begin()

    def begin(self) -> None:
        """All panes are there."""

    # ---- the session

    def attach(self, feed: Feed) -> None:
        """A session is there."""
        self.wire.attach(feed)
        self.frame()

    def show_all(self) -> None:
        """Show every pane anew."""
        self.wire.show_all()

    def frame(self) -> None:
        """Show what changed. Called by the feed, at most once a frame."""
        if "status" in self.wire.frame():
            self._pace()
            self._name_keys()

    def _pace(self) -> None:
        """The clock of moving signs runs only while something does."""
        view = self.wire.status()
        busy = view is not None and (view.running or bool(view.waiting or view.shell))
        if busy and self.context.live and not self.still:
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

    @on(Pane.Intended)
    def intend(self, event: Pane.Intended) -> None:
        """The person wants something of the session."""
        event.stop()
        self.send(event.intent)

    def send(self, intent: Intent) -> None:
        """To the session, or kept until there is one."""
        self.wire.send(intent)

    # ---- where panes stand

    def place_panes(self) -> None:
        """Show the panes that fit, and those that were chosen; keys leave a pane that goes out of sight."""
        had_keys = self.focused_pane()
        self.floor.place()
        self.set_class(self.app.size.height < TINY, "-tiny")  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open
        if had_keys is not None and not had_keys.display:
            self.floor.in_sight[0].take_focus()

    @on(Middle.Appeared)
    def appear(self, event: Middle.Appeared) -> None:
        """A pane came into sight: it shows what it missed."""
        event.stop()
        self.wire.appeared(event.pane, fresh=event.fresh)

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
        self.floor.go_to(name)

    @on(Pane.GoTo)
    def follow(self, event: Pane.GoTo) -> None:
        """From one pane to the same place in another."""
        event.stop()
        go = getattr(self.floor.go_to(event.pane), "go_to", None)
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

    def _something_runs(self) -> bool:
        view = self.wire.status()
        return view is not None and bool(view.running or view.shell) and self.context.live

    def _hints(self) -> list[tuple[str, str]]:
        """What is worth naming now; the pane with the keys first."""
        pane = self.focused_pane()
        if pane is None or isinstance(pane, PromptPane):
            own = hints(("prompt.interrupt",)) if self._something_runs() else []
            own += hints(("prompt.submit", "prompt.mode"))
        elif isinstance(pane, PermissionsPane):
            own = []
        else:
            # The plan pane has no keys of its own; those of that name are the dialog's.
            own = hints(action.id for action in actions(pane.NAME) if action.short and pane.BINDINGS)
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """While keys go to a command, those go there, too, that the screen would take first. Called by Textual."""
        return action not in TYPED or not getattr(self.focused, "typing", False)

    def action_go_on(self) -> None:
        """To what waits, or to the next pane."""
        if self.queue.has_class("-waiting") and not self.queue.has_keys:
            self.queue.take_focus()
        else:
            self.action_next_pane(1)

    def action_next_pane(self, direction: int) -> None:
        """Round the panes in sight, and the prompt."""
        ring = self.floor.in_sight
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
        self.floor.zoom(here.NAME if here is not None and here.NAME in self.middle else "conversation")
        self.place_panes()

    def action_pane(self, name: str) -> None:
        """Go to a pane, or close it where the keys are in it."""
        pane = self.middle.get(name)
        if pane is not None and pane.display and pane.has_keys:
            self.floor.close(name)
            self.prompt.take_focus()
        else:
            self.go_to(name)

    def action_resize(self, by: int) -> None:
        """More or less room for the conversation."""
        self.floor.widen(by)

    def action_heighten(self, by: int) -> None:
        """More or less height for the side pane that has the keys."""
        here = self.focused_pane()
        self.floor.heighten(here.NAME if here is not None else "", by)

    def action_stop(self) -> None:
        """Copy what is selected; else stop the turn; else empty the prompt; else, at the second time, leave."""
        area = self.prompt.area
        if self.get_selected_text() or (area.has_focus and area.selected_text):
            self.post_message(Pane.Copy(self.get_selected_text() or area.selected_text, "selection"))
            return
        if self._something_runs():
            self.send(Interrupt())
        elif area.text:
            self.prompt.put("")
        else:
            moment = now()
            if self._stop_pressed is not None and (moment - self._stop_pressed).total_seconds() < 2:
                self.action_leave()
                return
            self._stop_pressed = moment
            self.notify("Press Ctrl+C once more to leave.", timeout=2, markup=False)

    def action_suspend(self) -> None:
        """Stop the process, as a shell's job; the session goes on when it does."""
        self.app.action_suspend_process()  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open

    def action_leave(self) -> None:
        """Close the session and go."""
        self.app.exit()  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open

    def action_palette(self) -> None:
        """Everything that can be done."""
        self.context.command("palette", "")

    def action_settings(self) -> None:
        """Every setting."""
        self.context.command("settings", "")

    def action_keys(self) -> None:
        """All keys."""
        self.context.command("help", "")
