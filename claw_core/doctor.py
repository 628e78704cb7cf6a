"""The doctor: what claw finds of itself and of this machine, without pretending. Asks no model and no network."""

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from claw_core import __version__
from claw_core.config.load import load_settings
from claw_core.config.paths import Paths
from claw_core.config.schema import Settings
from claw_core.error import ConfigError
from claw_core.message import Json
from claw_core.native import backend, reason
from claw_core.native.sandbox import Support, support
from claw_core.permissions.rule import Profile
from claw_core.sandbox import places
from claw_core.sandbox.holds import Hold, what_holds
from claw_core.sandbox.profile import holds, why_not, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: Literal["ok", "warning", "error"]
    told: str
    hint: str = ""
    """What could be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found."""

    version: str
    python: str
    system: str
    """The operating system and its version."""
    backend: str
    checks: tuple[Check, ...]
    sandbox: Support
    profiles: tuple[tuple[Profile, tuple[Hold, ...]], ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing stands in the way of a session."""
        return all(check.state != "error" for check in self.checks)

    def as_json(self) -> dict[str, Json]:
        """Plain data with stable keys."""
        found = self.sandbox
        return {
            "version": self.version,
            "python": self.python,
            "system": self.system,
            "backend": self.backend,
            "healthy": self.healthy,
            "checks": [dict(asdict(check)) for check in self.checks],
            "sandbox": {
                "holds": holds(found),
                "word": word(found),
                "why_not": why_not(found),
                "landlock": found.landlock,
                "seccomp": found.seccomp,
                "mounts": found.mounts,
                "loopback": found.loopback,
                "problems": [{"what": what, "why": why} for what, why in found.problems],
                "profiles": [
                    {"name": name, "promises": [dict(asdict(hold)) for hold in promises]}
                    for name, promises in self.profiles
                ],
            },
        }


def examine(root: Path, environ: Mapping[str, str] = os.environ) -> Report:
    """Look at everything, for a workspace. Takes some milliseconds."""
    found = support()
    settings, settings_check = _settings(root, environ)
    wanted = settings.sandbox
    promises = tuple(
        (profile, what_holds(profile, found, network=wanted.network or "off", unix_sockets=bool(wanted.unix_sockets)))
        for profile in get_args(Profile)
        if profile != "off"
    )
    return Report(
        version=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        backend=backend(),
        checks=(
            _core(),
            _sandbox(found),
            _workspace(root),
            settings_check,
            _folder(Paths.of(environ).data),
            _git(),
            _terminal(environ),
        ),
        sandbox=found,
        profiles=promises,
    )


def _core() -> Check:
    if backend() == "rust":
        return Check(name="core", state="ok", told="the Rust core serves")
    return Check(
        name="core",
        state="warning",
        told=f"plain Python serves in place of the Rust core: {reason()}",
        hint="Everything works, slower, and without a sandbox.",
    )


def _sandbox(found: Support) -> Check:
    if not holds(found):
        return Check(
            name="sandbox",
            state="warning",
            told=f"there is none: {why_not(found)}",
            hint="Mode auto acts like edits: commands are asked about.",
        )
    told = f"Landlock {found.landlock}, seccomp" + (", mounts" if found.mounts else "")
    told += ", a loopback" if found.loopback else ""
    if found.mounts and found.landlock >= 6:
        return Check(name="sandbox", state="ok", told=told)
    lacking = "; ".join(f"{what}: {why}" for what, why in found.problems)
    lacking = lacking or f"version 6 of Landlock, for signals (this is {found.landlock})"
    return Check(
        name="sandbox", state="warning", told=f"{told}; lacking: {lacking}", hint="What holds is listed below."
    )


def _workspace(root: Path) -> Check:
    kept = places.protected(root)
    told = f"{len(kept.paths)} protected files and folders stay as they are inside the sandbox"
    gaps = [f"{link.relative_to(root)} is a link, and can be replaced" for link in kept.links]
    if not kept.complete:
        gaps.append(f"only the first {places.MOST_LOOKED_AT:,} files were looked at")
    if gaps:
        return Check(name="workspace", state="warning", told=f"{told}; but {'; '.join(gaps)}")
    return Check(name="workspace", state="ok", told=told)


def _settings(root: Path, environ: Mapping[str, str]) -> tuple[Settings, Check]:
    try:
        configuration = load_settings(Paths.of(environ), root)
    except ConfigError as error:
        return Settings(), Check(name="settings", state="error", told=error.message, hint=error.hint)
    files = ", ".join(map(str, configuration.files)) or "none set"
    if configuration.notices:
        told = " ".join(configuration.notices)
        return configuration.settings, Check(name="settings", state="warning", told=told)
    return configuration.settings, Check(name="settings", state="ok", told=files)


def _folder(data: Path) -> Check:
    there = next(path for path in (data, *data.parents) if path.exists())
    if os.access(there, os.W_OK | os.X_OK):
        return Check(name="sessions", state="ok", told=f"kept below {data}")
    return Check(
        name="sessions",
        state="error",
        told=f"{there} cannot be written, so no session can be kept",
        hint="Make it writable, or set XDG_DATA_HOME to a folder that is.",
    )


def _git() -> Check:
    if path := shutil.which("git"):
        return Check(name="git", state="ok", told=path)
    return Check(name="git", state="warning", told="there is no git on PATH", hint="claw works, but sees no branches.")


def _terminal(environ: Mapping[str, str]) -> Check:
    name = environ.get("TERM", "")
    if not sys.stdout.isatty():
        return Check(name="terminal", state="ok", told="standard output is not one")
    if name in {"", "dumb"}:
        hint = "`claw run` works here; the workspace needs a terminal with a screen."
        return Check(name="terminal", state="warning", told=f"TERM is {name or 'not set'}", hint=hint)
    return Check(name="terminal", state="ok", told=name)
