"""Replay: a session's records, read back into the same stream that a live one writes."""

from bisect import bisect_right
from pathlib import Path

from claw_core.checkpoint import Blobs
from claw_core.event import Record, SessionStarted
from claw_core.sent import request_bytes
from claw_core.session.log import read_log
from claw_core.session.shelf import title


class Replay:
    """A session that has happened: its records, and the one it stands at."""

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
        self.root = Path(starts[0].cwd)
        self.position = 0
        """The `seq` of the record it stands at; 0 before the first."""

    @property
    def title(self) -> str:
        """The session's name, or the first line of its first prompt."""
        return title(self.records)

    def seek(self, seq: int) -> None:
        """Stand at the last record up to `seq`."""
        found = bisect_right(self.records, seq, key=lambda record: record.seq)
        self.position = self.records[found - 1].seq if found else 0

    def request_bytes(self, record: Record) -> bytes:
        """The body of the request that a `model.called` record tells of, byte for byte."""
        return request_bytes(self.records, record.seq, self._blobs)
