"""The door to the shell: a command on a terminal of its own, watched until all that it started is gone.

Its output is drawn on a terminal that nobody sees, so what comes out is what a person would have seen: plain text, with
its colours beside it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from claw_core.native import backend
from claw_core.native.command import NOTES_LIMIT, Command
from claw_core.native.output import Output, Seen, Styles, plain, render
from claw_core.native.sandbox import Confinement

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import shell as engine

__all__ = ["Command", "Finished", "Seen", "Styles", "finished", "plain", "render", "run", "start"]

KEEP = 256 * 1024
"""Bytes of output that are held."""
SPILL_LIMIT = 64 * 1024 * 1024
"""Bytes of output that go to a file at most."""
END_OF_INPUT = b"\x04" * 16
"""What makes a terminal say end of file to whoever reads; once for each that may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a command ended, and what was seen of it."""

    exit_code: int | None
    """None where a signal ended it."""
    signal: int | None
    """The signal that ended it. None, like the exit code, where even KILL could not."""
    seen: Seen
    """What a person would have seen, head and tail."""
    total: int
    """Bytes it printed."""
    timed_out: bool
    """Whether it was stopped because its time was over."""
    elapsed: float
    """Seconds."""
    spilled: Path | None
    """The file with all that was seen, where that is more than was kept."""
    spill_capped: bool
    """Whether even that file has not all of it: it reached its limit, or could not be written."""
    notes: bytes = b""
    """What it wrote to the descriptor that was there for that."""

    @property
    def head(self) -> str:
        """The output from its start; all of it where `omitted` is 0."""
        return self.seen.head

    @property
    def tail(self) -> str:
        """The output up to its end, after what was omitted."""
        return self.seen.tail

    @property
    def omitted(self) -> int:
        """Bytes between head and tail that are not here."""
        return self.seen.omitted

    @property
    def output(self) -> str:
        """Head and tail, with nothing to mark what was omitted between them."""
        return self.head + self.tail


def start(  # noqa: PLR0913 - one keyword for each thing a caller may want of a terminal
    command: str,
    *,
    cwd: str | Path,
    env: Mapping[str, str],
    rows: int = 24,
    columns: int = 120,
    keep: int = KEEP,
    spill: Path | None = None,
    spill_limit: int = SPILL_LIMIT,
    progress: Callable[[str], None] | None = None,
    shell: str = "/bin/bash",
    stdin: bytes | None = None,
    is_open: bool = False,
    notes: int | None = None,
    confinement: Confinement | None = None,
) -> Command:
    """Starts `command` as `run` does, and leaves it running: whoever starts it has to `stop` it.

    With `is_open` its standard input is the terminal, which can be written to and shows what is typed. Under the
    number `notes` it finds a descriptor for what it has to tell beside its output.
    """
    output = Output(rows=rows, columns=columns, keep=keep, spill=spill, spill_limit=spill_limit, progress=progress)
    process = engine.Process.spawn(
        [program(shell), "-c", command],
        str(cwd),
        list(env.items()),
        rows=rows,
        columns=columns,
        piped=stdin is not None and not is_open,
        echo=is_open,
        notes=None if notes is None else (notes, NOTES_LIMIT),
        confinement=confinement,
    )
    given = stdin if stdin is not None else b"" if is_open else END_OF_INPUT
    return Command(process, output, given, is_open=is_open)


def finished(command: Command, *, timed_out: bool = False) -> Finished:
    """How a command ended that was stopped."""
    exit_code, number = command.exit or (None, None)
    return Finished(
        exit_code=exit_code,
        signal=number,
        seen=command.output.seen(),
        total=command.output.total,
        timed_out=timed_out,
        elapsed=command.elapsed or 0.0,
        spilled=command.output.spilled,
        spill_capped=command.output.spill_capped,
        notes=command.notes,
    )


async def run(  # noqa: PLR0913 - one keyword for each thing a caller may want of a terminal
    command: str,
    *,
    cwd: str | Path,
    env: Mapping[str, str],
    timeout: float | None = None,
    rows: int = 24,
    columns: int = 120,
    keep: int = KEEP,
    spill: Path | None = None,
    spill_limit: int = SPILL_LIMIT,
    progress: Callable[[str], None] | None = None,
    shell: str = "/bin/bash",
    stdin: bytes | None = None,
    notes: int | None = None,
    confinement: Confinement | None = None,
) -> Finished:
    """Runs `command` in a shell on a terminal of `rows` x `columns`, in `cwd`, with exactly the environment
    `env`.

    - Without `stdin` it reads the terminal, where it finds the end of the input at once; with it, a pipe
      with those bytes.
    - `keep` bytes of output are held, half from the start and half from the end. Where there is more, all
      of it goes to the file `spill`, up to `spill_limit` bytes. `progress` gets new output as it comes, as
      text, control sequences included.
    - After `timeout` seconds, or when the task is cancelled, all that it started is told INT, then TERM, then
      KILL. A cancellation goes on once all is gone.
    - When the command ends, what it left running is killed, in whichever session it is.
    - `confinement` is what it may not do; see `native.sandbox`. Where it cannot be held nothing runs: ValueError,
      or the OSError of what failed.
    - Under the number `notes` it finds a descriptor for what it has to tell beside its output.

    `shell` falls back to `/bin/sh`. Raises FileNotFoundError for a folder that is not there. What
    `progress` raises comes out here, after all is gone.
    """
    running = start(
        command,
        cwd=cwd,
        env=env,
        rows=rows,
        columns=columns,
        keep=keep,
        spill=spill,
        spill_limit=spill_limit,
        progress=progress,
        shell=shell,
        stdin=stdin,
        notes=notes,
        confinement=confinement,
    )
    timed_out = False
    try:
        async with asyncio.timeout(timeout):
            await running.ended()
    except TimeoutError:
        timed_out = True
    finally:
        await running.stop()
    running.raise_failure()
    return finished(running, timed_out=timed_out)


def program(shell: str) -> str:
    """That shell, or the one that always is."""
    return shell if Path(shell).exists() else "/bin/sh"
