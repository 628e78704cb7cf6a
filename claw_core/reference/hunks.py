"""The twin of hunks in plain Python: from two texts, a chosen few of them into a text, words that changed.

`make_hunks` compares with difflib. Where the same lines stand at several places, it may pair others of them
than the extension's histogram diff does; both then turn the one text into the other. Everything else is the
same to the byte.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import Match, SequenceMatcher
from itertools import groupby, takewhile

from claw_core.reference.chunk import lines_of
from claw_core.reference.script import kept_pairs, words
from claw_core.reference.unified import HunkFields, shown

Run = tuple[int, int, int, int]
"""Old lines from and to, new lines from and to."""


class PatchConflict(ValueError):
    """A hunk does not fit the text."""


def make_hunks(before: str, after: str, context: int, go_on: Callable[[], None] = lambda: None) -> list[HunkFields]:
    """The hunks that turn one text into the other. `go_on` is called from time to time, and may raise."""
    old, new = lines_of(before), lines_of(after)
    hunks: list[HunkFields] = []
    group: list[Run] = []
    for run in _runs(old, new, go_on):
        if group and run[0] - group[-1][1] > 2 * context:
            hunks.append(_hunk(group, old, new, context))
            group = []
        group.append(run)
    if group:
        hunks.append(_hunk(group, old, new, context))
    return hunks


def apply_hunks(
    before: str,
    hunks: Sequence[HunkFields],
    accepted: Sequence[int] | None,
    go_on: Callable[[], None] = lambda: None,
) -> str:
    """The text with the accepted hunks applied."""
    go_on()
    _check(hunks, accepted)
    lines = lines_of(before)
    out: list[str] = []
    cursor = drift = 0
    for index in sorted(range(len(hunks)), key=lambda index: _core(hunks[index])):
        go_on()
        hunk = hunks[index]
        expected = max(_old_index(hunk) + drift, 0)
        old, new = _side(hunk, "+"), _side(hunk, "-")
        if accepted is not None and index not in accepted:
            is_old = bool(old) and _stands(old, lines, expected)
            if not is_old and _stands(new, lines, expected):
                drift += len(new) - len(old)
            continue
        lead = _context(hunk[4])
        if lead == len(hunk[4]):
            continue
        trail = _context(reversed(hunk[4][lead:]))
        floor = max(cursor - lead, 0)
        at = _place(old, lines, expected, floor)
        if at is None:
            raise PatchConflict(_misfit(index, hunk, lines, max(expected, floor)))
        drift += at - expected
        start, end = at + lead, at + len(old) - trail
        added = new[lead : len(new) - trail]
        _check_ends(index, hunk, added, lines, start, end)
        out += lines[cursor:start] + added
        cursor = end
    return "".join(out + lines[cursor:])


def changed_words(old_line: str, new_line: str, cells: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The character ranges that differ between two lines."""
    old, new = words(old_line), words(new_line)
    pairs = kept_pairs(old, new, cells)
    old_changed = set(range(len(old))) - {i for i, _ in pairs}
    new_changed = set(range(len(new))) - {j for _, j in pairs}
    return _ranges(old, old_changed), _ranges(new, new_changed)


class _Matcher(SequenceMatcher[str]):
    """Asks before each of its steps whether to go on."""

    go_on: Callable[[], None] = staticmethod(lambda: None)

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        self.go_on()
        return super().find_longest_match(alo, ahi, blo, bhi)


def _runs(old: list[str], new: list[str], go_on: Callable[[], None]) -> list[Run]:
    go_on()
    lead = _same(zip(old, new, strict=False))
    trail = _same(zip(reversed(old[lead:]), reversed(new[lead:]), strict=False))
    middle = _Matcher(None, old[lead : len(old) - trail], new[lead : len(new) - trail], autojunk=False)
    middle.go_on = go_on
    return [(a + lead, b + lead, c + lead, d + lead) for tag, a, b, c, d in middle.get_opcodes() if tag != "equal"]


def _hunk(group: list[Run], old: list[str], new: list[str], context: int) -> HunkFields:
    first, last = group[0], group[-1]
    lead = min(context, first[0])
    old_from, new_from = first[0] - lead, first[2] - lead
    old_to = min(last[1] + context, len(old))
    lines: list[str] = []
    at = old_from
    for old_start, old_end, new_start, new_end in group:
        lines += [" " + line for line in old[at:old_start]]
        lines += ["-" + line for line in old[old_start:old_end]]
        lines += ["+" + line for line in new[new_start:new_end]]
        at = old_end
    lines += [" " + line for line in old[at:old_to]]
    old_count = old_to - old_from
    new_count = last[3] + (old_to - last[1]) - new_from
    return old_from + (old_count > 0), old_count, new_from + (new_count > 0), new_count, lines


def _old_index(hunk: HunkFields) -> int:
    return hunk[0] if hunk[1] == 0 else max(hunk[0] - 1, 0)


def _core(hunk: HunkFields) -> tuple[int, int]:
    """The old lines between the context that leads in and out, by their numbers."""
    lead = _context(hunk[4])
    start = _old_index(hunk)
    return start + lead, start + hunk[1] - _context(reversed(hunk[4][lead:]))


def _side(hunk: HunkFields, other: str) -> list[str]:
    return [line[1:] for line in hunk[4] if line[0] != other]


def _context(lines: Iterable[str]) -> int:
    """How many lines from the start are context."""
    return sum(1 for _ in takewhile(lambda line: line[0] == " ", lines))


def _check(hunks: Sequence[HunkFields], accepted: Sequence[int] | None) -> None:
    for index, (_, old_count, _, new_count, lines) in enumerate(hunks):
        for line in lines:
            if not line.startswith((" ", "-", "+")):
                raise ValueError(
                    f"hunk {index + 1} is damaged: a line begins with neither space, - nor +: {shown(line)}"
                )
        old = sum(line[0] != "+" for line in lines)
        new = sum(line[0] != "-" for line in lines)
        if (old, new) != (old_count, new_count):
            raise ValueError(f"hunk {index + 1} is damaged: it says {old_count},{new_count} lines but has {old},{new}")
    for index in accepted or ():
        if index >= len(hunks):
            raise ValueError(f"there is no hunk at index {index}: there are {len(hunks)}")


def _stands(wanted: list[str], lines: list[str], at: int) -> bool:
    """Whether exactly these lines stand at an index; none at all stand nowhere beyond the end."""
    return at + len(wanted) <= len(lines) and lines[at : at + len(wanted)] == wanted


def _place(old: list[str], lines: list[str], expected: int, floor: int) -> int | None:
    last = len(lines) - len(old)
    if not old:
        return expected if floor <= expected <= last else None
    nearest = min(max(expected, floor), last)
    for distance in range(last - floor + 1):
        for at in dict.fromkeys((nearest - distance, nearest + distance)):
            if floor <= at <= last and lines[at : at + len(old)] == old:
                return at
    return None


def _check_ends(index: int, hunk: HunkFields, added: list[str], lines: list[str], start: int, end: int) -> None:
    glued_before = start > 0 and bool(added) and not lines[start - 1].endswith("\n")
    open_last = bool(added) and not added[-1].endswith("\n")
    open_inside = any(not line.endswith("\n") for line in added[:-1])
    if glued_before or open_inside or (open_last and end < len(lines)):
        raise PatchConflict(
            f"hunk {index + 1} (line {hunk[0]}) does not fit: it ends the file with a line that has no newline, "
            f"but the file has text {'before' if glued_before else 'after'} it"
        )


def _misfit(index: int, hunk: HunkFields, lines: list[str], at: int) -> str:
    start = f"hunk {index + 1} does not fit"
    for number, wanted in enumerate(_side(hunk, "+"), at):
        if number >= len(lines):
            return f"{start}: line {number + 1} should be {shown(wanted)} but the text ends at line {len(lines)}"
        if lines[number] != wanted:
            return f"{start}: line {number + 1} should be {shown(wanted)} but is {shown(lines[number])}"
    return f"{start}: it begins at line {hunk[0]}, but the text has {len(lines)}"


def _same(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs from the start are equal."""
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _ranges(words: list[str], changed: set[int]) -> list[tuple[int, int]]:
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    ranges: list[tuple[int, int]] = []
    for is_changed, group in groupby(range(len(words)), changed.__contains__):
        run = list(group)
        if is_changed:
            ranges.append((starts[run[0]], starts[run[-1] + 1]))
    return ranges
