"""The twin of the terminal in plain Python: bytes in, and out comes what a person would have seen."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from claw_core.reference.terminal_history import History, Styles
from claw_core.reference.terminal_row import DEFAULT, MARKS, RGB, Row, Style
from claw_core.reference.terminal_screen import Cursor, Screen

__all__ = ["Terminal"]

_MOST_REPLIES = 256
_MOST_PARAMETERS = 256
_RUN = re.compile(r"[^\x00-\x1f\x7f-\x9f]+")
_LINES = re.compile(r"(?:[ -~]*\n)+")
_CSI = re.compile(r"([<-?]?)([0-9:;]*)([ -/]?)")


class Terminal:
    """A terminal of some rows and columns."""

    def __init__(self, rows: int, columns: int, *, keep: int, newline: bool) -> None:
        self._screen = Screen(min(max(rows, 1), 1000), min(max(columns, 2), 1000), newline=newline)
        self._newline = newline
        self._history = History(keep)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._state = ""
        """What of a sequence was read: nothing, ESC and intermediate bytes, ESC [ and more, or ESC ] for texts."""
        self._replies = b""

    def feed(self, data: bytes) -> bytes:
        """Takes the next bytes, cut anywhere. Returns the text that left the screen meanwhile."""
        text = self._decoder.decode(data)
        at = 0
        while at < len(text):
            at = self._pass_through(text, at)
            run = _RUN.match(text, at) if not self._state else None
            if run:
                self._screen.print(run[0])
                at = run.end()
            else:
                at += self._step(text[at])
        return self._let_go()

    def _pass_through(self, text: str, at: int) -> int:
        """Hands lines of plain text straight on that would be drawn only to scroll off at once."""
        screen = self._screen
        count = len(screen.rows)
        if self._state or text.find("\n", at, at + 4096) < 0 or not screen.could_pass():
            return at
        lines = _LINES.match(text, at)
        ends = lines[0].count("\n") if lines else 0
        if lines is None or ends <= count:
            return at
        kept = len(lines[0].rsplit("\n", count + 1)[0]) + 1
        for row in screen.rows[: screen.cursor.row]:
            screen.left.append((row, not row.wraps))
        screen.blank()
        screen.last = next((line[-1] for line in reversed(lines[0][:kept].split("\n")) if line), screen.last)
        screen.left.append((lines[0][:kept], screen.cursor.style))
        return at + kept

    def finish(self) -> bytes:
        """Takes note that no more will come. Returns the text that left the screen."""
        text = self._decoder.decode(b"", final=True)
        if text and self._state != "\x1b]":
            self._state = ""
            self._screen.print(text)
        return self._let_go()

    def seen(self) -> tuple[str, str, int, Styles, Styles]:
        """Head, tail, bytes omitted between them, and the styles of both by characters."""
        history = self._history.copy()
        for text, style in self._screen_pieces():
            history.add(text.encode(), style)
        return history.seen()

    def on_screen(self) -> str:
        """The text that is still on the screen."""
        return "".join(text for text, _ in self._screen_pieces())

    def rows(self) -> list[str]:
        """The rows of the screen, each as it is drawn there."""
        return ["".join(letter for letter, _ in row.each(drawn=True)) for row in self._screen.rows]

    def picture(self) -> tuple[list[list[tuple[str, str]]], tuple[int, int], bool]:
        """The screen as it is now: rows in pieces, the cursor, and whether a program uses the whole screen."""
        return self._screen.picture()

    def replies(self) -> bytes:
        """Answers to programs that asked."""
        replies, self._replies = self._replies, b""
        return replies

    def _let_go(self) -> bytes:
        left = bytearray()
        for style, pieces in groupby(_left(self._screen.left), lambda piece: piece[1]):
            text = "".join(piece for piece, _ in pieces).encode()
            left += text
            self._history.add(text, style)
        self._screen.left.clear()
        return bytes(left)

    def _screen_pieces(self) -> Iterator[tuple[str, Style]]:
        rows = self._screen.rows
        used = max((index + 1 for index, row in enumerate(rows) if row.cells), default=0)
        end = max(used, self._screen.cursor.row + 1)
        for index, row in enumerate(rows[:end]):
            yield from _pieces(row, ends=not row.wraps and index + 1 < end)

    # ---- sequences

    def _step(self, letter: str) -> int:
        """One character that is no text, or within a sequence; 0 where it has to be looked at again."""
        state = self._state
        if letter in "\x18\x1a" or (state == "\x1b]" and letter == "\x07"):
            self._state = ""
        elif letter == "\x1b":
            self._state = letter
        elif state == "\x1b]":
            if letter == "\n":
                self._state = ""
                self._control(letter)
        elif letter == "\x7f":
            pass
        elif letter < " ":
            self._control(letter)
        elif letter >= "\x80":
            self._state = ""
            return 1 if "\x80" <= letter <= "\x9f" else 0
        elif state.startswith("\x1b["):
            self._in_csi(letter)
        elif state:
            self._in_escape(letter)
        return 1

    def _in_escape(self, letter: str) -> None:
        if letter == "[":
            self._state = "\x1b["
        elif letter in "]PX^_" and self._state == "\x1b":
            self._state = "\x1b]"
        elif letter < "0":
            self._state = "\x1b" + letter
        else:
            intermediate, self._state = self._state[1:], ""
            self._escape(intermediate, letter)

    def _in_csi(self, letter: str) -> None:
        if letter < "@":
            # Of more than this nothing is obeyed; so no more is kept.
            self._state += letter if len(self._state) < _MOST_PARAMETERS + 8 else ""
            return
        body, self._state = self._state[2:], ""
        found = _CSI.fullmatch(body)
        if found and len(found[2]) <= _MOST_PARAMETERS:
            parameters = [[_decimal(part) for part in each.split(":")] for each in found[2].split(";")]
            self._sequence(found[1] + found[3], parameters, letter)

    def _control(self, letter: str) -> None:
        screen = self._screen
        match letter:
            case "\b":
                screen.move(column=screen.cursor.column - 1)
            case "\t":
                screen.tab(noted=True)
            case "\n" | "\v" | "\f":
                screen.line_feed()
                if screen.newline and letter == "\n":
                    screen.move(column=0)
            case "\r":
                screen.move(column=0)
            case "\x0e" | "\x0f":
                screen.cursor = replace(screen.cursor, set=int(letter == "\x0e"))
            case _:
                pass

    def _escape(self, intermediate: str, letter: str) -> None:
        screen = self._screen
        match intermediate, letter:
            case "", "7":
                screen.saved = screen.cursor
            case "", "8":
                screen.restore()
            case "", "D" | "E":
                screen.line_feed()
                if letter == "E":
                    screen.move(column=0)
            case "", "H":
                screen.stops.add(screen.cursor.column)
            case "", "M":
                screen.reverse_line_feed()
            case "", "c":
                screen.reset(len(screen.rows), newline=self._newline)
            case "#", "8":
                for row in screen.rows:
                    row.__init__()
                    row.put(0, "E" * screen.columns, 1, DEFAULT)
                screen.go_to_row(0)
                screen.move(column=0)
            case "(" | ")", _:
                draws = list(screen.cursor.draws)
                draws[intermediate == ")"] = letter == "0"
                screen.cursor = replace(screen.cursor, draws=(draws[0], draws[1]))
            case _:
                pass

    def _sequence(self, marks: str, parameters: list[list[int]], last: str) -> None:
        screen, first = self._screen, parameters[0][0]
        second = parameters[1][0] if len(parameters) > 1 else 0
        match marks, last:
            case "", "n":
                self._report(first)
            case "", "c":
                self._reply("\x1b[?6c")
            case "", "h" | "l":
                for mode, *_ in parameters:
                    screen.inserts = last == "h" if mode == 4 else screen.inserts
                    screen.newline = last == "h" if mode == 20 else screen.newline
            case "?", "h" | "l":
                for mode, *_ in parameters:
                    self._switch(mode, last == "h")
            case "" | "?", "J":
                screen.erase_screen(first)
            case "" | "?", "K":
                screen.erase_line(first)
            case "", "m":
                screen.cursor = replace(screen.cursor, style=_selected(screen.cursor.style, parameters))
            case "", "r":
                screen.set_region(max(first, 1) - 1, (second or 65535) - 1)
            case "", "g":
                screen.stops -= {0: {screen.cursor.column}, 3: screen.stops}.get(first, set())
            case "", "H" | "f":
                screen.go_to_row(max(first, 1) - 1)
                screen.move(column=max(second, 1) - 1)
            case "", "b" if screen.last:
                for _ in range(min(max(first, 1), screen.columns)):
                    screen.print(screen.last)
            case "", "s":
                screen.saved = screen.cursor
            case "", "u":
                screen.restore()
            case "!", "p":
                screen.wraps, screen.inserts = True, False
                screen.top, screen.bottom = 0, len(screen.rows) - 1
                screen.cursor = Cursor(screen.cursor.row, screen.cursor.column)
                screen.saved = Cursor()
            case "", _:
                self._move_or_edit(last, max(first, 1))
            case _:
                pass

    def _move_or_edit(self, last: str, count: int) -> None:
        screen = self._screen
        row, column = screen.cursor.row, screen.cursor.column
        last_row = len(screen.rows) - 1
        moves: dict[str, Callable[[], None]] = {
            "A": lambda: screen.up(count),
            "B": lambda: screen.down(count),
            "e": lambda: screen.move(row=min(row + count, last_row)),
            "C": lambda: screen.move(column=column + count),
            "a": lambda: screen.move(column=column + count),
            "D": lambda: screen.move(column=column - count),
            "E": lambda: (screen.down(count), screen.move(column=0))[1],
            "F": lambda: (screen.up(count), screen.move(column=0))[1],
            "G": lambda: screen.move(column=count - 1),
            "`": lambda: screen.move(column=count - 1),
            "d": lambda: screen.go_to_row(count - 1),
            "S": lambda: screen.scroll_up(count),
            "T": lambda: screen.scroll_down(count),
            "@": lambda: screen.row.insert(column, count, screen.columns),
            "P": lambda: screen.row.delete(column, count),
            "X": lambda: screen.row.erase(column, column + count),
        }
        if last in {"I", "Z"}:
            for _ in range(min(count, screen.columns)):
                screen.tab(noted=False) if last == "I" else screen.back_tab()
        elif last in {"L", "M"} and screen.top <= row <= screen.bottom:
            (screen.insert_rows if last == "L" else screen.delete_rows)(row, count)
            screen.move(column=0)
        elif last in moves:
            moves[last]()
            screen.move()

    def _switch(self, mode: int, on: bool) -> None:
        screen = self._screen
        match mode:
            case 3 | 6:
                if mode == 3:
                    screen.top, screen.bottom = 0, len(screen.rows) - 1
                    screen.erase_screen(2)
                else:
                    screen.cursor = replace(screen.cursor, keeps_to_region=on)
                screen.go_to_row(0)
                screen.move(column=0)
            case 7:
                screen.wraps = on
            case 47 | 1047:
                screen.go_aside(on)
            case 1048 | 1049 if on:
                screen.saved = screen.cursor
                screen.go_aside(on or screen.aside is not None) if mode == 1049 else None
            case 1048 | 1049:
                screen.go_aside(False) if mode == 1049 else None
                screen.restore()
            case _:
                pass

    def _report(self, what: int) -> None:
        cursor = self._screen.cursor
        if what in {5, 6}:
            self._reply("\x1b[0n" if what == 5 else f"\x1b[{cursor.row + 1};{cursor.column + 1}R")

    def _reply(self, text: str) -> None:
        if len(self._replies) + len(text) <= _MOST_REPLIES:
            self._replies += text.encode()


def _decimal(digits: str) -> int:
    return min(int(digits[:6] if digits.lstrip("0")[5:] == "" else 65535), 65535) if digits else 0


def _left(rows: "list[tuple[Row, bool] | tuple[str, Style]]") -> Iterator[tuple[str, Style]]:
    for row, told in rows:
        if isinstance(row, Row):
            yield from _pieces(row, ends=bool(told))
        elif told == DEFAULT or isinstance(told, bool):
            yield row, DEFAULT
        else:
            for line in row.splitlines():
                yield line, told
                yield "\n", DEFAULT


def _pieces(row: Row, *, ends: bool) -> Iterator[tuple[str, Style]]:
    for style, cells in groupby(row.each(), lambda cell: cell[1]):
        yield "".join(letter for letter, _ in cells), style
    if ends:
        yield "\n", DEFAULT


# ---- colours


def _selected(style: Style, parameters: list[list[int]]) -> Style:
    front, back, marks = style
    rest = iter(parameters)
    for number, *more in rest:
        if number == 0:
            front = back = marks = 0
        elif number == 4 and more[:1] == [0]:
            marks = _marked(marks, 24)
        elif number in {1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29}:
            marks = _marked(marks, number)
        elif number in {38, 48, 58}:
            chosen = _colour([number, *more], rest)
            front = chosen if number == 38 and chosen else front
            back = chosen if number == 48 and chosen else back
        elif number // 10 in {3, 9} and number % 10 < 8:
            front = number - (29 if number < 40 else 81)
        elif number // 10 in {4, 10} and number % 10 < 8:
            back = number - (39 if number < 50 else 91)
        elif number == 39:
            front = 0
        elif number == 49:
            back = 0
    return front, back, marks


def _marked(marks: int, number: int) -> int:
    for index, (on, off, _) in enumerate(MARKS):
        marks |= (number == on) << index
        marks &= ~((number == off) << index)
    return marks


def _colour(parameter: list[int], rest: Iterator[list[int]]) -> int | None:
    def following() -> int:
        return next(rest, [0])[0]

    match parameter:
        case [_]:
            kind = following()
            parts = [kind, *(following() for _ in range({5: 1, 2: 3}.get(kind, 0)))]
        case [_, 2, _, *more] if len(more) >= 3:
            parts = [2, *more[:3]]
        case _:
            parts = parameter[1:]
    if parts[:1] == [5] and len(parts) > 1 and parts[1] < 256:
        return parts[1] + 1
    if len(parts) == 4 and parts[0] == 2 and max(parts[1:]) < 256:
        return RGB | parts[1] << 16 | parts[2] << 8 | parts[3]
    return None
