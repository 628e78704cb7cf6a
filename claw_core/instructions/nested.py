"""Instruction files of folders below the workspace: told when a file there is touched for the first time."""

from collections.abc import Iterable
from pathlib import Path

from claw_core.event import ContextLoaded, Record, SessionRewound
from claw_core.instructions.project import NAMES, Reading, below, folders_down_to
from claw_core.lineage import Lineage

MOST = 16 * 1024
"""Bytes told of at once; they stay in the conversation."""
HEAD = "[These instructions hold for files in {}; they are from {}:]\n\n{}"


class Nested:
    """Which of them the model has heard of, folded from records."""

    def __init__(self, root: Path, home: Path, most: int = MOST) -> None:
        self._root = root
        self._home = home
        self._most = most
        self._lineage = Lineage()
        self._all: list[tuple[str, int]] = []
        """Each file with the record that told of it."""
        self._told: set[str] = set()
        """Those that the conversation still tells of."""
        self._looked: set[Path] = set()

    def add(self, record: Record) -> None:
        """Take a record into account."""
        match record.event:
            case ContextLoaded(files=files):
                self._all += [(file.path, record.seq) for file in files]
                self._told |= {file.path for file in files}
            case SessionRewound():
                if self._lineage.add(record):
                    self._told = {path for path, seq in self._all if self._lineage.counts(seq)}
                    self._looked.clear()
            case _:
                pass

    def fresh(self, touched: Iterable[Path]) -> ContextLoaded | None:
        """What is to be told now that these files were touched; None where there is nothing new. Reads files."""
        folders = {folder: None for path in touched for folder in below(self._root, path.parent)}
        new = [folder for folder in folders if folder not in self._looked]
        self._looked.update(new)
        reading = Reading(home=self._home, left=self._most)
        for folder in new:
            for name in NAMES:
                if str(folder / name) not in self._told:
                    reading.take(folder / name, folders_down_to(self._root)[0])
        found = [each for each in reading.found.values() if each.file.path not in self._told]
        if not found:
            return None
        text = "\n\n".join(HEAD.format(self._shown(each.file.path), each.file.path, each.text) for each in found)
        return ContextLoaded(files=tuple(each.file for each in found), text=text)

    def _shown(self, file: str) -> str:
        folder = Path(file).parent
        return f"{folder.relative_to(self._root)}/" if folder.is_relative_to(self._root) else f"{folder}/"
