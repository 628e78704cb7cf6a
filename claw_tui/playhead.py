"""The playhead: where a replay stands, and how long until its next record. No widget, no timer."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import cast

from claw_core.event import CallStarted, Record, TurnStarted, record_adapter
from claw_core.registry import names
from claw_tui import views
from claw_tui.feed import Feed, Past, ReplayFace
from claw_tui.timeline import SPACING, Timeline
from claw_tui.view import View

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
GLIMPSE = 300
"""Records that are enough to see where one is."""

LONGEST = 2.0
"""Seconds of the session that a pause takes at most: nobody watches a model think for a minute."""


PAUSE = 0.05
"""Seconds between two records where pauses are skipped."""


class Playhead:
    """Moves through a replay, and keeps a feed's views at the same place."""

    def __init__(self, replay: ReplayFace) -> None:
        self.replay = replay
        self.feed = Feed(Past(replay), live=False, had=lambda name: self._views([name])[name])
        self.speed = 1.0
        self.playing = False
        self.skips_pauses = False
        """Whether a record follows the other at once, however long the session waited."""
        self._timeline = Timeline(replay.records, names(views.__name__), self.feed.make)
        self._glimpsed = False
        """What is shown is not all there was: the timeline has not come there yet."""
        self.seek(replay.position)

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
        """Stand elsewhere. Whether other views are shown now.

        Where the timeline has not come yet, they are made of the last records alone, until `prepare` has come there.
        """
        before = self.at
        after = self.replay.seek(position)
        if before <= after < before + SPACING and not self._glimpsed:
            self.feed.take(self.replay.records[before:after])
            return False
        self._stand(self._views(self.feed.names))
        return True

    def prepare(self, seconds: float) -> bool:
        """Spend so long on what makes seeking quick. Whether other views are shown now."""
        self._timeline.go_on(seconds)
        if not self._glimpsed or self._timeline.folded < self.at:
            return False
        self._glimpsed = False
        self._stand(self._timeline.at(self.at, self.feed.names))
        return True

    @property
    def is_prepared(self) -> bool:
        """Whether any place can be had quickly."""
        return self._timeline.is_whole

    def _views(self, wanted: Sequence[str]) -> dict[str, View]:
        """These views as they are here, or what the last records alone make of them."""
        self._glimpsed = self.at > self._timeline.folded + SPACING
        if not self._glimpsed:
            return self._timeline.at(self.at, wanted)
        made = {name: self.feed.make(name) for name in wanted}
        for record in self.replay.records[max(0, self.at - GLIMPSE) : self.at]:
            for view in made.values():
                view.fold(record)
        return made

    def _stand(self, views: Mapping[str, View]) -> None:
        self.feed.stand(views, self.replay.records[self.at - 1].seq if self.at else 0)

    @cached_property
    def turns(self) -> list[int]:
        """The places at which a turn has just begun."""
        return _after(self.replay.records, TurnStarted)

    @cached_property
    def calls(self) -> list[int]:
        """The places at which a call has just begun."""
        return _after(self.replay.records, CallStarted)

    def beside(self, places: Sequence[int], by: int) -> int:
        """The next of these places, or the one before; where there is none, the end or the beginning."""
        if by > 0:
            at = bisect_right(places, self.at)
            return places[at] if at < len(places) else self.length
        at = bisect_left(places, self.at)
        return places[at - 1] if at else 0

    def holding(self, words: str, by: int) -> int | None:
        """The place of the next record that holds these words, or of the one before; None where there is none.

        May take a while: call it off the event loop.
        """
        adapter, sought = record_adapter(), words.lower()
        ahead = range(self.at, self.length) if by > 0 else range(self.at - 2, -1, -1)
        for place in ahead:
            said = adapter.dump_json(self.replay.records[place]).decode("utf-8", "replace")
            if sought in said.lower() and sought in _words(json.loads(said)["event"]).lower():
                return place + 1
        return None

    def place(self, words: str) -> int:
        """The place that a person names: `120` records, `2:05` minutes from the beginning (`1:02:05` with hours), or
        `50%`. Raises ValueError with words for them.
        """
        words = words.strip()
        try:
            if words.endswith("%"):
                return min(self.length, int(self.length * Fraction(words[:-1]) / 100))
            if ":" not in words:
                return min(int(words), self.length)
            passed = 0.0
            for part in words.split(":"):
                passed = passed * 60 + float(part)
            moment = self.replay.records[0].at + timedelta(seconds=passed)
        except (ValueError, OverflowError, IndexError) as error:
            raise ValueError("A record's number (120), a time (2:05) or a part (50%).") from error
        return bisect_right(self.replay.records, moment, key=lambda record: record.at)

    def wait(self) -> float:
        """Seconds until the next record is due at this speed; 0 at either end."""
        if self.at_end or not self.at:
            return 0.0
        records = self.replay.records
        if self.skips_pauses:
            return PAUSE / self.speed
        gap = (records[self.at].at - records[self.at - 1].at).total_seconds()
        return max(0.0, min(gap, LONGEST)) / self.speed

    def faster(self, steps: int) -> None:
        """Another speed."""
        at = SPEEDS.index(self.speed) + steps
        self.speed = SPEEDS[max(0, min(at, len(SPEEDS) - 1))]


def _words(value: object) -> str:
    """All texts in it."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "\n".join(map(_words, cast("dict[str, object]", value).values()))
    return "\n".join(map(_words, cast("list[object]", value))) if isinstance(value, list) else ""


def _after(records: Sequence[Record], kind: type[TurnStarted] | type[CallStarted]) -> list[int]:
    return [place for place, record in enumerate(records, start=1) if isinstance(record.event, kind)]
