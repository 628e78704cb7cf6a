"""The feed: the one reader of records and the one sender of intents.

It wakes at most once a frame, takes all new records, folds them into the views that open panes asked for, and says
which views changed. Nobody waits for the screen: a session appends and goes on, however long a paint takes.
"""

import asyncio
import gc
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from claw_core.error import SessionError
from claw_core.event import Mode, ModelSwitched, ModeSwitched, PromptSubmitted, Record
from claw_core.intent import Intent
from claw_core.session.stream import PASSING, Stream
from claw_tui.pace import Pace
from claw_tui.view import View, make_view
from claw_tui.views.status import Facts

if TYPE_CHECKING:
    from claw_core.rewind import Preview

AT_ONCE = 0.004
"""Seconds of folding after which keys and paints get their turn."""

STEP = 8
"""Records that are folded between two looks at the clock."""

MANY = 1000
"""Records that come at once, from which on their end is shown before all of them are folded."""

MUCH = 20_000
"""Records of which so much is made that it is worth not to be looked through for garbage again and again."""

END = 400
"""Records of that end."""

GLIMPSED = ("conversation", "trace")
"""Views that show something of use when they were given the end alone."""


SWITCHES = (ModelSwitched, ModeSwitched)
"""After these, a session is another beside its records, too."""


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
        self._late: dict[str, View] = {}
        """Those of them that were asked for when much had happened."""
        self._was_asked = asyncio.Event()
        self._follows = False
        self.last = 0
        """The `seq` of the last record that was folded; 0 before the first."""

    def view(self, name: str) -> View:
        """The view of that name, made and brought up to date when it is first asked for.

        Where much happened before, it shows the end of that for a while.
        """
        view = self._glimpse.get(name) or self._views.get(name)
        if view is None and self._had is not None:
            view = self._views[name] = self._had(name)
        if view is None:
            view = self.make(name)
            records = self.session.stream.records
            past = bisect_right(records, self.last, key=lambda record: record.seq)
            if self._follows and past >= MANY:
                self._late[name] = view
                self._was_asked.set()
                view = self._glimpse[name] = self._end_of(name, records[past - END : past])
            else:
                self._views[name] = view
                for record in records[:past]:
                    view.fold(record)
        return view

    def _end_of(self, name: str, records: Sequence[Record]) -> View:
        """What the last records alone make of a view."""
        view = self.make(name)
        for record in records:
            view.fold(record)
        return view

    def make(self, name: str) -> View:
        """A new, empty view that knows the session."""
        view = make_view(name)
        self._inform(view)
        return view

    def take(self, records: Sequence[Record]) -> None:
        """Fold what is new into every view."""
        for view in self._views.values():
            fold = view.fold
            for record in records:
                fold(record)
        self.last = records[-1].seq if records else self.last
        if self.live and any(isinstance(record.event, SWITCHES) for record in records):
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

    async def follow(self, frame: Callable[[], None], pace: Pace | None = None) -> None:
        """Read the session's stream until it ends; `frame` is called after each look that found something.

        What passes by is looked at some thirty times a second, all else as soon as it is there, as `pace` says.
        """
        self._follows = True
        catching_up = asyncio.create_task(self._catch_up(frame))
        try:
            await self._read(frame, pace or Pace())
        finally:
            self._follows = False
            catching_up.cancel()
            with suppress(asyncio.CancelledError):
                await catching_up

    async def _read(self, frame: Callable[[], None], pace: Pace) -> None:
        cursor, kept = self.session.stream.cursor(), 0
        try:
            while await cursor.wait():
                await pace.before()
                records = cursor.take()
                opened = not self.last and len(records) >= MANY
                if opened:
                    await self._open(records, frame)
                else:
                    await self._take_in_turns(records)
                    kept += len(records)
                if kept > MUCH:  # and stays: to look through it for what does not would hold up the keys
                    kept = 0
                    gc.freeze()
                frame()
                passing = all(type(record.event) in PASSING for record in records)
                del records  # else what passed would be kept until more comes
                await pace.after(passing=passing)
        finally:
            cursor.close()

    async def _open(self, records: Sequence[Record], frame: Callable[[], None]) -> None:
        """A long session: people look at its end first."""
        await asyncio.sleep(0)
        self._show_end(records)
        await asyncio.sleep(0)
        gc.disable()  # what is made now stays: to look through it again and again would take as long as to make it
        try:
            frame()
            await self._take_in_turns(records)
            self._show_whole()
        finally:
            gc.freeze()
            gc.enable()

    async def _catch_up(self, frame: Callable[[], None]) -> None:
        """Fold what was asked for late, and show it whole when all is folded."""
        records = self.session.stream.records
        while await self._was_asked.wait():
            self._was_asked.clear()
            while self._late:
                name, view = next(iter(self._late.items()))
                at, began = 0, perf_counter()
                while at < len(records) and records[at].seq <= self.last:
                    view.fold(records[at])
                    at += 1
                    if not at % STEP and perf_counter() - began > AT_ONCE:
                        await asyncio.sleep(0)
                        began = perf_counter()
                del self._late[name], self._glimpse[name]
                self._views[name] = view
                self._shown.pop(name, None)
                frame()

    async def _take_in_turns(self, records: Sequence[Record]) -> None:
        """Fold them, and let others do something meanwhile."""
        began = perf_counter()
        for at in range(0, len(records), STEP):
            self.take(records[at : at + STEP])
            if perf_counter() - began > AT_ONCE:
                await asyncio.sleep(0)
                began = perf_counter()

    def _show_end(self, records: Sequence[Record]) -> None:
        start = max(0, len(records) - END)
        while start > 0 and not isinstance(records[start].event, PromptSubmitted) and len(records) - start < MANY:
            start -= 1
        for name in GLIMPSED:
            if name in self._views:
                self._glimpse[name] = self._end_of(name, records[start:])
                self._shown.pop(name, None)

    def _show_whole(self) -> None:
        for name in GLIMPSED:
            self._glimpse.pop(name, None)
            self._shown.pop(name, None)

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
