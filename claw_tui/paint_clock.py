"""When a screen is painted: at once when something changed, and then not again for a moment.

Textual paints at fixed beats, sixty a second, and after a rest it lets a whole beat pass. A letter that is typed right
after a part of an answer was painted would wait for up to two of them.
"""

import asyncio
from time import perf_counter

from textual.screen import Screen, ScreenResultType
from textual.timer import Timer

REST = 1 / 250
"""Seconds between the end of a paint and the next one, at least; fewer after one that took less."""

TURNS = 5
"""Of the event loop before a paint: what the same key changes in other widgets, which say so by messages, is painted
with it."""


class PaintClock(Timer):
    """Calls back as soon as it is resumed, but never so soon after the last time that nothing else gets its turn."""

    async def _run(self) -> None:
        due = 0.0
        while True:
            await self._active.wait()  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if (wait := due - perf_counter()) > 0:
                await asyncio.sleep(wait)
            began = perf_counter()
            await self._tick(next_timer=began, count=0)
            ended = perf_counter()
            due = ended + min(REST, ended - began)


class PromptlyPainted(Screen[ScreenResultType]):
    """A screen that is painted by that clock."""

    _paint_clock: PaintClock | None = None

    @property
    def _update_timer(self) -> Timer:
        """What Textual resumes when something is to be painted, and pauses when it paints."""
        if self._paint_clock is None:
            self._paint_clock = PaintClock(self, REST, name="paint", callback=self._on_timer_update, pause=True)
            self._paint_clock._start()  # pyright: ignore[reportPrivateUsage]  as Textual does for its own
            self._timers.add(self._paint_clock)
        return self._paint_clock
