"""The twin of ignore files in plain Python: which paths `.gitignore`, `.ignore` and git's own lists hide.

The nearest folder's word counts, and in one file the last line that matches. `.gitignore` holds inside a
repository only, `.ignore` anywhere; a repository's border stops what git says above it.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from claw_core.reference.globs import Rule, rule_of

if TYPE_CHECKING:
    from collections.abc import Iterator


class Rules:
    """The lines of one ignore file, for paths below `root`."""

    def __init__(self, root: str, file: Path) -> None:
        self._root = root.rstrip("/") + "/"
        self._rules = [rule for line in _lines(file) if (rule := _rule(line)) is not None]

    def hides(self, path: str, is_dir: bool) -> bool | None:
        """True: ignored; False: brought back by `!`; None: nothing is said of it. `path` is absolute."""
        relative = os.fsencode(path.removeprefix(self._root))
        for rule in reversed(self._rules):
            if (is_dir or not rule.only_dir) and rule.glob.fullmatch(relative):
                return not rule.is_negated
        return None


class Level:
    """A folder's ignore files, and through `above` those of the folders it lies in."""

    def __init__(self, folder: str, above: "Level | None") -> None:
        here = Path(folder)
        git = here / ".git"
        self._above = above
        self._ignore = Rules(folder, here / ".ignore")
        self._gitignore = Rules(folder, here / ".gitignore")
        self._exclude = Rules(folder, _exclude_file(git))
        self._is_repository = _is_there(git) or _is_there(here / ".jj")
        self._in_repository: bool = self._is_repository or (above is not None and above._in_repository)

    def hides(self, path: str, is_dir: bool, everywhere: Rules) -> bool | None:
        """What all of them say of a path in this folder; `everywhere` are git's global excludes."""
        ignore = gitignore = exclude = None
        is_inside = self._in_repository
        for level in self._upwards():
            ignore = level._ignore.hides(path, is_dir) if ignore is None else ignore
            if is_inside:
                gitignore = level._gitignore.hides(path, is_dir) if gitignore is None else gitignore
                exclude = level._exclude.hides(path, is_dir) if exclude is None else exclude
                is_inside = not level._is_repository
        words = [ignore, gitignore, exclude, everywhere.hides(path, is_dir) if self._in_repository else None]
        return next((word for word in words if word is not None), None)

    def _upwards(self) -> "Iterator[Level]":
        level: Level | None = self
        while level is not None:
            yield level
            level = level._above


def level_of(folder: str) -> Level:
    """The level of a folder, with those of all folders above it."""
    level: Level | None = None
    for part in [*reversed(Path(folder).parents), Path(folder)]:
        level = Level(str(part), level)
    assert level is not None
    return level


def global_rules(root: str) -> Rules:
    """Git's global excludes for paths below `root`: what its settings name, else the file at its usual place."""
    home = Path.home()
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "git"
    files = [
        os.environ.get("GIT_CONFIG_GLOBAL"),
        home / ".gitconfig",
        settings / "config",
        os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig",
    ]
    for file in files:
        if file and (found := _excludes_file(Path(file))):
            return Rules(root, Path(found.replace("~", str(home))))
    return Rules(root, settings / "ignore")


def _exclude_file(git: Path) -> Path:
    """Where a repository's own list is; a worktree's `.git` is a file that names its folder, and that the shared
    one."""
    if not git.is_file():
        return git / "info" / "exclude"
    own = git.parent / _first_line(git).removeprefix("gitdir: ")
    return own / _first_line(own / "commondir") / "info" / "exclude"


def _first_line(file: Path) -> str:
    try:
        return file.read_text("utf-8").split("\n")[0]
    except (OSError, UnicodeDecodeError):
        return ""


def _is_there(path: Path) -> bool:
    """`Path.exists` raises where the folder may not be looked into."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def _excludes_file(settings: Path) -> str | None:
    try:
        text = settings.read_text("utf-8", "replace")
    except OSError:
        return None
    found = re.search(r'^\s*excludesfile\s*=\s*"?\s*(\S+?)\s*"?\s*$', text, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else None


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_bytes()
    except OSError:
        return []
    lines: list[str] = []
    for number, line in enumerate(text.split(b"\n")):
        try:
            lines.append(line.decode("utf-8").lstrip("\ufeff") if number == 0 else line.decode("utf-8"))
        except UnicodeDecodeError:
            break
    return lines


def _rule(line: str) -> Rule | None:
    """Like git, a line that is no glob says nothing."""
    try:
        return rule_of(line, unclosed_class=True)
    except ValueError:
        return None
