"""The twin of changes line by line in plain Python, and the comparison that they and words share."""

import re
from collections.abc import Sequence

Script = list[tuple[str, str]]
"""Signs and lines; each line with its own ending."""


def words(line: str) -> list[str]:
    """The pieces of a line."""
    return re.findall(r"[A-Za-z0-9_\x80-\U0010ffff]+|[ \t]+|.", line, re.DOTALL)


def kept_pairs(old: Sequence[str], new: Sequence[str], cells: int) -> list[tuple[int, int]]:
    """The pairs of items that stay from one list to the other, in order."""
    shorter = min(len(old), len(new))
    lead = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    rest = shorter - lead
    trail = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    old_end, new_end = len(old) - trail, len(new) - trail
    pairs = [(at, at) for at in range(lead)]
    if (old_end - lead) * (new_end - lead) <= cells:
        pairs += [(lead + i, lead + j) for i, j in _common(old[lead:old_end], new[lead:new_end])]
    return pairs + [(old_end + at, new_end + at) for at in range(trail)]


def _common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs of a longest common subsequence, the earliest where several are as long."""
    length = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            same = old[i] == new[j]
            length[i][j] = length[i + 1][j + 1] + 1 if same else max(length[i + 1][j], length[i][j + 1])
    i = j = 0
    pairs: list[tuple[int, int]] = []
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif length[i + 1][j] >= length[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def script_of(lines: list[str], cells: int) -> Script:
    """From signed lines. Lines that go and come again at once stay."""
    script: Script = []
    gone: list[str] = []
    come: list[str] = []
    for line in lines:
        if line[0] == "-":
            gone.append(line[1:])
        elif line[0] == "+":
            come.append(line[1:])
        else:
            script += [*between(gone, come, cells), (" ", line[1:])]
            gone, come = [], []
    return script + between(gone, come, cells)


def between(old: list[str], new: list[str], cells: int) -> Script:
    """From the old lines to the new ones."""
    script: Script = []
    i = j = 0
    for kept_old, kept_new in [*kept_pairs(old, new, cells), (len(old), len(new))]:
        script += [("-", line) for line in old[i:kept_old]]
        script += [("+", line) for line in new[j:kept_new]]
        script += [(" ", line) for line in old[kept_old : kept_old + 1]]
        i, j = kept_old + 1, kept_new + 1
    return script


def old_lines(script: Script) -> list[str]:
    """The lines that the script expects to be there."""
    return [line for sign, line in script if sign != "+"]


def margins(script: Script) -> tuple[int, int]:
    """How many lines of context it begins with, and how many it ends with."""
    signs = "".join(sign for sign, _ in script)
    lead = len(signs) - len(signs.lstrip(" "))
    rest = signs[lead:]
    return lead, len(rest) - len(rest.rstrip(" "))


def edges(script: Script) -> tuple[int, int]:
    """As `margins`, with blank lines that are to be removed."""
    signs = "".join(" " if sign == "-" and not line.strip(" \t\n\r\f") else sign for sign, line in script)
    lead = len(signs) - len(signs.lstrip(" "))
    rest = signs[lead:]
    return lead, len(rest) - len(rest.rstrip(" "))
