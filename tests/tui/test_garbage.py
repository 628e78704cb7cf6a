"""What refers to itself is let go of, and not while somebody waits."""

import asyncio
import gc
import weakref

from claw_tui.garbage import NEVER, collect_at_rest


class Ring:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


async def test_garbage_goes_when_there_is_a_rest() -> None:
    gone = weakref.ref(Ring())
    rests = False
    before = gc.get_threshold()
    work = asyncio.create_task(collect_at_rest(lambda: rests, look=0.001))
    try:
        await asyncio.sleep(0.01)
        assert gc.get_threshold()[2] == NEVER
        rests = True
        while gone() is not None:
            gc.collect(1)  # as Python does when enough was made
            await asyncio.sleep(0.002)
    finally:
        work.cancel()
        await asyncio.wait([work])
        gc.unfreeze()
    assert gc.get_threshold() == before
