"""What a word with a pattern in it becomes: the names that the shell puts in its place.

Braces are taken apart as text, and what is left is looked for on disk, as the shell does it; a little more is found
than it would find, never less. What cannot be told, or is too much to look at, is None.
"""

import os
import re
from collections.abc import Callable
from fnmatch import translate
from pathlib import Path

from claw_core.path_text import written

_BRACES = re.compile(r"\{([^{}]*)\}")
_LEFT, _RIGHT = "\ue000", "\ue001"
"""Stand for braces that are no pattern's."""
_SIGNS = re.compile(r"[*?\[]")
_MOST_WORDS, _MOST_NAMES, _MOST_FOUND = 64, 5_000, 200
_LONGEST, _DEEPEST = 255, 20


def is_told(word: str) -> bool:
    """Whether all of a word's signs are those of patterns: no variable, no substitution, nobody's home."""
    return not any(sign in word for sign in "$`…\0") and (not word.startswith("~") or word[1:2] in {"", "/"})


def without_braces(word: str) -> tuple[str, ...] | None:
    """The words that braces stand for. A row of numbers or letters is any name; None for too many."""
    words, done = [word], list[str]()
    while words:
        if len(words) + len(done) > _MOST_WORDS:
            return None
        each = words.pop()
        found = _BRACES.search(each)
        if found is None:
            done.append(each.replace(_LEFT, "{").replace(_RIGHT, "}"))
            continue
        before, body, after = each[: found.start()], found[1], each[found.end() :]
        if "," in body:
            words += [before + choice + after for choice in body.split(",")]
        else:
            words.append(before + ("*" if ".." in body else f"{_LEFT}{body}{_RIGHT}") + after)
    return tuple(dict.fromkeys(reversed(done)))


def names_on_disk(root: Path, home: Path) -> Callable[[str], tuple[str, ...] | None]:
    """The paths that a pattern finds, seen from `root`; the pattern itself where it finds none, as shells leave it."""

    def find(pattern: str) -> tuple[str, ...] | None:
        if _SIGNS.search(pattern) is None:
            return (pattern,)
        parts = Path(pattern).parts
        if len(pattern) > _LONGEST or len(parts) > _DEEPEST:
            return None
        first = next(at for at, part in enumerate(parts) if _SIGNS.search(part))
        start = written("/".join(parts[:first]) or ".", root, home)
        found = [start]
        for part in parts[first:]:
            following = _below(found, part)
            if following is None:
                return None
            found = following
        return tuple(map(str, found)) or (pattern,)

    return find


def _below(folders: list[Path], part: str) -> list[Path] | None:
    if _SIGNS.search(part) is None:
        return [folder / part for folder in folders if os.path.lexists(folder / part)]
    found: list[Path] = []
    fits = _fitting(part)
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                for seen, entry in enumerate(entries):
                    if seen >= _MOST_NAMES:
                        return None
                    if fits(entry.name):
                        found.append(folder / entry.name)
        except OSError:
            continue
        if len(found) > _MOST_FOUND:
            return None
    return found


def _fitting(part: str) -> Callable[[str], object]:
    if "[:" in part or "[." in part or "[=" in part:
        return lambda _: True
    fits = re.compile(translate(part.replace("[^", "[!").replace("\\", "")), re.IGNORECASE).match
    # What begins with a dot is found only by what begins with one.
    return fits if part[0] in ".[?" else lambda name: not name.startswith(".") and fits(name)
