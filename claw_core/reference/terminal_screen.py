"""The twin's screen: a cursor that writes into rows, and what moves it."""

import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby

from claw_core.reference.terminal_row import DEFAULT, Row, Style, words

_LINES = dict(zip(range(ord("_"), 127), " ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·", strict=True))


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a cursor saves and gets back."""

    row: int = 0
    column: int = 0
    style: Style = DEFAULT
    is_past: bool = False
    keeps_to_region: bool = False
    set: int = 0
    draws: tuple[bool, bool] = (False, False)


class Screen:
    """Rows and columns. `left` is what left it: rows with whether their line ends there, and text with its style."""

    def __init__(self, rows: int, columns: int, *, newline: bool) -> None:
        self.columns = columns
        self.left: list[tuple[Row, bool] | tuple[str, Style]] = []
        self.reset(rows, newline=newline)

    def reset(self, rows: int, *, newline: bool) -> None:
        """As it is at first; what left it stays."""
        self.rows = [Row() for _ in range(rows)]
        self.top, self.bottom = 0, rows - 1
        self.aside: tuple[list[Row], int, int, Cursor] | None = None
        self.cursor = self.saved = Cursor()
        self.newline, self.wraps, self.inserts = newline, True, False
        self.stops = {column for column in range(self.columns) if column % 8 == 0}
        self.last = ""

    def could_pass(self) -> bool:
        """Whether a line of plain text would be drawn below all that is on the screen, and do nothing else."""
        cursor = self.cursor
        return (
            self.newline
            and self.wraps
            and not self.inserts
            and self.aside is None
            and not cursor.draws[cursor.set]
            and (cursor.column, cursor.is_past) == (0, False)
            and (self.top, self.bottom) == (0, len(self.rows) - 1)
            and not any(row.cells for row in self.rows[cursor.row :])
        )

    def blank(self) -> None:
        """Nothing on it, and the cursor in its first place."""
        self.rows = [Row() for _ in self.rows]
        self.move(row=0, column=0)

    @property
    def row(self) -> Row:
        """The row that the cursor is in."""
        return self.rows[self.cursor.row]

    def move(self, *, row: int | None = None, column: int | None = None, is_past: bool = False) -> None:
        """Puts the cursor somewhere within the screen."""
        cursor = self.cursor
        row = cursor.row if row is None else row
        column = cursor.column if column is None else min(max(column, 0), self.columns - 1)
        self.cursor = replace(cursor, row=row, column=column, is_past=is_past)

    def print(self, text: str) -> None:
        """Writes characters that are no control characters."""
        draws = self.cursor.draws[self.cursor.set]
        if text.isascii() and not draws and not self.inserts:
            self._print_run(text)
            return
        for letter in text:
            self._print_letter(chr(_ord_drawn(letter)) if draws else letter)

    def _print_run(self, text: str) -> None:
        self.last = text[-1]
        while text:
            self._wrap_if_past()
            column = self.cursor.column
            now, text = text[: self.columns - column], text[self.columns - column :]
            self.row.put(column, now, 1, self.cursor.style)
            column += len(now)
            self.move(column=column, is_past=column == self.columns and self.wraps)
            if column == self.columns and not self.wraps:
                # All but the last is overwritten where it stands.
                text = text[-1:]

    def _print_letter(self, letter: str) -> None:
        width = min(width_of(letter), self.columns)
        if width == 0:
            self.row.combine(self.cursor.column if self.cursor.is_past else max(self.cursor.column - 1, 0), letter)
            return
        self._wrap_if_past()
        if self.cursor.column + width > self.columns:
            if self.wraps:
                self.move(is_past=True)
                self._wrap_if_past()
            else:
                self.move(column=self.columns - width)
        column = self.cursor.column
        if self.inserts:
            self.row.insert(column, width, self.columns)
        self.row.put(column, letter, width, self.cursor.style)
        self.last = letter
        self.move(column=column + width, is_past=column + width == self.columns and self.wraps)

    def _wrap_if_past(self) -> None:
        if self.cursor.is_past and self.wraps:
            self.row.wraps = True
            self.move(column=0)
            self.line_feed()
        self.move()

    def line_feed(self) -> None:
        """Down a row; the screen scrolls where there is none."""
        self.move()
        if self.cursor.row == self.bottom:
            self.scroll_up(1)
        elif self.cursor.row < len(self.rows) - 1:
            self.move(row=self.cursor.row + 1)

    def reverse_line_feed(self) -> None:
        """Up a row."""
        self.move()
        if self.cursor.row == self.top:
            self.scroll_down(1)
        else:
            self.move(row=max(self.cursor.row - 1, 0))

    def scroll_up(self, count: int) -> None:
        """What leaves at the top of the ordinary screen is kept."""
        for _ in range(min(count, self.bottom - self.top + 1)):
            row = self.rows.pop(self.top)
            if self.top == 0 and self.aside is None:
                self.left.append((row, not row.wraps))
            self.rows.insert(self.bottom, Row())

    def scroll_down(self, count: int) -> None:
        """What leaves at the bottom is gone."""
        self.insert_rows(self.top, count)

    def insert_rows(self, at: int, count: int) -> None:
        """Blank rows come in; as many leave at the bottom."""
        for _ in range(min(count, self.bottom + 1 - at)):
            del self.rows[self.bottom]
            self.rows.insert(at, Row())

    def delete_rows(self, at: int, count: int) -> None:
        """Rows are taken out; blank ones come in at the bottom."""
        for _ in range(min(count, self.bottom + 1 - at)):
            del self.rows[at]
            self.rows.insert(self.bottom, Row())

    def tab(self, *, noted: bool) -> None:
        """To the next stop."""
        column = self.cursor.column
        end = min((stop for stop in self.stops if stop > column), default=self.columns - 1)
        if noted and end > column:
            self.row.put_tab(column, end)
        elif noted:
            # There is no room to go, but in the text there is.
            self.row.combine(column if self.cursor.is_past else max(column - 1, 0), "\t")
        self.move(column=end, is_past=self.cursor.is_past)

    def back_tab(self) -> None:
        """To the stop before."""
        column = max((stop for stop in self.stops if stop < self.cursor.column), default=0)
        self.move(column=column, is_past=self.cursor.is_past)

    def go_to_row(self, row: int) -> None:
        """To a row, counted from the first that scrolls where the cursor keeps to those."""
        inside = self.cursor.keeps_to_region
        first, last = (self.top, self.bottom) if inside else (0, len(self.rows) - 1)
        self.move(row=min(row + first, last))

    def up(self, count: int) -> None:
        """Up, stopping where scrolling starts, unless it was above."""
        stop = self.top if self.cursor.row >= self.top else 0
        self.move(row=max(self.cursor.row - count, stop))

    def down(self, count: int) -> None:
        """Down, likewise."""
        stop = self.bottom if self.cursor.row <= self.bottom else len(self.rows) - 1
        self.move(row=min(self.cursor.row + count, stop))

    def set_region(self, top: int, bottom: int) -> None:
        """Which rows scroll."""
        bottom = min(bottom, len(self.rows) - 1)
        if top < bottom:
            self.top, self.bottom = top, bottom
            self.go_to_row(0)
            self.move(column=0)

    def erase_screen(self, part: int) -> None:
        """What is below, above, or all of it."""
        row, count = self.cursor.row, len(self.rows)
        if part in {0, 1}:
            self.erase_line(part)
        for index in {0: range(row + 1, count), 1: range(row), 2: range(count)}.get(part, range(0)):
            self.rows[index] = Row()

    def erase_line(self, part: int) -> None:
        """What is behind, before, or all of it."""
        column = self.cursor.column
        spans = {0: (column, self.columns), 1: (0, column + 1), 2: (0, self.columns)}
        if part in spans:
            self.row.erase(*spans[part])
            self.row.wraps = self.row.wraps and part == 1
            self.move()

    def go_aside(self, aside: bool) -> None:
        """To the other screen, which is blank, or back."""
        if aside and self.aside is None:
            self.aside = (self.rows, self.top, self.bottom, self.saved)
            self.rows = [Row() for _ in self.rows]
            self.top, self.bottom = 0, len(self.rows) - 1
        elif not aside and self.aside is not None:
            self.rows, self.top, self.bottom, self.saved = self.aside
            self.aside = None

    def picture(self) -> tuple[list[list[tuple[str, str]]], tuple[int, int], bool]:
        """Rows in pieces of text and style, the cursor's row and column, and whether it is the other screen."""
        runs = [groupby(row.each(drawn=True), lambda cell: cell[1]) for row in self.rows]
        rows = [[("".join(letter for letter, _ in cells), words(style)) for style, cells in row] for row in runs]
        return rows, (self.cursor.row, self.cursor.column), self.aside is not None

    def restore(self) -> None:
        """The cursor as it was saved."""
        self.cursor = replace(self.saved, is_past=False)


def width_of(letter: str) -> int:
    """Columns that a character takes: 0 for what combines, 2 for what is wide, else 1."""
    if (unicodedata.category(letter) in {"Mn", "Me", "Cf"} and letter != "\u00ad") or "\u1160" <= letter <= "\u11ff":
        return 0
    # What Python's Unicode does not know yet is full width to it, whatever the block.
    is_known = unicodedata.category(letter) != "Cn"
    return 2 if is_known and unicodedata.east_asian_width(letter) in "WF" else 1


def _ord_drawn(letter: str) -> int:
    return ord(_LINES.get(ord(letter), letter))
