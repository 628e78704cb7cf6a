"""The driver: how the app speaks to the terminal it is on.

It is Textual's, with an output of our own: a write never waits, whatever the line to the terminal carries, and whoever
draws can ask whether the last frame has left. What libraries write to standard error meanwhile would land in the middle
of the screen, so it is held back and told when the screen is gone.
"""

import asyncio
import os
import re
import select
import sys
import threading
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from claw_tui import skeleton
from claw_tui.canvas import Canvas

if TYPE_CHECKING:
    from textual.app import App

ALTERNATE = "\x1b[?1049h"
"""Opens the alternate screen."""

PIECE = 4096
"""Bytes handed to the terminal, or taken from it, at once."""

TURN = 0.1
"""Seconds after which the thread that reads looks whether it shall end, and whether an Esc was meant alone."""

SOON = 0.05
"""Seconds after which the first keys show in the prompt, or never will."""

SWITCH = 0.001
"""Seconds after which a thread that computes lets another one go on: a key that was read shall not wait for a paint."""

LAST_WORDS = 2.0
"""Seconds that a terminal which takes nothing any more is waited for at the end."""


class Output:
    """Writes to a terminal, in a thread of its own. `drained` is called from it whenever nothing is left to write."""

    def __init__(self, descriptor: int, drained: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._drained = drained
        self.written = 0
        """Bytes that were handed over so far."""
        self._pieces: deque[bytes] = deque()
        self._some = threading.Condition()
        self._writing = False
        self._ends = False
        self._thread = threading.Thread(target=self._run, name="claw output", daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Never waits."""
        if text:
            data = text.encode(errors="replace")
            self.written += len(data)
            with self._some:
                self._pieces.append(data)
                self._some.notify()

    @property
    def is_behind(self) -> bool:
        """Whether there is something that the terminal did not take yet."""
        return self._writing or bool(self._pieces)

    def stop(self) -> None:
        """Write what there is, and end."""
        with self._some:
            self._ends = True
            self._some.notify()
        self._thread.join(LAST_WORDS)

    def _run(self) -> None:
        while True:
            with self._some:
                self._some.wait_for(lambda: self._pieces or self._ends)
                if not self._pieces:
                    return
                self._writing = True
                data = b"".join(self._pieces)
                self._pieces.clear()
            try:
                for at in range(0, len(data), PIECE):
                    _write_all(self._descriptor, data[at : at + PIECE])
            except OSError:  # the terminal is gone; a signal tells the app
                return
            finally:
                self._writing = False
            if not self._pieces:
                self._drained()


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


class HeldBack:
    """Standard error, while the screen is shown: what is written to it is kept, as far as a pipe holds it."""

    def __init__(self) -> None:
        self.terminal = os.dup(2)
        """Where standard error led."""
        self._read, write = os.pipe()
        os.set_blocking(write, False)
        os.set_blocking(self._read, False)
        os.dup2(write, 2)
        os.close(write)

    def give_back(self) -> None:
        """Standard error leads where it led; what was held back is told."""
        os.dup2(self.terminal, 2)
        os.close(self.terminal)
        with suppress(OSError):
            told = os.read(self._read, 65536)
            _write_all(2, told)
        os.close(self._read)


class Sieve:
    """Takes out what some terminals report of a mouse that has left the window: places that are no numbers."""

    NONSENSE = re.compile(r"\x1b\[<[\d;.-]*N[\d;aN.-]*[Mm]")
    TORN = re.compile(r"\x1b\[<[\d;aN.-]*\Z")

    def __init__(self) -> None:
        self._held = ""

    def sift(self, text: str) -> str:
        """What is left of what came; a report that is not whole yet waits for its rest."""
        text = self.NONSENSE.sub("", self._held + text)
        torn = self.TORN.search(text)
        self._held = text[torn.start() :] if torn else ""
        return text[: torn.start()] if torn else text


class Face(Protocol):
    """What the driver asks of the app."""

    def show_canvas(self) -> None:
        """Draw what the terminal does not show yet."""
        ...


class TerminalDriver(LinuxDriver):
    """Textual's driver with our output."""

    def __init__(
        self, app: "App[Any]", *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open
        self.canvas = Canvas(colours=not os.environ.get("NO_COLOR"))
        """What the terminal shows."""
        self._output: Output | None = None
        self._held_back: HeldBack | None = None
        self._entered = False
        """The alternate screen is there already."""
        self._typed = b""
        """What was typed before this driver was there."""
        self._early: deque[Message] | None = deque()
        """What was typed before anything could take it; None once something can."""
        self._listening = threading.Lock()
        self._typed_at = 0.0
        self._together: list[str] | None = None
        """What is written together; None while each piece goes out by itself."""

    @property
    def is_behind(self) -> bool:
        """Whether the terminal has not taken yet what was written, or shows letters that no prompt has yet."""
        return bool(self._early) or (self._output is not None and self._output.is_behind)

    @property
    def written(self) -> int:
        """Bytes that were written to the terminal so far."""
        return self._output.written if self._output is not None else 0

    @property
    def since_key(self) -> float:
        """Seconds since a key was pressed."""
        return monotonic() - self._typed_at

    @contextmanager
    def together(self) -> Generator[None]:
        """What is written meanwhile goes out at once, at the end."""
        self._together = []
        try:
            yield
        finally:
            pieces, self._together = self._together, None
            if self._output is not None:
                self._output.write("".join(pieces))

    def run_input_thread(self) -> None:
        """Take what is typed. Called by Textual, in a thread."""
        parser, decode, hold = XTermParser(), getincrementaldecoder("utf-8")("replace").decode, Sieve()
        typed, self._typed = self._typed, b""
        for message in parser.feed(hold.sift(decode(typed))) if typed else ():
            self.process_message(message)
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], TURN)
            try:
                data = os.read(self.fileno, PIECE) if ready else b""
            except OSError:  # the terminal is gone; a signal tells the app
                return
            if ready and not data:
                return
            for message in (*parser.feed(hold.sift(decode(data))), *parser.tick()) if data else parser.tick():
                self.process_message(message)

    def process_message(self, message: Message) -> None:
        """A key, or what else the terminal tells; kept while nothing is there to take it. Called in a thread."""
        if isinstance(message, events.Key):
            self._typed_at = monotonic()
        with self._listening:
            if self._early is not None and isinstance(message, events.InputEvent | events.Paste):
                self._early.append(message)
                return
        super().process_message(message)

    def listen(self) -> None:
        """From now on keys are taken, those that were typed before first."""
        with self._listening:
            early, self._early = self._early or (), None
            for message in early:
                super().process_message(message)
        asyncio.get_running_loop().call_later(SOON, self._draw)

    def write(self, data: str) -> None:
        """To the terminal; never waits. Called by Textual."""
        if self._entered and data == ALTERNATE:  # a second time would clear it
            self._entered = False
        elif self._together is not None:
            self._together.append(data)
        elif self._output is not None:
            self._output.write(data)

    def start_application_mode(self) -> None:
        """The terminal is ours. Called by Textual, after a stop as well."""
        sys.setswitchinterval(SWITCH)
        self._entered, modes, self._typed = skeleton.take_over()
        loop = asyncio.get_running_loop()
        self._held_back = HeldBack()
        self._output = Output(self._held_back.terminal, lambda: _in(loop, self._draw))
        super().start_application_mode()
        self.attrs_before = modes or self.attrs_before
        self.canvas.forget()
        loop.call_soon(self._draw)

    def close(self) -> None:
        """It is as it was. Called by Textual, before the process is stopped or an editor opens as well."""
        super().close()
        output, self._output = self._output, None
        if output is not None:
            output.stop()
        held_back, self._held_back = self._held_back, None
        if held_back is not None:
            held_back.give_back()

    def _draw(self) -> None:
        if self._output is not None and self.canvas.is_changed and not self.is_behind:
            cast("Face", self._app).show_canvas()


def _in(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(work)
