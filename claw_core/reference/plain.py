"""The twin of `plain` in plain Python: control sequences taken out, and each line as it stood at its end."""

import re

_STRING_OPENERS = "]PX^_"
_WIDEST = 4096
"""No terminal is wider; a larger number would only ask for memory."""


def plain(text: str) -> str:
    """What a person would have seen."""
    page = _Page()
    at = 0
    while at < len(text):
        letter = text[at]
        at += 1
        match letter:
            case "\n":
                page.end_line()
            case "\r":
                page.column = 0
            case "\b":
                page.column = max(page.column - 1, 0)
            case "\x1b":
                at = _escape(page, text, at)
            case _ if letter == "\t" or not (letter < " " or "\x7f" <= letter <= "\x9f"):
                page.put(letter)
            case _:
                pass
    return "".join([*page.done, *page.line])


class _Page:
    def __init__(self) -> None:
        self.done: list[str] = []
        self.line: list[str] = []
        self.column = 0

    def put(self, letter: str) -> None:
        if self.column < len(self.line):
            self.line[self.column] = letter
        else:
            self.line += [" "] * (self.column - len(self.line)) + [letter]
        self.column += 1

    def end_line(self) -> None:
        self.done += [*self.line, "\n"]
        self.line = []
        self.column = 0

    def obey(self, parameters: str, final: str) -> None:
        first = parameters.split(";", maxsplit=1)[0]
        number = None
        if re.fullmatch("[0-9]+", first):
            number = min(int(first), _WIDEST) if len(first) < 10 else _WIDEST
        steps = max(1 if number is None else number, 1)
        match final:
            case "K":
                self._erase(number or 0)
            case "C":
                self.column = min(self.column + steps, max(_WIDEST, len(self.line)))
            case "D":
                self.column = max(self.column - steps, 0)
            case "G":
                self.column = steps - 1
            case _:
                pass

    def _erase(self, part: int) -> None:
        if part == 0:
            del self.line[self.column :]
        elif part == 1:
            end = min(len(self.line), self.column + 1)
            self.line[:end] = [" "] * end
        else:
            self.line.clear()


def _escape(page: _Page, text: str, at: int) -> int:
    """Obeys or drops what follows ESC, and returns where it ends."""
    opener = text[at : at + 1]
    if opener == "[":
        found = re.compile(r"([ -?]*)([@-~]?)").match(text, at + 1)
        assert found is not None
        if found[2]:
            page.obey(found[1], found[2])
        return found.end()
    if opener and opener in _STRING_OPENERS:
        found = re.compile(r"[^\n]*?(?:\x07|\x1b\\)|[^\n]*").match(text, at)
    else:
        found = re.compile(r"[ -/]*[0-~]?").match(text, at)
    assert found is not None
    return found.end()
