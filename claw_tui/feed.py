"""The feed: the one reader of records and the one sender of intents.

It wakes at most once a frame, takes all new records, folds them into the views that open panes asked for, and says
which views changed. Nobody waits for the screen: a session appends and goes on, however long a paint takes.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from claw_core.error import SessionError
from claw_core.event import Mode, ModelSwitched, ModeSwitched, Record
from claw_core.intent import Intent
from claw_core.session.stream import Stream
from claw_tui.view import View, make_view
from claw_tui.views.status import Facts, StatusView

FRAME = 1 / 30
"""Seconds between two looks at the stream while records come."""


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
    def provider(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def window(self) -> int | None: ...

    def send(self, intent: Intent) -> None:
        """Ask something of the session. Never waits."""
        ...

    def request_bytes(self, record: Record) -> bytes:
        """The body of the request that a record tells of. Raises LookupError where it tells of none."""
        ...

    async def close(self) -> None:
        """End it; what runs is interrupted."""
        ...


class ReplayFace(Protocol):
    """What the screen knows of a replay."""

    @property
    def records(self) -> Sequence[Record]:
        """All of them, oldest first."""
        ...

    @property
    def position(self) -> int:
        """The `seq` of the record it stands at; 0 before the first."""
        ...

    def seek(self, seq: int) -> None:
        """Stand at the last record up to `seq`."""
        ...


class Feed:
    """Views by name, kept up to date."""

    def __init__(self, session: SessionFace, *, live: bool = True) -> None:
        self.session = session
        self.live = live
        self._views: dict[str, View] = {}
        self._shown: dict[str, int] = {}
        self._folded: list[Record] = []

    def view(self, name: str) -> View:
        """The view of that name, made and brought up to date when it is first asked for."""
        view = self._views.get(name)
        if view is None:
            view = self._views[name] = make_view(name)
            self._inform(view)
            for record in self._folded:
                view.fold(record)
        return view

    def take(self, records: Iterable[Record]) -> None:
        """Fold what is new into every view."""
        facts_changed = False
        for record in records:
            self._folded.append(record)
            facts_changed |= isinstance(record.event, ModelSwitched | ModeSwitched)
            for view in self._views.values():
                view.fold(record)
        if facts_changed:
            for view in self._views.values():
                self._inform(view)

    def restart(self, records: Iterable[Record]) -> None:
        """Begin again from nothing: a replay went back."""
        self._views = {name: make_view(name) for name in self._views}
        self._shown.clear()
        self._folded.clear()
        for view in self._views.values():
            self._inform(view)
        self.take(records)

    def changed(self) -> list[str]:
        """The views that changed since the last time this was asked."""
        names = [name for name, view in self._views.items() if self._shown.get(name) != view.version]
        for name in names:
            self._shown[name] = self._views[name].version
        return names

    def send(self, intent: Intent) -> None:
        """Ask something of the session. Raises SessionError in a replay."""
        if not self.live:
            raise SessionError("A replay only shows what happened.", "Open the session to go on with it.")
        self.session.send(intent)

    async def follow(self, frame: Callable[[], None]) -> None:
        """Read the session's stream until it ends; `frame` is called after each look that found something."""
        cursor = self.session.stream.cursor()
        try:
            while await cursor.wait():
                self.take(cursor.take())
                frame()
                await asyncio.sleep(FRAME)
        finally:
            cursor.close()

    def _inform(self, view: View) -> None:
        if isinstance(view, StatusView):
            session = self.session
            view.know(
                Facts(
                    root=session.root,
                    provider=session.provider,
                    model=session.model,
                    mode=session.mode,
                    window=session.window,
                    live=self.live,
                )
            )
