"""Trying again: failures that pass are waited out, visibly, and never for long."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from claw_core.error import BadReply, EmptyReply, ProviderError
from claw_core.event import ModelReplied, ModelRetried
from claw_core.provider import Streamed

ATTEMPTS = 5
"""How often a request is sent before a failure counts as one that stays."""
FIRST_WAIT = 0.5
"""Seconds before the second attempt; each further wait is twice as long."""
LONGEST_WAIT = 30.0
"""Seconds, where the server does not say how long."""
PATIENCE = 300.0
"""Seconds: a server that asks for more is not waited for. Coming back earlier than it asks would only make it worse."""
STRANGE_ANSWERS = 2
"""Attempts for a server that answers nonsense: it is rarely an accident."""


async def retrying(
    attempt: Callable[[], AsyncIterator[Streamed]],
    *,
    attempts: int = ATTEMPTS,
    patience: float = PATIENCE,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
) -> AsyncIterator[Streamed | ModelRetried]:
    """Yield what an attempt streams; where it fails in a way that may pass, say so, wait and begin anew.

    What streamed before a `ModelRetried` is void. A server is waited for as long as it asks, up to `patience` seconds.
    Raises the last ProviderError. `jitter` gives numbers from 0 to 1.
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
            if wait > patience:
                error.hint = f"It asks to come back in {_duration(wait)}. Try again then, or use another model."
                raise
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
        return max(asked, 0.0)
    return min(FIRST_WAIT * 2 ** (failed - 1), LONGEST_WAIT) * (0.75 + 0.5 * jitter)


def _duration(seconds: float) -> str:
    """For people: `4 min`, `2 h 10 min`."""
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
