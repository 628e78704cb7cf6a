"""Portions: the hunks of an edit as a person reshapes them before allowing it. Split, rewritten by hand, taken or left.

A diff's portions stand in the order of the file, and no two change the same line, so that any choice of them can be
applied. The screen reshapes them, the core applies exactly those, and both do it here.
"""

import difflib
from collections.abc import Sequence
from dataclasses import replace

from claw_core.ask import Portion
from claw_core.block import DiffBlock, Hunk
from claw_core.native.hunk_work import edited_hunk, split_hunk
from claw_core.native.patch import CancelToken, apply_hunks


def portions_of(diff: DiffBlock) -> tuple[Portion, ...]:
    """A diff's hunks, all of them taken as they are."""
    return tuple(Portion(of=number, hunk=hunk) for number, hunk in enumerate(diff.hunks))


def split(portions: tuple[Portion, ...], at: int) -> tuple[Portion, ...]:
    """The portions with the one at index `at` in smaller ones: at the lines that stay, else inside what changes.

    Raises ValueError, with words for the person, where there is nothing to be split.
    """
    portion = portions[at]
    pieces = _pieces(portion.hunk)
    return portions[:at] + tuple(replace(portion, hunk=piece) for piece in pieces) + portions[at + 1 :]


def new_text(portion: Portion) -> str:
    """What stands in a portion's place once it is applied, the lines around the change included."""
    return "".join(line[1:] for line in portion.hunk.lines if line[0] != "-")


def rewritten(portions: tuple[Portion, ...], at: int, text: str) -> tuple[Portion, ...]:
    """The portions with other new lines in the one at index `at`, which counts as taken then.

    Its neighbours give up lines around their changes that the person changed here. Line endings stay as they were.
    Raises ValueError, with words for the person, where nothing would be changed.
    """
    portion = portions[at]
    text = _with_endings(text, portion.hunk)
    if text == new_text(portion):
        return portions
    hunk = edited_hunk(portion.hunk, text)
    if all(line[0] == " " for line in hunk.lines):
        raise ValueError("That is what the file holds already. Esc goes back; space leaves the hunk out.")
    made = replace(portion, hunk=hunk, taken=True, edited=True)
    first, last = _changed(hunk)
    before = [replace(each, hunk=_until(each.hunk, first)) for each in portions[:at]]
    after = [replace(each, hunk=_from(each.hunk, last)) for each in portions[at + 1 :]]
    return (*before, made, *after)


def require_fit(
    before: str, after: str, shown: DiffBlock, portions: Sequence[Portion], cancel: CancelToken | None = None
) -> None:
    """Raises ValueError where portions are not what can become of a diff that turns `before` into `after`.

    Those of which none was changed by hand have to make the same change together.
    """
    if any(not 0 <= portion.of < len(shown.hunks) for portion in portions):
        raise ValueError("they name hunks that the change does not have")
    if {portion.of for portion in portions} != set(range(len(shown.hunks))):
        raise ValueError("they leave out hunks that the change has")
    untouched = not any(portion.edited for portion in portions)
    if untouched and apply_hunks(before, [portion.hunk for portion in portions], cancel=cancel) != after:
        raise ValueError("they change something else, and nobody changed them by hand")


def _pieces(hunk: Hunk) -> tuple[Hunk, ...]:
    pieces = split_hunk(hunk)
    if len(pieces) > 1:
        return pieces
    changes = [number for number, line in enumerate(hunk.lines) if line[0] != " "]
    first, last = changes[0], changes[-1] + 1
    run = hunk.lines[first:last]
    old, new = [line for line in run if line[0] == "-"], [line for line in run if line[0] == "+"]
    if len(run) < 2 or (len(old) == len(new) == 1):
        raise ValueError("This is a single line. e changes it by hand.")
    if not old or not new:
        return split_hunk(hunk, first + _gap(run))
    if len(old) != len(new):
        raise ValueError("This is one change that cannot be split further. e changes it by hand.")
    # Line by line: each old line beside the new one that takes its place.
    pairs = tuple(line for pair in zip(old, new, strict=True) for line in pair)
    paired = replace(hunk, lines=hunk.lines[:first] + pairs + hunk.lines[last:])
    return split_hunk(paired, first + len(old) // 2 * 2)


def _gap(run: Sequence[str]) -> int:
    """Where lines that are all added, or all removed, are best cut: after the blank line nearest to the middle."""
    middle = len(run) / 2
    blanks = [number + 1 for number, line in enumerate(run[:-1]) if not line[1:].strip()]
    return min(blanks, key=lambda at: abs(at - middle), default=int(middle))


def _changed(hunk: Hunk) -> tuple[int, int]:
    """The old lines that a hunk changes: from, and up to, counted from 0. An insertion changes none."""
    at = hunk.old_start - (hunk.old_count > 0)
    first, last = None, at
    for line in hunk.lines:
        if line[0] != " ":
            first = at if first is None else first
            last = at + (line[0] == "-")
        at += line[0] != "+"
    return (at if first is None else first), last


def _until(hunk: Hunk, line: int) -> Hunk:
    """A hunk without the lines around its change that stand at or after an old line."""
    spare = 0
    end = hunk.old_start - (hunk.old_count > 0) + hunk.old_count
    while spare < len(hunk.lines) and hunk.lines[-1 - spare][0] == " " and end - spare > line:
        spare += 1
    return _sliced(hunk, 0, len(hunk.lines) - spare)


def _from(hunk: Hunk, line: int) -> Hunk:
    """A hunk without the lines around its change that stand before an old line."""
    spare = 0
    start = hunk.old_start - (hunk.old_count > 0)
    while spare < len(hunk.lines) and hunk.lines[spare][0] == " " and start + spare < line:
        spare += 1
    return _sliced(hunk, spare, len(hunk.lines))


def _sliced(hunk: Hunk, first: int, last: int) -> Hunk:
    if (first, last) == (0, len(hunk.lines)):
        return hunk
    lines = hunk.lines[first:last]
    old, new = (sum(line[0] != sign for line in lines) for sign in "+-")
    before_old = hunk.old_start - (hunk.old_count > 0) + first
    before_new = hunk.new_start - (hunk.new_count > 0) + first
    return Hunk(
        old_start=before_old + (old > 0), old_count=old, new_start=before_new + (new > 0), new_count=new, lines=lines
    )


def _with_endings(text: str, hunk: Hunk) -> str:
    """A person's text with the line endings that the lines had; the last line has one where the old last one had."""
    known = [line[1:] for line in hunk.lines if line[0] != "-"] or [line[1:] for line in hunk.lines]
    usual = "\r\n" if sum(line.endswith("\r\n") for line in known) * 2 > len(known) else "\n"
    plain = [line.rstrip("\r\n") for line in known]
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    ends_open = bool(known) and not hunk.lines[-1].endswith("\n")
    if lines[-1] == "":
        lines.pop()
    endings = [usual] * len(lines)
    for tag, i1, i2, j1, _ in difflib.SequenceMatcher(a=plain, b=lines, autojunk=False).get_opcodes():
        if tag == "equal":
            for step in range(i2 - i1):
                own = known[i1 + step][len(plain[i1 + step]) :]
                endings[j1 + step] = own or usual
    if lines and ends_open:
        endings[-1] = ""
    return "".join(line + ending for line, ending in zip(lines, endings, strict=True))
