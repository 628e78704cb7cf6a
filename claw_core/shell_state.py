"""What one command of an agent's shell leaves for the next: the folder it ended in, and the variables it exported.

No shell lives on between two commands. Each tells at its end where it is and what its environment holds, and the next
one starts there. So what a command finds is known before it starts, and the gate judges it by that: the folder is
filled into the call, and variables count as if they were assigned in front of each command. Aliases, functions and
options of the shell are not carried on; they would change what the words of a line mean.
"""

import os
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from claw_core.block import TerminalBlock
from claw_core.event import MAIN, CallFinished, Record
from claw_core.native.shell import program
from claw_core.shell_environment import ODD_VARIABLE

MOST_BYTES = 32 * 1024
"""Of the variables that are carried on; of more, none is."""
NOTES = 219
"""The descriptor that a shell tells its state on: high, so that no script uses it for something else."""
NOTES_OF_SH = 9
"""The highest that every shell can name."""
_SCRIPT = Path(__file__).with_name("shell_state.sh")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ITS_OWN = frozenset({"PWD", "OLDPWD", "SHLVL", "_", "CLAW_NOTES", "CLAW_BASH_ENV"})
"""What each shell sets by itself."""
_NEVER = frozenset({"HOME", "CDPATH"})
"""What `~` means, and where `cd` goes, stays for the shell what it is for the gate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellState:
    """Where a shell is, and what its environment has beside that of every fresh one."""

    folder: Path | None = None
    """None for the workspace root."""
    before: Path | None = None
    """The folder before that one, for `cd -`."""
    variables: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    """What was set; None for what was unset."""

    @property
    def assignments(self) -> tuple[str, ...]:
        """The variables as one would write them in front of a command; one that was unset is set to nothing."""
        return tuple(f"{name}={value or ''}" for name, value in self.variables.items())

    def environment(self, fresh: Mapping[str, str]) -> dict[str, str]:
        """The environment of the next command."""
        before = {"OLDPWD": str(self.before)} if self.before else {}
        changed = {**fresh, **before, **self.variables}
        return {name: value for name, value in changed.items() if value is not None}


FRESH = ShellState()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How a command left its shell."""

    state: ShellState
    not_carried: tuple[str, ...] = ()
    """Names of variables that were set and are forgotten."""


class Shells:
    """The shell of each agent of a session, by what it last left."""

    def __init__(self) -> None:
        self._states: dict[str, ShellState] = {}

    def of(self, agent: str) -> ShellState:
        """Where an agent's shell is."""
        return self._states.get(agent, FRESH)

    def leave(self, agent: str, state: ShellState) -> None:
        """An agent's next command starts from there."""
        self._states[agent] = state


def folder_left(records: Iterable[Record]) -> str | None:
    """Where the main agent's last command left the shell, by the records of a session; None where none went anywhere.

    Of the environment nothing is recorded, since values may be secrets: a session that is continued has a fresh one.
    """
    for record in reversed(list(records)):
        if isinstance(record.event, CallFinished) and record.agent == MAIN:
            for block in record.event.blocks:
                if isinstance(block, TerminalBlock) and block.left_in is not None:
                    return block.left_in
    return None


@dataclass(frozen=True, slots=True)
class Telling:
    """A command made to tell its state when it ends."""

    command: str
    environment: dict[str, str]
    notes: int


def telling(command: str, environment: Mapping[str, str], shell: str = "/bin/bash") -> Telling:
    """The command, as the shell it runs in has to get it."""
    if program(shell) == shell:
        own = {"CLAW_BASH_ENV": environment["BASH_ENV"]} if "BASH_ENV" in environment else {}
        return Telling(command, {**environment, **own, "BASH_ENV": str(_SCRIPT), "CLAW_NOTES": str(NOTES)}, notes=NOTES)
    # Another shell reads no file first. Messages about its lines count one more.
    first = f". {shlex.quote(str(_SCRIPT))}\n"
    return Telling(first + command, {**environment, "CLAW_NOTES": str(NOTES_OF_SH)}, notes=NOTES_OF_SH)


def read_notes(notes: bytes, fresh: Mapping[str, str], root: Path) -> Left | None:
    """How a command left its shell, by what it told; None where it did not tell all (it became another program).

    `fresh` is the environment that it would have had in a fresh shell. The notes come from the command, which may write
    there what it likes: nothing is trusted but that the gate will see all of it.
    """
    told, end, rest = notes.rpartition(b"\0\0")
    if not end or rest:
        return None
    place, _, environment = told.partition(b"\0")
    folder = _folder(place.removesuffix(b"\n"))
    if folder is None:
        return None
    has = dict(_variables(environment))
    before = has.get("OLDPWD", "")
    changed: dict[str, str | None] = {name: value for name, value in has.items() if fresh.get(name) != value}
    changed |= {name: None for name in fresh if name not in has}
    kept = {name: value for name, value in changed.items() if _can_be_carried(name)}
    lost = [name for name in changed if name in _NEVER]
    if sum(len(name) + len(value or "") for name, value in kept.items()) > MOST_BYTES:
        lost, kept = [*lost, *kept], {}
    state = ShellState(
        folder=None if folder == root else folder,
        before=Path(before) if before.startswith("/") else None,
        variables=kept,
    )
    return Left(state=state, not_carried=tuple(lost))


def _can_be_carried(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in _ITS_OWN | _NEVER and not ODD_VARIABLE.fullmatch(name)


def _folder(told: bytes) -> Path | None:
    """A folder that can be named in a call; None for what is none."""
    try:
        text = told.decode()
    except UnicodeDecodeError:
        return None
    is_plain = text.startswith("/") and not text.startswith("//") and os.path.normpath(text) == text
    return Path(text) if is_plain else None


def _variables(told: bytes) -> list[tuple[str, str]]:
    pairs = (each.partition(b"=") for each in told.split(b"\0"))
    return [(os.fsdecode(name), os.fsdecode(value)) for name, sign, value in pairs if sign]
