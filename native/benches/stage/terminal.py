"""A pseudo-terminal that knows when each byte came: what a person at it would see, and how late.

The program on it paints for real. Nothing is emulated while it is measured; what is looked for is looked for among the
bytes. It answers the one question that matters for painting, whether whole frames can be drawn at once.
"""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

COLUMNS, ROWS = 120, 40
PATIENCE = 60.0
STILL = 0.2
"""Seconds after which nothing more comes of what was done: less than between two steps of what moves by itself."""
TICKS = os.sysconf("SC_CLK_TCK")
FRAME = b"\x1b[?2026h"
"""How a frame begins."""
CLEAR = b"\x1b[2J"
QUESTION, ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
NEVER_TYPED = "".join(chr(code) for code in range(0x100, 0x17F))
"""Letters that no text of the bench holds, so that one that is seen is one that was typed."""


class Terminal:
    """A program at a terminal of 120 by 40; `rate`: bytes a second that the line to it carries, None for any number."""

    def __init__(
        self,
        program: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        rate: float | None = None,
        keep: Sequence[int] = (),
        typed: str = "",
    ) -> None:
        self._master, slave = pty.openpty()
        self.resize(COLUMNS, ROWS)
        self.data = bytearray()
        """Every byte that came."""
        self._ends: list[int] = []
        self._times: list[float] = []
        self._rate = rate
        self._letters = iter(NEVER_TYPED)
        if typed:  # while the program is not even there
            os.write(self._master, typed.encode())
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            program,
            env=env,
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            pass_fds=keep,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - there are no threads here
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGHUP)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    # ---- doing

    def type(self, keys: str) -> float:
        """Press keys; when that was."""
        pressed = time.monotonic()
        os.write(self._master, keys.encode())
        return pressed

    def resize(self, columns: int, rows: int) -> float:
        """Pull the window to another size; when that was."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return time.monotonic()

    def echo(self, before: str = "") -> float:
        """Type a letter, perhaps after other keys, and wait until it shows; the seconds that took."""
        letter = next(self._letters)
        since = len(self.data)
        pressed = self.type(before + letter)
        return self.wait(letter, since) - pressed

    # ---- seeing

    def read(self, timeout: float) -> bool:
        """Take what came; whether there was anything."""
        ready, _, _ = select.select([self._master], [], [], timeout)
        if not ready:
            return False
        try:
            piece = os.read(self._master, 65536 if self._rate is None else max(64, int(self._rate / 100)))
        except OSError:
            raise AssertionError(f"the program ended: {bytes(self.data[-2000:])!r}") from None
        self.data += piece
        self._ends.append(len(self.data))
        self._times.append(time.monotonic())
        if QUESTION in piece:
            os.write(self._master, ANSWER)
        if self._rate is not None:
            time.sleep(len(piece) / self._rate)
        return True

    def rest(self, seconds: float) -> None:
        """Let time go by, and read on."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.read(left)

    def quiet(self, seconds: float = STILL) -> None:
        """Until nothing was drawn for so long."""
        until = time.monotonic() + PATIENCE
        while self.read(seconds):
            assert time.monotonic() < until, f"it never rests: {bytes(self.data[-500:])!r}"

    def wait(self, text: str, since: int = 0) -> float:
        """Until a text was drawn behind byte `since`; when that was."""
        wanted, until = text.encode(), time.monotonic() + PATIENCE
        looked = since
        while (at := self.data.find(wanted, looked)) < 0:
            looked = max(since, len(self.data) - len(wanted))
            if time.monotonic() > until:
                raise AssertionError(f"{text!r} did not come; the last that did: {bytes(self.data[-2000:])!r}")
            self.read(0.05)
        return self._times[bisect_left(self._ends, at + len(wanted))]

    def frames(self, since: int) -> int:
        """How many frames were drawn behind byte `since`."""
        return self.data.count(FRAME, since)

    # ---- what it costs

    @property
    def cpu(self) -> float:
        """Seconds of processor that the program took so far, in all of its threads."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def load(self, seconds: float) -> float:
        """What it takes for so long from now on, in percent of a core."""
        spent, at = self.cpu, time.monotonic()
        self.rest(seconds)
        return 100 * (self.cpu - spent) / (time.monotonic() - at)

    @property
    def memory(self) -> float:
        """MiB that it holds."""
        told = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(told.partition("VmRSS:")[2].split()[0]) / 1024


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
