"""Replay: a session's records, read back into the same stream that a live one writes."""

from pathlib import Path

from claw_core.checkpoint import Blobs
from claw_core.event import Record, SessionStarted
from claw_core.sent import request_bytes
from claw_core.session.log import read_log
from claw_core.session.title import title_of


class Replay:
    """A session that has happened: its records, and how far they are played."""

    def __init__(self, folder: Path) -> None:
        """Reads the log in `folder`. Raises what `read_log` raises. May take a while: call it off the event loop."""
        content = read_log(folder)
        self.id = folder.name
        self.records = content.records
        """All of them, whatever the position."""
        self.problems = content.problems
        """Lines that could not be read."""
        self._blobs = Blobs(folder / "blobs")
        starts = [record.event for record in content.records if isinstance(record.event, SessionStarted)]
        self.root = Path(starts[-1].cwd)
        """The workspace, as it was the last time."""
        self.position = 0
        """How many records are played."""

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
        return request_bytes(self.records, record.seq, self._blobs)
