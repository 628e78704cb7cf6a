"""The middle of the workbench: the conversation, and beside it the side panes; which of them show, and how large.

Where panes stand is decided by `layout.py`; here it is carried out. A pane that is closed at first is made when it is
opened.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from claw_core.error import ConfigError
from claw_core.registry import names
from claw_tui import panes as shelf
from claw_tui.layout import HEIGHT, HEIGHTS, MEDIUM, SHARES, TINY, WIDE, Arrangement, close, show, visible
from claw_tui.layout_file import recall, remember
from claw_tui.pane import AnyPane, Below, Beside, pane_type
from claw_tui.tab_line import TabLine

ORDER = ("conversation", "trace", "diffs", "plan", "terminal", "context", "records")
"""The order of panes that are known; others follow by name."""

ELSEWHERE = {"permissions", "prompt", "status"}
"""Panes that do not stand in the middle."""

CLOSED_AT_FIRST = {"plan", "terminal", "context", "records"}

MEDIUM_BONUS = 8
"""Percent more for the conversation where there is little room."""


class Middle(Beside):
    """The panes of the middle."""

    DEFAULT_CSS = """
    Middle { height: 1fr; }
    Middle #main { width: 1fr; height: 1fr; }
    Middle #side { width: 1fr; height: 1fr; }
    """

    class Appeared(Message):
        """A pane came into sight, for the first time where `fresh`."""

        def __init__(self, pane: AnyPane, *, fresh: bool) -> None:
            self.pane = pane
            self.fresh = fresh
            super().__init__()

    def __init__(self, make: Callable[[type[AnyPane]], AnyPane], tabs: TabLine, layout: Path | None = None) -> None:
        """`make` makes a pane of a type; `tabs` shows which there are where not all fit; `layout` is the file that
        remembers how they were arranged, None to remember nothing."""
        super().__init__(id="body")
        self._make = make
        self._tabs = tabs
        self._held = ""
        """The line that the mouse holds: `share`, or the pane above it."""
        known = middle_names()
        sides = [name for name in known if name != "conversation"]
        self.arrangement = Arrangement(sides=sides, closed=CLOSED_AT_FIRST & set(sides))
        self.complaint = ""
        """What was wrong with the file, in words."""
        self._layout = layout
        self._remembered = self._state()
        if layout is not None:
            try:
                recall(layout, self.arrangement)
            except ConfigError as error:
                self.complaint = str(error)
            self._remembered = self._state()
        self.panes = {name: make(pane_type(name)) for name in known if name not in self.arrangement.closed}
        """Those that were made, in their order."""

    def _state(self) -> tuple[object, ...]:
        """What is worth remembering."""
        it = self.arrangement
        return it.share, frozenset(it.closed), it.chosen, tuple(sorted(it.heights.items()))

    def _remember(self) -> None:
        """Write it down where it changed, beside the event loop."""
        if self._layout is None or self._state() == self._remembered or self._held:
            return
        self._remembered = self._state()
        kept = replace(self.arrangement, closed=set(self.arrangement.closed), heights=dict(self.arrangement.heights))
        self.run_worker(_write(self._layout, kept), group="layout", exit_on_error=False)

    def compose(self) -> ComposeResult:
        """The conversation, and the sides below each other. Called by Textual."""
        with Below(id="main"):
            yield self.panes["conversation"]
        with Below(id="side"):
            for name in self.arrangement.sides:
                if name in self.panes:
                    yield self.panes[name]

    def place(self) -> None:
        """Show the panes that fit, and those that were chosen."""
        width, height = self.app.size  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open
        shown = visible(self.arrangement, width)
        fresh = [name for name in shown if name not in self.panes]
        for name in fresh:
            self._add(name)
        for name, pane in self.panes.items():
            appears = name in shown and not pane.display
            pane.display = name in shown
            if appears or name in fresh:
                self.post_message(self.Appeared(pane, fresh=name in fresh))
        main, side = self.query_one("#main"), self.query_one("#side")
        sides = [name for name in shown if name != "conversation"]
        main.display, side.display = "conversation" in shown, bool(sides)
        share = self.arrangement.share + (MEDIUM_BONUS if width < WIDE else 0)
        share = min(85, share) if main.display and side.display else 100
        main.styles.width, side.styles.width = f"{share}fr", f"{100 - share if share < 100 else 100}fr"
        for name in sides:
            self.panes[name].styles.height = f"{self.arrangement.heights.get(name, HEIGHT)}fr"
        self._show_tabs(width, height, shown)
        self._remember()

    def _add(self, name: str) -> None:
        pane = self._make(pane_type(name))
        self.panes[name] = pane
        self.panes = {known: self.panes[known] for known in self.arrangement.names if known in self.panes}
        after = list(self.panes)[: list(self.panes).index(name)]
        before = next((self.panes[one] for one in reversed(after) if one != "conversation"), None)
        self.query_one("#side").mount(pane, **({"after": before} if before is not None else {"before": 0}))

    def _show_tabs(self, width: int, height: int, shown: Sequence[str]) -> None:
        if width >= WIDE or height < TINY or self.arrangement.zoomed:
            self._tabs.display = False
            return
        names_shown = self.arrangement.names if width < MEDIUM else list(self.arrangement.sides)
        self._tabs.display = width < MEDIUM
        self._tabs.show(names_shown, set(shown))

    @property
    def in_sight(self) -> list[AnyPane]:
        """The panes that show, in their order."""
        return [pane for pane in self.panes.values() if pane.display]

    def go_to(self, name: str) -> AnyPane | None:
        """Show a pane and give it the keys; None where there is none of that name."""
        if name not in self.arrangement.names:
            return None
        show(self.arrangement, name)
        self.place()
        pane = self.panes[name]
        pane.call_after_refresh(pane.take_focus) if not pane.is_mounted else pane.take_focus()
        return pane

    def close(self, name: str) -> None:
        """Put a pane away."""
        close(self.arrangement, name)
        self.place()

    def zoom(self, name: str) -> None:
        """That pane alone, or all again."""
        self.arrangement.zoomed = "" if self.arrangement.zoomed else name
        self.place()

    def widen(self, by: int) -> None:
        """So many percent more for the conversation."""
        self.arrangement.share = min(max(self.arrangement.share + by, SHARES[0]), SHARES[1])
        self.place()

    def heighten(self, name: str, by: int) -> None:
        """So much more of the height for a side pane; the first where that is none."""
        sides = [pane.NAME for pane in self.in_sight if pane.NAME != "conversation"]
        if sides:
            name = name if name in sides else sides[0]
            height = self.arrangement.heights.get(name, HEIGHT) + by
            self.arrangement.heights[name] = min(max(height, HEIGHTS[0]), HEIGHTS[1])
            self.place()

    # ---- the divider, by mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """On the line between conversation and sides, or between two sides: it follows the mouse."""
        side = self.query_one("#side")
        if not side.display or not self.query_one("#main").display:
            return
        if event.screen_x - side.region.x in (-1, 0):
            self._held = "share"
        else:
            tops = {pane.region.y: pane.NAME for pane in self.in_sight if pane.NAME != "conversation"}
            above = [name for y, name in sorted(tops.items()) if y < event.screen_y]
            in_side = event.screen_x >= side.region.x
            self._held = above[-1] if in_side and above and event.screen_y in tops else ""
        if self._held:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The line that is held moves."""
        if not self._held or not self.region.width:
            return
        event.stop()
        if self._held == "share":
            share = round(100 * (event.screen_x - self.region.x) / self.region.width)
            bonus = MEDIUM_BONUS if self.region.width < WIDE else 0
            self.widen(share - bonus - self.arrangement.share)
            return
        pane = self.panes[self._held]
        sides = [one for one in self.in_sight if one.NAME != "conversation"]
        rest = sum(self.arrangement.heights.get(one.NAME, HEIGHT) for one in sides if one is not pane)
        part = min(max((event.screen_y - pane.region.y) / max(1, self.region.height), 0.05), 0.9)
        wanted = round(rest * part / (1 - part))
        self.heighten(self._held, wanted - self.arrangement.heights.get(self._held, HEIGHT))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """It is let go."""
        if self._held:
            event.stop()
            self._held = ""
            self.release_mouse()
            self._remember()


async def _write(path: Path, arrangement: Arrangement) -> None:
    """A layout that cannot be written is only not remembered."""
    with suppress(OSError):
        await asyncio.to_thread(remember, path, arrangement)


def middle_names() -> list[str]:
    """Panes of the middle, from the shelf: those known in their order, then others. None is loaded for it."""
    found = [name for name in names(shelf.__name__) if name not in ELSEWHERE]
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
