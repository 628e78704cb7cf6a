"""The door to the sandbox: what the kernel can confine, and a confinement to start a command in.

A confinement is handed to `native.shell.run`. What may be written and what is sealed in it is decided elsewhere
(`claw_core/sandbox.py`); here is only what the kernel is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from claw_core.native import backend

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import sandbox as engine

Confinement = engine.Confinement

Network = Literal["off", "loopback"]
"""Whom a command may talk to: nobody; or what it started itself, over a loopback of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What the kernel lets this process confine, found out by trying it."""

    landlock: int
    """The version of Landlock; 0 where there is none."""
    seccomp: bool
    """System calls can be refused."""
    mounts: bool
    """A command can have mounts of its own."""
    loopback: bool
    """A command can have a network of its own."""
    problems: tuple[tuple[str, str], ...]
    """Of what is missing, why: (what, why)."""

    @property
    def confines(self) -> bool:
        """Whether there is a sandbox at all."""
        return self.landlock > 0 and self.seccomp


@cache
def support() -> Support:
    """What holds here; found out once, in a few milliseconds, by children that enter it and end."""
    landlock, seccomp, mounts, loopback, problems = engine.sandbox_support()
    return Support(landlock=landlock, seccomp=seccomp, mounts=mounts, loopback=loopback, problems=tuple(problems))


def confinement(
    *,
    writable: Iterable[Path],
    sealed: Iterable[Path] = (),
    network: Network = "off",
    unix_sockets: bool = False,
    namespaces: bool | None = None,
) -> Confinement:
    """What a command may not do. It may read everything, write `writable` but for what is `sealed`, and talk to nobody.

    `namespaces`: whether it gets mounts of its own, which sealing and the loopback take; left out: where it can. Paths
    are made absolute, their links followed. Raises ValueError for what cannot be told to a kernel.
    """
    return engine.Confinement(
        writable=[path.resolve() for path in writable],
        sealed=[path.resolve() for path in sealed],
        network=network,
        unix_sockets=unix_sockets,
        namespaces=support().mounts if namespaces is None else namespaces,
    )
