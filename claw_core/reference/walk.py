"""The twin of the walk in plain Python: the files below a folder in the order of their paths, as they are found."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from claw_core.reference.globs import Globs
from claw_core.reference.ignore_rules import Level, Rules, global_rules, level_of


@dataclass(frozen=True, slots=True)
class File:
    """A file that is asked for."""

    shown: str
    """Its path from the root, with slashes, and with � for what is not UTF-8."""
    path: str


@dataclass(frozen=True, slots=True)
class _Folder:
    shown: str
    """As a file's, with a slash at its end; empty for the root."""
    path: str
    level: Level | None
    trail: tuple[tuple[int, int], ...]
    """Device and inode of itself and of the folders it lies in, where links are followed."""


class Walk:
    """The files below a root, and what could not be read."""

    def __init__(
        self,
        root: str | PathLike[str],
        globs: Sequence[str],
        types: Sequence[str],
        *,
        hidden: bool,
        respect_ignore: bool,
        follow: bool,
    ) -> None:
        self._root = os.path.realpath(root, strict=True)
        mode = Path(self._root).stat().st_mode
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            raise ValueError(f"neither a file nor a folder: {self._root}")
        self._is_folder = stat.S_ISDIR(mode)
        self._globs = Globs(globs, types)
        self._hidden = hidden
        self._follow = follow
        self._everywhere: Rules | None = global_rules(self._root) if respect_ignore else None

    def files(self, tell: Callable[[str], None]) -> Iterator[File]:
        """Each file, in order; `tell` hears of each problem at its place in that order."""
        if not self._is_folder:
            name = _shown(Path(self._root).name)
            if self._globs.take_file(name):
                yield File(name, self._root)
            return
        level = level_of(self._root) if self._everywhere else None
        waiting: list[File | _Folder] = [_Folder("", self._root, level, (_id(Path(self._root).stat()),))]
        while waiting:
            match waiting.pop():
                case File() as file:
                    yield file
                case _Folder() as folder:
                    waiting += reversed(self._list(folder, tell))

    def _list(self, folder: _Folder, tell: Callable[[str], None]) -> "list[File | _Folder]":
        try:
            entries = list(os.scandir(folder.path))
        except OSError as error:
            tell(f"{folder.shown.rstrip('/') or '.'}: {error.strerror}")
            return []
        found: list[File | _Folder] = []
        for entry in entries:
            if entry.name == ".git":
                continue
            shown = folder.shown + _shown(entry.name)
            try:
                kept = self._kept(folder, entry, shown)
            except (OSError, RecursionError) as error:
                tell(f"{shown}: {error.strerror if isinstance(error, OSError) else error}")
                continue
            if kept is not None:
                found.append(kept)
        return sorted(found, key=lambda kept: (kept.shown, kept.path))

    def _kept(self, folder: _Folder, entry: "os.DirEntry[str]", shown: str) -> "File | _Folder | None":
        """Raises OSError for a link that leads nowhere, RecursionError for one that leads back."""
        trail: tuple[tuple[int, int], ...] = ()
        is_dir, is_file = entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False)
        if self._follow and not is_file:
            about = Path(entry.path).stat()
            is_dir, is_file = stat.S_ISDIR(about.st_mode), stat.S_ISREG(about.st_mode)
            if is_dir and _id(about) in folder.trail:
                raise RecursionError("this link leads back to a folder that it lies in")
            trail = (*folder.trail, _id(about))
        if self._hides(entry, is_dir, folder.level):
            return None
        if is_dir and not self._globs.drop_folder(shown):
            level = Level(entry.path, folder.level) if folder.level else None
            return _Folder(f"{shown}/", entry.path, level, trail)
        return File(shown, entry.path) if is_file and self._globs.take_file(shown) else None

    def _hides(self, entry: "os.DirEntry[str]", is_dir: bool, level: Level | None) -> bool:
        word = None
        if level is not None and self._everywhere is not None:
            word = level.hides(entry.path, is_dir, self._everywhere)
        if word is not None:
            return word
        is_asked_for = not is_dir and self._globs.is_asked_for(entry.name)
        return entry.name.startswith(".") and not self._hidden and not is_asked_for


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _id(about: os.stat_result) -> tuple[int, int]:
    return about.st_dev, about.st_ino
