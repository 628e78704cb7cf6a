"""Lineage: which records of a session still count, after its conversation was taken back.

Going back to a record restores the conversation as it stood there, whatever was done or taken back since. So a session
is a tree, of which the log is the order in which it grew, and a rewind is undone by going back to the record before it.
"""

from claw_core.event import MAIN, Record, SessionRewound


class Lineage:
    """Folded from records."""

    def __init__(self) -> None:
        self._rewinds: list[tuple[int, int]] = []
        """Each rewind of the conversation: its own record, and the one it went back to."""

    def add(self, record: Record) -> bool:
        """Take a record into account; whether what counts is different now."""
        if record.agent != MAIN or not isinstance(record.event, SessionRewound) or not record.event.talk:
            return False
        self._rewinds.append((record.seq, record.event.seq))
        return True

    def spans(self) -> list[tuple[int, int | None]]:
        """The records that count, oldest first: those above the first number, up to the second (None for no end)."""
        found: list[tuple[int, int | None]] = []
        top: int | None = None
        for at, back_to in reversed(self._rewinds):
            if top is None or at <= top:
                found.append((at, top))
                top = back_to
        return [(0, top), *reversed(found)]

    def counts(self, seq: int) -> bool:
        """Whether that record does. A rewind itself counts as the first record after it."""
        top: int | None = None
        for at, back_to in reversed(self._rewinds):
            if top is not None and at > top:
                continue
            if seq >= at:
                return top is None or seq <= top
            top = back_to
        return top is None or seq <= top
