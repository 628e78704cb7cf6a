"""Profiles: the names for what a command is held to, and the confinement each becomes for one command.

- `read-only`: it writes nothing and talks to nobody.
- `workspace-write`: it writes the workspace (but for what is protected), the session's temporary folder and the caches
  that the settings name.
- `off`: it runs with all rights.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from claw_core.native import sandbox as native
from claw_core.native.sandbox import Network, Support, support
from claw_core.permissions.policy import Sandbox
from claw_core.permissions.rule import Profile
from claw_core.sandbox import places

Held = Literal["read-only", "workspace-write"]
"""The profiles that hold anything."""
USUAL_CACHES = ("ccache", "go")
"""Without theirs compilers do not work; what they keep there is found by what went in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a session's commands may be held to."""

    root: Path
    """The workspace, links followed."""
    temp: Path
    """The session's temporary folder; it is made where it is missing."""
    home: Path
    caches: tuple[str, ...] = USUAL_CACHES
    """Names in `places.CACHES`."""
    network: Network = "off"
    unix_sockets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """What one command is held to."""

    profile: Held
    confinement: native.Confinement
    writable: tuple[Path, ...]
    """What it may write; what is sealed inside is not."""
    sealed: tuple[Path, ...]
    temp: Path | None
    """A folder for temporary files, where it may write any."""
    network: Network
    """What holds; `off` where a loopback of its own cannot be had."""
    top: frozenset[str]
    """Protected names that were at the top of the workspace; see `newly_made`."""

    def lets_write(self, path: Path) -> bool:
        """Whether a path (absolute, links followed) may be written inside."""
        return _below(path, self.writable) and not _below(path, self.sealed)


def holds(found: Support) -> bool:
    """Whether a command can be kept from writing what it should not, so that nobody need be asked before it runs.

    Landlock before its third version lets any file be emptied; mounts of its own do not.
    """
    return found.confines and (found.mounts or found.landlock >= 3)


def why_not(found: Support) -> str:
    """Why it does not hold, in words for a person; empty where it does."""
    if holds(found):
        return ""
    reasons = [why for _, why in found.problems]
    if found.confines:
        reasons.append(f"Landlock is of version {found.landlock}, which lets any file be emptied")
    return "; ".join(reasons)


def word(found: Support) -> str:
    """In a word or two, for a status line."""
    if not holds(found):
        return "no sandbox"
    return "sandbox" if found.mounts and found.landlock >= 6 else "sandbox, partly"


def sandbox(profile: Profile) -> Sandbox:
    """What decisions depend on. The first time this takes some milliseconds."""
    found = support()
    return Sandbox(holds=holds(found), why_not=why_not(found), word=word(found), profile=profile)


def raise_walls(profile: Held, grounds: Grounds, found: Support | None = None) -> Walls:
    """What a command that starts now is held to, with what the kernel has (or `found`, to have less).

    Blocks for some milliseconds. Raises ValueError where nothing can be held.
    """
    found = found or support()
    if not holds(found):
        raise ValueError(why_not(found))
    network: Network = grounds.network if found.loopback else "off"
    writable: tuple[Path, ...] = ()
    sealed: tuple[Path, ...] = ()
    temp: Path | None = None
    if profile == "workspace-write":
        grounds.temp.mkdir(mode=0o700, parents=True, exist_ok=True)
        temp = grounds.temp.resolve()
        kept = places.protected(grounds.root)
        others = (temp, *places.caches(grounds.caches, grounds.home))
        if found.mounts:
            writable, sealed = (grounds.root, *others), kept.paths
        else:
            writable = (*places.around(grounds.root, kept.paths), *others)
    made = native.confinement(
        writable=writable,
        sealed=sealed,
        network=network,
        unix_sockets=grounds.unix_sockets,
        namespaces=found.mounts,
    )
    return Walls(
        profile=profile,
        confinement=made,
        writable=writable,
        sealed=sealed,
        temp=temp,
        network=network,
        top=places.protected_at_the_top(grounds.root),
    )


def newly_made(walls: Walls, root: Path) -> tuple[str, ...]:
    """Protected names that were made at the top of the workspace: no kernel can forbid a name that is not there."""
    return tuple(sorted(places.protected_at_the_top(root) - walls.top))


def _below(path: Path, folders: Iterable[Path]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)
