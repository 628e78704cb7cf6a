"""What a model wants changed, made in a text, and said in words: where it was found, or why it was not.

The engine finds the places (`native/patch.py`); here is what the model is told. An answer that shows what stands there
instead is worth more than a guess: the model corrects itself.
"""

import difflib
import re
from collections.abc import Callable, Sequence
from itertools import islice

from claw_core.error import PatchConflict
from claw_core.native.patch import (
    LOOKALIKES,
    STAGES,
    CancelToken,
    Edit,
    FilePatch,
    Fitted,
    Placed,
    apply_hunks,
    fit_chunks,
    replace_pieces,
)

_PLAIN = str.maketrans(LOOKALIKES)
_MOST_LINES = 20_000
"""Lines of a file that are compared when looking for what may have been meant."""
_NOTHING = "Nothing was changed."


def replaced(text: str, edits: Sequence[Edit], shown: str, cancel: CancelToken | None = None) -> tuple[str, str]:
    """`text` with all edits made, in order, and what the model should hear of where they were found.

    `shown` is the file's name, for what is said. Raises PatchConflict where one does not fit.
    """
    for number, edit in enumerate(edits, 1):
        if edit.old == edit.new:
            who = _edit(number, edits)
            raise PatchConflict(
                f"{who}old_string and new_string are the same: nothing would change.", "Say what should change."
            )
    after, placed = replace_pieces(text, edits, cancel=cancel)
    last = placed[-1]
    if last.verdict != "fits":
        # What the edits before it left is what the last one was looked for in.
        before, _ = replace_pieces(text, edits[: len(placed) - 1], cancel=cancel)
        raise _refusal(before, edits[len(placed) - 1], last, _edit(len(placed), edits), shown)
    notes = [
        _found(f"{_edit(number, edits)}old_string", one.stage, one.lines[0], shown)
        for number, one in enumerate(placed, 1)
        if one.stage != STAGES[0]
    ]
    return after, "\n".join(notes)


def _edit(number: int, edits: Sequence[Edit]) -> str:
    return f"Edit {number} of {len(edits)}: " if len(edits) > 1 else ""


def _refusal(text: str, edit: Edit, placed: Placed, who: str, shown: str) -> PatchConflict:
    done = f" {_NOTHING}" if who else ""
    if placed.verdict == "absent":
        return PatchConflict(f"{who}old_string does not stand in {shown}.{done}", _what_was_meant(text, edit.old))
    return PatchConflict(
        f"{who}old_string stands in {shown} at {len(placed.lines)} places: {_lines(placed.lines)}.{done}",
        "Add lines around it until it is the only one, or set replace_all to change every one.",
    )


def patched(text: str, file: FilePatch, shown: str, cancel: CancelToken | None = None) -> tuple[str, str]:
    """`text` as a patch changes it, and what the model should hear. Raises PatchConflict where a hunk does not fit."""
    fits = fit_chunks(text, file.chunks, ends=file.ends, cancel=cancel)
    for number, (fitted, chunk) in enumerate(zip(fits, file.chunks, strict=True), 1):
        if fitted.hunk is None:
            old = "".join(line[1:] for line in chunk.lines if line[0] != "+")
            raise _misfit(text, old, fitted, f"Hunk {number} of {shown}")
    after = apply_hunks(text, [fitted.hunk for fitted in fits if fitted.hunk is not None], cancel=cancel)
    notes = [
        _found(f"Hunk {number}", fitted.stage, fitted.candidates[0], shown)
        for number, fitted in enumerate(fits, 1)
        if fitted.stage != STAGES[0]
    ]
    return after, "\n".join(notes)


def _misfit(text: str, old: str, fitted: Fitted, who: str) -> PatchConflict:
    match fitted.verdict:
        case "ambiguous":
            return PatchConflict(
                f"{who} fits at {len(fitted.candidates)} places: {_lines(fitted.candidates)}. {_NOTHING}",
                "Add lines around it until it is the only one, or a line that stands before it after @@.",
            )
        case "overlaps":
            return PatchConflict(
                f"{who} changes what another hunk changes, at line {fitted.candidates[0]}. {_NOTHING}",
                "Make them one hunk.",
            )
        case _:
            return PatchConflict(f"{who} fits nowhere. {_NOTHING}", _what_was_meant(text, old))


def _found(what: str, stage: str, line: int, shown: str) -> str:
    return (
        f"{what} was found in {shown} at line {line}, not exactly but by forgiving: {stage}."
        " What you did not change stays as the file has it."
    )


def _lines(numbers: Sequence[int]) -> str:
    named = ", ".join(map(str, numbers[:10])) + (" ..." if len(numbers) > 10 else "")
    return f"lines {named}"


def _what_was_meant(text: str, old: str) -> str:
    """Why a piece is not there, as far as one can tell, with the lines that are like it."""
    text, old = text.replace("\r\n", "\n"), old.replace("\r\n", "\n")
    lines = text.split("\n")[:_MOST_LINES]
    wanted = old.strip("\n").split("\n")
    bare = [re.sub(r"^\s*\d+(\t|→|: ?)", "", line) for line in wanted]
    if bare != wanted and _runs_like(lines, bare, str.rstrip):
        return "It begins with the line numbers that read shows. Leave out each number and the tab after it."
    for like, why in (
        (str.strip, "It differs only in indentation, in more than one way"),
        (_squeezed, "It differs only in spaces and tabs"),
        (_plain_quotes, "It differs only in quotes, dashes or special spaces, and in indentation"),
    ):
        if found := _runs_like(lines, wanted, like):
            return f"{why}. The file has, at line {found[0] + 1}:\n{_excerpt(lines, found[0], len(wanted))}"
    return _closest(lines, wanted)


def _squeezed(line: str) -> str:
    return re.sub(r"\s+", "", line)


def _plain_quotes(line: str) -> str:
    return line.translate(_PLAIN).strip()


def _runs_like(lines: list[str], wanted: list[str], like: Callable[[str], str]) -> list[int]:
    """Where neighbouring lines are those wanted once `like` took away what does not matter; from 0."""
    have, want = [like(line) for line in lines], [like(line) for line in wanted]
    if not any(want):
        return []
    return [
        start
        for start in range(len(have) - len(want) + 1)
        if have[start] == want[0] and have[start : start + len(want)] == want
    ]


def _excerpt(lines: list[str], start: int, count: int) -> str:
    return "\n".join(lines[start : start + min(count, 20)])


def _closest(lines: list[str], wanted: list[str]) -> str:
    """The lines most like the longest line of what was wanted."""
    key = max(wanted, key=lambda line: len(line.strip())).strip()
    stripped: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        stripped.setdefault(line.strip(), number)
    similar = difflib.get_close_matches(key, islice(stripped, 5000), n=3, cutoff=0.6) if key else []
    if not similar:
        return "No line of the file is like it. Read the file again, and copy the lines from there."
    places = "\n".join(f"{stripped[line]}\t{lines[stripped[line] - 1]}" for line in similar)
    return f"Lines like it are:\n{places}\nRead that part again, and copy the lines from there, without the numbers."
