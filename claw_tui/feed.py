"""The feed: the one reader of records and the one sender of intents.

It wakes at most once a frame, takes all new records, folds them into the views that open panes asked for, and says
which views changed. Nobody waits for the screen: a session appends and goes on, however long a paint takes.
"""

import asyncio
import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from claw_core.error import SessionError
from claw_core.event import Mode, ModelSwitched, ModeSwitched, PromptSubmitted, Record
from claw_core.intent import Intent
from claw_core.session.stream import PASSING, Stream
from claw_tui.view import View, make_view
from claw_tui.views.status import Facts

if TYPE_CHECKING:
    from claw_core.rewind import Preview

FRAME = 1 / 32
"""Seconds from one look at the stream to the next while only words come, or lines that a command prints."""

QUICK = 1 / 90
"""Seconds that a look is followed by none, whatever came: time for keys and paints."""

PATIENT = 1 / 8
"""Seconds that are waited for a terminal that has not taken the last frame."""

AT_ONCE = 0.004
"""Seconds of folding after which keys and paints get their turn."""

STEP = 32
"""Records that are folded between two looks at the clock."""

MANY = 1000
"""Records that come at once, from which on their end is shown before all of them are folded."""

END = 400
"""Records of that end."""

GLIMPSED = ("conversation", "trace")
"""Views that show something of use when they were given the end alone."""


class SessionFace(Protocol):
    """What the screen knows of a session."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def root(self) -> Path: ...
    @property
    def stream(self) -> Stream: ...
    @property
    def running(self) -> bool: ...
    @property
    def mode(self) -> Mode: ...
    @property
    def sandbox(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def window(self) -> int | None: ...
    @property
    def rewind(self) -> "RewindFace": ...
    @property
    def sees(self) -> bool | None: ...
    @property
    def compact_at(self) -> float: ...

    def send(self, intent: Intent) -> None:
        """Ask something of the session. Never waits."""
        ...

    def request_bytes(self, record: Record) -> bytes:
        """The body of the request that a record tells of. Raises LookupError where it tells of none."""
        ...

    async def close(self) -> None:
        """End it; what runs is interrupted."""
        ...


class RewindFace(Protocol):
    """What the screen knows of the way back."""

    async def preview(self, seq: int) -> "Preview":
        """What going back to a record would do to files."""
        ...


class ReplayFace(Protocol):
    """What the screen knows of a replay."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def root(self) -> Path: ...

    @property
    def records(self) -> Sequence[Record]:
        """All of them, oldest first."""
        ...

    @property
    def position(self) -> int:
        """How many records are played."""
        ...

    def seek(self, position: int) -> int:
        """Play so many; how many that are."""
        ...

    def request_bytes(self, record: Record) -> bytes:
        """The body of the request that a record tells of. Raises LookupError where it tells of none."""
        ...


@runtime_checkable
class Knowing(Protocol):
    """A view that shows what no record tells."""

    def know(self, facts: Facts) -> None:
        """Take the facts into account."""
        ...


class Past:
    """A replay as a session that has happened: it can be shown, and asked for nothing."""

    def __init__(self, replay: ReplayFace) -> None:
        self.id, self.title, self.root = replay.id, replay.title, replay.root
        self.request_bytes = replay.request_bytes
        self.stream = Stream(replay.records)
        self.running = False
        self.mode: Mode = "ask"
        self.sandbox = ""
        self.provider = self.model = ""
        self.window: int | None = None
        self.rewind = self
        self.sees: bool | None = None
        self.compact_at = 0.0

    def send(self, intent: Intent) -> None:
        """Refused."""
        raise SessionError("A replay only shows what happened.", "Open the session to go on with it.")

    async def preview(self, seq: int) -> "Preview":
        """Refused."""
        raise SessionError("A replay only shows what happened.", "Open the session to go back in it.")

    async def close(self) -> None:
        """Nothing is open."""


class Feed:
    """Views by name, kept up to date."""

    def __init__(self, session: SessionFace, *, live: bool = True, had: Callable[[str], View] | None = None) -> None:
        """`had` makes the views that are asked for, as they are now; without it they are folded."""
        self.session = session
        self.live = live
        self._had = had
        self._views: dict[str, View] = {}
        self._shown: dict[str, int] = {}
        self._glimpse: dict[str, View] = {}
        """What is shown in the place of views that are still being folded."""
        self.last = 0
        """The `seq` of the last record that was folded; 0 before the first."""

    def view(self, name: str) -> View:
        """The view of that name, made and brought up to date when it is first asked for."""
        view = self._glimpse.get(name) or self._views.get(name)
        if view is None and self._had is not None:
            view = self._views[name] = self._had(name)
        if view is None:
            view = self._views[name] = self.make(name)
            for record in self.session.stream.records:
                if record.seq <= self.last:
                    view.fold(record)
        return view

    def make(self, name: str) -> View:
        """A new, empty view that knows the session."""
        view = make_view(name)
        self._inform(view)
        return view

    def take(self, records: Iterable[Record]) -> None:
        """Fold what is new into every view."""
        facts_changed = False
        for record in records:
            self.last = record.seq
            facts_changed |= isinstance(record.event, ModelSwitched | ModeSwitched)
            for view in self._views.values():
                view.fold(record)
        if facts_changed and self.live:
            for view in self._views.values():
                self._inform(view)

    def stand(self, views: Mapping[str, View], last: int) -> None:
        """Show these in place of those there are: a replay went elsewhere. `last`: the last record they know of."""
        self._views = dict(views)
        self._shown.clear()
        self.last = last

    @property
    def names(self) -> list[str]:
        """The views that were asked for."""
        return list(self._views)

    def changed(self) -> list[str]:
        """The views that changed since the last time this was asked."""
        current = {**self._views, **self._glimpse}
        names = [name for name, view in current.items() if self._shown.get(name) != view.version]
        for name in names:
            self._shown[name] = current[name].version
        return names

    def send(self, intent: Intent) -> None:
        """Ask something of the session. Raises SessionError in a replay."""
        self.session.send(intent)

    async def follow(self, frame: Callable[[], None], is_behind: Callable[[], bool] = lambda: False) -> None:
        """Read the session's stream until it ends; `frame` is called after each look that found something.

        What passes by is looked at some thirty times a second, all else as soon as it is there. While `is_behind` there
        are fewer looks: nobody would see what they find.
        """
        cursor = self.session.stream.cursor()
        try:
            while await cursor.wait():
                began = perf_counter()
                records = cursor.take()
                if len(records) >= MANY:
                    self._show_end(records)
                    frame()
                await self._take_in_turns(records)
                if self._glimpse:
                    self._show_whole()
                frame()
                passing = all(isinstance(record.event, PASSING) for record in records)
                spent = perf_counter() - began
                await asyncio.sleep(max(FRAME - spent if passing else QUICK, QUICK, spent / 2))
                if is_behind():
                    await asyncio.sleep(PATIENT)
        finally:
            cursor.close()

    async def _take_in_turns(self, records: Sequence[Record]) -> None:
        """Fold them, and let others do something meanwhile."""
        began = perf_counter()
        for at in range(0, len(records), STEP):
            self.take(records[at : at + STEP])
            if perf_counter() - began > AT_ONCE:
                await asyncio.sleep(0)
                began = perf_counter()

    def _show_end(self, records: Sequence[Record]) -> None:
        """A long session is opened: people look at its end first."""
        start = max(0, len(records) - END)
        while start > 0 and not isinstance(records[start].event, PromptSubmitted) and len(records) - start < MANY:
            start -= 1
        for name in GLIMPSED:
            if name in self._views:
                view = self._glimpse[name] = make_view(name)
                self._shown.pop(name, None)
                for record in records[start:]:
                    view.fold(record)
        gc.disable()  # what is made now stays: to look through it again and again would take as long as to make it

    def _show_whole(self) -> None:
        for name in self._glimpse:
            self._shown.pop(name, None)
        self._glimpse = {}
        gc.freeze()
        gc.enable()

    def _inform(self, view: View) -> None:
        if isinstance(view, Knowing):
            session = self.session
            view.know(
                Facts(
                    root=session.root,
                    provider=session.provider,
                    model=session.model,
                    mode=session.mode,
                    sandbox=session.sandbox,
                    window=session.window,
                    sees=session.sees,
                    compact_at=session.compact_at,
                    live=self.live,
                )
            )
