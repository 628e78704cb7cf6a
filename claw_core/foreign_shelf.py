"""Other agents' sessions on this machine: found where each agent keeps them, told by title, folder and time.

Only the beginnings of files are read, and of few: a list has to be there at once. What they hold was written by others.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from claw_core import importers
from claw_core.foreign_json import Json
from claw_core.registry import load, names

HEAD = 64 * 1024
"""Bytes of a file that its line in the list is made from."""
MOST = 100
"""Sessions of one agent that are listed, the newest."""
LONGEST = 200
"""Characters of a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What the beginning of a file tells."""

    title: str = ""
    project: str = ""
    """The folder it was about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignSummary:
    """One line of the list."""

    path: Path
    """The file, by which it is opened."""
    source: str
    """Whose it is, as people call that agent."""
    title: str
    project: str
    used: datetime
    """When something was written to it last."""


def foreign_sessions(home: Path, environ: Mapping[str, str]) -> list[ForeignSummary]:
    """Those of all agents that are known, the newest first. Reads files; what cannot be read is left out."""
    found: list[ForeignSummary] = []
    for name in names(importers.__name__):
        module = load(importers.__name__, name)
        timed = sorted(((_used(path), path) for path in module.files(home, environ)), reverse=True)
        for used, path in timed[:MOST]:
            glimpse: Glimpse | None = module.glimpse(_head(path)) if used else None
            if glimpse is not None and glimpse.title:
                title = " ".join(glimpse.title.split())[:LONGEST]
                at = datetime.fromtimestamp(used, UTC)
                found.append(
                    ForeignSummary(path=path, source=module.NAME, title=title, project=glimpse.project, used=at)
                )
    return sorted(found, key=lambda each: each.used, reverse=True)


def _used(path: Path) -> float:
    """When it was written to; 0 where nobody can tell."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _head(path: Path) -> list[Json]:
    """Its first lines, as far as they are whole; a file that is one document is one line."""
    try:
        with path.open("rb") as file:
            data = file.read(HEAD + 1)
    except OSError:
        return []
    whole = len(data) <= HEAD
    pieces = [data] if whole and path.suffix == ".json" else data.split(b"\n")[: None if whole else -1]
    lines: list[Json] = []
    for piece in pieces:
        try:
            line = json.loads(piece) if piece.strip() else None
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict):
            lines.append(cast("Json", line))
    return lines
