"""What can be done with hunks before they are applied: split, edited by hand, and fitted to a file that changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from claw_core.block import Hunk
from claw_core.native.patch import CancelToken, Chunk, Fitted, fit_chunks, make_hunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Reanchored:
    """Hunks and the text as it is now."""

    hunks: tuple[Hunk | None, ...]
    """Each hunk as it fits now, ready for `apply_hunks`; None where it conflicts."""
    conflicts: tuple[tuple[int, Fitted], ...]
    """The number of each hunk that does not fit, from 0, and why: absent, ambiguous (with the lines), overlapping."""


def split_hunk(hunk: Hunk, at: int | None = None) -> tuple[Hunk, ...]:
    """The hunk in smaller ones that do the same together, in any order and each without the others.

    Without `at`, each run of changed lines becomes one, with the context around it; two neighbours share the context
    between them. With `at`, an index of `lines`, it is cut in front of that line, also inside a run; what comes before
    it and after it has to hold a change each. Raises ValueError where it has not.
    """
    if at is not None:
        pieces = [(0, at), (at, len(hunk.lines))]
    else:
        runs = _runs(hunk.lines)
        starts = [0, *(end for _, end in runs[:-1])]
        ends = [*(start for start, _ in runs[1:]), len(hunk.lines)]
        pieces = list(zip(starts, ends, strict=True))
    if any(all(line[0] == " " for line in hunk.lines[start:end]) for start, end in pieces):
        raise ValueError(f"nothing changes on one side of line {at}")
    return tuple(_piece(hunk, start, end) for start, end in pieces)


def edited_hunk(hunk: Hunk, text: str) -> Hunk:
    """The hunk with other new lines: `text` stands in place of what it would put there, context included."""
    old = "".join(line[1:] for line in hunk.lines if line[0] != "+")
    made = make_hunks(old, text, context=len(hunk.lines))
    lines = made[0].lines if made else tuple(" " + line for line in old.splitlines(keepends=True))
    return _counted(hunk.old_start, hunk.new_start, lines)


def reanchor(hunks: Sequence[Hunk], text: str, *, cancel: CancelToken | None = None) -> Reanchored:
    """The hunks in a text that is no longer the one they were made for.

    Each is looked for in the stages of `fit_chunks`, near where it was; what moved is found, and what changed in the
    lines around it stays changed.
    """
    chunks = [Chunk(start=hunk.old_start, lines=hunk.lines) for hunk in hunks]
    fits = fit_chunks(text, chunks, cancel=cancel)
    return Reanchored(
        hunks=tuple(fitted.hunk for fitted in fits),
        conflicts=tuple((number, fitted) for number, fitted in enumerate(fits) if fitted.hunk is None),
    )


def _runs(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where lines change, as indices from and to."""
    runs: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        if line[0] == " ":
            continue
        if runs and runs[-1][1] == at:
            runs[-1] = runs[-1][0], at + 1
        else:
            runs.append((at, at + 1))
    return runs


def _piece(hunk: Hunk, start: int, end: int) -> Hunk:
    """Some of its lines, at their place in the old text."""
    old = sum(line[0] != "+" for line in hunk.lines[:start])
    new = sum(line[0] != "-" for line in hunk.lines[:start])
    first = hunk.old_start - (hunk.old_count > 0) + old
    piece = _counted(first, hunk.new_start - (hunk.new_count > 0) + new, hunk.lines[start:end])
    return replace(
        piece,
        old_start=piece.old_start + (piece.old_count > 0),
        new_start=piece.new_start + (piece.new_count > 0),
    )


def _counted(old_start: int, new_start: int, lines: tuple[str, ...]) -> Hunk:
    return Hunk(
        old_start=old_start,
        old_count=sum(line[0] != "+" for line in lines),
        new_start=new_start,
        new_count=sum(line[0] != "-" for line in lines),
        lines=lines,
    )
