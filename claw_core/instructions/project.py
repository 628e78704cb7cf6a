"""Instruction files: what people wrote down for agents, from their home folder down to the workspace."""

from dataclasses import dataclass
from pathlib import Path

from claw_core.event import InstructionFile

NAMES = ("AGENTS.md", "CLAUDE.md", "CLAW.md")
MOST = 64 * 1024
"""Bytes taken of one file. What is more is cut, and said to be."""
MOST_TOGETHER = 128 * 1024
"""Bytes taken of all files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """One file's text, and what is recorded of it."""

    file: InstructionFile
    text: str


def find_instructions(root: Path, config: Path) -> tuple[Instructions, ...]:
    """The files that hold for a workspace, the most general first.

    Those of the person's own folder, then those of every folder from the git root (the workspace itself outside git)
    down to the workspace. A folder may hold several; the same text is not taken twice.
    """
    found: dict[str, Instructions] = {}
    left = MOST_TOGETHER
    for folder in (config, *_down_to(root)):
        for name in NAMES:
            read = _read(folder / name, min(MOST, left))
            if read is not None and read.text not in found:
                found[read.text] = read
                left -= read.file.size
    return tuple(found.values())


def _down_to(root: Path) -> list[Path]:
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            levels = root.relative_to(folder).parts
            return [folder.joinpath(*levels[:depth]) for depth in range(len(levels) + 1)]
    return [root]


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
    text = taken.decode(errors="ignore" if cut else "replace").strip()
    if not text and not cut:
        return None
    if cut:
        text += f"\n\n[{cut} bytes of {path} were left out; read the file where you need them.]"
    return Instructions(file=InstructionFile(path=str(path), size=len(taken), cut=cut), text=text)
