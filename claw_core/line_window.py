"""Some lines of a text or a file: as many as a model is shown at once, and where to go on."""

from dataclasses import dataclass
from pathlib import Path

from claw_core.error import BinaryFile
from claw_core.file_text import explain
from claw_core.truncation import cut_line

MAX_COLUMNS = 2000
"""Characters of one line."""
MAX_CHARACTERS = 120_000
"""Characters in all: a window of very long lines ends early."""
_LONGEST = 4 * MAX_COLUMNS
"""Bytes of a line of a file too large to hold; what comes after is passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Neighbouring lines."""

    lines: tuple[str, ...]
    """Without their endings; none where the text ends before `first`."""
    first: int
    """The number of the first, from 1."""
    total: int | None
    """Lines in all; None where nobody counted."""
    more: bool
    """Whether lines follow."""
    cut: int
    """How many lines are not whole."""

    @property
    def last(self) -> int:
        """The number of the last."""
        return self.first + len(self.lines) - 1


def window_of_text(text: str, first: int, limit: int) -> Window:
    """At most `limit` lines of a text from line `first`, cut to what a model is shown."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    taken, cut = _take([line.removesuffix("\r") for line in lines[first - 1 : first - 1 + limit]])
    last = first - 1 + len(taken)
    return Window(lines=tuple(taken), first=first, total=len(lines), more=last < len(lines), cut=cut)


def window_of_file(path: Path, shown: str, first: int, limit: int) -> Window:
    """Like `window_of_text` for a file of any size, of which no more is held than is shown.

    Read as UTF-8, with a mark for bytes that are not. Raises BinaryFile, and WorkspaceError where it cannot be read.
    """
    lines: list[str] = []
    number = 0
    try:
        with path.open("rb") as file:
            if b"\0" in file.read(8192):
                raise BinaryFile(
                    f"{shown} is a binary file of {path.stat().st_size:,} bytes, not text.",
                    "Look at it with a shell command such as `file`, `xxd` or `strings`.",
                )
            file.seek(0)
            while line := file.readline(_LONGEST):
                number += 1
                if number >= first + limit:
                    break
                if number >= first:
                    lines.append(line.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r"))
                while line and not line.endswith(b"\n"):
                    line = file.readline(1 << 20)
            more = bool(line)
    except OSError as error:
        raise explain(error, path, shown, "read") from error
    taken, cut = _take(lines)
    return Window(
        lines=tuple(taken),
        first=first,
        total=None if more else number,
        more=more or len(taken) < len(lines),
        cut=cut,
    )


def _take(lines: list[str]) -> tuple[list[str], int]:
    """As many of these lines as are shown at once, at least one, and how many of them were cut."""
    taken: list[str] = []
    room, cut = MAX_CHARACTERS, 0
    for line in lines:
        short = cut_line(line, MAX_COLUMNS)
        room -= len(short) + 1
        if room < 0 and taken:
            break
        cut += short != line
        taken.append(short)
    return taken, cut
