"""The twin of globs in plain Python: what ripgrep's globs and the lines of ignore files mean, as regular
expressions."""

import re
from collections.abc import Sequence
from typing import NamedTuple


class Rule(NamedTuple):
    """One line of an ignore file, or one glob of a caller's."""

    glob: re.Pattern[bytes]
    is_negated: bool
    """Whether a `!` stands before it."""
    only_dir: bool
    """Whether it is for folders only."""


class Globs:
    """What a caller chose by globs, of which the last that matches counts, and by kinds of files."""

    def __init__(self, globs: Sequence[str], kinds: Sequence[str]) -> None:
        self._rules = [rule for glob in globs if (rule := _chosen(glob)) is not None]
        self._has_wanted = any(not rule.is_negated for rule in self._rules)
        self._kinds = [_kind(glob) for glob in kinds]

    def take_file(self, path: str) -> bool:
        """Whether a file is meant; `path` is relative to the root."""
        word = self._word(path, is_dir=False)
        is_wanted = not self._has_wanted if word is None else word
        return is_wanted and (not self._kinds or self.is_asked_for(path.rpartition("/")[2]))

    def drop_folder(self, path: str) -> bool:
        """Whether a folder is taken away with everything below it."""
        return self._word(path, is_dir=True) is False

    def is_asked_for(self, name: str) -> bool:
        """Whether a name is of a kind that was asked for."""
        return any(_fits(kind, name) for kind in self._kinds)

    def _word(self, path: str, *, is_dir: bool) -> bool | None:
        for rule in reversed(self._rules):
            if (is_dir or not rule.only_dir) and _fits(rule.glob, path):
                return not rule.is_negated
        return None


def rule_of(line: str, *, unclosed_class: bool) -> Rule | None:
    """What a line means; None where it says nothing. Raises ValueError for a glob that is none."""
    if line.startswith("#"):
        return None
    if not line.endswith("\\ "):
        line = line.rstrip()
    if not line:
        return None
    is_negated = is_rooted = False
    if line.startswith(("\\!", "\\#")):
        line = line[1:]
        is_rooted = line.startswith("/")
    else:
        is_negated = line.startswith("!")
        line = line.removeprefix("!")
        is_rooted = line.startswith("/")
        line = line.removeprefix("/")
    only_dir = line.endswith("/")
    if only_dir:
        line = line[:-1].removesuffix("\\")
    if not is_rooted and "/" not in line and line != "**":
        line = "**/" + line
    if line.endswith("/**"):
        line += "/*"
    return Rule(translate(line, unclosed_class=unclosed_class), is_negated, only_dir)


def translate(glob: str, *, unclosed_class: bool = False) -> re.Pattern[bytes]:
    """The regular expression for whole paths that a glob means; `*` and `?` stop at a slash.

    It works on bytes as the extension's does: `?` is one byte. With `unclosed_class` a `[` that nothing
    closes is itself. Raises ValueError for a glob that is none.
    """
    try:
        return re.compile(_Translation(glob, unclosed_class).whole().encode("utf-8", "surrogatepass"), re.DOTALL)
    except re.error as error:
        raise ValueError(str(error)) from error


def _chosen(glob: str) -> Rule | None:
    """A caller's glob: `#` is itself, `./` says nothing, and a folder means what is in it."""
    negation = "!" if glob.startswith("!") else ""
    written = glob.removeprefix("!").removeprefix("./")
    if not negation:
        written = ("\\" if written.startswith("#") else "") + written + ("**" if written.endswith("/") else "")
    try:
        return rule_of(negation + written, unclosed_class=False)
    except ValueError as error:
        raise ValueError(f'the glob "{glob}" is bad: {error}') from error


def _kind(glob: str) -> re.Pattern[bytes]:
    try:
        return translate(glob)
    except ValueError as error:
        raise ValueError(f'the glob "{glob}" is bad: {error}') from error


def _fits(glob: re.Pattern[bytes], path: str) -> bool:
    return glob.fullmatch(path.encode("utf-8", "surrogateescape")) is not None


class _Translation:
    def __init__(self, glob: str, unclosed_class: bool) -> None:
        self._glob = glob
        self._at = 0
        self._depth = 0
        self._parts: list[str] = []
        self._unclosed_class = unclosed_class

    def whole(self) -> str:
        while self._at < len(self._glob):
            self._parts.append(self._next())
        if self._depth:
            raise ValueError("unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)")
        return "".join(self._parts)

    def _next(self) -> str:
        letter = self._glob[self._at]
        self._at += 1
        match letter:
            case "?":
                return "[^/]"
            case "*":
                return self._stars()
            case "[":
                return self._class()
            case "{":
                self._depth += 1
                return "(?:"
            case "}":
                if self._depth == 0:
                    raise ValueError("unopened alternate group; missing '{' (maybe escape '}' with '[}]'?)")
                self._depth -= 1
                return self._end_of_group()
            case "," if self._depth:
                return "" if self._is_alternative_empty() else "|"
            case "\\":
                if self._at == len(self._glob):
                    raise ValueError("dangling '\\'")
                self._at += 1
                return re.escape(self._glob[self._at - 1])
            case _:
                return re.escape(letter)

    def _is_alternative_empty(self) -> bool:
        """Whether nothing stands since the last `{` or `,`: such an alternative is none."""
        return next((part for part in reversed(self._parts) if part), "") in {"(?:", "|"}

    def _end_of_group(self) -> str:
        while self._parts[-1] in {"", "|"}:
            self._parts.pop()
        if self._parts[-1] == "(?:":
            self._parts.pop()
            return ""
        return ")"

    def _stars(self) -> str:
        """One star, or two that stand for any number of folders where slashes or ends are around them."""
        start = self._at - 1
        if not self._glob.startswith("**", start):
            return "[^/]*"
        self._at += 1
        before, after = self._glob[:start], self._glob[start + 2 :]
        if not before or (self._depth and before[-1] in "{,"):
            if not after:
                return ".*"
            if after[0] == "/":
                self._at += 1
                return "(?:/?|.*/)"
        elif before[-1] == "/":
            if not after or (self._depth and after[0] in ",}"):
                return ".+"
            if after[0] == "/":
                self._at += 1
                return "(?:|.*/)"
        return "[^/]*[^/]*"

    def _class(self) -> str:
        found = re.compile(r"([!^]?)(\]?[^\]]*)\]").match(self._glob, self._at)
        if found is None:
            if self._unclosed_class:
                return re.escape("[")
            raise ValueError("unclosed character class; missing ']'")
        self._at = found.end()
        ranges = re.sub(r"([\\\[\]^&~|])", r"\\\1", found[2])
        return f"[{'^' if found[1] else ''}{ranges}]"
