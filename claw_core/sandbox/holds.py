"""What holds: each promise of a profile, whether the kernel at hand keeps it, by what means, and if not, why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from claw_core.native.sandbox import Network, Support
from claw_core.permissions.rule import Profile

State = Literal["held", "partly", "not held"]

MOUNTS = "mounts of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One promise."""

    what: str
    state: State
    by: str = ""
    """The means."""
    why: str = ""
    """What is not held, and why; or what it costs."""


def what_holds(
    profile: Profile, found: Support, *, network: Network = "off", unix_sockets: bool = False
) -> tuple[Hold, ...]:
    """Every promise of a profile, with what comes of it here. Nothing is held in profile `off`."""
    if profile == "off":
        return (Hold(what="A command has all your rights.", state="not held", why="The profile is off."),)
    if not found.confines:
        reasons = "; ".join(f"{what}: {why}" for what, why in found.problems)
        return (Hold(what="A command is held to anything.", state="not held", why=reasons),)
    return (
        *_files(profile, found),
        _network(found, network),
        _unix_sockets(found, unix_sockets),
        *_processes(found),
        Hold(what="It reads no more than it should.", state="not held", why="Reading is not confined."),
    )


def _files(profile: Profile, found: Support) -> Iterator[Hold]:
    by = f"Landlock {found.landlock}" + (f", {MOUNTS}" if found.mounts else "")
    where = "nothing" if profile == "read-only" else "the workspace, its temporary folder and the named caches alone"
    truncating = not found.mounts and found.landlock < 3
    yield Hold(
        what=f"It writes {where}.",
        state="partly" if truncating else "held",
        by=by,
        why="Before version 3 Landlock lets any file be emptied." if truncating else "",
    )
    yield Hold(
        what="It changes no modes, owners, times or attributes elsewhere.",
        state="held" if found.mounts else "not held",
        by=MOUNTS if found.mounts else "",
        why="" if found.mounts else f"Landlock does not look at them, and there are no {MOUNTS}{_reason(found)}.",
    )
    if profile == "workspace-write":
        yield from _protected(found)


def _protected(found: Support) -> Iterator[Hold]:
    what = (
        "It leaves .git, .claw, .env, hooks and start-up files of the workspace as they are, but for those in folders "
        "that tools make (node_modules, .venv, target and the like)."
    )
    if found.mounts:
        yield Hold(what=what, state="held", by=MOUNTS)
        yield Hold(
            what="It makes no such file where there was none.",
            state="not held",
            why="A kernel forbids places, not names. What was made at the top of the workspace is told.",
        )
    else:
        yield Hold(
            what=what,
            state="held",
            by="Landlock, entry by entry",
            why="The price: nothing new can be made at the top of the workspace, nor beside such a file.",
        )


def _network(found: Support, network: Network) -> Hold:
    if network == "loopback" and found.loopback:
        return Hold(
            what="It talks to what it started itself, and to nobody else.", state="held", by="a network of its own"
        )
    by = "seccomp" + (f", Landlock {found.landlock}" if found.landlock >= 4 else "")
    why = ""
    if network == "loopback":
        why = f"A loopback of its own was wanted and cannot be had{_reason(found)}; ports say nothing about addresses."
    return Hold(what="It talks to nobody over a network.", state="held", by=by, why=why)


def _unix_sockets(found: Support, wanted: bool) -> Hold:
    what = "It reaches no other program over a unix socket."
    if not wanted:
        return Hold(what=what, state="held", by="seccomp")
    why = "sandbox.unix_sockets is on: those in folders (the session bus, Docker, agents) are within its reach"
    if found.landlock >= 6:
        return Hold(what=what, state="partly", by="Landlock", why=f"{why}; abstract ones are not.")
    return Hold(what=what, state="not held", why=f"{why}, abstract ones too.")


def _processes(found: Support) -> Iterator[Hold]:
    yield Hold(what="It looks into no other process.", state="held", by="Landlock, seccomp")
    yield Hold(
        what="It sends no signal to a process outside.",
        state="held" if found.landlock >= 6 else "not held",
        by="Landlock" if found.landlock >= 6 else "",
        why="" if found.landlock >= 6 else "That takes version 6 of Landlock.",
    )
    yield Hold(
        what="It shares no memory or queues (shm, mqueue) with other programs.",
        state="held" if found.mounts else "partly",
        by="namespaces of its own" if found.mounts else "Landlock, for those that are files",
        why="" if found.mounts else f"Those of System V are open to the same person{_reason(found)}.",
    )
    yield Hold(what="It gains no rights by setuid programs.", state="held", by="no_new_privs")
    yield Hold(
        what="It mounts nothing, makes no namespaces, and uses no io_uring, bpf, keys or handles.",
        state="held",
        by="seccomp",
    )


def _reason(found: Support) -> str:
    said = dict(found.problems)
    why = said.get("mounts") or said.get("loopback")
    return f" ({why})" if why else ""
