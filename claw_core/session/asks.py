"""Asks that wait: the one place that holds futures. Events about them are plain data."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from claw_core.ask import Allow, Answer, Ask, By, Deny, Reply

Answerer = Callable[[Ask], Awaitable[object]]
"""A program that answers in a person's place. What it gives that is no `Answer` counts as no."""

NOBODY = By(kind="policy", name="nobody to ask")


class Asks:
    """Who waits for which answer.

    With a person there (`attended`), an ask waits until `answer` is called. Otherwise the answerer is called; without
    one, nobody is there, and that is a denial.
    """

    def __init__(self, *, attended: bool, answerer: Answerer | None = None) -> None:
        self._attended = attended
        self._answerer = answerer
        self._waiting: dict[str, asyncio.Future[tuple[Answer, By]]] = {}

    @property
    def reachable(self) -> bool:
        """Whether anybody can answer."""
        return self._attended or self._answerer is not None

    def wait(self, ask: Ask) -> Coroutine[Any, Any, tuple[Answer, By]]:
        """The answer, and who gave it; to be awaited. It can be answered from this call on."""
        if self._answerer is not None or not self._attended:
            return self._without_person(ask)
        future: asyncio.Future[tuple[Answer, By]] = asyncio.get_running_loop().create_future()
        self._waiting[ask.id] = future
        return self._until(ask.id, future)

    async def _without_person(self, ask: Ask) -> tuple[Answer, By]:
        if self._answerer is not None:
            return await _answered(self._answerer, ask), By(kind="person", name="callback")
        return Deny(reason="Nobody is there to allow it."), NOBODY

    async def _until(self, ask: str, future: "asyncio.Future[tuple[Answer, By]]") -> tuple[Answer, By]:
        try:
            return await future
        finally:
            del self._waiting[ask]

    def answer(self, ask: str, answer: Answer, by: By) -> bool:
        """Hand an answer to who waits for it; False where nobody does (any more)."""
        future = self._waiting.get(ask)
        if future is None or future.done():
            return False
        future.set_result((answer, by))
        return True


async def _answered(answerer: Answerer, ask: Ask) -> Answer:
    """What the program says; one that fails, or says what is no answer, has not said yes."""
    try:
        answer = await answerer(ask)
    except Exception as error:  # noqa: BLE001 - the answerer is a guest; its bugs must not leave an ask open
        return Deny(reason=f"The program that answers failed: {type(error).__name__}: {error}")
    if isinstance(answer, Allow | Deny | Reply):
        return answer
    return Deny(reason=f"The program that answers gave {type(answer).__name__}, which is no answer.")
