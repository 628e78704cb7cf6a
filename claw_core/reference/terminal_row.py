"""A row of the twin's screen: as many cells as were written, and what they say as text."""

from collections.abc import Iterator
from typing import TypeAlias

Style: TypeAlias = tuple[int, int, int]
"""Colour, the one behind, marks: 0, or one more than the number in the palette, or 1 << 24 and red, green, blue."""
Cell: TypeAlias = tuple[str, Style]

DEFAULT: Style = (0, 0, 0)
EMPTY = "\0"
"""Nothing was ever written here, or it was erased."""
RIGHT = "\1"
"""The right half of a wide character."""
SKIPPED = "\2"
"""What a tab that starts further left skipped."""
BLANK: Cell = (EMPTY, DEFAULT)
RGB = 1 << 24
_MOST_MARKS = 1024

MARKS = (
    (1, 22, "bold"),
    (2, 22, "dim"),
    (3, 23, "italic"),
    (4, 24, "underline"),
    (7, 27, "reverse"),
    (9, 29, "strike"),
)


class Row:
    """A row."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.marks: list[tuple[int, str]] = []
        self.wraps = False

    def put(self, column: int, letters: str, width: int, style: Style) -> None:
        """Puts letters, all `width` wide, from a column on."""
        end = column + width * len(letters)
        self._split(column)
        self._split(end)
        self._reach(end if width == 2 else column)
        fresh = [(letter, style) for letter in letters] if width == 1 else [(letters, style), (RIGHT, style)]
        self.cells[column:end] = fresh
        self._forget_marks(column, end)

    def combine(self, column: int, mark: str) -> None:
        """Adds a combining mark to the character that stands there."""
        if len(self.marks) < _MOST_MARKS and column < len(self.cells):
            base = max(column - 1, 0) if self.cells[column][0] == RIGHT else column
            self.marks.append((base, mark))

    def put_tab(self, column: int, end: int) -> None:
        """Notes a tab, where nothing stands between or behind."""
        if len(self.cells) <= column < end:
            self._reach(column)
            self.cells += [("\t", DEFAULT)] + [(SKIPPED, DEFAULT)] * (end - column - 1)

    def erase(self, start: int, end: int) -> None:
        """Erases columns."""
        self._split(start)
        self._split(end)
        end = min(end, len(self.cells))
        if start < end:
            self.cells[start:end] = [BLANK] * (end - start)
            self._forget_marks(start, end)
            self._trim()

    def insert(self, column: int, count: int, columns: int) -> None:
        """Moves what stands from a column on to the right."""
        if column < len(self.cells):
            self._split(column)
            count = min(count, columns - column)
            self.cells[column:column] = [BLANK] * count
            self._split(columns)
            del self.cells[columns:]
            moved = [(at + (count if at >= column else 0), mark) for at, mark in self.marks]
            self.marks = [(at, mark) for at, mark in moved if at < columns]
            self._trim()

    def delete(self, column: int, count: int) -> None:
        """Takes columns out."""
        end = min(column + count, len(self.cells))
        if column < end:
            self._split(column)
            self._split(end)
            del self.cells[column:end]
            self._forget_marks(column, end)
            self.marks = [(at - (end - column if at >= end else 0), mark) for at, mark in self.marks]
            self._trim()

    def each(self, *, drawn: bool = False) -> Iterator[Cell]:
        """Its text, letter by letter; `drawn`: with a space for each place that shows none."""
        for column, (letter, style) in enumerate(self.cells):
            if letter == EMPTY or (drawn and letter in {SKIPPED, "\t"}):
                yield " ", style
            elif letter not in {RIGHT, SKIPPED}:
                yield letter, style
            for at, mark in self.marks:
                if at == column and not (drawn and mark == "\t"):
                    yield mark, style

    def _split(self, column: int) -> None:
        """Ends whatever spans the left edge of a column: a wide character, or a tab."""
        letter = self.cells[column][0] if column < len(self.cells) else ""
        if letter == RIGHT:
            self.cells[column - 1 : column + 1] = [
                (EMPTY, self.cells[column - 1][1]),
                (EMPTY, self.cells[column][1]),
            ]
            self._forget_marks(column - 1, column)
        elif letter in {SKIPPED, "\t"}:
            start = column
            while self.cells[start][0] == SKIPPED:
                start -= 1
            end = column + 1
            while end < len(self.cells) and self.cells[end][0] == SKIPPED:
                end += 1
            self.cells[start:end] = [BLANK] * (end - start)

    def _reach(self, column: int) -> None:
        self.cells += [BLANK] * (column - len(self.cells))

    def _trim(self) -> None:
        while self.cells and self.cells[-1][0] == EMPTY:
            self.cells.pop()

    def _forget_marks(self, start: int, end: int) -> None:
        self.marks = [(at, mark) for at, mark in self.marks if not start <= at < end]


def words(style: Style) -> str:
    """A style in words, such as `bold 1 on #102030`."""
    front, back, marks = style
    told = [name for index, (_, _, name) in enumerate(MARKS) if marks & 1 << index]
    told += [_name(front)] if front else []
    told += [f"on {_name(back)}"] if back else []
    return " ".join(told)


def _name(colour: int) -> str:
    return f"#{colour - RGB:06x}" if colour >= RGB else str(colour - 1)
