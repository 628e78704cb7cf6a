"""Chat Completions as real servers speak it: what they answered is read as it was meant, wherever it is cut."""

from collections.abc import Mapping
from typing import Any

import pytest

from claw_core.dialects.chat_calls import read_arguments
from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.error import EmptyReply, ProviderError
from claw_core.message import Refusal, StopReason
from tests.conformance.recorded import Recording, heard, of_wire, said_of_error, thoughts, whole

WIRE = "openai.chat"
STOPS: Mapping[str | None, StopReason] = {"stop": "end", None: "end", "tool_calls": "calls", "length": "length"}


@pytest.mark.parametrize("recorded", of_wire(WIRE))
async def test_an_answer_is_read_as_it_was_meant(recorded: Recording) -> None:
    expected = recorded.expected
    if "error" in expected or not any(expected.get(part) for part in ("text", "tool_calls", "refusal")):
        with pytest.raises(ProviderError) as failure:
            await heard(ChatCompletionsProvider, recorded)
        assert isinstance(failure.value, EmptyReply) != ("error" in expected)
        return
    reply = whole(await heard(ChatCompletionsProvider, recorded))
    assert reply.message.text == expected.get("text", "")
    assert thoughts(reply) == expected.get("reasoning", "") or "reasoning_details" in recorded.body.decode()
    refusal = "".join(part.text for part in reply.message.parts if isinstance(part, Refusal))
    assert refusal == expected.get("refusal", "")
    assert [(call.name, call.input) for call in reply.message.calls] == calls(expected)
    assert reply.stop == (
        "refusal" if refusal else "calls" if calls(expected) else STOPS[expected.get("finish_reason")]
    )
    check_usage(reply.usage.input, reply.usage.output, reply.usage.cached, reply.usage.reasoning, expected.get("usage"))


def calls(expected: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(call["name"], read_arguments(call["arguments"])) for call in expected.get("tool_calls", [])]


def check_usage(read: int, written: int, cached: int, reasoning: int, usage: Mapping[str, Any] | None) -> None:
    if not usage:
        return
    assert read == usage["prompt_tokens"]
    assert written - usage["completion_tokens"] in {0, reasoning}
    details: Mapping[str, int] = usage.get("prompt_tokens_details") or {}
    assert cached == (details.get("cached_tokens") or usage.get("cached_tokens") or usage.get("num_cached_tokens") or 0)


@pytest.mark.parametrize("recorded", of_wire(WIRE, answered=False))
async def test_a_refused_request_is_a_typed_error_in_the_servers_words(recorded: Recording) -> None:
    with pytest.raises(ProviderError) as failure:
        await heard(ChatCompletionsProvider, recorded)
    assert said_of_error(recorded) in failure.value.message
