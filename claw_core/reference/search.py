"""The twin of search in plain Python: `re`, and a walk that knows ignore files.

The dialects differ at the edges. Where the extension's regular expressions have no look-around and no back
references, `re` has both. Only the extension knows classes such as `\\p{Greek}` and `[[:alpha:]]`, set
operations in classes, `\\z`, and flags for a part such as `(?i:...)` after the start in all their forms. A
pattern can take exponential time here, and is then not stopped by a cancel before the file's end.
"""

import os
import re
import stat
import threading
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from claw_core.reference.globs import Globs
from claw_core.reference.ignore_rules import Level, Rules, global_rules, level_of
from claw_core.reference.text import decode, shown

__all__ = ["CancelToken", "find", "search"]

EDGES = {"^": r"(?:^|(?<=\r)(?!\n))", "$": r"(?=\r|(?<!\r)$|\Z)"}
"""A line begins after a newline, and after a carriage return that has none; it ends before the one and the other."""

LineFields = tuple[str, int, str, bool]
"""Path, line number, text, whether it matches."""


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


def search(  # noqa: PLR0913 - the extension's keywords, one for one
    pattern: str,
    root: str | PathLike[str],
    *,
    globs: Sequence[str],
    types: Sequence[str],
    literal: bool,
    case: str,
    multiline: bool,
    before: int,
    after: int,
    hidden: bool,
    respect_ignore: bool,
    limit: int | None,
    max_columns: int,
    max_bytes: int,
    cancel: CancelToken,
) -> tuple[list[LineFields], list[tuple[str, int]], int, bool, list[str], bool]:
    """Every line below `root` that matches."""
    expression = _compiled(pattern, literal=literal, case=case, multiline=multiline)
    walk = _Walk(root, globs, types, hidden=hidden, respect_ignore=respect_ignore, cancel=cancel)
    lines: list[LineFields] = []
    counts: list[tuple[str, int]] = []
    searched = 0
    left = limit
    for relative, path in sorted(walk.files()):
        if cancel.cancelled:
            break
        text = _text_of(path, relative, max_bytes, walk.problems)
        if text is None:
            continue
        searched += 1
        file_lines = _split(text)
        matching = (_spans if multiline else _each)(expression, text, file_lines, cancel)
        if not matching:
            continue
        counts.append((relative, len(matching)))
        kept = matching if left is None else matching[:left]
        if left is not None:
            left -= len(kept)
        stop = matching[len(kept)] if len(kept) < len(matching) else len(file_lines)
        for number, is_match in _with_context(kept, before, after, stop):
            lines.append((relative, number + 1, shown(file_lines[number], max_columns), is_match))
    total = sum(count for _, count in counts)
    truncated = total > sum(is_match for *_, is_match in lines)
    return lines, counts, searched, truncated, sorted(walk.problems), cancel.cancelled


def find(
    globs: Sequence[str],
    root: str | PathLike[str],
    *,
    hidden: bool,
    respect_ignore: bool,
    limit: int | None,
    sort: str,
    cancel: CancelToken,
) -> tuple[list[str], int, list[str], bool]:
    """Every file below `root` that matches."""
    if sort not in {"path", "modified"}:
        raise ValueError(f'sort is path or modified, not "{sort}"')
    walk = _Walk(root, globs, (), hidden=hidden, respect_ignore=respect_ignore, cancel=cancel)
    files = sorted(walk.files())
    if sort == "modified":
        files.sort(key=lambda file: -_modified(file[1]))
    paths = [relative for relative, _ in files]
    return paths[:limit], len(paths), sorted(walk.problems), cancel.cancelled


def _compiled(pattern: str, *, literal: bool, case: str, multiline: bool) -> re.Pattern[str]:
    if case not in {"smart", "sensitive", "insensitive"}:
        raise ValueError(f'case is smart, sensitive or insensitive, not "{case}"')
    if not multiline and ("\n" in pattern or (not literal and re.search(r"(?<!\\)(\\\\)*\\n", pattern))):
        raise ValueError('the pattern is bad: the literal "\\n" is not allowed where a match stays in its line')
    letters = pattern if literal else re.sub(r"\\.", "", pattern)
    is_folded = case == "insensitive" or (case == "smart" and letters == letters.lower())
    try:
        source = re.escape(pattern) if literal else _translated(pattern)
        return re.compile(source, re.MULTILINE | (re.IGNORECASE if is_folded else re.NOFLAG))
    except re.error as error:
        marker = " " * (error.pos or 0) + "^"
        raise ValueError(
            f"the pattern is bad: regex parse error:\n    {pattern}\n    {marker}\nerror: {error.msg}"
        ) from error


def _translated(pattern: str) -> str:
    """The pattern with `^` and `$` as the extension understands them."""
    out: list[str] = []
    in_class = False
    for piece in re.findall(r"\\.|.", pattern, re.DOTALL):
        if piece == "[" and in_class:
            out.append(r"\[")  # `re` warns of an open bracket in a class
            continue
        in_class = (in_class or piece == "[") and piece != "]"
        out.append(piece if in_class else EDGES.get(piece, piece))
    return "".join(out)


def _each(expression: re.Pattern[str], text: str, lines: list[str], cancel: CancelToken) -> list[int]:
    """The indices of lines that match by themselves."""
    return [
        number
        for number, line in enumerate(lines)
        if not cancel.cancelled and expression.search(line.removesuffix("\n").removesuffix("\r"))
    ]


def _spans(expression: re.Pattern[str], text: str, lines: list[str], cancel: CancelToken) -> list[int]:
    """The indices of lines that a match touches."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    found: set[int] = set()
    number = 0
    for match in expression.finditer(text):
        if cancel.cancelled:
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


def _text_of(path: str, relative: str, max_bytes: int, problems: list[str]) -> str | None:
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > max_bytes:
            problems.append(f"{relative}: not searched: {size} bytes are more than {max_bytes}")
            return None
        return decode(file.read_bytes())
    except OSError as error:
        problems.append(f"{relative}: {error.strerror}")
        return None


def _modified(path: str) -> int:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return -1


class _Walk:
    """The files below a root, in no order, and what could not be read."""

    def __init__(
        self,
        root: str | PathLike[str],
        globs: Sequence[str],
        types: Sequence[str],
        *,
        hidden: bool,
        respect_ignore: bool,
        cancel: CancelToken,
    ) -> None:
        self.problems: list[str] = []
        self._root = os.path.realpath(root, strict=True)
        self._globs, self._types = Globs(globs), Globs(types)
        self._hidden = hidden
        self._cancel = cancel
        self._everywhere: Rules | None = global_rules() if respect_ignore else None

    def files(self) -> list[tuple[str, str]]:
        """Path from the root and absolute path of each."""
        found: list[tuple[str, str]] = []
        mode = Path(self._root).stat().st_mode
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            raise ValueError(f"neither a file nor a folder: {self._root}")
        if stat.S_ISREG(mode):
            self._look(Path(self._root).name, self._root, found)
            return found
        level = level_of(self._root) if self._everywhere else None
        waiting: list[tuple[str, Level | None]] = [(self._root, level)]
        while waiting and not self._cancel.cancelled:
            folder, level = waiting.pop()
            try:
                entries = list(os.scandir(folder))
            except OSError as error:
                self.problems.append(f"{self._relative(folder)}: {error.strerror}")
                continue
            for entry in entries:
                is_dir = entry.is_dir(follow_symlinks=False)
                if entry.name == ".git" or self._is_hidden(entry, is_dir, level):
                    continue
                relative = self._relative(entry.path)
                if is_dir and not self._globs.drop(relative):
                    waiting.append((entry.path, Level(entry.path, level) if level else None))
                elif entry.is_file(follow_symlinks=False):
                    self._look(relative, entry.path, found)
        return found

    def _is_hidden(self, entry: "os.DirEntry[str]", is_dir: bool, level: Level | None) -> bool:
        word = None
        if level is not None and self._everywhere is not None:
            word = level.hides(entry.path, is_dir, self._everywhere)
        return word if word is not None else not self._hidden and entry.name.startswith(".")

    def _look(self, relative: str, path: str, found: list[tuple[str, str]]) -> None:
        if self._globs.take_file(relative) and self._types.take_file(relative):
            found.append((relative, path))

    def _relative(self, path: str) -> str:
        below = path.removeprefix(self._root.rstrip("/") + "/") if path != self._root else ""
        return os.fsencode(below).decode("utf-8", "replace")
