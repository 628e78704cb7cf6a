"""Output as it comes: held head and tail within a bound, handed on as text, and written whole to a file
when it is more."""

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


class Output:
    """The output of one command.

    `keep` bytes are held, half from the start and half from the end. Once there are more, all of them go to
    the file `spill`, up to `spill_limit` bytes. `progress` gets every new piece as text.
    """

    def __init__(
        self,
        keep: int,
        *,
        spill: Path | None = None,
        spill_limit: int = 0,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        self.total = 0
        """Bytes so far."""
        self.spilled: Path | None = None
        """The file that holds it, where one was needed and could be made."""
        self.spill_capped = False
        """Whether the file lacks something: it reached its limit, or could not be written."""
        self._half = max(keep // 2, 1)
        self._head = bytearray()
        self._tail = bytearray()
        self._spill = spill
        self._spill_left = spill_limit
        self._file: BinaryIO | None = None
        self._progress = progress
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def add(self, data: bytes) -> None:
        """Takes the next bytes. What `progress` raises comes out here."""
        if self._spill is not None and self.total + len(data) > 2 * self._half:
            self._write(data)
        self.total += len(data)
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room > 0 else data
        # Cutting at every piece would move the tail each time.
        if len(self._tail) > 4 * self._half:
            del self._tail[: -self._half]
        if self._progress is not None and (text := self._decoder.decode(data)):
            self._progress(text)

    def text(self) -> tuple[str, str, int]:
        """Head, tail, and how many bytes were omitted between them; the cut is at a character, never inside
        one."""
        if self.total <= 2 * self._half:
            return (self._head + self._tail).decode("utf-8", "replace"), "", 0
        head, tail = _whole_characters(bytes(self._head)), bytes(self._tail[-self._half :])
        tail = tail[_continuation(tail) :]
        omitted = self.total - len(head) - len(tail)
        return head.decode("utf-8", "replace"), tail.decode("utf-8", "replace"), omitted

    def end(self) -> None:
        """Hands on what is left of a character that was never finished."""
        if self._progress is not None and (text := self._decoder.decode(b"", final=True)):
            self._progress(text)

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, data: bytes) -> None:
        try:
            if self.spilled is None and self._spill is not None:
                self._file = self._spill.open("wb")
                self.spilled = self._spill
                data = bytes(self._head + self._tail) + data
            if self._file is not None and data:
                self._file.write(data[: self._spill_left])
        except OSError:
            self._spill = None
            self.spill_capped = True
            return
        self.spill_capped = self.spill_capped or len(data) > self._spill_left
        self._spill_left = max(self._spill_left - len(data), 0)


def _whole_characters(data: bytes) -> bytes:
    """The bytes without an unfinished UTF-8 character at their end."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        length = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return data[:-back] if length > back else data
    return data


def _continuation(data: bytes) -> int:
    """How many bytes at the start continue a character that began before; none where they begin no text at
    all."""
    count = 0
    while count < min(3, len(data)) and data[count] & 0xC0 == 0x80:
        count += 1
    return count
