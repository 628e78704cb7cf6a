"""What is asked about: a sample of a folder, bounded whatever lies there, and the same at every time."""

import os
import random
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST_FILES = 5_000
"""Above so many, searches ask about some of the folders below instead of the whole."""
MOST_SAMPLES = 60
"""Files whose contents become questions."""
LARGEST_SAMPLE = 64 * 1024
"""Bytes; of larger files nothing is taken."""
MOST_ROOTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One file, read."""

    path: Path
    data: bytes

    @property
    def text(self) -> str:
        """As text; a byte that is none of UTF-8 stays itself."""
        return self.data.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A folder as the audit sees it."""

    folder: Path
    roots: tuple[Path, ...]
    """What searches walk: the folder, or some of those below where it is too large."""
    samples: tuple[Sample, ...]
    """In order of path."""

    @property
    def texts(self) -> tuple[Sample, ...]:
        """Those without a NUL."""
        return tuple(sample for sample in self.samples if b"\0" not in sample.data)

    def words(self, most: int) -> list[str]:
        """Some words from the texts, the same ones every time."""
        found = {word for sample in self.texts for word in re.findall(r"[^\W\d_]\w{2,30}", sample.text)}
        return self.chance("words").sample(sorted(found), min(most, len(found)))

    def chance(self, purpose: str) -> random.Random:
        """Choices that are the same at every audit of the same files."""
        return random.Random(f"{purpose} {len(self.samples)}")

    def named(self, path: Path) -> str:
        """A path as a person knows it: below the folder."""
        return path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else str(path)


def corpus_of(folder: Path, *, most_files: int = MOST_FILES) -> Corpus:
    """A sample of the folder's files. What cannot be read is passed over: the audit is not about it."""
    files: list[Path] = []
    for path in _files(folder):
        files.append(path)
        if len(files) > 4 * most_files:
            break
    # Twice as many as wanted: some are too large, or cannot be read.
    chosen = random.Random(0).sample(files, min(len(files), 2 * MOST_SAMPLES))
    samples = sorted(filter(None, map(_sample, chosen)), key=lambda sample: sample.path)[:MOST_SAMPLES]
    roots = (folder,) if len(files) <= most_files else _small_roots(samples, most_files)
    return Corpus(folder=folder, roots=roots, samples=tuple(samples))


def _files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".git")
        yield from (Path(where, name) for name in sorted(names))


def _sample(path: Path) -> Sample | None:
    with suppress(OSError):
        about = path.lstat()
        if stat.S_ISREG(about.st_mode) and 0 < about.st_size <= LARGEST_SAMPLE:
            return Sample(path=path, data=path.read_bytes()[:LARGEST_SAMPLE])
    return None


def _small_roots(samples: list[Sample], most_files: int) -> tuple[Path, ...]:
    """Folders that hold a sample, and not too much."""
    roots: dict[Path, None] = {}
    for sample in samples:
        here = sample.path.parent
        if len(roots) < MOST_ROOTS and here not in roots and _is_small(here, most_files):
            roots[here] = None
    return tuple(roots)


def _is_small(folder: Path, most_files: int) -> bool:
    return all(number < most_files for number, _ in enumerate(_files(folder)))
