"""Trying again: failures that pass are waited out, visibly, and never for long."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from claw_core.error import BadReply, EmptyReply, ProviderError
from claw_core.event import ModelReplied, ModelRetried
from claw_core.provider import Streamed

FIRST_WAIT = 0.5
"""Seconds before the second attempt; each further wait is twice as long."""
LONGEST_WAIT = 60.0
"""Seconds; also where the server asks for more."""
STRANGE_ANSWERS = 2
"""Attempts for a server that answers nonsense: it is rarely an accident."""


async def retrying(
    attempt: Callable[[], AsyncIterator[Streamed]],
    *,
    attempts: int = 5,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
) -> AsyncIterator[Streamed | ModelRetried]:
    """Yield what an attempt streams; where it fails in a way that may pass, say so, wait and begin anew.

    What streamed before a `ModelRetried` is void. Raises the last ProviderError. `jitter` gives numbers from 0 to 1.
    """
    strange = 0
    for number in range(1, attempts + 1):
        try:
            async with aclosing(_until_replied(attempt())) as events:
                async for event in events:
                    yield event
            return
        except ProviderError as error:
            strange += isinstance(error, BadReply | EmptyReply)
            if not error.retryable or number == attempts or strange >= STRANGE_ANSWERS:
                raise
            wait = _wait(number, error.retry_after, jitter())
            yield ModelRetried(attempt=number, error=type(error).__name__, message=error.message, wait=wait)
        await sleep(wait)


async def _until_replied(stream: AsyncIterator[Streamed]) -> AsyncGenerator[Streamed, None]:
    """The stream, closed before its last event is handed on, so that whoever stops there leaves no connection open."""
    reply: ModelReplied | None = None
    try:
        async for event in stream:
            if isinstance(event, ModelReplied):
                reply = event
                break
            yield event
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
    if reply is not None:
        yield reply


def _wait(failed: int, asked: float | None, jitter: float) -> float:
    """Seconds: what the server asked for, else twice as long each time, spread so that many clients do not return at
    once."""
    if asked is not None:
        return min(max(asked, 0.0), LONGEST_WAIT)
    return min(FIRST_WAIT * 2 ** (failed - 1) * (0.75 + 0.5 * jitter), LONGEST_WAIT)
