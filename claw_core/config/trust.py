"""The folders that a person vouched for, or did not, and what a folder brings along; see `permissions/trust.py`."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, cast

from claw_core.config.paths import PROJECT_FOLDER, Paths
from claw_core.error import ConfigError
from claw_core.event import NoticeRaised
from claw_core.permissions.trust import Standing, Vouched, standing

MOST_FILES = 2000
"""Files of a folder that are looked at; one that brings more is never trusted."""
_BRINGERS = (
    PROJECT_FOLDER,
    ".mcp.json",
    ".agents",
    *(f".claude/{name}" for name in ("settings.json", "settings.local.json", "agents", "commands", "hooks", "skills")),
)
"""Where a project keeps what agents run, load or are told by; instruction files are told in any case."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a folder brings along for agents."""

    digest: str = ""
    """Of all names and contents; empty where there is nothing."""
    names: tuple[str, ...] = ()
    """The files, relative to the folder, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderTrust:
    """How a folder stands, and what that is about."""

    standing: Standing
    brought: Brought
    notice: str = ""
    """What went wrong with looking it up; then nobody vouched for it."""

    @property
    def trusted(self) -> bool:
        """Whether it may bring along what loosens, runs or instructs."""
        return self.standing == "trusted"


def folder_trust(paths: Paths, root: Path) -> FolderTrust:
    """How a folder stands. Reads files; never raises: what cannot be read was not vouched for."""
    try:
        brought = brought_by(root)
        answers = _answers(paths)
    except (OSError, ConfigError) as error:
        return FolderTrust(standing="unknown", brought=Brought(), notice=str(error))
    return FolderTrust(standing=standing(_project(root), brought.digest, answers), brought=brought)


def trust_question(root: Path, trust: FolderTrust) -> NoticeRaised | None:
    """What a person is asked about a folder that they never spoke about; a notice, so that it takes no keys."""
    if trust.standing in ("trusted", "untrusted"):
        return None
    changed = trust.standing == "changed"
    said = "What it brings along has changed since you trusted" if changed else "You have not said whether you trust"
    brings = f" It brings {_some(trust.brought.names)}; until then none of it counts." if trust.brought.names else ""
    message = f"{said} this folder, {root}.{brings} What its files say counts as text from outside."
    return NoticeRaised(level="info", message=message, hint="/trust yes, or /trust no")


def brought_by(root: Path) -> Brought:
    """What a folder brings along. Raises ConfigError where that is too much to look at, OSError where it cannot be."""
    files = sorted(_files(root))
    if len(files) > MOST_FILES:
        raise ConfigError(f"{root} brings more than {MOST_FILES} files for agents.", "Nobody can look at so many.")
    digest = blake2b(digest_size=16)
    for name in files:
        digest.update(os.fsencode(name) + b"\0")
        digest.update(_content(root / name))
    return Brought(digest=digest.hexdigest() if files else "", names=tuple(files))


def vouch(paths: Paths, root: Path, *, trusted: bool) -> FolderTrust:
    """Remember what a person says about a folder, as it is now. Raises ConfigError and OSError."""
    brought = brought_by(root)
    answers = {**_answers(paths), root: Vouched(trusted=trusted, brings=brought.digest)}
    _write(paths, answers)
    return FolderTrust(standing="trusted" if trusted else "untrusted", brought=brought)


def forget(paths: Paths, root: Path) -> FolderTrust:
    """Nobody ever said anything about this folder. Raises ConfigError and OSError."""
    answers = _answers(paths)
    answers.pop(root, None)
    _write(paths, answers)
    return folder_trust(paths, root)


def _some(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _files(root: Path) -> Iterator[str]:
    found = 0
    for bringer in _BRINGERS:
        place = root / bringer
        if place.is_file():
            yield bringer
        for folder, _, names in os.walk(place):
            for name in names:
                yield str((Path(folder) / name).relative_to(root))
                found += 1
                if found > MOST_FILES:
                    return


def _content(file: Path) -> bytes:
    """A digest of what a file holds; links are followed, and what is no file counts by its name alone."""
    digest = blake2b(digest_size=16)
    if file.is_file():
        with file.open("rb") as opened:
            while piece := opened.read(_PIECE):
                digest.update(piece)
    return digest.digest()


def _project(root: Path) -> list[Path]:
    """The folder, and those around it up to the top of its repository."""
    around = [root, *root.parents]
    top = next((at for at, folder in enumerate(around) if (folder / ".git").exists()), 0)
    return around[: top + 1]


def _answers(paths: Paths) -> dict[Path, Vouched]:
    """Raises ConfigError where the file holds something else."""
    try:
        text = paths.trust.read_text("utf-8")
    except FileNotFoundError:
        return {}
    try:
        folders = cast("dict[str, dict[str, Any]]", json.loads(text)["folders"])
        return {
            Path(folder): Vouched(trusted=answer["trusted"] is True, brings=str(answer["brings"]))
            for folder, answer in folders.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"{paths.trust} is not as claw wrote it, so no folder is trusted.", "Correct it, or move it away."
        ) from error


def _write(paths: Paths, answers: dict[Path, Vouched]) -> None:
    """Replace the file in one step, readable by its owner alone."""
    paths.data.mkdir(parents=True, exist_ok=True)
    told = {"folders": {str(folder): asdict(answer) for folder, answer in sorted(answers.items())}}
    with NamedTemporaryFile("w", encoding="utf-8", dir=paths.data, prefix=".trust-", delete=False) as out:
        temporary = Path(out.name)
        try:
            out.write(json.dumps(told, indent=1))
            out.flush()
            os.fsync(out.fileno())
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    temporary.replace(paths.trust)
