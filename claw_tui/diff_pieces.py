"""A diff cut into pieces that are drawn when they come into sight: headings, and a few dozen rows at a time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from claw_core.ask import Conflict, Portion
from claw_core.block import DiffBlock, Hunk
from claw_tui.line import Line, fit, one_line, spread, wrap
from claw_tui.painters import diff
from claw_tui.views.diffs import ChangedFile

PIECE = 32
"""Rows of a hunk that are drawn together."""


DRIFTED = "! changed on disk since"


@dataclass(frozen=True, slots=True)
class Piece:
    """An item of the list: a file's heading, a hunk's heading, some of its rows, or a note."""

    file: int
    hunk: int = -1
    """Its place in the file's hunks; -1 for the file's heading and for a note."""
    first: int = -1
    """The first of its rows; -1 for the hunk's heading."""
    last: int = -1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list shows."""

    blocks: tuple[DiffBlock, ...] = ()
    pieces: tuple[Piece, ...] = ()
    hunks: tuple[int, ...] = ()
    """Where in `pieces` each hunk's heading is."""

    @classmethod
    def of(cls, blocks: tuple[DiffBlock, ...], notes: Sequence[str] = ()) -> "Shown":
        """All of these diffs, and what is to be said below."""
        pieces = (*_pieces(blocks), *(Piece(-1, note=note) for note in notes))
        return cls(blocks, pieces, tuple(at for at, piece in enumerate(pieces) if piece.hunk >= 0 and piece.first < 0))

    @classmethod
    def of_files(cls, files: Sequence[ChangedFile], when: str, drifted: frozenset[str] = frozenset()) -> "Shown":
        """What became of these files `when`. Those that `drifted` hold something else by now, which is said."""
        if not files:
            return cls.of((), (f"Nothing was changed in {when}.",))
        notes = [f"{one_line(file.path)}  +{file.added} −{file.removed}" for file in files if not file.blocks]
        notes += [f"{DRIFTED}: {one_line(file.path)}" for file in files if not file.blocks and file.path in drifted]
        shown = cls.of(tuple(block for file in files for block in file.blocks), tuple(notes))
        firsts = [sum(len(before.blocks) for before in files[:at]) for at in range(len(files))]
        marked = {first for first, file in zip(firsts, files, strict=True) if file.blocks and file.path in drifted}
        return shown.marked(marked) if marked else shown

    def marked(self, files: Collection[int]) -> "Shown":
        """The same, with a note below the heading of each of these diffs that its file changed on disk since."""
        pieces: list[Piece] = []
        for piece in self.pieces:
            pieces.append(piece)
            if piece.hunk < 0 and piece.file in files:
                pieces.append(Piece(-1, note=DRIFTED))
        hunks = tuple(at for at, piece in enumerate(pieces) if piece.hunk >= 0 and piece.first < 0)
        return Shown(self.blocks, tuple(pieces), hunks)

    def hunk(self, piece: Piece) -> Hunk:
        """The hunk that a piece belongs to."""
        return self.blocks[piece.file].hunks[piece.hunk]


def _pieces(blocks: Sequence[DiffBlock]) -> Iterator[Piece]:
    for file, block in enumerate(blocks):
        yield Piece(file)
        for number, hunk in enumerate(block.hunks):
            yield Piece(file, number)
            for first in range(0, len(hunk.lines), PIECE):
                yield Piece(file, number, first, min(first + PIECE, len(hunk.lines)))


def conflict_notes(conflicts: Sequence[Conflict]) -> list[str]:
    """What is said of hunks that fit no more: why, and each of them whole."""
    notes: list[str] = []
    for conflict in conflicts:
        notes.append(f"✗ left out of {one_line(conflict.path)}, since {one_line(conflict.why)}:")
        notes += [f"  {one_line(line)}" for line in conflict.hunk.lines]
    return notes


def draw_piece(
    shown: Shown,
    piece: Piece,
    width: int,
    *,
    here: bool,
    portion: Portion | None,
    beside: bool = False,
) -> list[Line]:
    """The rows of a piece.

    `here`: the cursor is in its hunk. `portion`: what the person made of its hunk; None where there is nothing to take.
    `beside`: old and new text beside each other, where there is room.
    """
    if piece.note:
        look = "state.waiting" if piece.note.startswith(DRIFTED) else "text.muted"
        return wrap(((f" {piece.note}", look),), width, hang=(("   ", "text.muted"),), words=False)
    taken = portion.taken if portion is not None else None
    block = shown.blocks[piece.file]
    if piece.hunk < 0:
        return [((" ", "text.body"), *diff.heading(block, width - 1))]
    bar: Line = (("▌" if here else " ", "line.focus"),)
    if piece.first < 0:
        return [(*bar, *_hunk_heading(shown.hunk(piece), width - 1, portion))]
    draw = diff.side_by_side if beside and diff.fits_side_by_side(width) else diff.unified
    rows = draw(
        _rows(shown.hunk(piece)),
        piece.first,
        piece.last,
        width - 1,
        path=block.path,
        digits=diff.number_width(block),
    )
    return [(*bar, *(_left_out(row) if taken is False else row)) for row in rows]


def _hunk_heading(hunk: Hunk, width: int, portion: Portion | None) -> Line:
    first, count = (hunk.new_start, hunk.new_count) if hunk.new_count else (hunk.old_start, hunk.old_count)
    where = f"line {first}" if count <= 1 else f"lines {first}–{first + count - 1}"
    left: Line = (("┄ ", "diff.hunk"), (where, "diff.hunk"))
    if portion is None:
        return fit(left, width)
    box = ("[✓] ", "diff.added bold") if portion.taken else ("left out [ ] ", "state.waiting bold")
    by_hand = (("by hand ", "state.waiting bold"),) if portion.edited else ()
    return spread(left, (*by_hand, box), width)


@lru_cache(maxsize=256)
def _rows(hunk: Hunk) -> tuple[diff.Row, ...]:
    return tuple(diff.rows(hunk))


def _left_out(row: Line) -> Line:
    """A row of a hunk that is not taken: it can be read, and has no colours."""
    return tuple((text, "text.muted") for text, _ in row)
