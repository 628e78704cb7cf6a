"""Delegation: a sub-agent does an errand in a conversation of its own, in the same session and through the same gate.

Its records are its caller's, under the id of the call that sent it: the trace, the queue, the costs and the budget are
one. It works on the same workspace; what it may do without asking is what its caller may, or less.
"""

import asyncio
from dataclasses import replace

from claw_core.counting import Meter
from claw_core.desk import Desk
from claw_core.error import ClawError, ToolError
from claw_core.event import (
    Event,
    ModelReplied,
    PromptSteered,
    PromptSubmitted,
    Record,
    TurnFailed,
    TurnInterrupted,
    TurnStop,
)
from claw_core.fallback import Model
from claw_core.harness import Emit, Harness
from claw_core.loop import run_turn
from claw_core.registry import suggestion
from claw_core.subagent import TOOL, SubAgent
from claw_core.tool import Errand, Report
from claw_core.transcript import Transcript

_CUT: dict[TurnStop, str] = {
    "max_turns": "it reached the most model calls it may take",
    "max_budget": "the budget of the session is spent",
    "denied": "the person ended its work",
    "length": "its answer was too long",
    "refusal": "its model declined",
}


async def delegate(harness: Harness, emit: Emit, call: str, errand: Errand) -> Report:
    """Send a sub-agent and wait for its report. Raises ToolError, with words for the agent that sends it.

    Cancelling stops it; what it did until then is recorded.
    """
    role = harness.agents.get(errand.agent)
    if role is None:
        raise ToolError(f"There is no sub-agent named {errand.agent!r}.", suggestion(errand.agent, harness.agents))
    model = errand.model or role.model
    found = await _opened(harness, model) if model else (harness.provider, harness.model, harness.card)
    own = _harness(harness, role, call, found)
    try:
        return await _Delegate(own, emit).work(errand.prompt)
    finally:
        await own.fallback.close()
        if model:
            await found[0].close()


async def _opened(parent: Harness, model: str) -> Model:
    """A model of its own, for whoever is sent to close."""
    if parent.open_model is None:
        raise ToolError("No other model can be opened here.", "Leave the model out.")
    try:
        return await parent.open_model(model)
    except ClawError as error:
        raise ToolError(error.message, error.hint) from error


def _harness(parent: Harness, role: SubAgent, call: str, model: Model) -> Harness:
    """What the sub-agent runs on: all that its caller does, but for the conversation and perhaps the model."""
    provider, name, card = model
    tools = {
        tool: parent.tools[tool] for tool in parent.tools if tool != TOOL and (role.tools is None or tool in role.tools)
    }
    turns = [each for each in (parent.limits.model_calls, role.max_turns) if each is not None]
    return replace(
        parent,
        provider=provider,
        model=name,
        card=card,
        tools=tools,
        limits=replace(parent.limits, model_calls=min(turns, default=None)),
        fallback=parent.fallback.again(),
        agent=call,
        role=role,
        meter=Meter(call),
        transcript=Transcript(call),
        desk=Desk(call),
        nested=None,
    )


class _Delegate:
    """A sub-agent at work."""

    def __init__(self, harness: Harness, emit: Emit) -> None:
        self._harness = harness
        self._emit = emit
        self._calls = 0
        self._last = ""

    async def work(self, prompt: str) -> Report:
        """Until it rests."""
        self._record(PromptSubmitted(text=prompt))
        try:
            stop = await run_turn(self._harness, self._record, _nobody_steers)
        except asyncio.CancelledError:
            self._record(TurnInterrupted())
            raise
        except Exception as error:
            self._record(TurnFailed.of(error))
            if isinstance(error, ClawError):
                raise ToolError(f"The sub-agent could not go on: {error.message}", error.hint) from error
            raise
        return Report(text=self._last, calls=self._calls, cut=_CUT.get(stop, ""))

    def _record(self, event: Event, agent: str = "") -> Record:
        """Make it a record of the sub-agent, and part of its conversation."""
        harness = self._harness
        record = self._emit(event, agent or harness.agent)
        harness.transcript.add(record)
        harness.desk.add(record)
        harness.meter.add(record)
        if record.agent == harness.agent and isinstance(event, ModelReplied):
            self._calls += 1
            self._last = event.message.text or self._last
        return record


def _nobody_steers() -> tuple[PromptSteered, ...]:
    """What a person says meanwhile is for the agent they talk to."""
    return ()
