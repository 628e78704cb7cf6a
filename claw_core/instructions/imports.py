"""What an instruction file says: its text without comments, and the files that it imports as `@path`.

As other agents read these files: a path is relative to the file it stands in, imports go four deep, and what stands in
code is only code.
"""

import re
from collections.abc import Iterator
from pathlib import Path

DEEPEST = 4
"""Imports of imports."""

_CODE = re.compile(
    r"^(?P<fence>```+|~~~+).*?^(?P=fence)[`~]*[ \t]*$|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IMPORT = re.compile(r"(?<![^\s(])@(?P<path>(?:\\ |[^\s`])+)")


def without_comments(text: str) -> str:
    """The text without HTML comments, which people write for people; those in code stay."""
    return "".join(part if code else _COMMENT.sub("", part) for code, part in _parts(text))


def imported(text: str, file: Path, home: Path) -> list[Path]:
    """The paths that a file's text imports, absolute, in order, each once. Whether they are there is not looked at."""
    found: dict[Path, None] = {}
    for code, part in _parts(text):
        for match in () if code else _IMPORT.finditer(part):
            written = match["path"].replace("\\ ", " ").rstrip(".,;:!?)")
            if written:
                path = home / written[2:] if written.startswith("~/") else file.parent / written
                found[path] = None
    return list(found)


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The text in pieces, each with whether it is code."""
    at = 0
    for match in _CODE.finditer(text):
        yield False, text[at : match.start()]
        yield True, match[0]
        at = match.end()
    yield False, text[at:]
