"""Truncation: long output becomes its beginning and its end, with the whole in a file that can be read.

The beginning says what happened and the end how it went; what lies between is rarely missed, and when it is, the marker
says where to find it. Nothing is cut inside a character.
"""

import os
import secrets
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from claw_core.native.shell import Finished

MAX_LINES = 1000
"""Lines of one output that a model is shown."""
MAX_BYTES = 32 * 1024
"""Bytes of one output that a model is shown, in UTF-8."""
MAX_COLUMNS = 1500
"""Characters of one line that a model is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What is left of a text."""

    text: str
    """The text, or its head, a line that says what is missing, and its tail."""
    whole: Path | None
    """The file with all of it; None where nothing was cut, or where no file could be made."""
    cut: bool
    """Whether anything is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is shown, its marker included."""

    lines: int = MAX_LINES
    size: int = MAX_BYTES
    """Bytes in UTF-8."""
    columns: int = MAX_COLUMNS
    """Characters a line."""


DEFAULT = Limits()


def shorten(text: str, scratch: Path, *, limits: Limits = DEFAULT, name: str = "output") -> Shortened:
    """A text within limits; where it is cut, the whole goes to a new file in `scratch`. Blocks while it writes.

    Never larger than the limits, unless they have no room for the marker itself, about 200 characters and a path.
    """
    lines = text.split("\n")
    if fits(text, lines, limits):
        return Shortened(text=text, whole=None, cut=False)
    whole = _keep(text, scratch, name)
    return Shortened(text=_ends(lines, lines, limits, whole), whole=whole, cut=True)


def join(head: str, tail: str, omitted: int, whole: Path | None, *, limits: Limits = DEFAULT) -> Shortened:
    """Like `shorten` for a text of which `omitted` bytes between head and tail are already gone; `whole` has them."""
    text = _ends(head.split("\n"), tail.split("\n"), limits, whole, omitted)
    return Shortened(text=text, whole=whole, cut=True)


def shorten_output(ended: Finished, scratch: Path, *, name: str) -> Shortened:
    """Like `shorten` for what a command printed, of which the middle may be gone already."""
    if ended.omitted:
        return join(ended.head, ended.tail, ended.omitted, ended.spilled)
    return shorten(ended.output, scratch, name=name)


def cut_line(line: str, columns: int) -> str:
    """A line of at most `columns` characters: its beginning and its end, with how much is missing between them."""
    if len(line) <= columns:
        return line
    note = f" … {len(line):,} characters in all … "
    room = max(columns - len(note), 0)
    head = room - room // 3
    return (line[:head] + note + line[len(line) - room // 3 :])[: max(columns, 1)]


def fits(text: str, lines: list[str], limits: Limits) -> bool:
    """Whether a text, already split into lines, is within the limits."""
    rows = len(lines) - (not lines[-1])
    if rows > limits.lines or len(text) > limits.size or len(text.encode("utf-8", "replace")) > limits.size:
        return False
    return all(len(line) <= limits.columns for line in lines)


def _ends(first: list[str], last: list[str], limits: Limits, whole: Path | None, omitted: int | None = None) -> str:
    """Lines from the start of `first` and from the end of `last`, which are the same list unless bytes were omitted."""
    widest = _marker(10**12, 10**15, whole)
    size = max(limits.size - len(widest.encode("utf-8", "replace")) - 2, 0)
    rows = max(limits.lines - 1, 0)
    head = _take(first, rows - rows // 2, size - size // 2, limits.columns)
    end = last[len(head) :] if last is first else last
    tail = _take(end[::-1], rows // 2, size // 2, limits.columns)[::-1]
    missing = len(first) - len(head) - len(tail) if omitted is None else None
    return "\n".join([*head, _marker(missing, omitted, whole), *tail])


def _take(lines: list[str], rows: int, size: int, columns: int) -> list[str]:
    """Lines from the start, within bounds. Of a first line that alone is too large, a part."""
    taken: list[str] = []
    for line in islice(lines, rows):
        short = cut_line(line, columns)
        cost = len(short.encode("utf-8", "replace")) + 1
        if cost > size:
            if not taken and size >= 8:
                taken.append(cut_line(line, min((size - 1) // 4, columns)))
            break
        taken.append(short)
        size -= cost
    return taken


def _marker(lines: int | None, omitted: int | None, whole: Path | None) -> str:
    if omitted is not None and lines is None:
        what = f"more than {omitted:,} bytes left out"
    elif lines:
        what = f"{lines:,} lines left out"
    else:
        what = "long lines were cut"
    if whole is None:
        return f"... {what}; the whole could not be kept ..."
    return f"... {what}; the whole is in {whole}, read it with offset and limit, or search it with grep ..."


def scratch_file(scratch: Path, name: str) -> Path:
    """A new name in `scratch`, which is made if needed. Raises OSError."""
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    return scratch / f"{name}-{secrets.token_hex(4)}.txt"


def spill_file(scratch: Path, name: str) -> Path | None:
    """The same, for output that can do without: None where it cannot be had."""
    try:
        return scratch_file(scratch, name)
    except OSError:
        return None


def _keep(text: str, scratch: Path, name: str) -> Path | None:
    try:
        path = scratch_file(scratch, name)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError:
        return None
    return path
