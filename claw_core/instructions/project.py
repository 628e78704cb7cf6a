"""Instruction files: what people wrote down for agents, from their home folder down to the workspace."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from claw_core.event import InstructionFile
from claw_core.instructions.imports import DEEPEST, imported, without_comments
from claw_core.permissions.place import secret

NAMES = ("AGENTS.md", "CLAUDE.md", ".claude/CLAUDE.md", "CLAUDE.local.md", "CLAW.md")
"""Looked for in every folder."""
HOME_NAMES = (".claude/CLAUDE.md",)
"""Looked for in the person's home, beside those in their settings folder."""
MOST = 64 * 1024
"""Bytes taken of one file. What is more is cut, and said to be."""
MOST_TOGETHER = 128 * 1024
"""Bytes taken of all files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """One file's text, and what is recorded of it."""

    file: InstructionFile
    text: str


@dataclass(slots=True, kw_only=True)
class Reading:
    """Instruction files as they are being read: what was found, and what room is left."""

    home: Path
    left: int = MOST_TOGETHER
    """Bytes that may still be taken."""
    found: dict[str, Instructions] = field(default_factory=dict[str, Instructions])
    """By their text: the same is not taken twice."""
    notices: list[str] = field(default_factory=list[str])
    """What a person should know, a sentence each."""
    _seen: set[Path] = field(default_factory=set[Path])

    def take(self, path: Path, within: Path | None, depth: int = 0) -> None:
        """Read a file, if it is there, and what it imports. `within`: where it must lie; None for anywhere.

        A project's files were written by whoever wrote the project: neither by a link nor by an import may they have
        others of the person's read.
        """
        real = path.resolve()
        if real in self._seen or not path.is_file():
            return
        self._seen.add(real)
        if refused := _refused(real, within, depth):
            self.notices.append(f"The instruction file {path} {refused}: left out.")
            return
        read = _read(path, min(MOST, self.left))
        if read is None or read.text in self.found:
            return
        self.found[read.text] = read
        self.left -= read.file.size
        for other in imported(read.text, path, self.home):
            self.take(other, within, depth + 1)


def _refused(real: Path, within: Path | None, depth: int) -> str:
    """Why a file is not read; empty where it is."""
    if depth > DEEPEST:
        return f"is imported more than {DEEPEST} files deep"
    if within is not None and not real.is_relative_to(within.resolve()):
        return "leads out of the project; only your own instruction files may do that"
    if within is not None and secret(real):
        return "looks like it holds secrets"
    return ""


def find_instructions(root: Path, config: Path, home: Path, most: int = MOST_TOGETHER) -> Reading:
    """The files that hold for a workspace, the most general first, at most `most` bytes of them.

    Those of the person's own folders, then those of every folder from the git root (the workspace itself outside git)
    down to the workspace. A folder may hold several. What a file imports follows it.
    """
    reading = Reading(home=home, left=most)
    for path in (*(home / name for name in HOME_NAMES), *(config / name for name in NAMES)):
        reading.take(path, None)
    folders = folders_down_to(root)
    for folder in folders:
        for name in NAMES:
            reading.take(folder / name, folders[0])
    return reading


def folders_down_to(root: Path) -> list[Path]:
    """From the git root down to a folder; the folder alone outside git."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            levels = root.relative_to(folder).parts
            return [folder.joinpath(*levels[:depth]) for depth in range(len(levels) + 1)]
    return [root]


def below(root: Path, folder: Path) -> Iterator[Path]:
    """The folders below `root` down to `folder`, both absolute; none where it lies elsewhere."""
    if folder.is_relative_to(root):
        levels = folder.relative_to(root).parts
        yield from (root.joinpath(*levels[: depth + 1]) for depth in range(len(levels)))


def _read(path: Path, most: int) -> Instructions | None:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
            size = max(path.stat().st_size, len(data))
    except OSError:
        return None  # not there, a folder, or not ours to read: then it holds nothing for us
    taken = data[:most]
    cut = size - len(taken)
    # Where a file is cut, it may be in the middle of a character.
    text = without_comments(taken.decode(errors="ignore" if cut else "replace")).strip()
    if not text and not cut:
        return None
    if cut:
        text += f"\n\n[{cut} bytes of {path} were left out; read the file where you need them.]"
    return Instructions(file=InstructionFile(path=str(path), size=len(taken), cut=cut), text=text)
