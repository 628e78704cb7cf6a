"""One piece of a text for another: exactly that piece, and a useful answer where it is not there.

Models write LF; files may hold CR LF. A piece that stands there but for its line endings counts as standing there, and
what replaces it gets the endings of the place. Beyond that nothing is guessed: where a piece differs in its indentation
or its quotes, the answer says so and shows the text as it is, and the model corrects itself.
"""

import difflib
import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import islice

from claw_core.error import PatchConflict

_LOOKALIKES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " ", "…": "..."})
_MOST_LINES = 20_000
"""Lines of a file that are compared when looking for what may have been meant."""


def replaced(text: str, old: str, new: str, *, everywhere: bool, shown: str) -> str:
    """`text` with `new` in place of `old`, which must stand there once, or anywhere where `everywhere` is set.

    Every character outside the places found stays. `shown` is the file's name, for what is said. Raises PatchConflict.
    """
    if old == new:
        raise PatchConflict("old_string and new_string are the same: nothing would change.", "Say what should change.")
    places = _places(text, old)
    if not places:
        raise PatchConflict(f"old_string does not stand in {shown}.", _what_was_meant(text, old))
    if len(places) > 1 and not everywhere:
        lines = [text.count("\n", 0, start) + 1 for start, _ in places]
        named = ", ".join(map(str, lines[:10])) + (" ..." if len(lines) > 10 else "")
        raise PatchConflict(
            f"old_string stands in {shown} at {len(places)} places: lines {named}.",
            "Add lines around it until it is the only one, or set replace_all to change every one.",
        )
    pieces: list[str] = []
    done = 0
    for start, end in places:
        pieces += [text[done:start], _with_endings_of(text, start, end, new)]
        done = end
    return "".join([*pieces, text[done:]])


def _places(text: str, old: str) -> list[tuple[int, int]]:
    """Where `old` stands, from left to right, none inside another: exactly, or else but for its line endings."""
    exact = _find_all(text, old)
    whole = not any(_splits_pair(text, index) for place in exact for index in place)
    if (exact and whole) or ("\r\n" not in text and "\r\n" not in old):
        return exact
    flat = text.replace("\r\n", "\n")
    feeds = [match.start() - index for index, match in enumerate(re.finditer("\r\n", text))]
    return [
        (start + bisect_right(feeds, start - 1), end + bisect_right(feeds, end - 1))
        for start, end in _find_all(flat, old.replace("\r\n", "\n"))
    ]


def _splits_pair(text: str, index: int) -> bool:
    return index > 0 and text.startswith("\r\n", index - 1)


def _find_all(text: str, piece: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(re.escape(piece), text)] if piece else []


def _with_endings_of(text: str, start: int, end: int, new: str) -> str:
    """`new` with the line endings of its place: those it replaces, else the next one, else the one before."""
    if "\r\n" not in text:
        return new.replace("\r\n", "\n") if "\n" in text else new
    feed = text.find("\n", start, end)
    if feed < 0:
        feed = text.find("\n", end)
    if feed < 0:
        feed = text.rfind("\n", 0, start)
    flat = new.replace("\r\n", "\n")
    return flat.replace("\n", "\r\n") if text[feed - 1 : feed] == "\r" else flat


def _what_was_meant(text: str, old: str) -> str:
    """Why a piece is not there, as far as one can tell, with the lines that are like it."""
    text, old = text.replace("\r\n", "\n"), old.replace("\r\n", "\n")
    lines = text.split("\n")[:_MOST_LINES]
    wanted = old.strip("\n").split("\n")
    bare = [re.sub(r"^\s*\d+(\t|→|: ?)", "", line) for line in wanted]
    if bare != wanted and _runs_like(lines, bare, str.rstrip):
        return "It begins with the line numbers that read shows. Leave out each number and the tab after it."
    for like, why in (
        (str.rstrip, "It differs only in spaces at the ends of lines"),
        (str.strip, "It differs only in indentation"),
        (_squeezed, "It differs only in spaces and tabs"),
        (_plain_quotes, "It differs only in quotes, dashes or special spaces"),
    ):
        if found := _runs_like(lines, wanted, like):
            return f"{why}. The file has, at line {found[0] + 1}:\n{_excerpt(lines, found[0], len(wanted))}"
    return _closest(lines, wanted)


def _squeezed(line: str) -> str:
    return re.sub(r"\s+", "", line)


def _plain_quotes(line: str) -> str:
    return line.translate(_LOOKALIKES).strip()


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
