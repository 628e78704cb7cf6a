"""The outlet: prints in a thread of its own, so that a reader who stalls keeps nothing but the printing waiting.

Bytes go straight to the descriptors. Nothing stays in Python's own buffers, on which an exit would hang while nobody
reads.
"""

import asyncio
import io
import os
import select
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TextIO

from claw_core.characters import whole_characters

ROOM = 1024 * 1024
"""Characters that may wait to be printed; `put` waits while there are more."""
PIECE = 16 * 1024
"""Bytes written at once, so that a slow reader is seen to read."""


class Outlet:
    """What a command prints, and what it complains about, in order. Make it on the event loop that will use it."""

    def __init__(self, out: TextIO, err: TextIO, *, room: int = ROOM) -> None:
        self._out = out
        self._err = err
        self._room = room
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[tuple[TextIO, str] | None] = SimpleQueue()
        self._waiting = 0
        self._moved = asyncio.Event()
        self.taken = 0
        """Bytes that were taken from us until now."""
        self.failed: asyncio.Future[OSError] = self._loop.create_future()
        """Done when `out` cannot be written any more, with the reason."""
        threading.Thread(target=self._work, name="claw output", daemon=True).start()

    async def put(self, text: str) -> None:
        """Print it to `out`; returns when there is room for it to wait in. Raises OSError where `out` failed."""
        if text:
            await self._hand_over(self._out, text)
        if self.failed.done():
            raise self.failed.result()

    async def complain(self, text: str) -> None:
        """Print it to `err`. That nobody reads complaints is no reason to stop."""
        await self._hand_over(self._err, text)

    async def drain(self) -> None:
        """Until everything is printed. Raises OSError where `out` failed."""
        await self._until(lambda: not self._waiting)
        if self.failed.done():
            raise self.failed.result()

    def close(self) -> None:
        """Nothing follows. What nobody takes is given up when the process ends."""
        self._queue.put(None)

    async def _hand_over(self, stream: TextIO, text: str) -> None:
        await self._until(lambda: self._waiting < self._room)
        self._waiting += len(text)
        self._queue.put((stream, text))

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._moved.clear()
            await self._moved.wait()

    def _handled(self, stream: TextIO, size: int, failure: OSError | None) -> None:
        """The thread is done with a text."""
        self._waiting -= size
        if failure is not None and stream is self._out and not self.failed.done():
            self.failed.set_result(failure)
        self._moved.set()

    # ---- in the thread

    def _work(self) -> None:
        broken: set[TextIO] = set()
        while (item := self._queue.get()) is not None:
            stream, text = item
            failure: OSError | None = None
            try:
                if stream not in broken:
                    self._write(stream, whole_characters(text))
            except OSError as error:
                broken.add(stream)
                failure = error
            try:
                self._loop.call_soon_threadsafe(self._handled, stream, len(text), failure)
            except RuntimeError:  # the loop is closed: nobody waits any more
                return

    def _write(self, stream: TextIO, text: str) -> None:
        try:
            descriptor = stream.fileno()
        except io.UnsupportedOperation:
            self.taken += stream.write(text)
            return
        data = memoryview(text.encode())
        while data:
            try:
                size = os.write(descriptor, data[:PIECE])
            except BlockingIOError:  # whoever shares the pipe with us made it so
                select.select((), (descriptor,), ())
                continue
            self.taken += size
            data = data[size:]
