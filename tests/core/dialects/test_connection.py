"""What a server streams is taken in batches: nothing is lost, and nothing that is there already is waited for."""

import asyncio
from collections.abc import AsyncIterator

import httpx2

from claw_core.dialects.connection import BATCH, in_batches


class Pieces(httpx2.AsyncByteStream):
    """A body in pieces, of which each `often`-th has to be waited for."""

    def __init__(self, count: int, often: int) -> None:
        self._count = count
        self._often = often

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for number in range(self._count):
            if number % self._often == 0:
                await asyncio.sleep(0)
            yield b"%d " % number


async def test_all_of_it_comes_in_order() -> None:
    response = httpx2.Response(200, stream=Pieces(100, 10))
    assert [int(piece) for piece in [one async for one in in_batches(response)]] == list(range(100))


async def test_pieces_that_are_there_already_do_not_wait_for_each_other() -> None:
    count = 20_000
    async with asyncio.timeout(count * BATCH / 10):
        taken = [piece async for piece in in_batches(httpx2.Response(200, stream=Pieces(count, count)))]
    assert len(taken) == count


async def test_an_answer_of_a_few_words_is_not_held_up() -> None:
    count = 100
    async with asyncio.timeout(count * BATCH / 2):
        for _ in range(count):
            pieces = in_batches(httpx2.Response(200, stream=Pieces(2, 1)))
            assert await anext(pieces) == b"0 "
            assert await anext(pieces) == b"1 "
            await pieces.aclose()
