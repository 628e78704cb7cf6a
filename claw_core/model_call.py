"""One model call: what is sent is recorded, then sent; what comes back streams, and is recorded whole."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import cast

from claw_core.catalog import cost
from claw_core.counting import tokens_of_request
from claw_core.error import ContextTooLong, ProviderError
from claw_core.event import ModelCalled, ModelReplied, ModelRetried, ModelSwitched, NoticeRaised, TextDelta
from claw_core.fallback import PATIENCE as FALLING_BACK
from claw_core.harness import Emit, Harness
from claw_core.message import Call, Message, Part, Text, Usage
from claw_core.provider import Body, ModelRequest
from claw_core.retry import PATIENCE, retrying
from claw_core.switching import switch_notice

DEEPEST = 64
"""Levels of nesting that a call's arguments may have."""


async def call_model(harness: Harness, system: str, emit: Emit) -> ModelReplied:
    """Ask the model to go on from the transcript.

    Where it cannot be had after retries, the one that is to be gone to then is asked. Raises ProviderError when nobody
    can be had, ContextTooLong at once. What was written when the call is cancelled is kept as an answer that was
    interrupted.
    """
    while True:
        request = ModelRequest(
            model=harness.model,
            system=system,
            messages=harness.transcript.messages,
            tools=harness.specs,
            max_output=harness.card.max_output,
            effort=None if harness.card.thinking is False else harness.effort,
            images=harness.card.images is not False,
        )
        try:
            return await ask(harness, request, emit, harness.agent)
        except ContextTooLong:
            raise
        except ProviderError as error:
            if not await _fall_back(harness, error, emit):
                raise


async def _fall_back(harness: Harness, error: ProviderError, emit: Emit) -> bool:
    """Go to the next model; False where there is none."""
    found, passed_over = await harness.fallback.after(error)
    for reason in passed_over:
        emit(NoticeRaised(level="warning", message=f"A fallback is passed over: {reason.message}", hint=reason.hint))
    if found is None:
        return False
    harness.provider, harness.model, harness.card = found
    emit(ModelSwitched(provider=harness.provider.name, model=harness.model, reason=error.message))
    if notice := switch_notice(*found, harness.transcript.messages):
        emit(notice)
    return True


async def ask(harness: Harness, request: ModelRequest, emit: Emit, agent: str) -> ModelReplied:
    """Send a request, as often as it takes, and record all of it as `agent`'s. Raises ProviderError."""
    provider, card = harness.provider, harness.card
    body, called = await asyncio.to_thread(_prepare, harness, request, agent)
    emit(called, agent)
    written: list[str] = []
    patience = FALLING_BACK if harness.fallback.left else PATIENCE
    try:
        async for event in retrying(lambda: provider.stream(body), attempts=harness.attempts, patience=patience):
            match event:
                case ModelReplied():
                    message = _with_unique_ids(event.message, harness.call_ids)
                    reply = replace(event, message=message, cost=cost(card, event.usage))
                    emit(reply, agent)
                    return reply
                case ModelRetried():
                    written.clear()
                case TextDelta(text=text):
                    written.append(text)
                case _:
                    pass
            emit(event, agent)
    except asyncio.CancelledError:
        if text := "".join(written):
            message = Message(role="assistant", parts=(Text(text=text),))
            emit(ModelReplied(message=message, usage=Usage(), stop="interrupted", model=request.model), agent)
        raise
    raise AssertionError("a stream ends with ModelReplied or an error")


def _prepare(harness: Harness, request: ModelRequest, agent: str) -> tuple[Body, ModelCalled]:
    """The body, kept and told of. Off the event loop: a long conversation is much to write."""
    body = harness.provider.body(request)
    estimate = round(tokens_of_request(request.system, request.messages, request.tools))
    called = harness.sent.event(harness.provider, request.model, body, agent)
    return body, replace(called, estimate=estimate, window=harness.card.window, compact_at=harness.compact_at)


def _with_unique_ids(message: Message, taken: set[str]) -> Message:
    """Some servers number calls from 0 in each answer; results could then not be told apart."""
    parts: list[Part] = []
    for part in message.parts:
        if isinstance(part, Call):
            part = replace(_shallow(part), id=_unique(part.id or "call", taken))  # noqa: PLW2901 - as it goes on
            taken.add(part.id)
        parts.append(part)
    return replace(message, parts=tuple(parts))


def _shallow(call: Call) -> Call:
    """A call whose arguments could not be read back from the log, so deep they are nested, counts as malformed."""
    if _depth(call.input, DEEPEST) <= DEEPEST:
        return call
    return replace(call, input={}, malformed=f"(arguments nested more than {DEEPEST} levels deep)")


def _depth(value: object, most: int) -> int:
    """Levels of nesting, counted up to one more than `most`."""
    inner: Iterable[object] = ()
    if isinstance(value, Mapping):
        inner = cast("Mapping[str, object]", value).values()
    elif isinstance(value, list | tuple):
        inner = cast("Iterable[object]", value)
    return 1 + max((_depth(item, most - 1) for item in inner), default=0) if most >= 0 else 1


def _unique(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name
