"""Garbage that refers to itself is looked for while nobody waits.

Python looks through everything that is alive whenever enough was made, in the middle of a letter as well: a twentieth
of a second once a model's library is loaded. Here it looks by itself only through what is young, which takes a
millisecond, and through all of it when there is a rest.
"""

import asyncio
import gc
from collections.abc import Callable

YOUNG, OLDER, NEVER = 2_000, 10, 1_000_000_000
"""Objects made before the youngest are looked through; how often that is done before those that are older are, too; and
how often that before all are."""

LOOK = 5.0
"""Seconds between two looks whether there is a rest."""

LONGEST = 60
"""Looks that found no rest before it is done all the same."""


async def collect_at_rest(rests: Callable[[], bool], *, look: float = LOOK) -> None:
    """Until it is cancelled. What is alive at the first rest is not looked at again: libraries, mostly."""
    before, restless, frozen = gc.get_threshold(), 0, False
    gc.set_threshold(YOUNG, OLDER, NEVER)
    try:
        while True:
            await asyncio.sleep(look)
            restless = restless + 1 if gc.get_count()[2] else 0
            if restless >= LONGEST or (restless and rests()):
                gc.collect()
                restless = 0
                if not frozen:
                    gc.freeze()
                    frozen = True
    finally:
        gc.set_threshold(*before)
