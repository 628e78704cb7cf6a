"""Talking to a server of the Messages API over a real socket, beside what the vendor's own SDK makes of its bytes."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.dialects.anthropic_messages import AnthropicMessagesProvider
from claw_core.dialects.event_stream import EventStream
from claw_core.error import (
    BadReply,
    BadRequest,
    ContextTooLong,
    EmptyReply,
    ProviderError,
    RateLimited,
    ServerFailed,
    StreamBroken,
    Unauthorized,
    UnknownModel,
)
from claw_core.event import CallDelta, ModelReplied, TextDelta, ThoughtDelta
from claw_core.message import Call, Citation, Message, Refusal, Text, Thought, Usage
from claw_core.provider import ModelRequest, Network, Streamed
from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.core.dialects.vendor_types import anthropic_request
from tests.loopback import Answer, Loopback, Told, Wait
from tests.loopback.messages import messages_stream

KEY = "sk-ant-very-secret-0123456789"
ASKED = Message(role="user", parts=(Text(text="Fix “it” 🦀"),))
REQUEST = ModelRequest(model="claude-opus-4-6", system="You are claw.", messages=(ASKED,))
ME = "anthropic/claude-opus-4-6"
LOOK = ScriptedReply(
    text="I look.",
    thought="Where?",
    calls=(ScriptedCall(name="grep", input={"pattern": "é🦀"}), ScriptedCall(name="todo")),
    usage=Usage(input=1000, output=80, cached=700, cache_write=200),
    chunk=3,
)


def provider_at(url: str, *, stall: float = 5.0) -> AnthropicMessagesProvider:
    return AnthropicMessagesProvider(
        name="anthropic", label="Anthropic", base_url=url, key=KEY, key_variable="ANTHROPIC_API_KEY", stall=stall
    )


async def hear(answer: Told, *, stall: float = 5.0) -> list[Streamed]:
    async with Loopback([answer]) as server:
        provider = provider_at(server.url, stall=stall)
        try:
            return [event async for event in provider.stream(provider.body(REQUEST))]
        finally:
            await provider.close()


async def whole(*events: Mapping[str, Any]) -> ModelReplied:
    last = (await hear(stream(*events)))[-1]
    assert isinstance(last, ModelReplied)
    return last


def stream(*events: Mapping[str, Any], ends: bool = True) -> Answer:
    body = b"".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n".encode() for each in events)
    return Answer(pieces=(body,), ends=ends)


def block(index: int, kind: str, *deltas: Mapping[str, Any], **fields: Any) -> list[Mapping[str, Any]]:
    begin = {"type": "content_block_start", "index": index, "content_block": {"type": kind, **fields}}
    middle = [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
    return [begin, *middle, {"type": "content_block_stop", "index": index}]


def said(text: str) -> list[Mapping[str, Any]]:
    return block(0, "text", {"type": "text_delta", "text": text}, text="")


def end(stop: str, **usage: Any) -> Mapping[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": usage}


def refuses(status: int, kind: str, message: str, **headers: str) -> Answer:
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    return Answer(pieces=(json.dumps(body).encode(),), status=status, content_type="application/json", headers=headers)


async def test_an_answer_streams_and_then_comes_whole() -> None:
    events = await hear(LOOK)
    assert "".join(event.text for event in events if isinstance(event, ThoughtDelta)) == "Where?"
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "I look."
    fragments = [event for event in events if isinstance(event, CallDelta) and event.id == "toolu_1"]
    assert json.loads("".join(event.fragment for event in fragments)) == {"pattern": "é🦀"}
    reply = events[-1]
    assert isinstance(reply, ModelReplied)
    assert reply.message.parts == (
        Thought(text="Where?", signature="c2lnbmVk", by=ME),
        Text(text="I look."),
        Call(id="toolu_1", name="grep", input={"pattern": "é🦀"}),
        Call(id="toolu_2", name="todo", input={}),
    )
    assert (reply.stop, reply.usage, reply.model, reply.request_id) == ("calls", LOOK.usage, "tiny-2026", "msg_1")


async def test_the_vendors_sdk_reads_the_same_and_sends_alike() -> None:
    async with Loopback([LOOK, LOOK]) as server:
        provider = provider_at(server.url)
        events = [event async for event in provider.stream(provider.body(REQUEST))]
        await provider.close()
        theirs = await by_the_sdk(server.url.removesuffix("/v1"), server.requests[0].json)
        ours, other = server.requests
    reply = events[-1]
    assert isinstance(reply, ModelReplied)
    assert [each.type for each in theirs.content] == ["thinking", "text", "tool_use", "tool_use"]
    assert theirs.content[0].thinking == "Where?"
    assert theirs.content[0].signature == "c2lnbmVk"
    assert theirs.content[1].text == reply.message.text
    assert [each.input for each in theirs.content[2:]] == [call.input for call in reply.message.calls]
    assert theirs.usage.cache_read_input_tokens == reply.usage.cached
    assert ours.json == other.json
    for name in ("anthropic-version", "content-type"):
        assert ours.headers[name] == other.headers[name]
    assert ours.headers["x-api-key"] == KEY


async def by_the_sdk(url: str, request: dict[str, Any]) -> Any:
    from anthropic import AsyncAnthropic

    asked: dict[str, Any] = {name: value for name, value in request.items() if name != "stream"}
    client = AsyncAnthropic(api_key=KEY, base_url=url, max_retries=0)
    async with client, client.messages.stream(**asked) as answer:
        return await answer.get_final_message()


async def test_the_recorded_body_goes_over_the_wire_byte_for_byte_and_fits() -> None:
    async with Loopback([LOOK]) as server:
        provider = provider_at(server.url.removesuffix("/v1"))
        provider.through(Network(headers={"X-Team": "7"}))
        body = provider.body(REQUEST)
        _ = [event async for event in provider.stream(body)]
        await provider.close()
    received = server.requests[0]
    assert received.path == "/v1/messages"
    assert received.body == body.encode()
    assert received.headers["x-team"] == "7"
    anthropic_request(received.body)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_where_the_bytes_are_cut_makes_no_difference(size: int) -> None:
    body = messages_stream(LOOK).replace(b"\n", b"\r\n")
    pieces = tuple(body[start : start + size] for start in range(0, len(body), size))
    reply = (await hear(Answer(pieces=pieces)))[-1]
    assert isinstance(reply, ModelReplied)
    assert reply.message.text == "I look."
    assert reply.message.calls[0].input == {"pattern": "é🦀"}


@pytest.mark.parametrize(
    ("word", "stop"),
    [
        ("end_turn", "end"),
        ("stop_sequence", "end"),
        ("tool_use", "end"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("pause_turn", "other"),
        ("refusal", "refusal"),
        ("something_new", "other"),
    ],
)
async def test_why_it_ended_is_heard(word: str, stop: str) -> None:
    assert (await whole(*said("Hm."), end(word))).stop == stop


async def test_a_refusal_without_words_is_given_some() -> None:
    reply = await whole(end("refusal"))
    assert isinstance(reply.message.parts[0], Refusal)


SIGNED = {"type": "signature_delta", "signature": "s"}


async def test_thoughts_words_and_calls_keep_their_order_and_unknown_blocks_are_passed_over() -> None:
    events = [
        *block(
            0, "thinking", {"type": "thinking_delta", "thinking": "A"}, {"type": "signature_delta", "signature": "s"}
        ),
        *block(1, "redacted_thinking", data="hidden"),
        *block(2, "server_tool_use", id="srv_1", name="web_search", input={}),
        *block(3, "text", {"type": "text_delta", "text": "B"}, text=""),
        *block(4, "thinking", {"type": "signature_delta", "signature": "t"}, thinking=""),
        *block(5, "text", {"type": "text_delta", "text": "C"}, {"type": "novel_delta", "x": 1}, text=""),
        {"type": "novel_event"},
        end("end_turn"),
    ]
    reply = await whole(*events)
    assert reply.message.parts == (
        Thought(text="A", signature="s", by=ME),
        Thought(text="", signature="hidden", by=ME, redacted=True),
        Text(text="B"),
        Thought(text="", signature="t", by=ME),
        Text(text="C"),
    )


async def test_citations_stay_with_their_words() -> None:
    cited = {"type": "web_search_result_location", "url": "https://a.b", "title": "A", "cited_text": "so it is"}
    delta = {"type": "citations_delta", "citation": cited}
    reply = await whole(*block(0, "text", {"type": "text_delta", "text": "So."}, delta, text=""), end("end_turn"))
    citation = Citation(source="https://a.b", title="A", quote="so it is")
    assert reply.message.parts == (Text(text="So.", citations=(citation,)),)


async def test_later_numbers_replace_earlier_ones_one_by_one() -> None:
    start = {"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 5, "output_tokens": 1}}}
    details = {"thinking_tokens": 4}
    reply = await whole(start, *said("Hm."), end("end_turn", output_tokens=9, output_tokens_details=details))
    assert reply.usage == Usage(input=5, output=9, reasoning=4)


async def test_the_request_is_named() -> None:
    answer = Answer(pieces=(messages_stream(LOOK),), headers={"request-id": "req_7"})
    reply = (await hear(answer))[-1]
    assert isinstance(reply, ModelReplied)
    assert reply.request_id == "req_7"


async def test_models_are_listed() -> None:
    async with Loopback(models=["claude-b", "claude-a"]) as server:
        provider = provider_at(server.url)
        assert await provider.models() == ("claude-a", "claude-b")
        await provider.close()


# ---- what goes wrong


@pytest.mark.parametrize(
    ("status", "kind", "message", "error"),
    [
        (400, "invalid_request_error", "prompt is too long: 213462 tokens > 200000 maximum", ContextTooLong),
        (400, "invalid_request_error", "Your credit balance is too low to access the API.", RateLimited),
        (400, "invalid_request_error", "messages.1.content.0: Invalid `signature` in `thinking` block", BadRequest),
        (401, "authentication_error", "invalid x-api-key", Unauthorized),
        (403, "permission_error", "not allowed", Unauthorized),
        (404, "not_found_error", "model: claude-none", UnknownModel),
        (413, "request_too_large", "Request exceeds the maximum size", ContextTooLong),
        (429, "rate_limit_error", "slow down", RateLimited),
        (500, "api_error", "Internal server error", ServerFailed),
        (529, "overloaded_error", "Overloaded", ServerFailed),
    ],
)
async def test_a_refused_request_is_a_typed_error(
    status: int, kind: str, message: str, error: type[ProviderError]
) -> None:
    with pytest.raises(error) as refused:
        await hear(refuses(status, kind, message))
    assert type(refused.value) is error
    assert message in refused.value.message or error is UnknownModel
    if status < 500 and status != 404:
        return
    with pytest.raises(error) as in_stream:
        await hear(stream(*said("Hel"), {"type": "error", "error": {"type": kind, "message": message}}))
    assert type(in_stream.value) is error


async def test_a_limit_says_when_to_come_back() -> None:
    headers = {"anthropic-ratelimit-tokens-remaining": "0", "retry-after": "7"}
    with pytest.raises(RateLimited) as failure:
        await hear(refuses(429, "rate_limit_error", "slow down", **headers))
    assert failure.value.retry_after == 7.0


async def test_a_key_is_never_in_an_error() -> None:
    with pytest.raises(Unauthorized) as failure:
        await hear(refuses(401, "authentication_error", f"{KEY} is wrong"))
    assert KEY not in str(failure.value)
    assert "ANTHROPIC_API_KEY" in failure.value.hint


@pytest.mark.parametrize("ends", [True, False])
async def test_an_answer_that_breaks_off_is_void(ends: bool) -> None:
    with pytest.raises(StreamBroken):
        await hear(stream(*said("Half a"), ends=ends))


async def test_garbage_is_a_bad_reply() -> None:
    for pieces, kind in (((b"data: <html>\n\n",), "text/event-stream"), ((b"<html>",), "text/html")):
        with pytest.raises(BadReply, match="no Messages stream"):
            await hear(Answer(pieces=pieces, content_type=kind))


async def test_an_empty_answer_is_an_error() -> None:
    with pytest.raises(EmptyReply):
        await hear(stream(end("end_turn")))


async def test_a_server_that_falls_silent_is_given_up() -> None:
    silent = Answer(pieces=(messages_stream(LOOK)[:300], Wait(asyncio.Event())))
    with pytest.raises(StreamBroken, match=r"sent nothing for 0\.05 seconds"):
        await hear(silent, stall=0.05)


async def test_an_answer_in_one_piece_is_read_as_well() -> None:
    content = [{"type": "text", "text": "Hello"}, {"type": "tool_use", "id": "t", "name": "grep", "input": {"a": 1}}]
    told: Any = {"type": "message", "id": "m", "model": "x", "content": content, "stop_reason": "tool_use", "usage": {}}
    reply = (await hear(Answer(pieces=(json.dumps(told).encode(),), content_type="application/json")))[-1]
    assert isinstance(reply, ModelReplied)
    assert (reply.message.text, reply.message.calls[0].input, reply.stop) == ("Hello", {"a": 1}, "calls")


def test_no_sdk_is_loaded_even_when_it_talks() -> None:
    program = """
import asyncio, sys
from claw_core.dialects.anthropic_messages import AnthropicMessagesProvider
provider = AnthropicMessagesProvider(name="anthropic", label="Anthropic", base_url="http://127.0.0.1:9", key="k")
assert not {"httpx2", "pydantic"} & set(sys.modules)
async def ask():
    try:
        await provider.models()
    except Exception as error:
        print(type(error).__name__)
asyncio.run(ask())
assert not {"anthropic", "openai"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "ServerUnreachable\n"


@given(st.lists(st.lists(st.text("ab\r\n: é🦀"), min_size=1, max_size=3), max_size=5), st.integers(1, 9), st.booleans())
def test_events_are_read_whatever_they_hold_and_wherever_they_are_cut(
    events: list[list[str]], size: int, returns: bool
) -> None:
    told = [[line.replace("\r", "").replace("\n", "") for line in lines] for lines in events]
    ending = "\r\n" if returns else "\n"
    body = "".join(
        "".join(f"data: {line}{ending}" for line in lines) + ": comment" + ending * 2 for lines in told
    ).encode()
    read = EventStream()
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    assert [data for piece in pieces for data in read.take(piece)] == ["\n".join(lines) for lines in told]


async def test_a_key_goes_to_nobody_whom_a_server_sends_us_on_to() -> None:
    async with Loopback() as there:
        sends_on = Answer(pieces=(b"",), status=308, headers={"location": f"{there.url}/messages"})
        with pytest.raises(ProviderError):
            await hear(sends_on)
        assert there.requests == []
