"""The log: one session's records on disk, a JSON line each, appended as they happen.

A record is written before anybody sees it, in one `write` of a whole line, so that a process killed at any moment loses
nothing that was shown; the kernel has it. `sync` makes it survive a power cut, too. Nothing is ever rewritten.
"""

import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from claw_core.characters import whole_characters
from claw_core.error import LogDamaged, LogTooNew, SessionError, SessionLocked, SessionNotFound
from claw_core.event import (
    FORMAT,
    MAIN,
    NoticeRaised,
    PromptSubmitted,
    Record,
    SessionStarted,
    ShellStarted,
    record_adapter,
)

LOG = "log.jsonl"
LIST_THEM = "`claw sessions list` shows those there are."


@dataclass(frozen=True, slots=True, kw_only=True)
class LogContent:
    """What a log holds."""

    records: tuple[Record, ...]
    problems: tuple[str, ...] = ()
    """Lines that could not be understood, with their numbers; their records are missing."""
    sound: int = 0
    """Bytes up to the end of the last whole line."""
    torn: int = 0
    """Bytes after it: a line whose writing was cut short."""


def read_log(folder: Path) -> LogContent:
    """All records of the session in `folder`, as far as they can be understood.

    Raises SessionNotFound where there is no log, LogTooNew where this version would misread it, LogDamaged where it is
    no log at all.
    """
    path = folder / LOG
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise SessionNotFound(f"There is no session in {folder}.", LIST_THEM) from error
    except OSError as error:
        raise SessionError(f"The log {path} cannot be read: {error.strerror}.") from error
    sound = data.rfind(b"\n") + 1
    records: list[Record] = []
    problems: list[str] = []
    for number, line in enumerate(data[:sound].splitlines(), start=1):
        try:
            records.append(parse_record(line))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
        if number == 1:
            _check_head(path, records)
    if not sound:
        raise LogDamaged(f"{path} holds no whole record.", "Nothing can be restored from it; delete the session.")
    return LogContent(records=tuple(records), problems=tuple(problems), sound=sound, torn=len(data) - sound)


def read_prompts(folder: Path, project: str) -> list[str]:
    """What was asked in a session, oldest first, if it worked in the folder `project`; of a log that may be large
    nothing else is understood. Raises OSError, and ValueError for what is no log.
    """
    with (folder / LOG).open("rb") as lines:
        head = parse_record(lines.readline()).event
        if not isinstance(head, SessionStarted) or head.cwd != project:
            return []
        kinds = (b'"prompt.submitted"', b'"shell.started"')
        told = (line for line in lines if any(kind in line for kind in kinds) and line.endswith(b"\n"))
        asked = [parse_record(line) for line in told]
    said: list[str] = []
    for record in asked:
        match record.event:
            case PromptSubmitted(text=text) if record.agent == MAIN:
                said.append(text)
            case ShellStarted(line=line):
                said.append(f"!{line}")
            case _:
                pass
    return said


def _check_head(path: Path, records: list[Record]) -> None:
    head = records[0].event if records else None
    if not isinstance(head, SessionStarted):
        raise LogDamaged(f"{path} does not begin as a session's log does.", "It was damaged, or is something else.")
    if head.format > FORMAT:
        raise LogTooNew(
            f"{path} was written by claw {head.version} in format {head.format}; this version reads up to {FORMAT}.",
            "Update claw to open it.",
        )


def parse_record(line: bytes) -> Record:
    """The record in a line. An event of an unknown kind becomes a notice. Raises ValueError for anything else."""
    from pydantic import ValidationError

    try:
        return record_adapter().validate_json(line)
    except ValidationError as error:
        if all(e["type"] == "union_tag_invalid" and e["loc"] == ("event",) for e in error.errors()):
            return _unknown(json.loads(line))
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))} {first['msg']}".strip()) from error


def _unknown(line: dict[str, Any]) -> Record:
    kind = cast("dict[str, Any]", line["event"])["kind"]
    return Record(
        seq=int(line["seq"]),
        at=datetime.fromisoformat(line["at"]).astimezone(UTC),
        turn=int(line["turn"]),
        agent=str(line["agent"]),
        event=NoticeRaised(
            level="info",
            message=f"A newer version of claw wrote a record of the kind {kind!r} here.",
            hint="Update claw to see it.",
        ),
    )


class Log:
    """The log of one session, open for writing by this process alone."""

    def __init__(self, descriptor: int, path: Path, size: int) -> None:
        self._descriptor = descriptor
        self._size = size
        self.path = path

    @classmethod
    def create(cls, folder: Path) -> "Log":
        """A new session's log. Raises SessionError where the folder cannot be written."""
        path = folder / LOG
        try:
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SessionError(
                f"The session cannot be written to {folder}: {error.strerror}.",
                "Set XDG_DATA_HOME to a folder that can be written.",
            ) from error
        _lock(descriptor, path)
        return cls(descriptor, path, 0)

    @classmethod
    def resume(cls, folder: Path) -> tuple["Log", LogContent]:
        """An existing session's log, repaired where its last line is torn.

        Raises what `read_log` raises, SessionLocked where another process writes it, and LogDamaged where lines in the
        middle cannot be understood: going on would build on a gap.
        """
        log = cls.seize(folder)
        try:
            content = read_log(folder)
            if content.problems:
                raise LogDamaged(
                    f"{log.path} is damaged: {content.problems[0]}.",
                    f"`claw replay {folder.name}` shows what can be read; `claw sessions fork {folder.name}` goes on.",
                )
            log.repair(content)
        except BaseException:
            log.close()
            raise
        return log, content

    def repair(self, content: LogContent) -> None:
        """Cut off what follows the last whole line."""
        os.ftruncate(self._descriptor, content.sound)
        self._size = content.sound

    @classmethod
    def seize(cls, folder: Path) -> "Log":
        """An existing log, whatever it holds, locked. Raises SessionNotFound, SessionLocked and SessionError."""
        path = folder / LOG
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise SessionNotFound(f"There is no session in {folder}.", LIST_THEM) from error
        except OSError as error:
            raise SessionError(f"The log {path} cannot be written: {error.strerror}.") from error
        try:
            _lock(descriptor, path)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor, path, os.fstat(descriptor).st_size)

    def write(self, record: Record) -> None:
        """Append one line. Raises SessionError, and leaves the log as it was, where that fails."""
        line = _line(record)
        try:
            written = os.write(self._descriptor, line)
            if written != len(line):
                os.ftruncate(self._descriptor, self._size)
                raise OSError(28, "No space left on device")
        except OSError as error:
            raise SessionError(
                f"The session's log {self.path} cannot be written: {error.strerror}.",
                "What was shown so far is safe. Make room, then continue the session.",
            ) from error
        self._size += len(line)

    def sync(self) -> None:
        """Have the disk hold what was written. May take a while: call it off the event loop. Raises SessionError."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise SessionError(f"The disk may not hold the session's log {self.path}: {error.strerror}.") from error

    def discard(self) -> None:
        """Remove the whole session, after `close`."""
        shutil.rmtree(self.path.parent)

    def close(self) -> None:
        """Let the next writer in. Closing again does nothing; writing afterwards fails."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _line(record: Record) -> bytes:
    """A record as a line. Text that is no Unicode, as file names may be, is written with U+FFFD in its place."""
    from pydantic_core import PydanticSerializationError

    try:
        return record_adapter().dump_json(record) + b"\n"
    except PydanticSerializationError:
        plain: object = record_adapter().dump_python(record, mode="python")
        return json.dumps(_whole(plain), ensure_ascii=False, default=_time).encode() + b"\n"


def _whole(value: object) -> object:
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, dict):
        return {str(_whole(key)): _whole(item) for key, item in cast("dict[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in cast("list[object]", value)]
    return value


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        session = path.parent.name
        raise SessionLocked(
            f"Session {session} is open in another process.",
            f"Close it there, or continue from a copy: `claw sessions fork {session}`.",
        ) from error
