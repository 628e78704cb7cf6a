"""The twin of reading search/replace fences in plain Python."""

import re
from collections.abc import Callable

from claw_core.reference.chunk import ChunkFields, FileFields, problem, without_end

_WHITE = " \t\n\r\f"


def opens(line: str) -> bool:
    """Whether a fence begins here."""
    rest = _fence(line, "<")
    return rest is not None and rest.strip(_WHITE) in {"SEARCH", "SEARCH>"}


def _divides(line: str) -> bool:
    return _fence(line, "=") == ""


def _closes(line: str) -> bool:
    rest = _fence(line, ">")
    return rest is not None and rest.strip(_WHITE) == "REPLACE"


def _fence(line: str, sign: str) -> str | None:
    line = line.strip(_WHITE)
    rest = line.lstrip(sign)
    return rest if 5 <= len(line) - len(rest) <= 9 else None


def read(lines: list[str]) -> list[FileFields]:
    """Each fence as a file of its own."""
    files: list[FileFields] = []
    at = 0
    while at < len(lines):
        if not opens(lines[at]):
            at += 1
            continue
        path = _name_before(lines, at)
        if path is None and files:
            path = files[-1][1]
        old, at = _part(lines, at + 1, "-", _divides, "expected =======")
        new, at = _part(lines, at, "+", lambda line: _closes(line) or _divides(line), "expected >>>>>>> REPLACE")
        chunk: ChunkFields = (None, [], old + new, False)
        files.append(("update", path, None, [chunk], True))
    return files


def _part(lines: list[str], at: int, sign: str, ends: Callable[[str], bool], missing: str) -> tuple[list[str], int]:
    part: list[str] = []
    while at < len(lines):
        if ends(lines[at]):
            return part, at + 1
        part.append(f"{sign}{without_end(lines[at])}\n")
        at += 1
    raise problem(len(lines), missing)


def _name_before(lines: list[str], at: int) -> str | None:
    names: list[str] = []
    for whole in reversed(lines[max(at - 3, 0) : at]):
        line = whole.strip(_WHITE)
        block = re.match("```|<", line)
        bare = _stripped(line[block.end() :] if block else line)
        is_name = block is None or "." in bare or "/" in bare
        if is_name and bare and bare != "...":
            names.append(bare)
        if block is None:
            break
    return next((name for name in names if "." in name), names[0] if names else None)


def _stripped(line: str) -> str:
    line = line.strip(_WHITE)
    while line.endswith(":") or line.startswith("#"):
        line = (line[:-1] if line.endswith(":") else line[1:]).strip(_WHITE)
    return line.strip("`").strip("*")
