"""The twin of what lines are compared by, in plain Python."""

from contextlib import suppress
from dataclasses import dataclass

from claw_core.reference.chunk import lines_of

LEVELS = 4
INDENTATION = 3
"""The level at which indentation does not count."""
_WHITE = " \t\r\x0b\x0c"


@dataclass(frozen=True)
class Rules:
    """What counts as alike."""

    lookalikes: dict[int, str]
    similar: int
    growth: int
    cells: int

    @classmethod
    def of(cls, rules: tuple[list[tuple[str, str]], int, int, int]) -> "Rules":
        """From what the door gives."""
        return cls({ord(one): meant for one, meant in rules[0]}, *rules[1:])

    def plain(self, text: str) -> str:
        """A text with plain characters."""
        return text if text.isascii() else text.translate(self.lookalikes)

    def key(self, line: str, level: int) -> str:
        """What a line is compared by at a level."""
        line = content(line)
        if level == 0:
            return line
        if level == 1:
            return line.rstrip(_WHITE)
        return self.plain(line).rstrip(_WHITE) if level < INDENTATION else trimmed(self.plain(line))


def content(line: str) -> str:
    """A line without its ending."""
    return line[:-1].removesuffix("\r") if line.endswith("\n") else line


def ending(line: str) -> str:
    """The ending of a line; empty where it has none."""
    return line[len(content(line)) :]


def indent(line: str) -> str:
    """The blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def trimmed_end(line: str) -> str:
    """Without white space at its end."""
    return line.rstrip(_WHITE)


def trimmed(line: str) -> str:
    """Without blanks on either side."""
    return line.rstrip(_WHITE).lstrip(" \t")


class Text:
    """The lines of a text, and what they are compared by."""

    def __init__(self, text: str, rules: Rules) -> None:
        self.lines = lines_of(text)
        self.rules = rules
        self._keys: dict[int, list[str]] = {}

    def find(self, wanted: list[str], level: int) -> list[int]:
        """Where a row of lines stands at a level, from the top."""
        if level not in self._keys:
            self._keys[level] = [self.rules.key(line, level) for line in self.lines]
        have, want = self._keys[level], [self.rules.key(line, level) for line in wanted]
        found: list[int] = []
        at = -1
        with suppress(ValueError):
            while True:
                at = have.index(want[0], at + 1)
                if have[at : at + len(want)] == want:
                    found.append(at)
        return found
