"""The playhead: where a replay stands, and how long until its next record. No widget, no timer."""

from datetime import datetime

from claw_tui.feed import Feed, Past, ReplayFace

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
LONGEST = 2.0
"""Seconds of the session that a pause takes at most: nobody watches a model think for a minute."""


class Playhead:
    """Moves through a replay, and keeps a feed's views at the same place."""

    def __init__(self, replay: ReplayFace) -> None:
        self.replay = replay
        self.feed = Feed(Past(replay), live=False)
        self.speed = 1.0
        self.playing = False
        self.feed.take(replay.records[: replay.position])

    @property
    def length(self) -> int:
        """Records there are."""
        return len(self.replay.records)

    @property
    def at(self) -> int:
        """Records that are played."""
        return self.replay.position

    @property
    def at_end(self) -> bool:
        """Whether everything is played."""
        return self.at >= self.length

    def now(self) -> datetime | None:
        """The time of the record it stands at; None before the first."""
        return self.replay.records[self.at - 1].at if self.at else None

    def seek(self, position: int) -> bool:
        """Stand elsewhere. Whether the views were made anew, since that lies behind."""
        before = self.at
        after = self.replay.seek(position)
        if after >= before:
            self.feed.take(self.replay.records[before:after])
            return False
        self.feed.restart(self.replay.records[:after])
        return True

    def wait(self) -> float:
        """Seconds until the next record is due at this speed; 0 at either end."""
        if self.at_end or not self.at:
            return 0.0
        records = self.replay.records
        gap = (records[self.at].at - records[self.at - 1].at).total_seconds()
        return max(0.0, min(gap, LONGEST)) / self.speed

    def faster(self, steps: int) -> None:
        """Another speed."""
        at = SPEEDS.index(self.speed) + steps
        self.speed = SPEEDS[max(0, min(at, len(SPEEDS) - 1))]
