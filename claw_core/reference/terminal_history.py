"""What left the twin's screen at its top: the first and the last of it within a bound, with its styles."""

from typing import TypeAlias

from claw_core.reference.terminal_row import DEFAULT, Style, words

Styles: TypeAlias = list[tuple[int, int, str]]
"""First character, the one behind the last, the style in words."""


class History:
    """The first and the last of a text, with its styles."""

    def __init__(self, keep: int) -> None:
        self._half = max(keep // 2, 1)
        self._total = 0
        self._head = bytearray()
        self._tail = bytearray()
        self._runs: list[tuple[int, int, Style]] = []

    def copy(self) -> "History":
        """Another one that goes its own way."""
        other = History(2 * self._half)
        other._total, other._head, other._tail = self._total, self._head.copy(), self._tail.copy()
        other._runs = list(self._runs)
        return other

    def add(self, text: bytes, style: Style) -> None:
        """Takes the next text, all in one style."""
        start = self._total
        self._total += len(text)
        room = max(self._half - len(self._head), 0)
        self._head += text[:room]
        self._tail += text[room:]
        if len(self._tail) > 4 * self._half:
            del self._tail[: -self._half]
            begin = self._total - self._half
            self._runs = [run for run in self._runs if run[1] > begin or run[0] < self._half]
        if style != DEFAULT:
            self._runs.append((start, self._total, style))

    def seen(self) -> tuple[str, str, int, Styles, Styles]:
        """Head, tail, bytes omitted, styles of both."""
        if self._total <= 2 * self._half:
            head, tail = bytes(self._head + self._tail), b""
        else:
            head = self._head.decode("utf-8", "ignore").encode()
            tail = bytes(self._tail[-self._half :])
            tail = tail[len(tail[:3]) - len(tail[:3].lstrip(bytes(range(0x80, 0xC0)))) :]
        omitted = self._total - len(head) - len(tail)
        offset = self._total - len(tail)
        styles = self._styles(head, 0), self._styles(tail, offset)
        return head.decode("utf-8", "replace"), tail.decode("utf-8", "replace"), omitted, *styles

    def _styles(self, text: bytes, offset: int) -> Styles:
        found: Styles = []
        at = characters = 0
        for first, behind, style in self._runs:
            start, end = max(first - offset, at), min(behind - offset, len(text))
            if start >= end:
                continue
            begin = characters + _count(text[at:start])
            characters, at = begin + _count(text[start:end]), end
            if found and found[-1][1] == begin and found[-1][2] == words(style):
                found[-1] = (found[-1][0], characters, found[-1][2])
            else:
                found.append((begin, characters, words(style)))
        return found


def _count(text: bytes) -> int:
    return sum(byte & 0xC0 != 0x80 for byte in text)
