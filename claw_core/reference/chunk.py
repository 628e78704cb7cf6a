"""The twin of chunks in plain Python: what the three forms of a patch have in common."""

import re
from dataclasses import dataclass, field

ChunkFields = tuple[int | None, list[str], list[str], bool]
"""start, anchors, lines, at_end."""
FileFields = tuple[str, str | None, str | None, list[ChunkFields], bool]
"""action, path, moved_to, chunks, ends."""


@dataclass
class Chunk:
    """A chunk while it is read."""

    start: int | None = None
    anchors: list[str] = field(default_factory=list[str])
    lines: list[str] = field(default_factory=list[str])
    at_end: bool = False

    def open_end(self) -> None:
        """`\\ No newline at end of file` takes the ending from the line before it."""
        if self.lines:
            self.lines[-1] = self.lines[-1].removesuffix("\n")

    def fields(self) -> ChunkFields:
        """As the extension gives it."""
        return self.start, self.anchors, self.lines, self.at_end


@dataclass(frozen=True)
class Head:
    """What a line that begins with `@@` says."""

    start: int | None = None
    counts: tuple[int, int] | None = None
    anchor: str | None = None


def head_of(line: str) -> Head:
    """What a line that begins with `@@` says."""
    rest = without_end(line).rstrip(" \t\n\r\f").removeprefix("@@")
    if (found := _ranges(rest)) is not None:
        return Head(found[0], found[1])
    rest = rest.removesuffix("@@").rstrip(" \t\n\r\f")
    if rest.strip(" \t\n\r\f") in {"", "...", "…"} or re.match(" -[0-9]", rest):
        return Head()
    return Head(anchor=rest.removeprefix(" "))


def _ranges(rest: str) -> tuple[int, tuple[int, int]] | None:
    old, plus, new = rest.removeprefix(" -").partition(" +")
    if not rest.startswith(" -") or not plus:
        return None
    before, after = _range(old), _range(re.split("[ @]", new, maxsplit=1)[0])
    return None if before is None or after is None else (before[0], (before[1], after[1]))


def _range(text: str) -> tuple[int, int] | None:
    start, comma, count = text.partition(",")
    if not _is_number(start) or (comma and not _is_number(count)):
        return None
    return int(start), int(count) if comma else 1


def _is_number(text: str) -> bool:
    return re.fullmatch("[0-9]+", text) is not None and len(text.lstrip("0")) <= 10 and int(text) < 1 << 32


def lines_of(text: str) -> list[str]:
    """The lines of a text, each with its ending."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def without_end(line: str) -> str:
    """A line without its ending, or the carriage return that is left of one."""
    return line.removesuffix("\n").removesuffix("\r")


def is_blank(line: str) -> bool:
    """Whether nothing but an ending is there."""
    return line in {"\n", "\r\n"}


def kept(sign: str, line: str, is_converted: bool) -> str:
    """A signed line as a chunk keeps it."""
    whole = sign + line
    return whole[:-2] + "\n" if is_converted and whole.endswith("\r\n") else whole


def problem(at: int, what: str) -> ValueError:
    """What is wrong with the line at an index."""
    return ValueError(f"line {at + 1}: {what}")
