"""The Responses API over a real socket: requests fit the vendor's own types, and its SDK reads the same as we do."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.catalog import Choice, open_provider
from claw_core.dialects.responses import ResponsesProvider
from claw_core.dialects.responses_body import responses_body
from claw_core.dialects.responses_reply import ResponsesReply
from claw_core.error import (
    ContextTooLong,
    EmptyReply,
    ProviderError,
    RateLimited,
    ServerFailed,
    StreamBroken,
    Unauthorized,
    UsageError,
)
from claw_core.event import CallDelta, ModelReplied, TextDelta, ThoughtDelta
from claw_core.message import Call, Citation, Image, Message, Part, Refusal, Result, Text, Thought, Usage
from claw_core.provider import ModelRequest, Streamed, ToolSpec
from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.core.dialects.vendor_types import responses_request
from tests.loopback import Answer, Loopback, Told, refuses
from tests.loopback.responses import responses_stream

ME = "openai/gpt-5.4"
GREP = ToolSpec(name="grep", description="Search.", schema={"type": "object", "properties": {}})
ASKED = Message(role="user", parts=(Text(text="Fix “it” 🦀"),))
PNG = Image(media_type="image/png", data="iVBORw0KGgo=")
REQUEST = ModelRequest(model="gpt-5.4", system="You are claw.", messages=(ASKED,), tools=(GREP,))
LOOK = ScriptedReply(
    text="I look.",
    thought="Where?",
    calls=(ScriptedCall(name="grep", input={"pattern": "é🦀"}), ScriptedCall(name="todo")),
    usage=Usage(input=1000, output=80, cached=700, reasoning=30),
    chunk=3,
)


def assistant(*parts: Part) -> Message:
    return Message(role="assistant", parts=parts)


def user(*parts: Part) -> Message:
    return Message(role="user", parts=parts)


def sent(*messages: Message, model: str = "gpt-5.4", **more: Any) -> Any:
    """The body as it is sent, which fits the vendor's types."""
    request = ModelRequest(model=model, system="You are claw.", messages=messages, tools=(GREP,), **more)
    return responses_request(responses_body(request, "openai").encode())


async def hear(answer: Told) -> list[Streamed]:
    async with Loopback([answer]) as server:
        provider = ResponsesProvider(name="openai", label="OpenAI", base_url=server.url, key="sk-1", stall=5)
        try:
            return [event async for event in provider.stream(provider.body(REQUEST))]
        finally:
            await provider.close()


def events(*told: Mapping[str, Any]) -> Answer:
    return Answer(pieces=tuple(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in told))


def ended(status: str, *output: Mapping[str, Any], **fields: Any) -> Mapping[str, Any]:
    response = {"id": "resp_1", "status": status, "output": list(output), **fields}
    return {"type": f"response.{status}", "response": response}


def said(text: str, **fields: Any) -> Mapping[str, Any]:
    content: list[Any] = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "content": content, **fields}


async def whole(*told: Mapping[str, Any]) -> ModelReplied:
    last = (await hear(events(*told)))[-1]
    assert isinstance(last, ModelReplied)
    return last


# ---- what is sent


def test_nothing_is_stored_and_thoughts_come_encrypted() -> None:
    body = sent(ASKED)
    assert body["store"] is False
    assert body["include"] == ["reasoning.encrypted_content"]
    assert "previous_response_id" not in body
    assert [item["role"] for item in body["input"]] == ["system", "user"]
    assert list(body)[-2:] == ["tools", "input"]


def test_a_model_that_does_not_reason_is_not_asked_to() -> None:
    assert not {"include", "reasoning"} & set(sent(ASKED, model="gpt-4.1-mini"))
    assert sent(ASKED, effort="20000")["reasoning"] == {"effort": "high", "summary": "auto"}


def test_thoughts_calls_and_results_go_back_in_their_order() -> None:
    thought = Thought(text="Hm.", signature="gAAA", by=ME, id="rs_1")
    call = Call(id="call_1", name="grep", input={"pattern": "é"})
    malformed = Call(id="call_2", name="grep", input={}, malformed="{oops")
    results = user(Text(text="Go on"), Result(id="call_1", parts=(Text(text="x"), PNG)), Result(id="call_2", parts=()))
    body = sent(ASKED, assistant(thought, Text(text="I look.", phase="commentary"), call, malformed), results)
    assert [item.get("type") for item in body["input"][2:]] == [
        "reasoning",
        "message",
        "function_call",
        "function_call",
        "function_call_output",
        "function_call_output",
        "message",
    ]
    assert body["input"][2] == {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [{"type": "summary_text", "text": "Hm."}],
        "encrypted_content": "gAAA",
    }
    assert body["input"][3]["phase"] == "commentary"
    assert json.loads(body["input"][4]["arguments"]) == {"pattern": "é"}
    assert [part["type"] for part in body["input"][6]["output"]] == ["input_text", "input_image"]


def test_another_models_signature_is_not_sent() -> None:
    foreign = Thought(text="I should look.", signature="c2ln", by="anthropic/claude-opus-4-6")
    body = sent(ASKED, assistant(foreign, Text(text="Yes.")))
    assert [item["content"] for item in body["input"][2:]] == ["I should look.", "Yes."]
    assert "c2ln" not in json.dumps(body)


def test_requests_of_one_conversation_share_a_key_of_the_cache_and_a_beginning() -> None:
    first, second = sent(ASKED), sent(ASKED, assistant(Text(text="Yes.")), ASKED)
    assert first["prompt_cache_key"] == second["prompt_cache_key"] != sent(user(Text(text="x")))["prompt_cache_key"]
    assert second["input"][: len(first["input"])] == first["input"]


PARTS = st.one_of(
    st.builds(Text, text=st.text()),
    st.builds(Refusal, text=st.text()),
    st.builds(Thought, text=st.text(), signature=st.none() | st.text(), by=st.sampled_from([ME, "x/y"]), id=st.text()),
    st.builds(Call, id=st.text(), name=st.just("grep"), input=st.just({"a": 1})),
)


@given(st.lists(st.lists(PARTS, max_size=4), max_size=5), st.booleans())
def test_whatever_was_said_the_request_fits(parts: list[list[Part]], images: bool) -> None:
    said = [message for each in parts for message in (user(Text(text="Go on"), PNG), assistant(*each))]
    sent(*said, ASKED, images=images)


# ---- what is heard


async def test_an_answer_streams_and_then_comes_whole() -> None:
    heard = await hear(LOOK)
    assert "".join(event.text for event in heard if isinstance(event, ThoughtDelta)) == "Where?"
    assert "".join(event.text for event in heard if isinstance(event, TextDelta)) == "I look."
    fragments = [event.fragment for event in heard if isinstance(event, CallDelta) and event.id == "call_1"]
    assert json.loads("".join(fragments)) == {"pattern": "é🦀"}
    reply = heard[-1]
    assert isinstance(reply, ModelReplied)
    assert reply.message.parts == (
        Thought(text="Where?", signature="gAAAAAB-sealed", by=ME, id="rs_1"),
        Text(text="I look."),
        Call(id="call_1", name="grep", input={"pattern": "é🦀"}),
        Call(id="call_2", name="todo", input={}),
    )
    assert (reply.stop, reply.usage, reply.model, reply.request_id) == ("calls", LOOK.usage, "tiny-2026", "resp_1")


REQUEST_ITEMS: Any = [{"type": "message", "role": "user", "content": "Hello"}]


async def test_the_vendors_sdk_reads_the_same() -> None:
    from openai import AsyncOpenAI

    async with Loopback([LOOK]) as server, AsyncOpenAI(api_key="sk-1", base_url=server.url) as client:
        stream: Any = await client.responses.create(model="gpt-5.4", input=REQUEST_ITEMS, stream=True)
        theirs = [event async for event in stream][-1].response
    assert theirs.output_text == "I look."
    assert [item.type for item in theirs.output] == ["reasoning", "message", "function_call", "function_call"]


async def test_what_was_thought_goes_back_as_it_came() -> None:
    reply = (await hear(LOOK))[-1]
    assert isinstance(reply, ModelReplied)
    body = sent(ASKED, reply.message, user(*(Result(id=call.id, parts=()) for call in reply.message.calls)))
    assert body["input"][2]["encrypted_content"] == "gAAAAAB-sealed"
    assert body["input"][2]["id"] == "rs_1"


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_where_the_bytes_are_cut_makes_no_difference(size: int) -> None:
    body = responses_stream(LOOK)
    reply = (await hear(Answer(pieces=tuple(body[at : at + size] for at in range(0, len(body), size)))))[-1]
    assert isinstance(reply, ModelReplied)
    assert reply.message.calls[0].input == {"pattern": "é🦀"}


@given(st.data())
def test_whatever_a_server_leaves_out_of_the_fragments_comes_with_the_whole(data: st.DataObject) -> None:
    lines = [line[6:] for line in responses_stream(LOOK).decode().splitlines() if line.startswith("data: ")]
    told: list[dict[str, Any]] = [json.loads(line) for line in lines]
    dropped = data.draw(st.sets(st.sampled_from([event["type"] for event in told[:-1]])))
    reply = ResponsesReply(ME)
    deltas = [delta for event in told if event["type"] not in dropped for delta in reply.take(event)]
    message = reply.finished(request_id="", first_token=None, elapsed=0).message
    assert message.text == "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)) == "I look."
    assert [call.input for call in message.calls] == [{"pattern": "é🦀"}, {}]


async def test_a_refusal_is_heard_and_told_apart() -> None:
    content = [{"type": "refusal", "refusal": "I will not."}]
    item = {"type": "message", "id": "m", "content": content}
    place = {"output_index": 0, "item_id": "m"}
    reply = await whole(
        {"type": "response.output_item.added", "item": {**item, "content": []}, **place},
        {"type": "response.refusal.delta", "delta": "I will ", **place},
        ended("completed", item),
    )
    assert reply.message.parts == (Refusal(text="I will not."),)
    assert reply.stop == "refusal"


async def test_citations_and_phases_stay_with_their_words() -> None:
    noted = {"type": "url_citation", "url": "https://a.b", "title": "A", "start_index": 0, "end_index": 3}
    content = [{"type": "output_text", "text": "So.", "annotations": [noted]}]
    reply = await whole(ended("completed", said("", content=content, phase="final_answer")))
    citation = Citation(source="https://a.b", title="A")
    assert reply.message.parts == (Text(text="So.", phase="final_answer", citations=(citation,)),)


@pytest.mark.parametrize(("reason", "stop"), [("max_output_tokens", "length"), ("content_filter", "refusal")])
async def test_an_incomplete_answer_says_why(reason: str, stop: str) -> None:
    reply = await whole(ended("incomplete", said("Half a"), incomplete_details={"reason": reason}))
    assert (reply.message.text, reply.stop) == ("Half a", stop)


# ---- what goes wrong


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "server_error", "message": "oops"}, ServerFailed),
        ({"code": "rate_limit_exceeded", "message": "slow down"}, RateLimited),
        ({"code": "insufficient_quota", "message": "You exceeded your current quota"}, RateLimited),
        ({"code": "context_length_exceeded", "message": "Your input exceeds the context window"}, ContextTooLong),
    ],
)
async def test_an_answer_that_fails_is_the_fitting_error(error: Any, kind: type[ProviderError]) -> None:
    for last in (ended("failed", error=error), {"type": "error", **error}, {"type": "error", "error": error}):
        with pytest.raises(kind) as failure:
            await whole({"type": "response.created", "response": {"status": "in_progress"}}, last)
        assert type(failure.value) is kind
        assert error["message"] in failure.value.message


async def test_what_is_refused_breaks_off_or_is_empty_is_an_error() -> None:
    with pytest.raises(Unauthorized):
        await hear(refuses(401, "Incorrect API key provided"))
    with pytest.raises(StreamBroken):
        await whole({"type": "response.created", "response": {"status": "in_progress"}})
    with pytest.raises(EmptyReply):
        await whole(ended("completed"))


# ---- who speaks it


@pytest.mark.parametrize(
    ("url", "told", "dialect"),
    [
        (None, "", "responses"),
        (None, "chat_completions", "chat_completions"),
        ("http://localhost:1/v1", "", "chat_completions"),
        ("http://localhost:1/v1", "responses", "responses"),
    ],
)
def test_openai_speaks_it_itself_and_others_where_they_are_told_to(url: str | None, told: str, dialect: str) -> None:
    environ = {"OPENAI_API_KEY": "sk-1", "CLAW_OPENAI_DIALECT": told}
    assert open_provider(Choice(provider="openai", model="gpt-5.4"), url, environ).dialect == dialect


def test_a_dialect_that_there_is_not_is_refused() -> None:
    environ = {"CLAW_OPENAI_DIALECT": "smoke", "OPENAI_API_KEY": "k"}
    with pytest.raises(UsageError, match="CLAW_OPENAI_DIALECT"):
        open_provider(Choice(provider="openai", model="x"), None, environ)
