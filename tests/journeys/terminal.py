"""The real `claw` at a real terminal: a pseudo-terminal with a shell on it, which starts the process as a person would.

What is drawn is read by a terminal emulator (pyte), so a story looks at the screen that a person would see:

    with Terminal("demo", home=home, columns=100, rows=30) as terminal:
        terminal.wait_for("waiting for you")
        terminal.press("tab", "y")
        assert terminal.ended() == 0

The shell leads the session and outlives claw, as shells do: the terminal's modes can be looked at after the end, and a
terminal that is closed hangs up on both. Output is read whenever a story waits; nothing is ever slept for. As terminals
of today do, it shows a frame when the whole of it has come, so no story sees half of one.

What stood on the screen before a key was pressed says nothing about that key: wait for what only it can bring.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, cast

import pyte

from tests.journeys.command import environment

KEYS: Mapping[str, str] = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "f12": "\x1b[24~",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
}
"""What a terminal sends for keys that have no letter."""

SHELL = """\
exec 3<&0 4>&1 <"$0" >"$0" 2>&1
sh -c 'echo $$ >&4; exec "$@" 3<&-' sh "$@"
echo $? >&4
read -r _ <&3
"""
"""Opens the terminal, which makes it the session's own; tells the process id and how it ended; stays until let go."""

PATIENCE = 120.0
"""Seconds to wait for what must come, on a machine that has much else to do."""

ANSWERABLE = 0.4
"""Seconds after which a request that was seen takes an answer: a little more than it needs by claw's clock."""

FRAMES_ASKED, FRAMES_ANSWERED = "\x1b[?2026$p", "\x1b[?2026;2$y"
"""Whether whole frames are drawn at once, and that they are."""

FRAME = 2026
"""The mode in which a frame is drawn."""

Wanted: TypeAlias = str | Callable[[], object]


class Terminal:
    """A terminal of `columns` by `rows` with `claw WORDS` running in it; leaving the block closes it."""

    def __init__(
        self,
        *words: str,
        home: Path,
        cwd: Path | None = None,
        columns: int = 100,
        rows: int = 30,
        program: Sequence[str] = (sys.executable, "-m", "claw_tui"),
        whole_frames: bool = True,
        **more: str,
    ) -> None:
        self._master, self._slave = pty.openpty()
        self._whole_frames = whole_frames
        """Whether it says that it draws whole frames at once, when it is asked."""
        _set_size(self._slave, columns, rows)
        self.modes_before = self.modes()
        """The terminal's modes before claw came."""
        self._display = Display(columns, rows)
        self._shell = subprocess.Popen(
            ["sh", "-c", SHELL, os.ttyname(self._slave), *program, *words],
            env=environment(home, **more),
            cwd=cwd or home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self._told = b""
        self.status: int | None = None
        """How it ended, as a shell sees it; None before that."""
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.hang_up()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._shell.pid, signal.SIGKILL)
            for pipe in (self._shell.stdin, self._shell.stdout):
                if pipe is not None:
                    pipe.close()
            self._shell.wait()

    # ---- what a person does

    def type(self, text: str) -> None:
        """Type it, letter by letter."""
        os.write(self._master, text.encode())

    def press(self, *keys: str) -> None:
        """Press keys: `enter`, `shift+tab`, `ctrl+p`, or any letter. After `esc`, wait for what it does: a terminal
        sends the same for Esc and another key at once as for Alt with that key."""
        for key in keys:
            held, _, letter = key.rpartition("+")
            self.type(KEYS[key] if key in KEYS else chr(ord(letter.upper()) & 31) if held == "ctrl" else key)

    def resize(self, columns: int, rows: int) -> None:
        """Pull the window to another size."""
        self._display.resize(rows, columns)
        _set_size(self._slave, columns, rows)

    def hang_up(self) -> None:
        """Close the window; waits until nothing of claw's is left."""
        if self._open:
            self._open = False
            os.close(self._slave)
            os.close(self._master)
        if self._shell.stdin is not None and not self._shell.stdin.closed:
            self._shell.stdin.close()
        until = time.monotonic() + PATIENCE
        while self._hear(until - time.monotonic()):
            pass

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to claw itself."""
        os.kill(self.pid, number)

    # ---- what a person sees

    def screen(self) -> str:
        """What the terminal shows, row by row, without the spaces at the ends."""
        self._read(0)
        return self._display.text()

    def row(self, holding: str) -> str:
        """The first row that shows this."""
        return next((row for row in self.screen().splitlines() if holding in row), "")

    def wait_for(self, wanted: Wanted, timeout: float = PATIENCE) -> str:
        """Wait until the screen shows a text, or something else is true; the screen then. Fails with the screen."""
        until = time.monotonic() + timeout
        while not self._is_so(wanted):
            if time.monotonic() > until or self.status is not None:
                if self._is_so(wanted):  # what was drawn last may have come with the end
                    break
                raise AssertionError(self._missing(wanted, timeout))
            self._read(0.02)
        return self.screen()

    def wait_gone(self, text: str, timeout: float = PATIENCE) -> str:
        """Wait until the screen does not show a text any more; the screen then."""
        return self.wait_for(lambda: text not in self._display.text(), timeout)

    def ended(self, timeout: float = PATIENCE) -> int:
        """Wait until claw ends; its exit status."""
        until = time.monotonic() + timeout
        while self.status is None:
            if time.monotonic() > until:
                raise AssertionError(f"it did not end within {timeout:g} s; the screen:\n{self.screen()}")
            self._read(0.02)
        while self._read(0):
            pass
        return self.status

    @property
    def pid(self) -> int:
        """The process id of claw."""
        until = time.monotonic() + PATIENCE
        while b"\n" not in self._told and time.monotonic() < until:
            self._hear(1)
        return int(self._told.partition(b"\n")[0])

    @property
    def output(self) -> bytes:
        """Every byte that was drawn with."""
        return bytes(self._display.raw)

    def modes(self) -> Sequence[object]:
        """The terminal's modes: echo, lines, signals and so on, as `tcgetattr` tells them."""
        return cast("Sequence[object]", termios.tcgetattr(self._slave))

    # ---- how it is read

    def _is_so(self, wanted: Wanted) -> bool:
        return wanted in self._display.text() if isinstance(wanted, str) else bool(wanted())

    def _missing(self, wanted: Wanted, timeout: float) -> str:
        what = repr(wanted) if isinstance(wanted, str) else "what was waited for"
        how = f"it ended with status {self.status}" if self.status is not None else f"waited {timeout:g} s"
        frame = "─" * self._display.columns
        return f"{what} did not come ({how}); the screen:\n{frame}\n{self._display.text()}\n{frame}"

    def _read(self, timeout: float) -> bool:
        """Take in what was drawn meanwhile; whether there was anything."""
        if not self._open:
            return False
        ready, _, _ = select.select([self._master], [], [], timeout)
        if ready:
            asked = self._display.feed(os.read(self._master, 65536))
            if asked and self._whole_frames:
                self.type(FRAMES_ANSWERED)
        else:
            self._hear(0)
        return bool(ready)

    def _hear(self, timeout: float) -> bool:
        """Take in what the shell tells; whether it, or anything below it, is still there."""
        stdout = self._shell.stdout
        if stdout is None or stdout.closed or timeout < 0:
            return False
        ready, _, _ = select.select([stdout], [], [], timeout)
        if ready:
            told = stdout.read(1000)
            if not told:
                return False
            self._told += told
            lines = self._told.splitlines()
            self.status = int(lines[1]) if len(lines) > 1 and self._told.endswith(b"\n") else None
        return True


def waits(terminal: Terminal, target: str = "") -> bool:
    """Whether something waits for the person, with the queue's cursor on it: about this."""
    return re.search(rf"▸ \w+ +{re.escape(target)}.* \d+[sm] +│", terminal.screen()) is not None


def say(terminal: Terminal, text: str) -> None:
    """Type it at the prompt, and send it."""
    terminal.type(text)
    terminal.wait_for(f"› {text}")
    terminal.press("enter")


def go_to_the_queue(terminal: Terminal, target: str = "") -> None:
    """With Tab, when something waits there; and wait until it has stood there long enough to be answered.

    The keys may be there still since the request before, or just be on their way back from there.
    """
    terminal.wait_for(lambda: waits(terminal, target))
    seen, here = time.monotonic(), False
    while not here:
        if "Esc prompt" not in terminal.screen():
            terminal.press("tab")
            terminal.wait_for("Esc prompt")
        terminal.wait_for(lambda: time.monotonic() - seen > ANSWERABLE)
        here = "Esc prompt" in terminal.screen()


class Display(pyte.Screen):
    """The emulator, with what pyte leaves out: sequences of newer terminals, and an alternate screen."""

    LATER = re.compile(r"\x1b\[[<=>][0-9;]*[a-z]|\x1b\[\?[0-9;]*\$p")
    TORN = re.compile(r"\x1b(\[[<=>?0-9;]*\$?)?\Z")

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self.raw = bytearray()
        self._shown: str | None = None
        self._stream = pyte.Stream(self)
        self._decode = _decoder()
        self._held = ""
        self._within_frame = False

    def feed(self, data: bytes) -> int:
        """Draw what came; how often it was asked whether it draws whole frames."""
        self.raw += data
        if not self._within_frame:
            self._shown = None
        text = self._held + self._decode(data)
        torn = self.TORN.search(text)
        self._held = text[torn.start() :] if torn else ""
        whole = text[: torn.start()] if torn else text
        self._stream.feed(self.LATER.sub("", whole))
        return whole.count(FRAMES_ASKED)

    def text(self) -> str:
        """The rows, without the spaces at their ends; while a frame is drawn, as they were before it."""
        if self._shown is None:
            self._shown = "\n".join(row.rstrip() for row in self.display)
        return self._shown

    def set_mode(self, *modes: int, **more: Any) -> None:
        """A mode is turned on; on the alternate screen nothing is drawn yet."""
        if FRAME in modes and not self._within_frame:
            self._shown = None
            self.text()
            self._within_frame = True
        super().set_mode(*modes, **more)
        self._clear_at_turn(modes, **more)

    def reset_mode(self, *modes: int, **more: Any) -> None:
        """A mode is turned off; what was on the screen before claw was nothing, too."""
        super().reset_mode(*modes, **more)
        self._clear_at_turn(modes, **more)
        if FRAME in modes:
            self._shown = None
            self._within_frame = False

    def _clear_at_turn(self, modes: Sequence[int], private: bool = False) -> None:
        if private and 1049 in modes:
            self.erase_in_display(2)
            self.cursor_position()


def _decoder() -> Callable[[bytes], str]:
    import codecs

    return codecs.getincrementaldecoder("utf-8")("replace").decode


def _set_size(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
