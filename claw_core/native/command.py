"""A running command, as the event loop sees it: readable output, writable input, and its end.

The loop waits on descriptors (one that tells of output, and one that tells of the end), so a command costs neither a
thread nor a timer while it runs. Whatever it started ends with it.
"""

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING

from claw_core.native import backend
from claw_core.native.output import Output

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import shell as engine

GRACE = 0.4
"""Seconds between INT, TERM and KILL."""
DRAIN = 0.2
"""Seconds for which output may still come once the command itself has ended."""
UNKILLABLE = 5.0
"""Seconds after KILL when we stop waiting: the process hangs inside the system."""
CHUNK = 128 * 1024
"""Bytes taken at once, so that other tasks have their turn."""
MOST_INPUT = 1 << 20
"""Bytes of input that may wait for a command to read them."""
TAKES = 8
"""Pieces of output that are taken at once when a command has ended; what it left running may print without end."""
NOTES_LIMIT = 1 << 20
"""Bytes of notes that a command may leave."""


class Command:
    """A running command. `stop` has to be called in the end: it waits for nothing where all is over.

    `stdin` are bytes for its standard input, after which a pipe is closed; `is_open` keeps it open for `write`.
    """

    def __init__(self, process: "engine.Process", output: Output, stdin: bytes, *, is_open: bool = False) -> None:
        self.output = output
        self.started = time.monotonic()
        self.elapsed: float | None = None
        """Seconds it ran; None while it does."""
        self.exit: tuple[int | None, int | None] | None = None
        """Exit code and signal, one of them None, once all is over; both where even KILL could not end it."""
        self.notes = b""
        """What it wrote to its notes, once all is over."""
        self._process = process
        self._input_left = bytearray(stdin)
        self._is_open = is_open
        self._loop = asyncio.get_running_loop()
        self._exited: asyncio.Future[None] = self._loop.create_future()
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self._silent: asyncio.Future[None] = self._loop.create_future()
        self._failed: asyncio.Future[Exception] = self._loop.create_future()
        self._ending: asyncio.Task[None] | None = None
        self._terminal = process.fileno()
        self._printed = process.output_fileno()
        input_fileno = process.input_fileno()
        self._input: int | None = self._terminal if input_fileno is None else input_fileno
        self._news = process.news_fileno()
        self._loop.add_reader(self._printed, self._on_output)
        self._loop.add_writer(self._input, self._on_writable)
        if self._news is None:
            self._thread = asyncio.ensure_future(self._wait_in_thread())
        else:
            self._loop.add_reader(self._news, self._on_news)

    async def ended(self) -> None:
        """Returns once the command itself has ended, or what takes its output has failed."""
        await asyncio.wait([self._exited, self._failed], return_when=asyncio.FIRST_COMPLETED)

    def write(self, data: bytes) -> bool:
        """Types into its terminal; False where it has ended, or more waits to be read than `MOST_INPUT`."""
        if self.exit is not None or self._exited.done() or len(self._input_left) + len(data) > MOST_INPUT:
            return False
        if not self._input_left and self._input is not None:
            self._loop.add_writer(self._input, self._on_writable)
        self._input_left += data
        return True

    def type(self, data: bytes) -> bool:
        """Types on its terminal, whatever its standard input is: what asks for a password reads there. False where it
        has ended, or reads too slowly."""
        if self._is_open:
            return self.write(data)
        if self.exit is not None or self._exited.done():
            return False
        try:
            return os.write(self._terminal, data) == len(data)
        except OSError:
            return False

    async def stop(self) -> None:
        """Ends it, if it still runs, by INT, TERM and KILL, with all that it started, and takes the last of its output.

        That goes on when the waiting task is cancelled meanwhile; the cancellation follows when it is over.
        """
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end())
        await _to_its_end(self._ending)

    def raise_failure(self) -> None:
        """Raises what taking the output raised, if it did."""
        if self._failed.done():
            raise self._failed.result()

    async def _end(self) -> None:
        try:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
                if self._exited.done():
                    break
                self._process.signal(number)
                await asyncio.wait([self._exited], timeout=UNKILLABLE if number == signal.SIGKILL else GRACE)
            # Mostly all of its output is there by now, and nobody need tell.
            for _ in range(TAKES):
                if self._silent.done() or not self._on_output():
                    break
            await asyncio.wait([self._silent], timeout=DRAIN)
            self._process.signal(signal.SIGKILL)
            await asyncio.wait([self._gone], timeout=UNKILLABLE)
            await asyncio.wait([self._silent], timeout=DRAIN)
            self.notes = self._process.notes(NOTES_LIMIT)
            self.elapsed = time.monotonic() - self.started
            self.exit = self._process.reap() or (None, None)
        finally:
            self._close()

    def _on_output(self) -> bool:
        """Takes what there is. False where there is none now."""
        try:
            data = self._process.read(CHUNK)
            if data:
                replies = self.output.add(data)
                if replies and self._is_open:
                    self.write(replies)
        except Exception as error:  # noqa: BLE001 - whatever the caller's `progress` raises is the caller's again
            self._failed.set_result(error)
            data = b""
        if data == b"":
            self._loop.remove_reader(self._printed)
            self._silent.set_result(None)
        return bool(data)

    def _on_news(self) -> None:
        if self._process.reap() is not None and not self._exited.done():
            self._exited.set_result(None)
        if self._process.is_gone() and not self._gone.done():
            self._gone.set_result(None)
            if self._news is not None:
                self._loop.remove_reader(self._news)

    async def _wait_in_thread(self) -> None:
        """For systems without such a descriptor: a thread waits, and leaves the process to be reaped later."""
        await asyncio.to_thread(os.waitid, os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        self._on_news()

    def _on_writable(self) -> None:
        written = self._process.write(bytes(self._input_left[:CHUNK])) if self._input_left else 0
        del self._input_left[:written]
        if not self._input_left and self._input is not None:
            self._loop.remove_writer(self._input)
            if not self._is_open:
                self._process.end_input()
                if self._input != self._terminal:
                    self._input = None  # it is closed: another command may have the number now

    def _close(self) -> None:
        for descriptor in (self._printed, self._terminal, self._input, self._news):
            if descriptor is not None:
                self._loop.remove_reader(descriptor)
                self._loop.remove_writer(descriptor)
        self._process.close()
        try:
            self.output.end()
        except Exception as error:  # noqa: BLE001 - as above
            if not self._failed.done():
                self._failed.set_result(error)


async def _to_its_end(work: "asyncio.Future[None]") -> None:
    """Waits for work that goes on even when the waiting task is cancelled meanwhile; then that goes on, too."""
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    work.result()
