"""Commands that run, as their terminals show them: those that calls wait for, and those in the background."""

from dataclasses import dataclass, field
from datetime import datetime

from claw_core.block import TerminalBlock
from claw_core.event import (
    CallFinished,
    CallProgressed,
    CallStarted,
    JobEnded,
    JobProgressed,
    JobStarted,
    Record,
    SessionEnded,
    SessionStarted,
    ShellFinished,
    ShellProgressed,
    ShellStarted,
)
from claw_core.live_terminal import LiveTerminal, Scene

MOST = 40
"""Commands that are kept; of more, the oldest that ended are forgotten."""

TOOL = "bash"


@dataclass(slots=True, kw_only=True)
class Shell:
    """One command and its terminal."""

    call: str
    """The id of the call that started it."""
    seq: int
    command: str
    began: datetime
    job: int = 0
    """Its number in the background; 0 while a call waits for it."""
    ended: datetime | None = None
    said: str = ""
    """How it ended, in a word or two."""
    went_well: bool = True
    block: TerminalBlock | None = None
    """What is kept of it in the log, where it ended with its call."""
    version: int = 0
    _terminal: LiveTerminal | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.ended is None

    def printed(self, text: str) -> None:
        """It printed that."""
        if self._terminal is None:
            self._terminal = LiveTerminal()
        self._terminal.feed(text)
        self.version += 1

    def scene(self) -> Scene | None:
        """What its terminal shows; None where nothing was printed, or the block has all of it."""
        return self._terminal.scene() if self._terminal is not None and self.block is None else None

    def end(self, at: datetime, said: str, *, went_well: bool) -> None:
        """It is over."""
        self.ended, self.said, self.went_well = at, said, went_well
        self.version += 1


class TerminalView:
    """The commands, in the order they began."""

    def __init__(self) -> None:
        self.version = 0
        self.shells: list[Shell] = []
        self._of: dict[str, Shell] = {}
        self._jobs: dict[int, Shell] = {}

    @property
    def running(self) -> list[Shell]:
        """Those that run."""
        return [shell for shell in self.shells if shell.running]

    def index_of(self, seq: int) -> int | None:
        """The last command that had begun when record `seq` came."""
        return next((at for at in range(len(self.shells) - 1, -1, -1) if self.shells[at].seq <= seq), None)

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        if self._call(record) or self._job(record):
            self.version += 1

    def _call(self, record: Record) -> bool:
        match record.event:
            case CallStarted(id=call, name=name, input=given) if name == TOOL:
                self._add(Shell(call=call, seq=record.seq, command=str(given.get("command", "")), began=record.at))
            case ShellStarted(id=call, line=line):
                self._add(Shell(call=call, seq=record.seq, command=line, began=record.at))
            case CallProgressed(id=call, text=text) | ShellProgressed(id=call, text=text) if call in self._of:
                self._of[call].printed(text)
            case (CallFinished(id=call) | ShellFinished(id=call)) as ended if call in self._of:
                shell = self._of[call]
                block = next((block for block in ended.blocks if isinstance(block, TerminalBlock)), None)
                if shell.job:
                    return False
                shell.block = block
                shell.end(record.at, ended.summary or ended.outcome, went_well=ended.outcome == "ok")
            case _:
                return False
        return True

    def _job(self, record: Record) -> bool:
        match record.event:
            case JobStarted(job=number, call=call, command=command):
                shell = self._of.get(call)
                if shell is None:
                    shell = Shell(call=call, seq=record.seq, command=command, began=record.at)
                    self._add(shell)
                shell.job = number
                self._jobs[number] = shell
            case JobProgressed(job=number, text=text) if number in self._jobs:
                self._jobs[number].printed(text)
            case JobEnded(job=number, exit_code=code, signal=signal) if number in self._jobs:
                said = f"exit {code}" if code is not None else f"ended by signal {signal}"
                self._jobs[number].end(record.at, said, went_well=code == 0)
            case SessionStarted() | SessionEnded():
                for shell in self.running:
                    shell.end(record.at, "ended with the session", went_well=False)
            case _:
                return False
        return True

    def _add(self, shell: Shell) -> None:
        self._of[shell.call] = shell
        self.shells.append(shell)
        if len(self.shells) > MOST:
            gone = next((one for one in self.shells if not one.running), self.shells[0])
            self.shells.remove(gone)
            self._of.pop(gone.call, None)
