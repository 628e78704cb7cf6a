"""The door to patches: what models write to hunks of the text at hand, two texts to hunks, hunks into a text.

A line is what ends in a newline, or with the text; its ending belongs to it. So CR LF, a missing last
newline and whatever else a text holds come through untouched.

What somebody wrote down is found in stages, each of which forgives more than those before it (`STAGES`).
Several places that fit equally well are never chosen from. Whatever a stage forgave, the lines that stay
are the text's own, to the byte.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from claw_core.block import Hunk
from claw_core.error import PatchConflict
from claw_core.native import backend

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import patch as engine

Ranges = tuple[tuple[int, int], ...]
"""Ranges of characters, from 0, the end not included; in order, none touching another."""

T = TypeVar("T")

LARGEST_COMPARISON = 250_000
"""Words of the old line times words of the new one above which a pair of lines is not compared word by
word."""


STAGES = (
    "exact",
    "trailing white space",
    "typographic characters",
    "indentation",
    "less context",
    "similar lines",
)
"""How a place was found, by the number that the engine gives: but for line endings, exactly; but for white
space at the ends of lines; but for typographic quotes, dashes and spaces; but for indentation that is
shifted as a whole; without some of the context around the change; by its first and last line, with a
similar middle."""

LOOKALIKES = {
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    "…": "...",
}
"""Typographic characters, and what a model writes for them, or they for what it reads."""

_SIMILAR = 70
"""Per cent of the words that the middle of a block has to share with what was searched."""
_GROWTH = 25
"""Per cent by which such a block may be longer or shorter: what is far larger was not meant."""
_RULES = (list(LOOKALIKES.items()), _SIMILAR, _GROWTH, LARGEST_COMPARISON)

CancelToken: TypeAlias = engine.CancelToken
"""Stops any function here that takes one, from another thread; it raises InterruptedError then."""

Verdict = Literal["fits", "absent", "ambiguous", "overlaps"]
"""It has one place; none; several; or one that another chunk has taken."""


async def in_thread(work: Callable[[CancelToken], T]) -> T:
    """What `work` returns, done in a thread; cancelling the task stops what takes the token."""
    cancel = CancelToken()
    try:
        return await asyncio.to_thread(work, cancel)
    except asyncio.CancelledError:
        cancel.cancel()
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One place of a file as somebody wrote it down. What it says about where that is need not be true."""

    start: int | None = None
    """The first old line (where it has none, the line before), from 1, as its head says."""
    anchors: tuple[str, ...] = ()
    """Lines that stand before it, the outermost first."""
    lines: tuple[str, ...]
    """Lines with their sign (space, `-` or `+`) first."""
    at_end: bool = False
    """The file ends with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """What a patch says about one file."""

    action: Literal["add", "update", "delete"]
    path: str | None
    """Its name, without git's `a/` or `b/`; None where the patch says none."""
    moved_to: str | None = None
    """The name it gets."""
    chunks: tuple[Chunk, ...] = ()
    """What changes in it; of a new file, its lines."""
    ends: bool = False
    """A new last line ends in a newline, whatever the old one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A chunk, and its place in a text."""

    verdict: Verdict
    stage: str
    """One of `STAGES`; the last that was tried where nothing fits."""
    candidates: tuple[int, ...]
    """The lines where it begins, or may begin; from 1."""
    hunk: Hunk | None
    """The change with the lines that the text has, ready for `apply_hunks`; only where it fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One piece of a text for another."""

    old: str
    new: str
    everywhere: bool = False
    """Every place changes, where there are several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of an edit."""

    verdict: Verdict
    stage: str
    lines: tuple[int, ...]
    """The lines where the piece stands; from 1, in the text as the edits before it left it."""


def make_hunks(before: str, after: str, *, context: int = 3, cancel: CancelToken | None = None) -> tuple[Hunk, ...]:
    """The hunks that turn `before` into `after`, with `context` lines around each change.

    Changes whose contexts would touch share a hunk, as in git. Equal texts have none.
    """
    return tuple(_hunk(fields) for fields in engine.make_hunks(before, after, context, cancel=cancel))


def apply_hunks(
    before: str,
    hunks: Sequence[Hunk],
    accepted: Collection[int] | None = None,
    *,
    cancel: CancelToken | None = None,
) -> str:
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
        return engine.apply_hunks(before, [_fields(hunk) for hunk in hunks], chosen, cancel=cancel)
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


def format_unified(
    path: str,
    hunks: Sequence[Hunk],
    *,
    change: Literal["add", "edit", "delete"] = "edit",
    cancel: CancelToken | None = None,
) -> str:
    """The hunks as a unified diff of one file, which `git apply` takes.

    Without hunks it is empty, or, for an empty file that comes or goes, what git says of such a file.
    """
    return engine.format_unified(path, [_fields(hunk) for hunk in hunks], change, cancel=cancel)


def parse_patch(text: str, *, cancel: CancelToken | None = None) -> tuple[FilePatch, ...]:
    """Every file of a patch, in the order in which it names them.

    It is read as a unified diff (by `diff -u`, by git, or by a model, which counts badly and forgets heads),
    as an envelope (`*** Begin Patch`), or as search/replace fences (`<<<<<<< SEARCH`), whichever its first
    mark says. Words around it are passed over. Raises ValueError with the line number for what is none.
    """
    return tuple(
        FilePatch(
            action=action,
            path=path,
            moved_to=moved_to,
            chunks=tuple(
                Chunk(start=start, anchors=tuple(anchors), lines=tuple(lines), at_end=at_end)
                for start, anchors, lines, at_end in chunks
            ),
            ends=ends,
        )
        for action, path, moved_to, chunks, ends in engine.parse_patch(text, cancel=cancel)
    )


def fit_chunks(
    text: str, chunks: Sequence[Chunk], *, ends: bool = False, cancel: CancelToken | None = None
) -> tuple[Fitted, ...]:
    """Each chunk as a hunk of exactly this text, where it has one place in it. For `ends` see `FilePatch`.

    Of several places, an anchor, a line number that is close to one and far from the others, the end of the
    file or the order of the chunks may say which one is meant; else it is ambiguous.
    """
    fields = [(chunk.start, list(chunk.anchors), list(chunk.lines), chunk.at_end) for chunk in chunks]
    fits = engine.fit_chunks(text, fields, ends, _RULES, cancel=cancel)
    return tuple(
        Fitted(
            verdict=verdict,
            stage=STAGES[stage],
            candidates=tuple(candidates),
            hunk=None if hunk is None else _hunk(hunk),
        )
        for verdict, stage, candidates, hunk in fits
    )


def replace_pieces(
    text: str, edits: Sequence[Edit], *, cancel: CancelToken | None = None
) -> tuple[str, tuple[Placed, ...]]:
    """The text after all edits, each made on what those before it left, and what became of each.

    It ends with the first edit that does not fit. A piece has to stand there once, unless `everywhere`.
    """
    fields = [(edit.old, edit.new, edit.everywhere) for edit in edits]
    after, placed = engine.replace(text, fields, _RULES, cancel=cancel)
    return after, tuple(
        Placed(verdict=verdict, stage=STAGES[stage], lines=tuple(lines)) for verdict, stage, lines in placed
    )


def changed_words(old_line: str, new_line: str, *, cancel: CancelToken | None = None) -> tuple[Ranges, Ranges]:
    """The ranges of characters that differ, in the old line and in the new one, word by word."""
    old, new = engine.changed_words(old_line, new_line, LARGEST_COMPARISON, cancel=cancel)
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
