"""Replay: a session's records, read back into the same stream that a live one writes."""

from collections.abc import Sequence
from pathlib import Path

from claw_core.checkpoint import Blobs
from claw_core.event import NoticeRaised, Record, SessionStarted
from claw_core.importer import Imported, read_foreign
from claw_core.sent import request_bytes
from claw_core.session.log import LOG, read_log
from claw_core.session.shelf import Shelf
from claw_core.session.title import title_of


class Replay:
    """A session that has happened: its records, and how far they are played."""

    def __init__(
        self, id: str, records: Sequence[Record], blobs: Blobs, problems: Sequence[str] = (), *, own: bool = True
    ) -> None:
        self.id = id
        self.records = tuple(records)
        """All of them, whatever the position."""
        self.problems = tuple(problems)
        """Lines that could not be read."""
        self.own = own
        """Whether it is one of claw's, and not another agent's."""
        self.blobs = blobs
        """What it kept of requests and files."""
        starts = [record.event for record in self.records if isinstance(record.event, SessionStarted)]
        self.root = Path(starts[-1].cwd)
        """The workspace, as it was the last time."""
        self.position = 0
        """How many records are played."""

    @classmethod
    def named(cls, wanted: str, shelf: Shelf) -> "Replay":
        """By what a person calls it: an id on the shelf, a log's path, or that of another agent's session."""
        path = Path(wanted).expanduser()
        if path.name == LOG or (path / LOG).is_file():
            return cls.of(path.parent if path.name == LOG else path)
        if "/" in wanted or path.suffix in (".jsonl", ".json"):
            return cls.of_foreign(path, read_foreign(path))
        return cls.of(shelf.find(wanted))

    @classmethod
    def of(cls, folder: Path) -> "Replay":
        """The session whose log is in `folder`. Raises what `read_log` raises. May take a while: not for the event
        loop."""
        content = read_log(folder)
        return cls(folder.name, content.records, Blobs(folder / "blobs"), content.problems)

    @classmethod
    def of_foreign(cls, path: Path, imported: Imported) -> "Replay":
        """Another agent's session. Its id is the path of its file, so that a fork finds it again."""
        said = [one.event.message for one in imported.records[-1:] if isinstance(one.event, NoticeRaised)]
        return cls(str(path), imported.records, Blobs(None), said, own=False)

    @property
    def title(self) -> str:
        """The session's name, or the first line of its first prompt."""
        return title_of(self.records)

    def seek(self, position: int) -> int:
        """Play so many records, at most all there are; how many that are."""
        self.position = min(max(position, 0), len(self.records))
        return self.position

    def request_bytes(self, record: Record) -> bytes:
        """The body of the request that a `model.called` record tells of, byte for byte."""
        return request_bytes(self.records, record.seq, self.blobs)
