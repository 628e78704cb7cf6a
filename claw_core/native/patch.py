"""The door to patches: two texts to hunks, a chosen few of them back into a text, and the unified form in
and out.

A line is what ends in a newline, or with the text; its ending belongs to it. So CR LF, a missing last
newline and whatever else a text holds come through untouched.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from claw_core.block import Hunk
from claw_core.error import PatchConflict
from claw_core.native import backend

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import patch as engine

Ranges = tuple[tuple[int, int], ...]
"""Ranges of characters, from 0, the end not included; in order, none touching another."""

LARGEST_COMPARISON = 250_000
"""Words of the old line times words of the new one above which a pair of lines is not compared word by
word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """What a unified diff says about one file."""

    old_path: str | None
    """Its name before, without git's `a/`; None where it is new."""
    new_path: str | None
    """Its name after, without git's `b/`; None where it goes."""
    hunks: tuple[Hunk, ...]
    """What changes in it; none where an empty file comes or goes, or where it is only renamed."""


def make_hunks(before: str, after: str, *, context: int = 3) -> tuple[Hunk, ...]:
    """The hunks that turn `before` into `after`, with `context` lines around each change.

    Changes whose contexts would touch share a hunk, as in git. Equal texts have none.
    """
    return tuple(_hunk(fields) for fields in engine.make_hunks(before, after, context))


def apply_hunks(before: str, hunks: Sequence[Hunk], accepted: Collection[int] | None = None) -> str:
    """`before` with the hunks at the indices `accepted` applied (None: all); every other byte stays.

    A hunk goes where its old lines stand: at its place, or at the nearest place where they stand exactly.
    Raises PatchConflict, with what was expected and what is there, where they stand nowhere; ValueError for
    an index that is none or a hunk whose counts are not those of its lines. To apply the rest of the hunks
    to the outcome, see `remaining_hunks`.
    """
    chosen = None if accepted is None else sorted(accepted)
    if chosen and chosen[0] < 0:
        raise ValueError(f"there is no hunk at index {chosen[0]}")
    try:
        return engine.apply_hunks(before, [_fields(hunk) for hunk in hunks], chosen)
    except engine.PatchConflict as conflict:
        raise PatchConflict(str(conflict), "Read the file again, and make the change from what it holds now.") from None


def remaining_hunks(hunks: Sequence[Hunk], applied: Collection[int]) -> tuple[Hunk, ...]:
    """The hunks not in `applied`, with the line numbers they have once those were applied.

    So `apply_hunks(apply_hunks(text, hunks, some), remaining_hunks(hunks, some))` is `apply_hunks(text,
    hunks)`, even where the same lines stand at several places.
    """
    rest: list[Hunk] = []
    drift = 0
    for index, hunk in enumerate(hunks):
        if index in applied:
            drift += hunk.new_count - hunk.old_count
        else:
            rest.append(replace(hunk, old_start=hunk.old_start + drift))
    return tuple(rest)


def format_unified(path: str, hunks: Sequence[Hunk], *, change: Literal["add", "edit", "delete"] = "edit") -> str:
    """The hunks as a unified diff of one file, which `git apply` takes.

    Without hunks it is empty, or, for an empty file that comes or goes, what git says of such a file.
    """
    return engine.format_unified(path, [_fields(hunk) for hunk in hunks], change)


def parse_unified(text: str) -> tuple[FilePatch, ...]:
    """Every file of a unified diff, by `diff -u`, by git, or by a model that writes like them.

    Lines between files are passed over. A diff that was converted to CR LF as a whole is read as if it were
    not. Raises ValueError with the line number for what is no diff, or contradicts itself.
    """
    return tuple(
        FilePatch(old_path=old, new_path=new, hunks=tuple(_hunk(fields) for fields in hunks))
        for old, new, hunks in engine.parse_unified(text)
    )


def changed_words(old_line: str, new_line: str) -> tuple[Ranges, Ranges]:
    """The ranges of characters that differ, in the old line and in the new one, word by word."""
    old, new = engine.changed_words(old_line, new_line, LARGEST_COMPARISON)
    return tuple(old), tuple(new)


def _hunk(fields: tuple[int, int, int, int, list[str]]) -> Hunk:
    old_start, old_count, new_start, new_count, lines = fields
    return Hunk(
        old_start=old_start,
        old_count=old_count,
        new_start=new_start,
        new_count=new_count,
        lines=tuple(lines),
    )


def _fields(hunk: Hunk) -> tuple[int, int, int, int, list[str]]:
    return hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count, list(hunk.lines)
