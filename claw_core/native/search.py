"""The door to search: the lines that match a pattern, and the files that match a glob, below a folder.

Globs are ripgrep's: one without a slash means a name at any depth (`*.py`), one with a slash the path from
the root (`src/**/*.py`), and `!` before it takes files away, or a whole folder. They choose among the files
that are looked at; they bring back none that an ignore file or a dot hides.

What is ignored is what git and ripgrep ignore: `.gitignore` inside a repository, `.ignore` anywhere, both
also in the folders above, `.git/info/exclude`, and git's global excludes. `.git` is never looked at,
symbolic links are not followed. Binary files (with a NUL that UTF-16 does not explain) are passed over.
Text is UTF-8, UTF-16 or UTF-8 by its byte order mark, and Latin-1 for a line that is not UTF-8.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from claw_core.native import backend
from claw_core.native.file_types import globs_of

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import search as engine

LARGEST = 256 * 1024 * 1024
"""Bytes above which a file is reported as a problem and not searched: it is read into memory whole."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that matches, or one near it."""

    path: str
    """Relative to the root, with slashes; the file's own name where the root is a file. What is not UTF-8
    in it is �."""
    line_number: int
    """From 1."""
    text: str
    """Without its ending; cut to `max_columns` characters, the last of them `…` where something was cut."""
    is_match: bool
    """False for a line that is there because a line near it matches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What a search found; iterating it gives its lines."""

    lines: tuple[Line, ...]
    """In order of path and line; with as many matching lines as the limit allows."""
    counts: Mapping[str, int]
    """Matching lines of each file that has any, in order of path; all of them, whatever the limit."""
    searched: int
    """Text files that were read."""
    truncated: bool
    """Whether matching lines were left out for the limit."""
    problems: tuple[str, ...]
    """Files and folders that could not be read, each with why."""

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def matches(self) -> int:
        """All matching lines, whatever the limit."""
        return sum(self.counts.values())

    @property
    def files(self) -> int:
        """All files with a match, whatever the limit."""
        return len(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindResult:
    """The files found; iterating it gives their paths."""

    paths: tuple[str, ...]
    """Relative to the root, with slashes; as many as the limit allows."""
    total: int
    """How many there are."""
    problems: tuple[str, ...]
    """Folders that could not be read, each with why."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    @property
    def truncated(self) -> bool:
        """Whether files were left out for the limit."""
        return self.total > len(self.paths)


async def search(  # noqa: PLR0913 - one keyword for each thing a caller may want of a search
    pattern: str,
    root: str | Path,
    *,
    globs: Sequence[str] = (),
    types: Sequence[str] = (),
    literal: bool = False,
    case: Literal["smart", "sensitive", "insensitive"] = "sensitive",
    multiline: bool = False,
    before: int = 0,
    after: int = 0,
    hidden: bool = False,
    respect_ignore: bool = True,
    limit: int | None = None,
    max_columns: int = 2000,
) -> SearchResult:
    """Every line below `root` (a folder, or one file) that matches `pattern`, a regular expression of
    ripgrep's dialect.

    `types` are ripgrep's names for kinds of files (`py`, `rust` ...). `case="smart"` tells cases apart only
    where the pattern has an upper-case letter. With `multiline` a match may span lines, and each of its
    lines counts. `before` and `after` are lines around a match, `limit` is the most matching lines to
    return, `max_columns` the characters after which a line is cut (0: never).

    Raises ValueError for a bad pattern (with the place), a bad glob or an unknown type, FileNotFoundError
    for a root that is not there. Cancelling the task stops the work at once.
    """
    type_globs = globs_of(types)
    token = engine.CancelToken()

    def work() -> SearchResult:
        lines, counts, searched, truncated, problems, _ = engine.search(
            pattern,
            root,
            globs=list(globs),
            types=type_globs,
            literal=literal,
            case=case,
            multiline=multiline,
            before=before,
            after=after,
            hidden=hidden,
            respect_ignore=respect_ignore,
            limit=limit,
            max_columns=max_columns,
            max_bytes=LARGEST,
            cancel=token,
        )
        return SearchResult(
            lines=tuple(
                Line(path=path, line_number=number, text=text, is_match=is_match)
                for path, number, text, is_match in lines
            ),
            counts=dict(counts),
            searched=searched,
            truncated=truncated,
            problems=tuple(problems),
        )

    return await _in_thread(work, token.cancel)


async def find(
    globs: Sequence[str],
    root: str | Path,
    *,
    hidden: bool = False,
    respect_ignore: bool = True,
    limit: int | None = None,
    sort: Literal["path", "modified"] = "path",
) -> FindResult:
    """Every file below `root` that matches one of `globs`; every file at all where there are none.

    `sort="modified"` puts the last changed first. `limit` is the most paths to return. Raises ValueError
    for a bad glob, FileNotFoundError for a root that is not there. Cancelling the task stops the work at
    once.
    """
    token = engine.CancelToken()

    def work() -> FindResult:
        paths, total, problems, _ = engine.find(
            list(globs),
            root,
            hidden=hidden,
            respect_ignore=respect_ignore,
            limit=limit,
            sort=sort,
            cancel=token,
        )
        return FindResult(paths=tuple(paths), total=total, problems=tuple(problems))

    return await _in_thread(work, token.cancel)


async def _in_thread(work: Callable[[], T], cancel: Callable[[], None]) -> T:
    """The outcome of `work`, run in a thread; where the waiting task is cancelled, after the work has
    stopped."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        cancel()
        await asyncio.wait([running])
        if not running.cancelled():
            running.exception()  # seen: what the stopped work raised interests nobody any more
        raise
