"""Globs as models write them: several in one word, absolute, or with a folder before the first star."""

import re
from pathlib import PurePosixPath

_MAGIC = re.compile(r"[*?\[{!]")


def split_globs(text: str) -> tuple[str, ...]:
    """The globs in one string, parted by spaces or commas outside braces: `*.py, src/**/*.{ts,tsx}` are two."""
    globs: list[str] = [""]
    depth = 0
    for letter in text:
        depth += (letter in "{[") - (letter in "}]")
        if depth <= 0 and (letter == "," or letter.isspace()):
            globs.append("")
        else:
            globs[-1] += letter
    return tuple(glob.removeprefix("./") for glob in globs if glob)


def names_hidden(*paths: str) -> bool:
    """Whether one of these paths or globs names something hidden: `.github/**`, but neither `./src` nor `../x`."""
    parts = (part for path in paths for part in path.lstrip("!").split("/"))
    return any(part.startswith(".") and part.strip(".") for part in parts)


def rooted(pattern: str) -> tuple[str, str]:
    """A glob that says where it starts, as that folder and the rest: `/etc/**/*.conf` is `/etc` and `**/*.conf`.

    The folder is empty for a glob that starts where it is used.
    """
    if not pattern.startswith(("/", "~/", "../")):
        return "", pattern.removeprefix("./")
    parts = PurePosixPath(pattern).parts
    plain = next((index for index, part in enumerate(parts) if _MAGIC.search(part)), len(parts) - 1)
    return str(PurePosixPath(*parts[:plain])), "/".join(parts[plain:])
