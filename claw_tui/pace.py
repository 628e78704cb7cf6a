"""How often the screen shows what happens: as soon as it did, but never so often that keys, paints or the line wait.

What streams is shown some thirty times a second, and less often where its frames are large: a line that is far away
carries little, and nobody reads faster. A letter that was just typed goes before it.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Protocol

FRAME = 1 / 32
"""Seconds from one frame to the next while only words come, or lines that a command prints."""

QUICK = 1 / 90
"""Seconds that a frame is followed by none, whatever came: time for keys and paints."""

PATIENT = 1 / 8
"""Seconds that are waited for a terminal that has not taken the last frame."""

KEY_FIRST = 0.012
"""Seconds after a key in which nothing else is shown."""

RATE = 56_000
"""Bytes a second that what streams may be, as long as that leaves some frames."""

SLOWEST = 1 / 12
"""Seconds from one frame to the next at which there are no fewer for their size."""


class Line(Protocol):
    """What is asked of the terminal, and of the line to it."""

    @property
    def is_behind(self) -> bool:
        """Whether it has not taken yet what was written."""
        ...

    @property
    def since_key(self) -> float:
        """Seconds since a key was pressed."""
        ...

    @property
    def written(self) -> int:
        """Bytes that were written to it so far."""
        ...


class Pace:
    """Waits between frames. `line` is None where nothing is drawn."""

    def __init__(self, line: Callable[[], Line | None] = lambda: None) -> None:
        self._line = line
        self._written = 0
        self._began = 0.0

    async def before(self) -> None:
        """Until a frame may be shown."""
        line = self._line()
        if line is not None and (wait := KEY_FIRST - line.since_key) > 0:
            await asyncio.sleep(wait)
        self._began = perf_counter()

    async def after(self, *, passing: bool) -> None:
        """Until the next one is looked for. `passing`: whether all there was passes by."""
        line = self._line()
        spent = perf_counter() - self._began
        await asyncio.sleep(max(FRAME - spent if passing else QUICK, QUICK, spent / 2))
        if line is None:
            return
        size, self._written = line.written - self._written, line.written
        if passing and (wait := min(size / RATE, SLOWEST) - (perf_counter() - self._began)) > 0:
            await asyncio.sleep(wait)
        for _ in range(round(PATIENT / QUICK)):
            if not line.is_behind:
                break
            await asyncio.sleep(QUICK)
