"""Languages: who reads a piece of code, by the language's name or by the file's.

Pygments asks nearly a thousand patterns one after the other, and every package that is installed beside it, which a
person would feel when the first diff is drawn. Nearly all of the patterns are endings or whole names, and looked up.
"""

from collections import defaultdict
from fnmatch import fnmatchcase
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from pygments.lexer import Lexer


class _Known(NamedTuple):
    """Names of Pygments' classes."""

    languages: dict[str, str]
    """By a language's name."""
    names: dict[str, list[str]]
    """By whole names of files."""
    endings: dict[str, list[str]]
    """By endings, with their dot."""
    others: list[tuple[str, str]]
    """With other patterns."""


def by_language(name: str) -> "type[Lexer] | None":
    """Who reads the language of that name; None where nobody is known."""
    found = _known().languages.get(name.lower())
    return _loaded(found) if found else None


def by_path(path: str) -> "type[Lexer] | None":
    """Who reads files of that name; None where nobody is known. Of several the one that Pygments would take."""
    name, known = PurePath(path).name, _known()
    exact = known.names.get(name, [])
    fitting = [*exact, *(one for pattern, one in known.others if fnmatchcase(name, pattern))]
    for at, letter in enumerate(name):
        if letter == ".":
            fitting += known.endings.get(name[at:], ())
    readers = [_loaded(one) for one in dict.fromkeys(fitting)]
    return max(
        readers,
        key=lambda reader: (reader.priority + 0.5 * (reader.__name__ in exact), reader.__name__),
        default=None,
    )


def _loaded(name: str) -> "type[Lexer]":
    from pygments import lexers

    found: type[Lexer] = getattr(lexers, name)
    return found


@cache
def _known() -> _Known:
    from pygments.lexers import LEXERS  # pyright: ignore[reportUnknownVariableType]  it has no types

    readers = cast("dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]", LEXERS)
    languages: dict[str, str] = {}
    names: defaultdict[str, list[str]] = defaultdict(list)
    endings: defaultdict[str, list[str]] = defaultdict(list)
    others: list[tuple[str, str]] = []
    for reader, (_, _, aliases, patterns, _) in readers.items():
        for alias in aliases:
            languages.setdefault(alias.lower(), reader)
        for pattern in patterns:
            if not set(pattern) & set("*?["):
                names[pattern].append(reader)
            elif pattern.startswith("*.") and not set(pattern[1:]) & set("*?["):
                endings[pattern[1:]].append(reader)
            else:
                others.append((pattern, reader))
    return _Known(languages, dict(names), dict(endings), others)
