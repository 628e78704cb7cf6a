"""Gitignore patterns with their four anchors, as expressions over absolute paths. Pure."""

import re
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1024)
def path_pattern(spec: str, root: str, home: str) -> re.Pattern[str]:
    """A gitignore pattern, with its anchor, as an expression over absolute paths; what lies below a match matches."""
    if spec.startswith("//"):
        start, body = "/", spec[2:]
    elif spec.startswith("~/") or spec == "~":
        start, body = home, spec[2:]
    elif spec.startswith(("/", "./")):
        start, body = root, spec.removeprefix(".")[1:]
    else:
        # As in gitignore: without a slash inside, it may lie at any depth.
        start, body = root, spec if "/" in spec.rstrip("/") else "**/" + spec
    below = "/.*" if body.endswith("/") else "(?:/.*)?"
    start = re.escape(start.rstrip("/"))
    body = body.strip("/")
    return re.compile(start + ("/" + _glob(body) if body else "") + below, re.DOTALL)


def fixed_place(spec: str, root: Path, home: Path) -> Path:
    """The deepest place that an anchored pattern names without any sign in it: what it is about lies there."""
    literal = re.split(r"[*?\[\\]", spec, maxsplit=1)[0]
    start = literal if literal == spec else literal.rpartition("/")[0]
    base = Path("/") if start.startswith("//") else home if start.startswith("~") else root
    return base / start.lstrip("~.").lstrip("/")


def _glob(body: str) -> str:
    """The expression for a gitignore pattern without its anchor."""
    out: list[str] = []
    for piece in re.findall(r"\*\*/|/\*\*$|\*+|\?|\[!?\]?[^]]*\]|\\.|.", body, re.DOTALL):
        match piece[0], piece:
            case _, "**/":
                out.append("(?:[^/]+/)*")  # folder by folder: `.*/` would try every place
            case _, "/**":
                out.append("/.*")
            case "*", _:
                out.append(".*" if piece == "**" and piece == body else "[^/]*")
            case "?", _:
                out.append("[^/]")
            case "[", _ if len(piece) > 2:
                out.append("(?!/)[" + ("^" if piece[1] == "!" else "") + _class(piece) + "]")
            case "\\", _ if len(piece) == 2:
                out.append(re.escape(piece[1]))
            case _:
                out.append(re.escape(piece))
    return "".join(out)


def _class(piece: str) -> str:
    """What stands in the brackets of a glob, safe inside the brackets of an expression."""
    return re.sub(r"([\\\[\]^&|~])", r"\\\1", piece[1:-1].removeprefix("!"))
