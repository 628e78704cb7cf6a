"""The door to the shell: a command on a terminal of its own, watched until its whole process group is gone.

The event loop waits on descriptors (the terminal, and one that tells of the process's end), so a command
costs neither a thread nor a timer while it runs. Its output is held head and tail within a bound; the whole
goes to a file where there is more.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claw_core.native import backend
from claw_core.native.output import Output
from claw_core.native.sandbox import Confinement

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
CHUNK = 64 * 1024
"""Bytes read at once, so that other tasks have their turn."""
END_OF_INPUT = b"\x04" * 16
"""What makes a terminal say end of file to whoever reads; once for each that may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a command ended, and what it printed."""

    exit_code: int | None
    """None where a signal ended it."""
    signal: int | None
    """The signal that ended it. None, like the exit code, where even KILL could not."""
    head: str
    """The output from its start; all of it where `omitted` is 0."""
    tail: str
    """The output up to its end, after what was omitted."""
    omitted: int
    """Bytes between head and tail that are not here."""
    total: int
    """Bytes it printed."""
    timed_out: bool
    """Whether it was stopped because its time was over."""
    elapsed: float
    """Seconds."""
    spilled: Path | None
    """The file with the whole output, where that is more than was kept."""
    spill_capped: bool
    """Whether even that file has not all of it: it reached its limit, or could not be written."""

    @property
    def output(self) -> str:
        """Head and tail, with nothing to mark what was omitted between them."""
        return self.head + self.tail


def plain(text: str) -> str:
    """What a person would have seen: no control sequences, and each line as carriage returns, backspaces
    and erasing left it.

    Movements to other lines are taken out, not obeyed.
    """
    return engine.plain(text)


async def run(  # noqa: PLR0913 - one keyword for each thing a caller may want of a terminal
    command: str,
    *,
    cwd: str | Path,
    env: Mapping[str, str],
    timeout: float | None = None,
    rows: int = 24,
    columns: int = 120,
    keep: int = 256 * 1024,
    spill: Path | None = None,
    spill_limit: int = 64 * 1024 * 1024,
    progress: Callable[[str], None] | None = None,
    shell: str = "/bin/bash",
    stdin: bytes | None = None,
    confinement: Confinement | None = None,
) -> Finished:
    """Runs `command` in a shell on a terminal of `rows` x `columns`, in `cwd`, with exactly the environment
    `env`.

    - Without `stdin` it reads the terminal, where it finds the end of the input at once; with it, a pipe
      with those bytes.
    - `keep` bytes of output are held, half from the start and half from the end. Where there is more, all
      of it goes to the file `spill`, up to `spill_limit` bytes. `progress` gets new output as it comes, as
      text.
    - After `timeout` seconds, or when the task is cancelled, its process group is told INT, then TERM, then
      KILL. A cancellation goes on once the group is gone.
    - When the command ends, what it left running in its group is killed.
    - `confinement` is what it may not do; see `native.sandbox`. Where it cannot be held nothing runs: ValueError,
      or the OSError of what failed.

    `shell` falls back to `/bin/sh`. Raises FileNotFoundError for a folder that is not there. What
    `progress` raises comes out here, after the group is gone.
    """
    started = time.monotonic()
    output = Output(keep, spill=spill, spill_limit=spill_limit, progress=progress)
    process = engine.Process.spawn(
        [_program(shell), "-c", command],
        str(cwd),
        list(env.items()),
        rows=rows,
        columns=columns,
        piped=stdin is not None,
        confinement=confinement,
    )
    watch = _Watch(process, output, END_OF_INPUT if stdin is None else stdin)
    timed_out = False
    try:
        async with asyncio.timeout(timeout):
            await watch.ended()
    except TimeoutError:
        timed_out = True
    finally:
        exit_code, number = await _to_its_end(watch.finish())
    watch.raise_failure()
    head, tail, omitted = output.text()
    return Finished(
        exit_code=exit_code,
        signal=number,
        head=head,
        tail=tail,
        omitted=omitted,
        total=output.total,
        timed_out=timed_out,
        elapsed=time.monotonic() - started,
        spilled=output.spilled,
        spill_capped=output.spill_capped,
    )


def _program(shell: str) -> str:
    return shell if Path(shell).exists() else "/bin/sh"


async def _to_its_end(work: Coroutine[Any, Any, tuple[int | None, int | None]]) -> tuple[int | None, int | None]:
    """The outcome of `work`, which goes on even when the waiting task is cancelled meanwhile; then that
    goes on, too."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return task.result()


class _Watch:
    """A running process, as the event loop sees it: readable output, writable input, and its end."""

    def __init__(self, process: engine.Process, output: Output, stdin: bytes) -> None:
        self._process = process
        self._output = output
        self._stdin = memoryview(stdin)
        self._loop = asyncio.get_running_loop()
        self._exited: asyncio.Future[None] = self._loop.create_future()
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self._silent: asyncio.Future[None] = self._loop.create_future()
        self._failed: asyncio.Future[Exception] = self._loop.create_future()
        self._terminal = process.fileno()
        input_fileno = process.input_fileno()
        self._input = self._terminal if input_fileno is None else input_fileno
        self._news = process.news_fileno()
        self._loop.add_reader(self._terminal, self._on_output)
        self._loop.add_writer(self._input, self._on_writable)
        if self._news is None:
            self._thread = asyncio.ensure_future(self._wait_in_thread())
        else:
            self._loop.add_reader(self._news, self._on_news)

    async def ended(self) -> None:
        """Returns once the process has ended, or what takes its output has failed."""
        await asyncio.wait([self._exited, self._failed], return_when=asyncio.FIRST_COMPLETED)

    async def finish(self) -> tuple[int | None, int | None]:
        """Stops it if it still runs, takes the last of its output, and returns its exit code and signal."""
        try:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
                if self._exited.done():
                    break
                self._process.signal(number)
                await asyncio.wait([self._exited], timeout=UNKILLABLE if number == signal.SIGKILL else GRACE)
            await asyncio.wait([self._silent], timeout=DRAIN)
            self._process.signal(signal.SIGKILL)
            await asyncio.wait([self._gone], timeout=UNKILLABLE)
            await asyncio.wait([self._silent], timeout=DRAIN)
            return self._process.reap() or (None, None)
        finally:
            self._close()

    def raise_failure(self) -> None:
        """Raises what taking the output raised, if it did."""
        if self._failed.done():
            raise self._failed.result()

    def _on_output(self) -> None:
        try:
            data = self._process.read(CHUNK)
            if data:
                self._output.add(data)
            elif data is not None:
                self._output.end()
        except Exception as error:  # noqa: BLE001 - whatever the caller's `progress` raises is the caller's again
            self._failed.set_result(error)
            data = b""
        if data == b"":
            self._loop.remove_reader(self._terminal)
            self._silent.set_result(None)

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
        written = self._process.write(bytes(self._stdin[:CHUNK])) if self._stdin else 0
        self._stdin = self._stdin[written:]
        if not self._stdin:
            self._loop.remove_writer(self._input)
            self._process.end_input()

    def _close(self) -> None:
        for descriptor in (self._terminal, self._input, self._news):
            if descriptor is not None:
                self._loop.remove_reader(descriptor)
                self._loop.remove_writer(descriptor)
        self._process.close()
        self._output.close()
