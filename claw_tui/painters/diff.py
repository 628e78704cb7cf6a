"""Draws a diff: line numbers, signs, syntax colours, and the words that changed.

The block as a whole is drawn by `paint`, as every painter does. The diff pane draws pieces of it, only what is in
sight: `rows` says what a hunk's rows are, `unified` and `side_by_side` draw some of them. Sign, colour and ground all
say the same, so a diff can be read without colours.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from claw_core.block import DiffBlock, Hunk
from claw_tui.line import Line, Span, clean, cut, fit, pad, wrap
from claw_tui.painter import left_out
from claw_tui.syntax import coloured

LONG = 400
"""Characters from which on a line's words are not compared."""

NARROW = 50
"""Cells below which one line number has to do."""

ALIKE = 0.4
"""How much of two lines must be the same before the rest is marked as changed words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a hunk."""

    sign: str
    """Space, `+` or `-`."""
    old: int | None
    """Its number in the old text."""
    new: int | None
    """Its number in the new text."""
    text: str
    """Without sign and line ending; safe to draw."""
    partner: int | None = None
    """The row that it replaces, or is replaced by, where there is one."""
    bare: bool = False
    """It is the last of its text and has no line ending."""


def rows(hunk: Hunk) -> list[Row]:
    """A hunk's lines with their numbers, and which of them belong together."""
    old, new = hunk.old_start, hunk.new_start
    old += hunk.old_count == 0
    new += hunk.new_count == 0
    partners = _partners(hunk.lines)
    made: list[Row] = []
    for at, raw in enumerate(hunk.lines):
        sign, text = raw[:1], raw[1:]
        made.append(
            Row(
                sign=sign,
                old=old if sign != "+" else None,
                new=new if sign != "-" else None,
                text=clean(text.rstrip("\r\n")),
                partner=partners.get(at),
                bare=not text.endswith("\n"),
            )
        )
        old += sign != "+"
        new += sign != "-"
    return made


def _partners(lines: Sequence[str]) -> dict[int, int]:
    """Of each run of removed lines that added ones follow: the first with the first, the second with the second."""
    partners: dict[int, int] = {}
    at = 0
    while at < len(lines):
        removed = _run(lines, at, "-")
        added = _run(lines, removed, "+")
        for offset in range(min(removed - at, added - removed)):
            partners[at + offset], partners[removed + offset] = removed + offset, at + offset
        at = max(added, at + 1)
    return partners


def _run(lines: Sequence[str], at: int, sign: str) -> int:
    while at < len(lines) and lines[at][:1] == sign:
        at += 1
    return at


# ---- what every painter offers


def paint(block: DiffBlock, width: int, limit: int | None = None) -> list[Line]:
    """The whole diff, unified; of a long one about the first `limit` rows."""
    painted: list[Line] = [heading(block, width)]
    for number, hunk in enumerate(block.hunks):
        if number:
            painted.append((("  ⋯", "diff.number"),))
        lines = rows(hunk)
        room = len(lines) if limit is None else max(0, limit - len(painted))
        painted += unified(lines, 0, min(room, len(lines)), width, path=block.path, digits=number_width(block))
        if room < len(lines):
            left = len(lines) - room + sum(len(later.lines) for later in block.hunks[number + 1 :])
            return [*painted, left_out(left)]
    return painted


def source(block: DiffBlock) -> str:
    """The diff as `git apply` takes it."""
    before = "/dev/null" if block.change == "add" else f"a/{block.path}"
    after = "/dev/null" if block.change == "delete" else f"b/{block.moved_to or block.path}"
    return f"--- {before}\n+++ {after}\n" + "".join(hunk_source(hunk) for hunk in block.hunks)


def hunk_source(hunk: Hunk) -> str:
    """One hunk of it."""
    head = f"@@ -{hunk.old_start},{hunk.old_count} +{hunk.new_start},{hunk.new_count} @@\n"
    ends = (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in hunk.lines)
    return head + "".join(ends)


def heading(block: DiffBlock, width: int) -> Line:
    """The file, what happens to it, and how much."""
    moved = f" → {clean(block.moved_to)}" if block.moved_to else ""
    note = {"add": "  new file", "delete": "  deleted", "edit": moved}[block.change]
    return fit(
        (
            (clean(block.path), "text.link"),
            (note, "text.muted"),
            (f"  +{block.added}", "diff.added"),
            (f" −{block.removed}", "diff.removed"),
        ),
        width,
    )


# ---- pieces, for the diff pane


def number_width(block: DiffBlock) -> int:
    """Cells that the longest line number of the block takes."""
    return max((len(str(max(h.old_start + h.old_count, h.new_start + h.new_count))) for h in block.hunks), default=1)


def unified(lines: Sequence[Row], first: int, last: int, width: int, *, path: str, digits: int) -> list[Line]:
    """Rows from `first` to before `last`, one below the other; long lines go on in the next row."""
    code = _highlighted(lines, first, last, path)
    painted: list[Line] = []
    for at in range(first, last):
        row = lines[at]
        ground, sign_look = _ground(row.sign), _sign_look(row.sign)
        if width < NARROW:
            numbers = f"{row.old if row.new is None else row.new:>{digits}} "
        else:
            numbers = f"{row.old or '':>{digits}} {row.new or '':>{digits}} "
        gutter: Line = ((numbers, _on("diff.number", ground)), (f"{row.sign} ", sign_look))
        painted += _with_gutter(gutter, _marked(code[at - first], lines, at), row, width, ground)
    return painted


def side_by_side(lines: Sequence[Row], first: int, last: int, width: int, *, path: str, digits: int) -> list[Line]:
    """Rows from `first` to before `last`, the old text at the left and the new one at the right."""
    code = _highlighted(lines, first, last, path)
    half = (width - 1) // 2
    painted: list[Line] = []
    for left, right in _pairs(lines, first, last):
        sides = [
            _side(lines, at, code[at - first] if at is not None else (), half, digits, new=new)
            for at, new in ((left, False), (right, True))
        ]
        height = max(len(side) for side in sides)
        for at in range(height):
            old, new = (side[at] if at < len(side) else _empty(half) for side in sides)
            painted.append((*old, ("│", "line.border"), *new))
    return painted


def fits_side_by_side(width: int) -> bool:
    """Whether two columns are wide enough to read."""
    return width >= 90


def _empty(width: int) -> Line:
    return ((" " * width, "diff.number"),)


def _side(lines: Sequence[Row], at: int | None, code: Line, width: int, digits: int, *, new: bool) -> list[Line]:
    if at is None:
        return [_empty(width)]
    row = lines[at]
    ground = _ground(row.sign)
    number = (row.new if new else row.old) or ""
    gutter: Line = ((f"{number:>{digits}} ", _on("diff.number", ground)), (f"{row.sign} ", _sign_look(row.sign)))
    return [
        pad(line, width, _on("diff.number", ground))
        for line in _with_gutter(gutter, _marked(code, lines, at), row, width, ground)
    ]


def _pairs(lines: Sequence[Row], first: int, last: int) -> Iterator[tuple[int | None, int | None]]:
    """Which rows stand beside each other. A partner that lies outside of what is drawn is drawn with its own piece."""
    for at in range(first, last):
        row = lines[at]
        inside = row.partner is not None and first <= row.partner < last
        if row.sign == " ":
            yield at, at
        elif row.sign == "-":
            yield at, row.partner if inside else None
        elif not inside:
            yield None, at


def _with_gutter(gutter: Line, code: Line, row: Row, width: int, ground: str) -> list[Line]:
    room = max(width - sum(len(text) for text, _ in gutter), 1)
    if row.bare:
        code = (*code, (" ⊘ no newline at the end", _on("text.muted", ground)))
    blank = tuple((" " * len(text), look) for text, look in gutter)
    return [
        pad((*(blank if at else gutter), *part), width, _on("syntax.text", ground))
        for at, part in enumerate(wrap(code, room, words=False))
    ]


def _ground(sign: str) -> str:
    return {"+": "diff.added_ground", "-": "diff.removed_ground"}.get(sign, "")


def _sign_look(sign: str) -> str:
    return {"+": "diff.added on diff.added_ground bold", "-": "diff.removed on diff.removed_ground bold"}.get(
        sign, "diff.number"
    )


def _on(role: str, ground: str) -> str:
    return f"{role} on {ground}" if ground else role


# ---- syntax


def _highlighted(lines: Sequence[Row], first: int, last: int, path: str) -> list[Line]:
    """The code of the rows in its syntax colours, on their grounds.

    Old and new text are coloured apart, each from a little before, so that a string that begins above is known.
    """
    begin = max(0, first - 64)
    piece = lines[begin:last]
    old = iter(coloured("\n".join(row.text for row in piece if row.sign != "+"), path=path))
    new = iter(coloured("\n".join(row.text for row in piece if row.sign != "-"), path=path))
    painted: list[Line] = []
    for row in piece:
        before = next(old, ()) if row.sign != "+" else ()
        after = next(new, ()) if row.sign != "-" else ()
        ground = _ground(row.sign)
        painted.append(tuple((text, _on(role, ground)) for text, role in (before if row.sign == "-" else after)))
    return painted[first - begin :]


# ---- words


def _marked(code: Line, lines: Sequence[Row], at: int) -> Line:
    """A row's code, with the words marked that its partner does not have."""
    row = lines[at]
    if row.partner is None:
        return code
    removed, added = (row.text, lines[row.partner].text) if row.sign == "-" else (lines[row.partner].text, row.text)
    ranges = changed_words(removed, added)[0 if row.sign == "-" else 1]
    ground = "diff.removed_word" if row.sign == "-" else "diff.added_word"
    spans: list[Span] = []
    end = 0
    for start, stop in ranges:
        spans += cut(code, end, start)
        spans += ((text, f"{look.partition(' ')[0]} on {ground}") for text, look in cut(code, start, stop))
        end = stop
    return (*spans, *cut(code, end, sum(len(text) for text, _ in code)))


Ranges = tuple[tuple[int, int], ...]

_TOKENS = re.compile(r"\w+|\s+|.")


@lru_cache(maxsize=1024)
def changed_words(old: str, new: str) -> tuple[Ranges, Ranges]:
    """Which characters of each line the other one does not have, word by word.

    Nothing where the lines have too little in common for that to help.
    """
    if len(old) > LONG or len(new) > LONG:
        return (), ()
    old_words, new_words = _TOKENS.findall(old), _TOKENS.findall(new)
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    same = sum(
        len("".join(old_words[block.a : block.a + block.size]).strip()) for block in matcher.get_matching_blocks()
    )
    if same < ALIKE * max(len(old.strip()), len(new.strip()), 1):
        return (), ()
    steps = [step for step in matcher.get_opcodes() if step[0] != "equal"]
    return (
        _positions(old_words, [(low, high) for _, low, high, _, _ in steps]),
        _positions(new_words, [(low, high) for _, _, _, low, high in steps]),
    )


def _positions(words: Sequence[str], ranges: Sequence[tuple[int, int]]) -> Ranges:
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return tuple((starts[low], starts[high]) for low, high in ranges if high > low)
