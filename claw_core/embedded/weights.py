"""Which models can run in this process, and where their files are.

Two are known by name and fetched when they are first asked; any other is a file of the person's own.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from claw_core.embedded.header import read_header
from claw_core.error import ModelFileUnusable, UnknownModel

SUFFIX = ".gguf"
PROJECTOR = "mmproj"
"""How the file begins, by custom, that turns pictures into what the model of the same name reads."""

MOST_WINDOW = 32_768
"""Tokens: what a processor reads in a time that a person waits."""
LEAST_WINDOW = 2_048
SHARE = 0.25
"""The share of the free memory that a conversation may take beside the model itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file that can be fetched, and by what it is known to be the right one."""

    repository: str
    """On Hugging Face."""
    revision: str
    name: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A model that is known by name."""

    label: str
    model: RemoteFile
    projector: RemoteFile | None = None
    """What it sees pictures with; None where it sees none."""

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """All that it needs."""
        return (self.model,) if self.projector is None else (self.model, self.projector)


def _smolvlm2(name: str, size: int, sha256: str) -> RemoteFile:
    revision = "1bc3c9f74ceafd4c8d4411cc9cf188bba3798f91"
    where = "ggml-org/SmolVLM2-2.2B-Instruct-GGUF"
    return RemoteFile(repository=where, revision=revision, name=name, size=size, sha256=sha256)


KNOWN: Mapping[str, Weights] = {
    "smollm3": Weights(
        label="SmolLM3 3B",
        model=RemoteFile(
            repository="ggml-org/SmolLM3-3B-GGUF",
            revision="4965cb60b150737b68a0408c36aeefb65078f894",
            name="SmolLM3-Q4_K_M.gguf",
            size=1_915_305_312,
            sha256="8334b850b7bd46238c16b0c550df2138f0889bf433809008cc17a8b05761863e",
        ),
    ),
    "smolvlm2": Weights(
        label="SmolVLM2 2.2B",
        model=_smolvlm2(
            "SmolVLM2-2.2B-Instruct-Q4_K_M.gguf",
            1_112_602_656,
            "0cf76814555b8665149075b74ab6b5c1d428ea1d3d01c1918c12012e8d7c9f58",
        ),
        projector=_smolvlm2(
            "mmproj-SmolVLM2-2.2B-Instruct-Q8_0.gguf",
            592_523_200,
            "ae07ea1facd07dd3230c4483b63e8cda96c6944ad2481f33d531f79e892dd024",
        ),
    ),
}
"""Sizes and checksums are those that several public catalogues have of these revisions, each by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model on this machine, whether its files are there yet or not."""

    model: Path
    projector: Path | None
    weights: Weights | None
    """Where its files are from; None for a person's own."""

    @property
    def missing(self) -> tuple[tuple[RemoteFile, Path], ...]:
        """What has to be fetched first, and to where."""
        if self.weights is None:
            return ()
        places = [(self.weights.model, self.model)]
        if self.weights.projector is not None and self.projector is not None:
            places.append((self.weights.projector, self.projector))
        return tuple((file, place) for file, place in places if not place.is_file())

    @property
    def sees(self) -> bool:
        """Whether it sees pictures."""
        return self.projector is not None


def files_of(name: str, folder: Path) -> ModelFiles:
    """The files of the model of that name or path; those that are fetched lie in `folder`.

    Raises UnknownModel where it is neither.
    """
    if weights := KNOWN.get(name):
        projector = weights.projector and folder / weights.projector.name
        return ModelFiles(model=folder / weights.model.name, projector=projector, weights=weights)
    if not name.endswith(SUFFIX):
        raise UnknownModel(
            f"There is no local model named {name}.", f"There are {', '.join(KNOWN)}, or a file: --model ./NAME{SUFFIX}"
        )
    path = Path(name)
    return ModelFiles(model=path, projector=_projector(path), weights=None)


def _projector(model: Path) -> Path | None:
    """The file beside a model by which it sees, where it has one by custom: `mmproj-NAME-...gguf`, or just that."""
    stem = model.stem.lower()
    for beside in sorted(model.parent.glob(f"{PROJECTOR}*{SUFFIX}")):
        named = beside.stem.lower().removeprefix(PROJECTOR).lstrip("-_.")
        base = named.rpartition("-")[0] or named
        if not named or stem.startswith(base):
            return beside
    return None


def window_of(path: Path) -> int:
    """Tokens of a conversation with the model in this file, as far as it was made for and the memory has room.

    Raises ModelFileUnusable.
    """
    header = read_header(path)
    if header.architecture == "clip":
        raise ModelFileUnusable(
            f"{path} only turns pictures into what another model reads.", "Name the model it belongs to."
        )
    trained = header.window or LEAST_WINDOW
    room = MOST_WINDOW
    if header.token_bytes:
        room = max(int(free_memory() * SHARE) // header.token_bytes, LEAST_WINDOW)
    return min(trained, MOST_WINDOW, room // 256 * 256)


def free_memory() -> int:
    """Bytes of memory that programs could still have, as the system says; 4 GiB where it does not."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as file:
            found = next(line for line in file if line.startswith("MemAvailable:"))
        return int(found.split()[1]) * 1024
    except (OSError, StopIteration, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (OSError, ValueError):
        return 4 << 30
