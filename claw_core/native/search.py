"""The door to search: the lines that match a pattern, and the files that match a glob, below a folder.

Globs are ripgrep's: one without a slash means a name at any depth (`*.py`), one with a slash the path from
the root (`src/**/*.py`), and `!` before it takes files away, or a whole folder; the last that matches counts. They
choose among the files that are looked at: unlike `rg --glob` they bring back none that an ignore file or a dot hides,
so that `**/*` is every file of a project and not of what it ignores. Unlike there, `src/` means the files in it.

What is ignored is what git and ripgrep ignore: `.gitignore` inside a repository, `.ignore` anywhere, both
also in the folders above, `.git/info/exclude`, and git's global excludes. `.git` is never looked at,
symbolic links are not followed unless asked. Binary files (with a NUL that UTF-16 does not explain) are passed over.
Text is UTF-8, UTF-16 or UTF-8 by its byte order mark, and Latin-1 for a line that is not UTF-8.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict, TypeVar, Unpack, cast, overload

from claw_core.native import backend
from claw_core.native.file_types import globs_of

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import search as engine

MOST_HELD = 64 * 1024 * 1024
"""Bytes of one file that are held at once. A file with a longer line is reported as a problem and not searched; with
`multiline` so is a longer file."""
PAGE = 200
"""Lines and files that make a page."""
PATIENCE = 0.1
"""Seconds after which a page comes with what there is."""
PIECE = 1000
"""Lines that are made at once for somebody who goes through them."""

T = TypeVar("T")


class Options(TypedDict, total=False):
    """What a search can be asked, beside the pattern and the place."""

    globs: Sequence[str]
    """Which files, by ripgrep's globs. None for all."""
    types: Sequence[str]
    """Which files, by ripgrep's names for kinds of them (`py`, `rust` ...): each counts that is of one of these."""
    literal: bool
    """Whether the pattern is plain text. False unless told."""
    case: Literal["smart", "sensitive", "insensitive"]
    """`sensitive` unless told; `smart` tells cases apart only where the pattern has an upper-case letter."""
    multiline: bool
    """Whether a match may span lines; each of its lines counts. False unless told."""
    want: Literal["lines", "counts", "files"]
    """`lines` unless told. Without lines a search is faster; with `files` it leaves each file at its first match, so
    that 1 is counted for each."""
    before: int
    """Lines to show before a match; none unless told."""
    after: int
    """Lines to show after a match; none unless told."""
    hidden: bool
    """Whether names that begin with a dot count. False unless told."""
    respect_ignore: bool
    """Whether ignore files hold. True unless told."""
    follow: bool
    """Whether symbolic links are followed; one that leads back or nowhere is a problem. False unless told."""
    limit: int | None
    """The most matching lines to return; all are counted. None, unless told, for all."""
    max_columns: int
    """Characters after which a line is cut; 0 for never. 2000 unless told."""


class Line(NamedTuple):
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


_line: Callable[[tuple[str, int, str, bool]], Line] = partial(
    tuple.__new__,  # pyright: ignore[reportUnknownMemberType] - the stub leaves open of what
    Line,
)
"""A line of the engine's, as ours; `Line._make` takes three times as long, and there may be very many."""


class Lines(Sequence[Line]):
    """Lines in order of path and line. Each is made when it is asked for: there may be very many, and seldom are all
    looked at."""

    __slots__ = ("_found",)

    def __init__(self, found: "engine.Lines") -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Line]:
        for first in range(0, len(self), PIECE):
            yield from map(_line, self._found.between(first, first + PIECE))

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, index: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(index, int):
            at = range(len(self))[index]
            return _line(self._found.between(at, at + 1)[0])
        first, last, step = index.indices(len(self))
        if step == 1:
            return tuple(map(_line, self._found.between(first, last)))
        return tuple(self[at] for at in range(first, last, step))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines | tuple) and tuple(self) == tuple(cast("Sequence[object]", other))

    __hash__ = None  # pyright: ignore[reportAssignmentType] - as of any sequence that is compared by what is in it

    def __repr__(self) -> str:
        return f"<{len(self):,} lines>"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What a search found, or one page of it; iterating it gives its lines."""

    lines: Lines
    """In order of path and line; with as many matching lines as the limit allows."""
    counts: Mapping[str, int]
    """Matching lines of each file that has any, in order of path; all of them, whatever the limit."""
    searched: int
    """Text files that were read."""
    problems: tuple[str, ...]
    """Files and folders that could not be read, each with why, in order of path."""

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

    @property
    def truncated(self) -> bool:
        """Whether matching lines were left out."""
        return self.matches > sum(line.is_match for line in self.lines)


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


async def search(pattern: str, root: str | Path, **options: Unpack[Options]) -> SearchResult:
    """Every line below `root` (a folder, or one file) that matches `pattern`, a regular expression of
    ripgrep's dialect. All of it is held; `pages` gives it piece by piece.

    Raises ValueError for a bad pattern (with the place), a bad glob or an unknown type, FileNotFoundError
    for a root that is not there. Cancelling the task stops the work at once.
    """
    engine_search = await asyncio.to_thread(_start, pattern, root, options)
    page = await in_thread(lambda: _page(engine_search, sys.maxsize, None), engine_search.stop)
    if page is None:
        raise RuntimeError("the search was stopped by nobody")
    return page


async def pages(pattern: str, root: str | Path, **options: Unpack[Options]) -> AsyncIterator[SearchResult]:
    """The same piece by piece, in order, while the search goes on; put together the pages are what `search` returns.

    A page comes once it is worth it or some time has passed, then even without lines: it says how many files were
    searched since the last. A file's lines may come on several pages; it is counted on the last of them. A search
    runs ahead of whoever reads its pages by a few megabytes and then waits. Raises like `search`; left in the middle,
    it stops.
    """
    engine_search = await asyncio.to_thread(_start, pattern, root, options)
    try:
        while (page := await in_thread(lambda: _page(engine_search, PAGE, PATIENCE), engine_search.stop)) is not None:
            yield page
    finally:
        engine_search.stop()


def _start(pattern: str, root: str | Path, options: Options) -> "engine.Search":
    return engine.Search(
        pattern,
        root,
        globs=list(options.get("globs", ())),
        types=globs_of(options.get("types", ())),
        literal=options.get("literal", False),
        case=options.get("case", "sensitive"),
        multiline=options.get("multiline", False),
        want=options.get("want", "lines"),
        before=options.get("before", 0),
        after=options.get("after", 0),
        hidden=options.get("hidden", False),
        respect_ignore=options.get("respect_ignore", True),
        follow=options.get("follow", False),
        limit=options.get("limit"),
        max_columns=options.get("max_columns", 2000),
        max_bytes=MOST_HELD,
    )


def _page(engine_search: "engine.Search", enough: int, patience: float | None) -> SearchResult | None:
    taken = engine_search.take(enough, patience)
    if taken is None:
        return None
    lines, counts, searched, problems = taken
    return SearchResult(lines=Lines(lines), counts=counts, searched=searched, problems=tuple(problems))


async def find(
    globs: Sequence[str],
    root: str | Path,
    *,
    hidden: bool = False,
    respect_ignore: bool = True,
    follow: bool = False,
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
            follow=follow,
            limit=limit,
            sort=sort,
            cancel=token,
        )
        return FindResult(paths=tuple(paths), total=total, problems=tuple(problems))

    return await in_thread(work, token.cancel)


async def in_thread(work: Callable[[], T], cancel: Callable[[], None]) -> T:
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
