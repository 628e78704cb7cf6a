"""The twin of patches in plain Python: what stands in for the extension's functions of that name."""

from collections.abc import Sequence

from claw_core.reference.chunk import ChunkFields
from claw_core.reference.hunks import PatchConflict, apply_hunks, changed_words, make_hunks
from claw_core.reference.keys import Rules
from claw_core.reference.locate import FittedFields, fit_all
from claw_core.reference.parse import parse_patch
from claw_core.reference.replace import Edit, PlacedFields, one
from claw_core.reference.search import CancelToken
from claw_core.reference.unified import format_unified, shown

__all__ = [
    "CancelToken",
    "PatchConflict",
    "apply_hunks",
    "changed_words",
    "fit_chunks",
    "format_unified",
    "make_hunks",
    "parse_patch",
    "replace",
]

RuleFields = tuple[list[tuple[str, str]], int, int, int]


def fit_chunks(
    text: str, chunks: Sequence[ChunkFields], ends: bool, rules: RuleFields, *, cancel: CancelToken
) -> list[FittedFields] | None:
    """Each chunk as a hunk of exactly this text, where it has one place in it; None where it was cancelled."""
    for _, _, lines, _ in chunks:
        for line in lines:
            if not line.startswith((" ", "-", "+")):
                raise ValueError(f"a line begins with neither space, - nor +: {shown(line)}")
    return None if cancel.cancelled else fit_all(text, list(chunks), ends, True, Rules.of(rules))


def replace(
    text: str, edits: Sequence[Edit], rules: RuleFields, *, cancel: CancelToken
) -> tuple[str, list[PlacedFields]] | None:
    """The text with pieces of it replaced, one after the other; None where it was cancelled."""
    known = Rules.of(rules)
    placed: list[PlacedFields] = []
    for edit in edits:
        if cancel.cancelled:
            return None
        text, outcome = one(text, edit, known)
        placed.append(outcome)
        if outcome[0] != "fits":
            break
    return text, placed
