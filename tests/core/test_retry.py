"""Retries: which failures are tried again, how long is waited, and what is said of it."""

from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from claw_core.error import BadReply, EmptyReply, ProviderError, RateLimited, ServerFailed, StreamBroken, Unauthorized
from claw_core.event import ModelReplied, ModelRetried, TextDelta
from claw_core.message import Message, Text, Usage
from claw_core.provider import Streamed
from claw_core.retry import retrying

REPLY = ModelReplied(message=Message(role="assistant", parts=(Text(text="Hello"),)), usage=Usage(), stop="end")


def failing(errors: Sequence[ProviderError]) -> Callable[[], AsyncIterator[Streamed]]:
    """Attempts that say a word and fail with these errors, one each; then one that succeeds."""
    left = list(errors)

    async def attempt() -> AsyncIterator[Streamed]:
        yield TextDelta(text="Hel")
        if left:
            raise left.pop(0)
        yield REPLY

    return attempt


class Clock:
    """Remembers how long it was slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def run(errors: Sequence[ProviderError], clock: Clock, attempts: int = 5) -> list[Streamed | ModelRetried]:
    stream = retrying(failing(errors), attempts=attempts, sleep=clock.sleep, jitter=lambda: 0.5)
    return [event async for event in stream]


async def test_a_good_answer_passes_through_untouched() -> None:
    clock = Clock()
    assert await run([], clock) == [TextDelta(text="Hel"), REPLY]
    assert clock.slept == []


async def test_a_failure_that_may_pass_is_told_waited_out_and_tried_again() -> None:
    clock = Clock()
    events = await run([StreamBroken("cut"), ServerFailed("503"), StreamBroken("cut")], clock)

    assert [event for event in events if isinstance(event, ModelRetried)] == [
        ModelRetried(attempt=1, error="StreamBroken", message="cut", wait=0.5),
        ModelRetried(attempt=2, error="ServerFailed", message="503", wait=1.0),
        ModelRetried(attempt=3, error="StreamBroken", message="cut", wait=2.0),
    ]
    assert clock.slept == [0.5, 1.0, 2.0]
    assert events[-1] == REPLY


async def test_the_last_error_is_raised_when_the_attempts_are_used_up() -> None:
    clock = Clock()
    with pytest.raises(ServerFailed, match="third"):
        await run([ServerFailed("first"), ServerFailed("second"), ServerFailed("third")], clock, attempts=3)
    assert len(clock.slept) == 2


async def test_what_will_not_pass_is_not_tried_again() -> None:
    clock = Clock()
    with pytest.raises(Unauthorized):
        await run([Unauthorized("no")], clock)
    assert clock.slept == []


async def test_a_server_that_says_when_to_come_back_is_heard() -> None:
    clock = Clock()
    await run([RateLimited("slow", retry_after=7.5), RateLimited("slow", retry_after=200)], clock)
    assert clock.slept == [7.5, 200]


async def test_a_server_that_wants_more_than_we_have_patience_for_is_not_asked_again() -> None:
    clock = Clock()
    with pytest.raises(RateLimited) as failure:
        await run([RateLimited("slow", retry_after=3600)], clock)
    assert clock.slept == []
    assert "1 h 0 min" in failure.value.hint


async def test_nonsense_is_tried_again_once_only() -> None:
    clock = Clock()
    with pytest.raises(EmptyReply):
        await run([BadReply("what?"), EmptyReply("nothing"), EmptyReply("nothing")], clock)
    assert len(clock.slept) == 1


async def test_jitter_spreads_the_waits() -> None:
    waits: list[float] = []
    for jitter in (0.0, 1.0):
        clock = Clock()
        stream = retrying(failing([StreamBroken("cut")]), sleep=clock.sleep, jitter=lambda value=jitter: value)
        _ = [event async for event in stream]
        waits += clock.slept
    assert waits == [0.375, 0.625]


async def test_an_attempt_is_closed_before_its_answer_is_handed_on() -> None:
    closed: list[bool] = []

    async def attempt() -> AsyncIterator[Streamed]:
        try:
            yield REPLY
        finally:
            closed.append(True)

    async for event in retrying(attempt):
        assert event == REPLY
        assert closed == [True]
