"""The stream: one list of records, many cursors.

Appending is a plain call that never waits, so no reader can slow the writer. What is written is handed to the log
before any reader can see it. Passing events (deltas) go to the cursors that are open and are kept by nobody else.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from typing import get_args

from claw_core.event import MAIN, Event, Passing, Record

PASSING: frozenset[type] = frozenset(get_args(Passing))
"""Kinds that are shown as they come and not kept."""


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Stream:
    """All records of a session, in order."""

    def __init__(
        self,
        records: Iterable[Record] = (),
        *,
        write: Callable[[Record], None] | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.records: list[Record] = list(records)
        """Those that are kept, oldest first. Read it; only `append` changes it."""
        self._write = write
        self._clock = clock
        self._seq = self.records[-1].seq if self.records else 0
        self._cursors: list[Cursor] = []
        self._ended = False

    def append(self, event: Event, *, turn: int, agent: str = MAIN) -> Record:
        """Make it a record, write it where it is kept, then show it. Raises what the log raises; nobody saw it then."""
        if type(event) in PASSING:
            return self.show(event, turn=turn, agent=agent)
        record = self._next(event, turn, agent)
        if self._write is not None:
            self._write(record)
        self.records.append(record)
        return self._hand_out(record)

    def show(self, event: Event, *, turn: int, agent: str = MAIN) -> Record:
        """Hand it to the readers that are there, and keep it nowhere."""
        return self._hand_out(self._next(event, turn, agent))

    def _next(self, event: Event, turn: int, agent: str) -> Record:
        return Record(seq=self._seq + 1, at=self._clock(), turn=turn, agent=agent, event=event)

    def _hand_out(self, record: Record) -> Record:
        self._seq = record.seq
        for cursor in tuple(self._cursors):
            cursor.push(record)
        return record

    def cursor(self, *, after: int = 0) -> "Cursor":
        """A reader of all kept records with a larger `seq` than `after`, and of everything that follows."""
        cursor = Cursor(self._leave)
        for record in self.records:
            if record.seq > after:
                cursor.push(record)
        self._cursors.append(cursor)
        if self._ended:
            cursor.end()
        return cursor

    def _leave(self, cursor: "Cursor") -> None:
        if cursor in self._cursors:
            self._cursors.remove(cursor)

    def end(self) -> None:
        """Nothing follows: readers that wait go home."""
        self._ended = True
        for cursor in self._cursors:
            cursor.end()


class Cursor:
    """One reader's place in a stream."""

    def __init__(self, leave: Callable[["Cursor"], None]) -> None:
        self._fresh: deque[Record] = deque()
        self._arrived = asyncio.Event()
        self._leave = leave
        self._ended = False

    def push(self, record: Record) -> None:
        """The stream hands a record over."""
        self._fresh.append(record)
        self._arrived.set()

    def end(self) -> None:
        """The stream says that nothing follows."""
        self._ended = True
        self._arrived.set()

    def take(self) -> list[Record]:
        """All that came since the last time; empty when nothing did. Never waits."""
        fresh = list(self._fresh)
        self._fresh.clear()
        if not self._ended:
            self._arrived.clear()
        return fresh

    async def wait(self) -> bool:
        """Until there is something to take; False when there is nothing and nothing will follow."""
        await self._arrived.wait()
        return bool(self._fresh) or not self._ended

    async def __aiter__(self) -> AsyncIterator[Record]:
        while await self.wait():
            for record in self.take():
                yield record

    def close(self) -> None:
        """Stop reading; who waits here goes home, too."""
        self._leave(self)
        self.end()
