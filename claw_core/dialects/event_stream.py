"""Server-sent events, put together from bytes that were cut anywhere."""

from collections.abc import Iterator

LONGEST = 1 << 25
"""Bytes of one event."""


class EventStream:
    """Reads the data of events as the bytes come in."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._data: list[str] = []
        self._size = 0
        self._after_return = False

    def take(self, piece: bytes) -> Iterator[str]:
        """Add bytes; the data of each event that is whole now. Raises ValueError where an event is too long."""
        if self._after_return and piece[:1] == b"\n":
            piece = piece[1:]
        if piece:
            self._after_return = piece.endswith(b"\r")
        self._held += piece
        *lines, rest = self._held.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._held = bytearray(rest)
        if len(rest) + self._size > LONGEST:
            raise ValueError(f"an event of more than {LONGEST} bytes")
        for line in lines:
            if not line:
                if self._data:
                    yield "\n".join(self._data)
                self._data, self._size = [], 0
            elif line.startswith(b"data:"):
                self._data.append(line[5:].decode(errors="replace").removeprefix(" "))
                self._size += len(line)

    def end(self) -> str | None:
        """The data of an event that was begun when the stream ended, where its last line was whole."""
        return "\n".join(self._data) or None
