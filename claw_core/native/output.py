"""Output as it comes: drawn on a terminal that nobody sees, held head and tail within a bound, handed on as it is, and
written whole to a file when it is more."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from claw_core.native import backend

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import terminal as engine

Styles = list[tuple[int, int, str]]
"""Stretches of a text: first character, the one behind the last, and how they look: `bold 1 on #102030`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a person would have seen: plain text, and where it has which style."""

    head: str
    """The text from its start; all of it where `omitted` is 0."""
    tail: str
    """The text up to its end, after what was omitted."""
    omitted: int
    """Bytes between head and tail that are not here."""
    head_styles: Styles
    tail_styles: Styles


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A screen at one moment."""

    rows: list[list[tuple[str, str]]]
    """Every row in pieces: text, and its style in words."""
    cursor: tuple[int, int]
    """Row and column, from 0."""
    is_aside: bool
    """Whether a program uses the whole screen for a while: none of it will be part of the text."""


def render(data: bytes, *, rows: int = 24, columns: int = 120, keep: int = 1 << 20) -> Seen:
    """What a person would have seen of `data`, printed at once to a terminal of that size."""
    terminal = engine.Terminal(rows, columns, keep=keep, newline=True)
    terminal.feed(data)
    terminal.finish()
    return _seen(terminal)


def plain(text: str) -> str:
    """What a person would have seen of `text`, as long as it may be."""
    return render(text.encode("utf-8", "replace"), keep=4 * len(text.encode("utf-8", "replace")) + 4096).head


def _seen(terminal: "engine.Terminal") -> Seen:
    head, tail, omitted, head_styles, tail_styles = terminal.seen()
    return Seen(head=head, tail=tail, omitted=omitted, head_styles=head_styles, tail_styles=tail_styles)


class Output:
    """The output of one command, on a terminal of `rows` x `columns`.

    `keep` bytes of what is seen are held, half from the start and half from the end. Once there are more, all of them
    go to the file `spill`, up to `spill_limit` bytes. `progress` gets every new piece as text, control sequences
    included.
    """

    def __init__(
        self,
        *,
        rows: int,
        columns: int,
        keep: int,
        spill: Path | None = None,
        spill_limit: int = 0,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        self.total = 0
        """Bytes so far, as they were printed."""
        self.scrolled = 0
        """Bytes of text that are final: they left the screen."""
        self.spilled: Path | None = None
        """The file that holds what was seen, where one was needed and could be made."""
        self.spill_capped = False
        """Whether the file lacks something: it reached its limit, or could not be written."""
        self._terminal = engine.Terminal(rows, columns, keep=keep, newline=True)
        self._keep = max(keep, 2)
        self._spill = spill
        self._spill_left = spill_limit
        self._held = bytearray()
        self._file: BinaryIO | None = None
        self._progress = progress
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_ended = False

    def add(self, data: bytes) -> bytes:
        """Takes the next bytes. Returns what the terminal answers to who asked it something. What `progress` raises
        comes out here."""
        self.total += len(data)
        self._take(self._terminal.feed(data))
        if self._progress is not None and (text := self._decoder.decode(data)):
            self._progress(text)
        return self._terminal.replies()

    def seen(self) -> Seen:
        """What a person would have seen so far."""
        return _seen(self._terminal)

    def screen(self) -> str:
        """The text that is still on the screen."""
        return self._terminal.on_screen()

    def picture(self) -> Picture:
        """The screen as it is now."""
        rows, cursor, is_aside = self._terminal.picture()
        return Picture(rows=rows, cursor=cursor, is_aside=is_aside)

    def _take(self, text: bytes) -> None:
        self.scrolled += len(text)
        self._write(text)

    def end(self) -> None:
        """No more will come: what is left of a character that was never finished is handed on, and the screen written
        to the file where there is one."""
        if self._is_ended:
            return
        self._is_ended = True
        self._take(self._terminal.finish())
        self._write(self._terminal.on_screen().encode())
        if self._file is not None:
            self._file.close()
            self._file = None
        self._held.clear()
        if self._progress is not None and (text := self._decoder.decode(b"", final=True)):
            self._progress(text)

    def _write(self, text: bytes) -> None:
        """Holds text that is final until there is more than is kept, and then writes it, and all that follows."""
        if self._spill is None or not text:
            return
        try:
            if self._file is None:
                self._held += text
                if len(self._held) <= self._keep:
                    return
                self._file = self._spill.open("wb")
                self.spilled = self._spill
                text = bytes(self._held)
                self._held.clear()
            self._file.write(text[: self._spill_left])
        except OSError:
            self._spill = None
            self.spill_capped = True
            return
        self.spill_capped = self.spill_capped or len(text) > self._spill_left
        self._spill_left = max(self._spill_left - len(text), 0)
