"""The Messages API as its vendor speaks it: what was answered is read as it was meant, wherever it is cut."""

from collections.abc import Mapping
from typing import Any

import pytest

from claw_core.dialects.anthropic_messages import AnthropicMessagesProvider
from claw_core.error import EmptyReply, ProviderError
from claw_core.message import StopReason
from tests.conformance.recorded import Recording, heard, of_wire, said_of_error, thoughts, whole

WIRE = "anthropic.messages"
STOPS: Mapping[str | None, StopReason] = {"end_turn": "end", "max_tokens": "length", "refusal": "refusal"}


@pytest.mark.parametrize("recorded", of_wire(WIRE))
async def test_an_answer_is_read_as_it_was_meant(recorded: Recording) -> None:
    expected = recorded.expected
    if not any(expected.get(part) for part in ("text", "tool_calls")):
        with pytest.raises(EmptyReply):
            await heard(AnthropicMessagesProvider, recorded)
        return
    reply = whole(await heard(AnthropicMessagesProvider, recorded))
    assert reply.message.text == expected.get("text", "")
    assert thoughts(reply) == expected.get("reasoning", "")
    calls = [(call.id, call.name, call.input, call.malformed) for call in reply.message.calls]
    assert calls == [
        (call["id"], call["name"], call["input"], call.get("input_json_incomplete", ""))
        for call in expected.get("tool_calls", [])
    ]
    assert reply.stop == (
        "calls" if calls and expected["finish_reason"] != "max_tokens" else STOPS[expected["finish_reason"]]
    )
    usage: Mapping[str, Any] = expected["usage"]
    assert reply.usage.output == usage["output_tokens"]
    assert reply.usage.cached == usage.get("cache_read_input_tokens", 0)
    assert reply.usage.cache_write == usage.get("cache_creation_input_tokens", 0)
    assert reply.usage.input == usage["input_tokens"] + reply.usage.cached + reply.usage.cache_write


@pytest.mark.parametrize("recorded", of_wire(WIRE, answered=False))
async def test_a_refused_request_is_a_typed_error_in_the_servers_words(recorded: Recording) -> None:
    with pytest.raises(ProviderError) as failure:
        await heard(AnthropicMessagesProvider, recorded)
    assert said_of_error(recorded) in failure.value.message
