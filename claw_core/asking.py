"""Asking: an ask is opened, waited for, and recorded as answered, whatever becomes of the wait."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from claw_core.ask import Answer, Ask, By, Deny
from claw_core.error import ToolError
from claw_core.event import AskAnswered, AskOpened
from claw_core.harness import Emit, Harness
from claw_core.proposal import Draft

T = TypeVar("T")


class Overtaken(Exception):
    """What was asked about has changed since, so that no answer to it counts."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        """What it is now."""
        super().__init__()


async def answer_to(
    harness: Harness, ask: Ask, emit: Emit, overtaken: Coroutine[Any, Any, Draft] | None = None
) -> Answer:
    """Open the ask, wait, and record who answered; also where the wait is cancelled, so that none stays open.

    Raises Overtaken, with the ask withdrawn, where `overtaken` ends before there is an answer, and what that raises.
    """
    emit(AskOpened(ask=ask))

    def withdraw(why: str, name: str) -> None:
        by = By(kind="policy", name=name)
        emit(AskAnswered(ask=ask.id, call=ask.call, answer=Deny(reason=why), by=by))

    try:
        answer, by = await _before(harness.asks.wait(ask), overtaken)
    except asyncio.CancelledError:
        withdraw("The turn was stopped.", "interrupt")
        raise
    except (Overtaken, ToolError) as error:
        anew = "so it is asked anew" if isinstance(error, Overtaken) else "and nothing of it fits any more"
        withdraw(f"Files changed on disk meanwhile, {anew}.", "changed on disk")
        raise
    emit(AskAnswered(ask=ask.id, call=ask.call, answer=answer, by=by))
    return answer


async def _before(wait: Coroutine[Any, Any, T], end: Coroutine[Any, Any, Draft] | None) -> T:
    """What `wait` gives. Raises Overtaken where `end` comes first."""
    if end is None:
        return await wait
    waiting, ending = asyncio.ensure_future(wait), asyncio.ensure_future(end)
    try:
        await asyncio.wait({waiting, ending}, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        raise Overtaken(ending.result())
    finally:
        waiting.cancel()
        ending.cancel()
        await asyncio.wait({waiting, ending})
