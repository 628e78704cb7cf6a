"""The wire: between the session and the panes of a screen. Records come up as views, intents go down.

It is told which panes there are, and knows which of them are out of sight: those are shown again when they are seen.
"""

from collections.abc import Callable, Iterable

from claw_core.error import SessionError
from claw_core.event import Record
from claw_core.intent import Intent
from claw_tui.feed import Feed
from claw_tui.pane import AnyPane
from claw_tui.views.status import StatusView

WATCHFUL = ("terminal",)
"""Views that are there from the start, since what they show passes by and is not kept."""


class Wire:
    """What a screen knows of its session."""

    def __init__(self, panes: Callable[[], Iterable[AnyPane]], refused: Callable[[str], None]) -> None:
        """`panes`: all that there are now, in the order they are to be shown. `refused` is told why an intent was."""
        self._panes = panes
        self._refused = refused
        self.feed: Feed | None = None
        self._outbox: list[Intent] = []
        """What was asked before there was a session."""
        self._stale: set[str] = set()

    def attach(self, feed: Feed) -> None:
        """A session is there: show it, and send it what was asked meanwhile."""
        self.feed = feed
        for name in WATCHFUL:
            feed.view(name)
        self.show_all()
        for intent in self._outbox:
            feed.send(intent)
        self._outbox.clear()

    def show_all(self) -> None:
        """Show every pane anew."""
        if self.feed is not None:
            for pane in self._panes():
                pane.show(self.feed.view(pane.VIEW))
            self._stale.clear()

    def frame(self) -> set[str]:
        """Show what changed in the panes that are in sight. Which views did."""
        if self.feed is None:
            return set()
        changed = set(self.feed.changed())
        for pane in self._panes():
            if pane.VIEW not in changed:
                continue
            if pane.display or pane.PLACE not in ("main", "side"):
                pane.show(self.feed.view(pane.VIEW))
            else:
                self._stale.add(pane.NAME)
        return changed

    def appeared(self, pane: AnyPane, *, fresh: bool = False) -> None:
        """A pane came into sight, for the first time where `fresh`."""
        if self.feed is not None and (fresh or pane.NAME in self._stale):
            self._stale.discard(pane.NAME)
            pane.show(self.feed.view(pane.VIEW))

    def send(self, intent: Intent) -> None:
        """To the session, or kept until there is one."""
        if self.feed is None:
            self._outbox.append(intent)
            return
        try:
            self.feed.send(intent)
        except SessionError as error:
            self._refused(str(error))

    def request_bytes(self, record: Record) -> bytes:
        """The body that a `model.called` record tells of. Raises LookupError where it is not kept."""
        if self.feed is None:
            raise LookupError("there is no session yet")
        return self.feed.session.request_bytes(record)

    def status(self) -> StatusView | None:
        """What goes on; None before there is a session."""
        view = self.feed.view("status") if self.feed is not None else None
        return view if isinstance(view, StatusView) else None
