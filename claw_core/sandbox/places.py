"""Places: which folders a command may write, and what in them stays as it is.

Landlock only adds rights downward: inside a folder that may be written nothing can be taken back. Where a command gets
mounts of its own, what is protected is sealed in them. Where it does not, nobody gets the folder as a whole: each entry
that is not protected is allowed by itself, and so nothing new can be made beside what is protected.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from claw_core.permissions import place

CACHES = {
    "ccache": ("~/.cache/ccache", "~/.ccache"),
    "cargo": ("~/.cargo/registry", "~/.cargo/git"),
    "go": ("~/.cache/go-build", "~/go/pkg/mod"),
    "gradle": ("~/.gradle/caches",),
    "maven": ("~/.m2/repository",),
    "npm": ("~/.npm/_cacache", "~/.npm/_logs"),
    "pip": ("~/.cache/pip",),
    "pnpm": ("~/.local/share/pnpm/store", "~/.cache/pnpm"),
    "sccache": ("~/.cache/sccache",),
    "uv": ("~/.cache/uv",),
    "yarn": ("~/.cache/yarn",),
}
"""Caches by the names that settings use, with where they usually lie."""

MOST_LOOKED_AT = 20_000
"""Files and folders of a workspace that are looked at to find what is protected; some 30 ms."""
MOST_ALLOWED = 4_000
"""Entries that are allowed one by one."""
_MADE_BY_TOOLS = frozenset({"node_modules", ".venv", "venv", "target", "__pycache__", "dist", "build", ".tox", ".nox"})
_UNDOTTED = frozenset({"config.fish", "lefthook.yml", "lefthook.yaml"})


@dataclass(frozen=True, slots=True)
class Protected:
    """What of a workspace stays as it is."""

    paths: tuple[Path, ...]
    """Absolute; links are not among them."""
    links: tuple[Path, ...]
    """Protected names that are symbolic links: where they lead is held like anything else, but they can be replaced."""
    complete: bool
    """Whether everything was looked at, but for what tools made (`node_modules` and the like)."""


def protected(root: Path, most: int = MOST_LOOKED_AT) -> Protected:
    """What is protected in a workspace, nearest to its root first. Blocks for some milliseconds."""
    found: list[Path] = []
    links: list[Path] = []
    folders, seen = deque([root]), 0
    while folders and seen < most:
        folder = folders.popleft()
        for entry in _entries(folder):
            seen += 1
            path = folder / entry.name
            if _is_protected(path, root):
                (links if entry.is_symlink() else found).append(path)
            elif entry.is_dir(follow_symlinks=False) and entry.name not in _MADE_BY_TOOLS:
                folders.append(path)
    return Protected(tuple(found), tuple(links), complete=not folders)


def protected_at_the_top(root: Path) -> frozenset[str]:
    """The names at the top of a workspace that are protected."""
    return frozenset(entry.name for entry in _entries(root) if _is_protected(root / entry.name, root))


def around(root: Path, kept: Iterable[Path], most: int = MOST_ALLOWED) -> tuple[Path, ...]:
    """What of a workspace may be written so that what is `kept` and whatever lies beside it stays as it is.

    Raises ValueError where that is more than `most` entries.
    """
    kept = frozenset(kept)
    holding = {root} | {folder for path in kept for folder in path.parents if folder.is_relative_to(root)}

    def allowed(folder: Path) -> Iterator[Path]:
        for entry in _entries(folder):
            path = folder / entry.name
            if path in kept or entry.is_symlink() or _is_protected(path, root):
                continue
            if path in holding:
                yield from allowed(path)
            else:
                yield path

    paths: list[Path] = []
    for path in allowed(root):
        if len(paths) == most:
            raise ValueError(f"{root} has more than {most:,} entries beside what is protected")
        paths.append(path)
    return tuple(paths)


def caches(names: Iterable[str], home: Path) -> tuple[Path, ...]:
    """The folders of caches that are there. Raises KeyError for a name that is none."""
    spots = (Path(spot.replace("~", str(home), 1)) for name in names for spot in CACHES[name])
    return tuple(spot.resolve() for spot in spots if spot.is_dir())


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    """What lies in a folder; nothing where nobody may look, or it is gone."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_protected(path: Path, root: Path) -> bool:
    # Most names are ruled out before anything is compared.
    name = path.name.lower()
    if not name.startswith(".") and name not in _UNDOTTED and path.parent.name.lower() != ".config":
        return False
    return bool(place.protected(path.relative_to(root)))
