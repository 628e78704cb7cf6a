"""One row of the table that `make bench` prints: what we take, what somebody else takes for the same, and the goal.

A bench is one file beside this one, `native/benches/NAME.py`, with `rows(folder: Path) -> Iterator[Row]`. It makes its
data below `folder`, sees to it that both sides give the same answer, and measures with `compare`, so that only
figures of one run, taken in turns, stand against each other. What has no rival (a rate, a start, memory) is a `Row`
made by hand.
"""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal

Unit = Literal["s", "MB/s", "MiB", "%", "KiB/s", "frames/s", "times", "widgets"]
"""Of what less is better, but for `RATES`. `%`: of one core."""

RATES = ("MB/s", "frames/s")

ROUNDS = 7
"""Times that each side runs, in turns; the medians count."""
PATIENCE = 30.0
"""Seconds after which a rival is not run again, because it is so slow that the noise does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing measured, with one rival or none."""

    name: str
    """What is done, with its size: `regex over 20,000 files`."""
    ours: float
    """What ours takes, through the door that Python callers use, in `unit`."""
    rival: str = ""
    """Who does the same: `rg`, `git apply`, `the twin`. Empty where the goal stands by itself."""
    theirs: float | None = None
    """What the rival takes, in `unit`. None where there is no rival, or it is not on this machine."""
    goal: float | None = None
    """With a rival: how many times better than it ours shall be, at least. Without one: the bound itself, in `unit`."""
    unit: Unit = "s"
    note: str = ""
    """What has to be known to read the figures."""

    @property
    def times(self) -> float | None:
        """How many times better than the rival ours is; None where there is none to compare with."""
        if not self.theirs or not self.ours:
            return None
        return self.ours / self.theirs if self.more_is_better else self.theirs / self.ours

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none, or the rival is not there."""
        if self.goal is None or (self.rival and self.times is None):
            return None
        if self.times is not None:
            return self.times >= self.goal
        return self.ours >= self.goal if self.more_is_better else self.ours <= self.goal

    @property
    def more_is_better(self) -> bool:
        """Whether the unit is a rate of what is done."""
        return self.unit in RATES


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody else's way to the same answer."""

    name: str
    run: Callable[[], object] | None
    """Does it once. None where its program is not on this machine."""
    goal: float | None = None
    """How many times faster ours shall be, at least."""
    note: str = ""


def compare(name: str, ours: Callable[[], object], *rivals: Rival, rounds: int = ROUNDS) -> Iterator[Row]:
    """A row in seconds for each rival: everybody once to warm up, then in turns, `rounds` times; medians.

    Raises what a side raises: a bench of something that fails would measure nothing.
    """
    sides = [ours, *(rival.run for rival in rivals)]
    taken: list[list[float]] = [[] for _ in sides]
    for turn in range(rounds + 1):
        for side, times in zip(sides, taken, strict=True):
            if side is None or (times and sum(times) > PATIENCE):
                continue
            seconds = timed(side)
            if turn > 0 or seconds > PATIENCE:
                times.append(seconds)
    for rival, times in zip(rivals, taken[1:], strict=True):
        theirs = median(times) if times else None
        yield Row(name=name, ours=median(taken[0]), rival=rival.name, theirs=theirs, goal=rival.goal, note=rival.note)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def program(name: str) -> str | None:
    """Where a rival's program is: beside this Python, where the packages for development put it, or on PATH."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)
