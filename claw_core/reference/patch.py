"""The twin of patches in plain Python: what stands in for the extension's functions of that name.

Nothing here runs beside the interpreter, so that a token is looked at between the steps of the work and not within one.
"""

from collections.abc import Sequence

from claw_core.reference import hunks as _hunks
from claw_core.reference import parse as _parse
from claw_core.reference import unified as _unified
from claw_core.reference.chunk import ChunkFields, FileFields
from claw_core.reference.hunks import PatchConflict
from claw_core.reference.keys import Rules
from claw_core.reference.locate import FittedFields, fit_all
from claw_core.reference.replace import Edit, PlacedFields, one
from claw_core.reference.search import CancelToken
from claw_core.reference.unified import HunkFields, shown

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


def make_hunks(before: str, after: str, context: int, *, cancel: CancelToken | None = None) -> list[HunkFields]:
    """The hunks that turn one text into the other."""
    return _hunks.make_hunks(before, after, context, lambda: _go_on(cancel))


def apply_hunks(
    before: str, hunks: Sequence[HunkFields], accepted: Sequence[int] | None, *, cancel: CancelToken | None = None
) -> str:
    """The text with the accepted hunks applied."""
    return _hunks.apply_hunks(before, hunks, accepted, lambda: _go_on(cancel))


def format_unified(path: str, hunks: Sequence[HunkFields], change: str, *, cancel: CancelToken | None = None) -> str:
    """The hunks as a patch that `git apply` takes."""
    _go_on(cancel)
    return _unified.format_unified(path, list(hunks), change)


def parse_patch(patch: str, *, cancel: CancelToken | None = None) -> list[FileFields]:
    """The files and chunks of a patch, in whichever form it is written."""
    _go_on(cancel)
    return _parse.parse_patch(patch)


def changed_words(
    old_line: str, new_line: str, cells: int, *, cancel: CancelToken | None = None
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The character ranges that differ between two lines."""
    _go_on(cancel)
    return _hunks.changed_words(old_line, new_line, cells)


def fit_chunks(
    text: str, chunks: Sequence[ChunkFields], ends: bool, rules: RuleFields, *, cancel: CancelToken | None = None
) -> list[FittedFields]:
    """Each chunk as a hunk of exactly this text."""
    for _, _, lines, _ in chunks:
        for line in lines:
            if not line.startswith((" ", "-", "+")):
                raise ValueError(f"a line begins with neither space, - nor +: {shown(line)}")
    return fit_all(text, list(chunks), ends, True, Rules.of(rules), lambda: _go_on(cancel))


def replace(
    text: str, edits: Sequence[Edit], rules: RuleFields, *, cancel: CancelToken | None = None
) -> tuple[str, list[PlacedFields]]:
    """The text with pieces of it replaced, one after the other."""
    known = Rules.of(rules)
    placed: list[PlacedFields] = []
    _go_on(cancel)
    for edit in edits:
        _go_on(cancel)
        text, outcome = one(text, edit, known)
        placed.append(outcome)
        if outcome[0] != "fits":
            break
    return text, placed


def _go_on(cancel: CancelToken | None) -> None:
    """Raises InterruptedError where it was cancelled."""
    if cancel is not None and cancel.cancelled:
        raise InterruptedError("it was cancelled")
