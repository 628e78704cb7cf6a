"""The twin of globs in plain Python: what ripgrep's globs and the lines of ignore files mean, as regular
expressions."""

import re
from collections.abc import Sequence


class Globs:
    """A set of globs, as in the extension: those with `!` take away, with all that is below a folder they
    match."""

    def __init__(self, globs: Sequence[str]) -> None:
        self._wanted = [_anchored(glob) for glob in globs if not glob.startswith("!")]
        self._unwanted = [_anchored(glob.removeprefix("!")) for glob in globs if glob.startswith("!")]

    def take_file(self, path: str) -> bool:
        """Whether a file is meant."""
        is_wanted = not self._wanted or any(_fits(glob, path) for glob in self._wanted)
        return is_wanted and not self.drop(path)

    def drop(self, path: str) -> bool:
        """Whether a path is taken away."""
        return any(_fits(glob, path) for glob in self._unwanted)


def translate(glob: str, *, unclosed_class: bool = False) -> re.Pattern[bytes]:
    """The regular expression for whole paths that a glob means; `*` and `?` stop at a slash.

    It works on bytes as the extension's does: `?` is one byte. With `unclosed_class` a `[` that nothing
    closes is itself. Raises ValueError for a glob that is none.
    """
    try:
        return re.compile(_Translation(glob, unclosed_class).whole().encode("utf-8", "surrogatepass"), re.DOTALL)
    except re.error as error:
        raise ValueError(str(error)) from error


def _anchored(glob: str) -> re.Pattern[bytes]:
    written = glob.removeprefix("./")
    below = "/**" if written.endswith("/") else ""
    written = written.removesuffix("/")
    if written.startswith("/"):
        written = written[1:]
    elif "/" not in written:
        written = "**/" + written
    try:
        return translate(written + below)
    except ValueError as error:
        raise ValueError(f'the glob "{glob}" is bad: {error}') from error


def _fits(glob: re.Pattern[bytes], path: str) -> bool:
    return glob.fullmatch(path.encode("utf-8", "surrogateescape")) is not None


class _Translation:
    def __init__(self, glob: str, unclosed_class: bool) -> None:
        self._glob = glob
        self._at = 0
        self._depth = 0
        self._unclosed_class = unclosed_class

    def whole(self) -> str:
        parts: list[str] = []
        while self._at < len(self._glob):
            parts.append(self._next())
        if self._depth:
            raise ValueError("unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)")
        return "".join(parts)

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
                return ")"
            case "," if self._depth:
                return "|"
            case "\\":
                if self._at == len(self._glob):
                    raise ValueError("dangling '\\'")
                self._at += 1
                return re.escape(self._glob[self._at - 1])
            case _:
                return re.escape(letter)

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
