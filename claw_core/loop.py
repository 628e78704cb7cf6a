"""The loop: ask the model, act on what it wants, and again, until it wants nothing more.

No screen, no disk and no network are known here; the harness has them.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from claw_core.calls import run_calls
from claw_core.compaction import Compaction
from claw_core.error import ContextTooLong
from claw_core.event import PromptSteered, TurnFinished, TurnStarted, TurnStop
from claw_core.harness import Emit, Harness
from claw_core.message import StopReason
from claw_core.model_call import call_model
from claw_core.permissions.outside import UNTRUSTED

Steering = Callable[[], tuple[PromptSteered, ...]]
"""What the person said meanwhile, taken out of the queue."""


async def run_turn(harness: Harness, emit: Emit, steering: Steering) -> TurnStop:
    """Work until the agent rests; says why it does.

    Raises ProviderError when the model cannot be had. Cancelling stops the model or the calls that run; what they leave
    is recorded, so that the transcript stays well formed.
    """
    began = time.monotonic()
    emit(TurnStarted())
    stop = await _work(harness, emit, steering)
    emit(TurnFinished(stop=stop, elapsed=time.monotonic() - began))
    return stop


async def _work(harness: Harness, emit: Emit, steering: Steering) -> TurnStop:
    system = await harness.system(harness)
    compaction = Compaction(harness, emit)
    asked = 0
    while True:
        if stop := _limit(harness, asked):
            return stop
        for words in steering():
            emit(words)
        if await compaction.keep_room(system):
            continue
        try:
            reply = await call_model(harness, system, emit)
        except ContextTooLong:
            if await compaction.make_room(system, "refused"):
                continue
            raise
        asked += 1
        if reply.message.calls:
            go_on = await run_calls(harness, reply.message.calls, emit)
            if not go_on:
                return "denied"
            await _tell_nearby_instructions(harness, emit)
        elif heard := steering():
            for words in heard:
                emit(words)
        else:
            return _rest(reply.stop)


async def _tell_nearby_instructions(harness: Harness, emit: Emit) -> None:
    """What folders say to agents is told when a file there is touched for the first time."""
    if harness.nested is not None:
        found = await asyncio.to_thread(harness.nested.fresh, harness.workspace.touched)
        if found is not None:
            emit(found if harness.policy.trusted else replace(found, outside=UNTRUSTED))


def _limit(harness: Harness, asked: int) -> TurnStop | None:
    limits = harness.limits
    if limits.model_calls is not None and asked >= limits.model_calls:
        return "max_turns"
    if limits.budget is not None and harness.totals.all.cost >= limits.budget:
        return "max_budget"
    return None


def _rest(stop: StopReason) -> TurnStop:
    return stop if stop in ("length", "refusal") else "done"
