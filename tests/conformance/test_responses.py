"""The Responses API as real servers speak it: what they answered is read as it was meant, wherever it is cut."""

from collections.abc import Mapping
from typing import Any

import pytest

from claw_core.dialects.chat_calls import read_arguments
from claw_core.dialects.responses import ResponsesProvider
from claw_core.error import BadReply, EmptyReply, ProviderError
from tests.conformance.recorded import Recording, heard, of_wire, said_of_error, thoughts, whole

WIRE = "openai.responses"


@pytest.mark.parametrize("recorded", of_wire(WIRE))
async def test_an_answer_is_read_as_it_was_meant(recorded: Recording) -> None:
    expected = recorded.expected
    if "error" in expected or not (expected.get("text") or functions(expected)):
        with pytest.raises(ProviderError) as failure:
            await heard(ResponsesProvider, recorded)
        assert isinstance(failure.value, EmptyReply | BadReply) != ("error" in expected)
        return
    reply = whole(await heard(ResponsesProvider, recorded))
    assert reply.message.text == expected.get("text", "")
    assert without_gaps(thoughts(reply)) == without_gaps(expected.get("reasoning", ""))
    calls = [(call.id, call.name, call.input) for call in reply.message.calls]
    assert calls == functions(expected)
    assert reply.stop == ("calls" if calls else "end")
    usage: Mapping[str, Any] = expected["usage"]
    assert (reply.usage.input, reply.usage.output) == (usage["input_tokens"], usage["output_tokens"])
    assert reply.usage.cached == usage["input_tokens_details"]["cached_tokens"]
    assert reply.usage.reasoning == usage["output_tokens_details"]["reasoning_tokens"]


def functions(expected: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """The calls of functions; the vendor's own kinds of tools are not asked for."""
    calls = [call for call in expected.get("tool_calls", []) if "arguments" in call]
    return [(call["id"], call["name"], read_arguments(call["arguments"])) for call in calls]


def without_gaps(text: str) -> str:
    """What stands between two parts of a thought is a matter of taste."""
    return text.replace("\n\n", "")


@pytest.mark.parametrize("recorded", of_wire(WIRE, answered=False))
async def test_a_refused_request_is_a_typed_error_in_the_servers_words(recorded: Recording) -> None:
    with pytest.raises(ProviderError) as failure:
        await heard(ResponsesProvider, recorded)
    assert said_of_error(recorded) in failure.value.message
