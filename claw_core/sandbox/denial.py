"""Denials: what the sandbox refused a command, read from what it printed.

The kernel tells nobody but the program, and programs say it in their own words. So a line that says "no" is only a
hint; what makes it a denial is that a path in it may not be written inside, and could be outside. Where no path can be
found it is said as a guess.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from claw_core.permissions.place import is_below
from claw_core.sandbox.profile import Walls

_REFUSED = re.compile(
    r"permission denied|read-only file system|operation not permitted|cross-device link|device or resource busy"
    r"|\b(?:EACCES|EROFS|EPERM|EXDEV|EBUSY)\b|\[Errno (?:1|13|16|18|30)\]",
    re.IGNORECASE,
)
_READ_ONLY = re.compile(r"read-only file system|\bEROFS\b", re.IGNORECASE)
_NETWORK = re.compile(
    r"could ?n[o']t resolve host|name resolution|name or service not known|nodename nor servname|getaddrinfo"
    r"|network is unreachable|failed to connect|could ?n[o']t connect|connection error|EAI_AGAIN|ENOTFOUND"
    r"|dns error|dial (?:tcp|udp)|socket: (?:permission denied|operation not permitted)|no route to host"
    r"|/dev/(?:tcp|udp)/|NewConnectionError|unable to access 'https?:",
    re.IGNORECASE,
)
_CALL = re.compile(r"\b(ptrace|strace|gdb|lldb|unshare|bwrap|mount|umount|io_uring|perf)\b", re.IGNORECASE)
_QUOTED = re.compile(r"['\"‘“`]([^'\"‘’“”`]{1,4096})['\"’”`]")
_NO_FILES = (Path("/dev"), Path("/proc"), Path("/sys"))
"""What is refused there is no file that a person would miss."""
_LOOKED_AT = 64 * 1024
_MOST_LINES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One thing that a command wanted and the sandbox refused."""

    kind: Literal["write", "network", "call"]
    target: str = ""
    """The path, as a person writes it, or the name of what was called; empty where it is not known."""
    certain: bool = False
    """Inside it could not be done, outside it could; else it only looks so."""

    @property
    def told(self) -> str:
        """A sentence for the model and the person."""
        match self.kind:
            case "write" if self.certain:
                return f"It tried to write {self.target}, outside the sandbox."
            case "write":
                return "It seems to have tried to write something outside the sandbox."
            case "network":
                return "It seems to have needed the network, which the sandbox keeps shut."
            case "call":
                return f"It seems to have needed {self.target}, which the sandbox refuses."


def find_denial(output: str, walls: Walls, cwd: Path, home: Path) -> Denial | None:
    """What the sandbox refused, judging by what a command that started in `cwd` printed. Looks at the disk."""
    lines = output[-_LOOKED_AT:].splitlines()[-_MOST_LINES:]
    refused = [line for line in lines if _REFUSED.search(line)]
    for line in refused:
        for path in _paths(line, cwd, home):
            if not walls.lets_write(path) and _could_be_written(path):
                return Denial(kind="write", target=_shown(path, cwd, home), certain=True)
    if any(map(_NETWORK.search, lines)):
        return Denial(kind="network")
    for line in refused:
        if called := _CALL.search(line):
            return Denial(kind="call", target=called[1].lower())
    # Nothing else that a person works in is read-only.
    return Denial(kind="write") if any(map(_READ_ONLY.search, refused)) else None


def _paths(line: str, cwd: Path, home: Path) -> Iterator[Path]:
    """What in a line may name a file: what is quoted, and words between colons and spaces; where it goes comes last."""
    before = _REFUSED.split(line)[0]
    words = [*_QUOTED.findall(line)[::-1], *re.split(r":\s+|:$", before)[::-1], *before.split()[::-1]]
    for word in dict.fromkeys(word.strip("'\"`‘’“”:,;()[]") for word in words):
        if not word or "\0" in word or len(word) > 4096:
            continue
        spelled = home / word[2:] if word.startswith("~/") else cwd / word
        if word == spelled.name and not os.path.lexists(spelled):
            continue  # a word of a sentence
        path = Path(os.path.realpath(spelled))
        if line.startswith(f"{word}:") and path.is_file() and os.access(path, os.X_OK):
            continue  # the program that says so
        if not any(is_below(path, folder) for folder in _NO_FILES):
            yield path


def _could_be_written(path: Path) -> bool:
    """Whether the person who runs claw may write there, or make it."""
    if os.path.lexists(path):
        return os.access(path, os.W_OK) or os.access(path.parent, os.W_OK)
    return path.parent.is_dir() and os.access(path.parent, os.W_OK)


def _shown(path: Path, cwd: Path, home: Path) -> str:
    if is_below(path, cwd):
        return str(path.relative_to(cwd))
    return f"~/{path.relative_to(home)}" if is_below(path, home) else str(path)
