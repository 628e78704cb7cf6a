"""The shelf: all sessions on this machine, a folder each.

<sessions>/20260131-120000-1239f3c1a/
    log.jsonl    what happened
    blobs/       request bodies and file contents, by their hashes
    scratch/     whole outputs of calls that were shortened
"""

import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from claw_core.error import SessionError, SessionNotFound
from claw_core.event import FORMAT, PromptSubmitted, Record, SessionForked, SessionStarted, ShellStarted
from claw_core.importer import Imported
from claw_core.session.log import LOG, Log, LogContent, read_log, read_prompts
from claw_core.session.title import title_of
from claw_core.usage import totals

LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One line of the list of sessions."""

    id: str
    title: str
    """Its name, or the first line of its first prompt."""
    project: str
    """The workspace folder."""
    started: datetime
    records: int
    cost: float | None
    """US dollars; None where a part of it is unknown."""


class Shelf:
    """The folder that holds the sessions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fresh(self) -> Path:
        """The folder of a session to be; not made yet. Names sort by time."""
        now = datetime.now(UTC)
        return self.folder / f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}{secrets.token_hex(3)}"

    def find(self, wanted: str) -> Path:
        """The folder of a session: by id, by an unambiguous beginning of one, or `latest`. Raises SessionNotFound."""
        names = self._names()
        if wanted == LATEST and names:
            return self.folder / next((name for name in reversed(names) if self._was_used(name)), names[-1])
        matches = [name for name in names if name == wanted] or [name for name in names if name.startswith(wanted)]
        if len(matches) == 1 and wanted:
            return self.folder / matches[0]
        if matches and wanted:
            raise SessionNotFound(f"{wanted!r} is the beginning of {len(matches)} sessions.", "Give more of its id.")
        raise SessionNotFound(f"There is no session {wanted!r}.", "`claw sessions list` shows those there are.")

    def folders(self) -> list[Path]:
        """The folder of each session, the oldest first."""
        return [self.folder / name for name in self._names()]

    def summaries(self) -> list[Summary]:
        """All sessions in which something was asked, the newest first; what cannot be read is left out."""
        found: list[Summary] = []
        for name in reversed(self._names()):
            try:
                content = read_log(self.folder / name)
            except SessionError:
                continue
            if any(isinstance(record.event, PromptSubmitted | ShellStarted) for record in content.records):
                found.append(summary(name, content.records))
        return found

    def prompts(self, project: Path, most: int = 500) -> list[str]:
        """What was asked in that workspace, each once, the newest first; what cannot be read is left out."""
        found: dict[str, None] = {}
        for name in reversed(self._names()):
            with suppress(OSError, ValueError):
                found |= dict.fromkeys(reversed(read_prompts(self.folder / name, str(project))))
            if len(found) >= most:
                break
        return [text for text in found if text][:most]

    def fork(self, wanted: str, seq: int | None = None) -> str:
        """A new session that shares the records of another up to `seq` (all by default); its id.

        The other is only read, so it may be open, and damaged lines in it are left behind.
        """
        source = self.find(wanted)
        content = read_log(source)
        shared = [record for record in content.records if seq is None or record.seq <= seq]
        if not shared:
            raise SessionNotFound(
                f"Session {source.name} has no record {seq}.", f"Its first is {content.records[0].seq}."
            )
        target = self.fresh()
        log = Log.create(target)
        try:
            for record in (*shared, *_marks(source.name, target.name, shared)):
                log.write(record)
        finally:
            log.close()
        _share(source / "blobs", target / "blobs")
        return target.name

    def keep(self, imported: Imported) -> str:
        """Another agent's session, as one of ours; its id here."""
        target = self.fresh()
        log = Log.create(target)
        try:
            for record in imported.records:
                event = record.event
                ours = replace(event, session=target.name) if isinstance(event, SessionStarted) else event
                log.write(replace(record, event=ours))
        finally:
            log.close()
        return target.name

    def delete(self, wanted: str) -> str:
        """Remove a session and all it holds, damaged or not; its id. Raises SessionLocked where it is open."""
        folder = self.find(wanted)
        log = Log.seize(folder)
        shutil.rmtree(folder)
        log.close()
        return folder.name

    def _was_used(self, name: str) -> bool:
        """Whether something was asked in it, as far as it can be read."""
        try:
            records = read_log(self.folder / name).records
        except SessionError:
            return False
        return any(isinstance(record.event, PromptSubmitted | ShellStarted) for record in records)

    def _names(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in os.scandir(self.folder) if (Path(entry.path) / LOG).is_file())


def summary(name: str, records: tuple[Record, ...]) -> Summary:
    """A session in a line."""
    head = next(record for record in records if isinstance(record.event, SessionStarted))
    project = head.event.cwd if isinstance(head.event, SessionStarted) else ""
    return Summary(
        id=name,
        title=title_of(records),
        project=project,
        started=head.at,
        records=len(records),
        cost=totals(list(records)).all.price,
    )


def check(folder: Path) -> tuple[LogContent, list[str]]:
    """A session's records, and what is wrong with its log."""
    content = read_log(folder)
    problems = list(content.problems)
    if content.torn:
        problems.append(f"the last line is torn: {content.torn} bytes; it is repaired when the session is continued")
    previous = 0
    for record in content.records:
        if record.seq <= previous:
            problems.append(f"record {record.seq} follows record {previous}")
        previous = record.seq
    return content, problems


def _marks(parent: str, new: str, shared: list[Record]) -> tuple[Record, Record]:
    last = shared[-1]
    head = next(record.event for record in reversed(shared) if isinstance(record.event, SessionStarted))
    now = datetime.now(UTC)
    return (
        Record(
            seq=last.seq + 1, at=now, turn=last.turn, agent="main", event=SessionForked(parent=parent, seq=last.seq)
        ),
        Record(
            seq=last.seq + 2,
            at=now,
            turn=last.turn,
            agent="main",
            event=SessionStarted(
                session=new, format=FORMAT, cwd=head.cwd, version=head.version, git_head=head.git_head
            ),
        ),
    )


def _share(source: Path, target: Path) -> None:
    """The same blobs in another folder; they never change, so links do where the file system has them."""
    if not source.is_dir():
        return

    def link(old: str, new: str) -> str:
        try:
            os.link(old, new)
        except OSError:
            shutil.copy2(old, new)
        return new

    shutil.copytree(source, target, copy_function=link, dirs_exist_ok=True)
