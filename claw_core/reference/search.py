"""The twin of search in plain Python: `re`, and a walk that knows ignore files.

A pattern can take exponential time here, and is then not stopped by a cancel before the file's end.
"""

import os
import re
import threading
import time
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from claw_core.reference.dialect import Pattern
from claw_core.reference.text import decode, shown
from claw_core.reference.walk import File, Walk

__all__ = ["CancelToken", "Lines", "Search", "find"]

LineFields = tuple[str, int, str, bool]
"""Path, line number, text, whether it matches."""
Page = tuple["Lines", dict[str, int], int, list[str]]
"""Lines, matching lines of each file that has any, text files that were read, problems."""


class CancelToken:
    """Stops a running function, from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Asks the function that holds this token to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()


class Lines:
    """The lines of a page, in order."""

    def __init__(self, lines: list[LineFields]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def between(self, first: int, last: int) -> list[LineFields]:
        """Those from the index `first` up to `last`, which is not among them, as far as they are there."""
        return self._lines[first:last]


class Search:
    """A search for lines that is under way: it goes on while somebody takes."""

    def __init__(  # noqa: PLR0913 - the extension's keywords, one for one
        self,
        pattern: str,
        root: str | PathLike[str],
        *,
        globs: Sequence[str],
        types: Sequence[str],
        literal: bool,
        case: str,
        multiline: bool,
        want: str,
        before: int,
        after: int,
        hidden: bool,
        respect_ignore: bool,
        follow: bool,
        limit: int | None,
        max_columns: int,
        max_bytes: int,
    ) -> None:
        if want not in {"lines", "counts", "files"}:
            raise ValueError(f'want is lines, counts or files, not "{want}"')
        self._pattern = Pattern(pattern, literal=literal, case=case, multiline=multiline)
        walk = Walk(root, globs, types, hidden=hidden, respect_ignore=respect_ignore, follow=follow)
        self._multiline, self._want, self._near = multiline, want, (before, after)
        self._max_columns, self._max_bytes = max_columns, max_bytes
        self._left = limit
        self._page = _Page()
        self._stopped = threading.Event()
        self._files = walk.files(self._page_tells)
        self._ended = False

    def take(self, enough: int, patience: float | None) -> Page | None:
        """What was found since the last time."""
        until = None if patience is None else time.monotonic() + patience
        while not self._ended:
            if self._stopped.is_set():
                return None
            if self._page.results >= enough or (until is not None and time.monotonic() >= until):
                return self._taken()
            file = next(self._files, None)
            if file is None:
                self._ended = True
                return self._taken()
            self._look(file)
        return None

    def stop(self) -> None:
        """Ends it: what is ready is lost."""
        self._stopped.set()

    def _taken(self) -> Page:
        page, self._page = self._page, _Page()
        return Lines(page.lines), page.counts, page.searched, page.problems

    def _page_tells(self, problem: str) -> None:
        self._page.problems.append(problem)

    def _look(self, file: File) -> None:
        try:
            text = decode(Path(file.path).read_bytes())
        except OSError as error:
            self._page_tells(f"{file.shown}: {error.strerror}")
            return
        if text is None:
            return
        lines = _split(text)
        if problem := self._too_much(file, lines):
            self._page_tells(f"{file.shown}: not searched: {problem}")
            return
        self._page.searched += 1
        matching = (_spans if self._multiline else _each)(self._pattern.of(text), text, lines, self._stopped)
        if matching:
            self._page.counts[file.shown] = 1 if self._want == "files" else len(matching)
        if matching and self._want == "lines":
            self._keep(file.shown, lines, matching)

    def _too_much(self, file: File, lines: list[str]) -> str | None:
        if self._multiline and Path(file.path).stat().st_size > self._max_bytes:
            return f"it has more than {self._max_bytes} bytes, and a match may span lines"
        if any(len(line.removesuffix("\n").encode()) > self._max_bytes for line in lines):
            return f"it has a line of more than {self._max_bytes} bytes"
        return None

    def _keep(self, shown_path: str, lines: list[str], matching: list[int]) -> None:
        kept = matching if self._left is None else matching[: self._left]
        if self._left is not None:
            self._left -= len(kept)
        stop = matching[len(kept)] if len(kept) < len(matching) else len(lines)
        for number, is_match in _with_context(kept, *self._near, stop):
            self._page.lines.append((shown_path, number + 1, shown(lines[number], self._max_columns), is_match))


class _Page:
    def __init__(self) -> None:
        self.lines: list[LineFields] = []
        self.counts: dict[str, int] = {}
        self.searched = 0
        self.problems: list[str] = []

    @property
    def results(self) -> int:
        return len(self.lines) + len(self.counts)


def find(
    globs: Sequence[str],
    root: str | PathLike[str],
    *,
    hidden: bool,
    respect_ignore: bool,
    follow: bool,
    limit: int | None,
    sort: str,
    cancel: CancelToken,
) -> tuple[list[str], int, list[str], bool]:
    """Every file below `root` that matches."""
    if sort not in {"path", "modified"}:
        raise ValueError(f'sort is path or modified, not "{sort}"')
    walk = Walk(root, globs, (), hidden=hidden, respect_ignore=respect_ignore, follow=follow)
    problems: list[str] = []
    files: list[File] = []
    for file in walk.files(problems.append):
        if cancel.cancelled:
            break
        files.append(file)
    if sort == "modified":
        files.sort(key=lambda file: -_modified(file.path))
    paths = [file.shown for file in files]
    return paths[:limit], len(paths), problems, cancel.cancelled


def _each(expression: re.Pattern[str], text: str, lines: list[str], stopped: threading.Event) -> list[int]:
    """The indices of lines that match by themselves."""
    return [
        number
        for number, line in enumerate(lines)
        if not stopped.is_set() and expression.search(line.removesuffix("\n").removesuffix("\r"))
    ]


def _spans(expression: re.Pattern[str], text: str, lines: list[str], stopped: threading.Event) -> list[int]:
    """The indices of lines that a match touches."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found: set[int] = set()
    number = 0
    for match in expression.finditer(text):
        if stopped.is_set():
            break
        while number + 1 < len(lines) and starts[number + 1] <= match.start():
            number += 1
        last = max(match.end() - 1, match.start())
        line = number
        while line < len(lines) and starts[line] <= last:
            if starts[line + 1] > match.start():
                found.add(line)
            line += 1
    return sorted(found)


def _with_context(matching: list[int], before: int, after: int, stop: int) -> list[tuple[int, bool]]:
    """The matching lines and those around them, in order; none from the line `stop` on, where the next
    match is."""
    chosen = {
        near: False for number in matching for near in range(max(number - before, 0), min(number + after + 1, stop))
    }
    chosen.update(dict.fromkeys(matching, True))
    return sorted(chosen.items())


def _split(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _modified(path: str) -> int:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return -1
