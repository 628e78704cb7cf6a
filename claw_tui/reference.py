"""References: the addresses and the files that a text names, as they stand in it.

Texts come from models, tools and files, so that what is found is only ever what can be seen: an http(s) address, or a
name of a file with a line. Whether there is such a file, and where it is, is looked up when somebody wants to open it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

LONGEST = 2_000
"""Characters of an address; no browser is handed more."""
MOST = 200
"""References of one text."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\x00-\x20\x7f-\x9f]+", re.IGNORECASE)
_FILE = re.compile(
    r"(?<![\w/.@:~-])(?P<path>(?:\.{1,2}/|/)?[\w@+-][\w.@+-]*(?:/[\w.@+-]+)*|\.[\w@+-][\w.@+-]*(?:/[\w.@+-]+)*)"
    r"(?:(?:\"?, line |:|#L|\()(?P<line>\d{1,7})(?::\d+|,\s*\d+\))?)?"
)
_SIDES = ("a/", "b/")
"""What git writes before the two names of a file in a diff."""
_CLOSERS = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Something that a text names."""

    kind: Literal["address", "file"]
    target: str
    """The whole address; the file's path as it is written."""
    line: int = 0
    """Of a file, from 1; 0 where none is named."""
    start: int = 0
    end: int = 0
    """Where it stands in the text."""


def references(text: str) -> list[Reference]:
    """What a text names, in its order, at most `MOST`. That a file is there is for `file_in` to say."""
    found: list[Reference] = []
    for reference in _all(text):
        found.append(reference)
        if len(found) == MOST:
            break
    return found


def _all(text: str) -> Iterator[Reference]:
    at = 0
    for address in _ADDRESS.finditer(text):
        yield from _files(text, at, address.start())
        target = _trimmed(address[0]) if len(address[0]) <= LONGEST else ""
        at = address.end()
        if is_address(target):
            yield Reference(kind="address", target=target, start=address.start(), end=address.start() + len(target))
    yield from _files(text, at, len(text))


def _files(text: str, start: int, end: int) -> Iterator[Reference]:
    for file in _FILE.finditer(text, start, end):
        path = file["path"].rstrip(".")
        if path.strip("./") and ("/" in path or "." in path):
            line = int(file["line"] or 0)
            yield Reference(kind="file", target=path, line=line, start=file.start(), end=file.end())


def _trimmed(address: str) -> str:
    """Without what ends the sentence around it; a bracket stays where it was opened inside."""
    while address:
        last = address[-1]
        closes = last in _CLOSERS and address.count(last) > address.count(_CLOSERS[last])
        if not closes and last not in ".,;:!?*_~…":
            break
        address = address[:-1]
    return address


def at(text: str, place: int) -> Reference | None:
    """What stands at that character."""
    return next((one for one in references(text) if one.start <= place < one.end), None)


def is_address(target: str) -> bool:
    """Whether it is an address that may be handed to the system: http or https, with a host, and nothing invisible."""
    if len(target) > LONGEST or any(unicodedata.category(each)[0] in "CZ" for each in target):
        return False
    try:
        parts = urlsplit(target)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False


def host_of(target: str) -> str:
    """The host an address leads to, as the system asks for it: `xn--…` where letters only look like others."""
    host = urlsplit(target).hostname or ""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def file_in(root: Path, reference: Reference) -> Path | None:
    """The file that is meant, links followed; None where there is none inside the workspace. Blocks for a moment."""
    target = reference.target
    try:
        base = root.resolve()
        if base == base.parent:  # all of the machine is no workspace: a session's file can say anything
            return None
        for name in (target, target[2:]) if target.startswith(_SIDES) else (target,):
            path = (base / name).resolve()
            if path.is_file() and path.is_relative_to(base):
                return path
    except (OSError, ValueError, RuntimeError):
        pass
    return None
