"""Talking to a server of Chat Completions over a real socket: what is sent, what is heard, and all that goes wrong."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.dialects.served import checked_url
from claw_core.error import (
    BadReply,
    BadRequest,
    ContextTooLong,
    EmptyReply,
    ProviderError,
    RateLimited,
    ServerFailed,
    ServerUnreachable,
    StreamBroken,
    Unauthorized,
    UnknownModel,
    UsageError,
)
from claw_core.event import CallDelta, ModelReplied, ModelRetried, TextDelta, ThoughtDelta
from claw_core.message import Call, Message, Refusal, Text, Thought, Usage
from claw_core.provider import ModelRequest, Streamed, ToolSpec
from claw_core.retry import retrying
from claw_core.scripting import ScriptedCall
from tests.loopback import (
    Answer,
    Loopback,
    Pause,
    Told,
    Wait,
    breaks_off,
    chunk,
    completion,
    event,
    refuses,
    says,
    streamed,
)

KEY = "sk-very-secret-0123456789"
GREP = ToolSpec(name="grep", description="Search. ›", schema={"type": "object", "properties": {}})
REQUEST = ModelRequest(
    model="tiny",
    system="You are claw. Grüße 🦀",
    messages=(Message(role="user", parts=(Text(text="Fix “it” 🦀"),)),),
    tools=(GREP,),
)


@asynccontextmanager
async def talking_to(server: Loopback, *, stall: float = 5.0) -> AsyncGenerator[ChatCompletionsProvider]:
    provider = ChatCompletionsProvider(
        name="openai", label="OpenAI", base_url=server.url, key=KEY, key_variable="OPENAI_API_KEY", stall=stall
    )
    try:
        yield provider
    finally:
        await provider.close()


async def hear(answer: Told, *, stall: float = 5.0) -> list[Streamed]:
    """All that is heard of one answer."""
    async with Loopback([answer]) as server, talking_to(server, stall=stall) as provider:
        return [event async for event in provider.stream(provider.body(REQUEST))]


async def whole(answer: Told) -> ModelReplied:
    last = (await hear(answer))[-1]
    assert isinstance(last, ModelReplied)
    return last


# ---- what is sent


async def test_the_recorded_body_is_what_goes_over_the_wire_byte_for_byte() -> None:
    async with Loopback([says("Hello")]) as server, talking_to(server) as provider:
        body = provider.body(REQUEST)
        _ = [event async for event in provider.stream(body)]

    received = server.requests[0]
    assert received.body == body.encode()
    assert list(received.json) == ["model", "stream", "stream_options", "tools", "messages"]
    assert received.headers["content-type"] == "application/json"
    assert received.headers["authorization"] == f"Bearer {KEY}"


async def test_what_the_environment_holds_for_openai_is_not_told_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other-secret")
    async with Loopback([says("Hello")]) as server:
        provider = ChatCompletionsProvider(name="ollama", label="Ollama", base_url=server.url)
        _ = [event async for event in provider.stream(provider.body(REQUEST))]
        await provider.close()
    headers = server.requests[0].headers
    assert "secret" not in str(headers)
    assert headers["authorization"] == "Bearer none"


def test_the_sdk_is_not_loaded_before_the_first_request() -> None:
    program = """
import sys
from claw_core.catalog import Choice, open_provider, resolve
from claw_core.provider import ModelRequest
provider = open_provider(resolve("ollama/tiny", base_url=None, environ={}), None, {})
provider.body(ModelRequest(model="tiny", system="", messages=()))
loaded = {"openai", "httpx2", "pydantic", "genai_prices"} & set(sys.modules)
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", program], check=True)


async def test_a_server_that_has_moved_is_followed_with_the_token_only_as_far_as_it_is_the_same() -> None:
    async with Loopback([says("Hello")]) as there:
        sends_on = Answer(pieces=(b"",), status=308, headers={"location": f"{there.url}/chat/completions"})
        async with Loopback([sends_on]) as here, talking_to(here) as provider:
            events = [event async for event in provider.stream(provider.body(REQUEST))]
    assert isinstance(events[-1], ModelReplied)
    assert here.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in there.requests[0].headers


async def test_one_connection_serves_one_answer_after_the_other() -> None:
    its_end_comes_later = Answer(pieces=(completion("Hello"), Pause(0.01)))
    async with Loopback([its_end_comes_later] * 3) as server, talking_to(server) as provider:
        for _ in range(3):
            assert [event async for event in provider.stream(provider.body(REQUEST))]
        assert server.connections == 1


# ---- what is heard


async def test_an_answer_streams_and_then_comes_whole() -> None:
    usage = Usage(input=100, output=20, cached=64, reasoning=5)
    answer = says("I look.", thought="Where?", calls=[ScriptedCall(name="grep", input={"pattern": "é🦀"})], usage=usage)
    events = await hear(answer)

    assert "".join(event.text for event in events if isinstance(event, ThoughtDelta)) == "Where?"
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "I look."
    fragments = [event for event in events if isinstance(event, CallDelta)]
    assert {(event.id, event.name) for event in fragments} == {("call_1", "grep")}
    assert json.loads("".join(event.fragment for event in fragments)) == {"pattern": "é🦀"}
    reply = events[-1]
    assert isinstance(reply, ModelReplied)
    assert reply.message.parts == (
        Thought(text="Where?", by="openai/tiny"),
        Text(text="I look."),
        Call(id="call_1", name="grep", input={"pattern": "é🦀"}),
    )
    assert (reply.stop, reply.usage, reply.model) == ("calls", usage, "tiny-2026")
    assert reply.first_token is not None
    assert 0 < reply.first_token <= reply.elapsed


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64])
async def test_where_the_bytes_are_cut_makes_no_difference(size: int) -> None:
    answer = says("Zwölf 🦀 — 東京", calls=[ScriptedCall(name="bash", input={"command": "echo 🦀"})], size=size)
    reply = await whole(answer)
    assert reply.message.text == "Zwölf 🦀 — 東京"
    assert reply.message.calls[0].input == {"command": "echo 🦀"}


async def test_several_calls_of_one_answer_are_kept_apart() -> None:
    calls = [ScriptedCall(name="read", input={"path": name}) for name in ("a", "b", "c")]
    reply = await whole(says(calls=calls))
    assert [call.input for call in reply.message.calls] == [{"path": "a"}, {"path": "b"}, {"path": "c"}]


async def test_arguments_that_are_no_json_object_are_kept_as_written() -> None:
    reply = await whole(says(calls=[ScriptedCall(name="read", malformed='{"path": "a')]))
    assert reply.message.calls == (Call(id="call_1", name="read", input={}, malformed='{"path": "a'),)
    assert reply.stop == "calls"


async def test_the_server_names_the_exchange() -> None:
    answer = Answer(pieces=(completion("Hello"),), headers={"x-request-id": "req_7"})
    assert (await whole(answer)).request_id == "req_7"
    assert (await whole(says("Hello"))).request_id == "chatcmpl-1"


async def test_a_refusal_is_heard_and_told_apart() -> None:
    body = chunk({"refusal": "I will "}) + chunk({"refusal": "not."}) + chunk({}, "stop") + event("[DONE]")
    reply = await whole(streamed(body))
    assert reply.message.parts == (Refusal(text="I will not."),)
    assert reply.stop == "refusal"


async def test_an_answer_that_was_cut_by_its_length_is_whole_and_says_so() -> None:
    assert (await whole(streamed(chunk({"content": "Half a"}, "length")))).stop == "length"


async def test_comments_and_odd_line_ends_between_events_are_nothing() -> None:
    body = b": PROCESSING\r\n\r\n" + completion("Hello").replace(b"\n", b"\r\n") + b": bye\n\n"
    assert (await whole(streamed(body, 3))).message.text == "Hello"


async def test_an_answer_is_whole_once_the_server_said_why_it_ended() -> None:
    body = chunk({"content": "Hello"}) + chunk({}, "stop")
    assert (await whole(streamed(body, ends=False))).message.text == "Hello"


async def test_models_are_listed() -> None:
    async with Loopback(models=["b", "a"]) as server, talking_to(server) as provider:
        assert await provider.models() == ("a", "b")


# ---- what goes wrong


@pytest.mark.parametrize(
    ("status", "message", "error", "says"),
    [
        (401, "Incorrect API key provided", Unauthorized, "refused the key in OPENAI_API_KEY"),
        (403, "Country not supported", Unauthorized, "refused the key"),
        (404, "The model `tiny` does not exist", UnknownModel, "does not have"),
        (400, "maximum context length is 8192 tokens, you have 9000", ContextTooLong, "longer than the model's window"),
        (400, "the request exceeds the available context size", ContextTooLong, "longer than"),
        (413, "too large", ContextTooLong, "longer than"),
        (400, "Unsupported value: 'temperature'", BadRequest, "Unsupported value"),
        (400, "qwen3.5:4b is not a valid model ID; unknown model", UnknownModel, "does not have"),
        (422, "messages: field required", BadRequest, "field required"),
        (429, "Rate limit reached", RateLimited, "no more requests"),
        (500, "oops", ServerFailed, "failed \\(500\\)"),
        (503, "overloaded", ServerFailed, "overloaded"),
        (529, "overloaded", ServerFailed, "529"),
    ],
)
async def test_a_refused_request_is_an_error_that_says_what_and_why(
    status: int, message: str, error: type[ProviderError], says: str
) -> None:
    with pytest.raises(error, match=says) as failure:
        await hear(refuses(status, message))
    assert type(failure.value) is error
    assert failure.value.hint


async def test_a_key_is_never_in_an_error_even_where_the_server_repeats_it() -> None:
    for answer in (refuses(401, f"{KEY} is wrong"), streamed(event({"error": {"message": f"bad {KEY}"}}))):
        with pytest.raises(ProviderError) as failure:
            await hear(answer)
        assert "<key>" in str(failure.value)
        assert KEY not in str(failure.value)
        assert failure.value.__suppress_context__ or failure.value.__context__ is None


async def test_a_server_that_says_when_to_come_back_is_quoted() -> None:
    with pytest.raises(RateLimited) as failure:
        await hear(refuses(429, "slow down", headers={"retry-after": "7"}))
    assert failure.value.retry_after == 7.0


async def test_without_credit_there_is_no_point_in_trying_again() -> None:
    with pytest.raises(RateLimited, match="no credit") as failure:
        await hear(refuses(429, "You exceeded your current quota", code="insufficient_quota"))
    assert not failure.value.retryable


async def test_an_unknown_model_comes_with_those_there_are_the_nearest_first() -> None:
    answers = [refuses(404, "model 'tiny' not found")]
    async with Loopback(answers, models=["large", "tiny-coder"]) as server, talking_to(server) as provider:
        with pytest.raises(UnknownModel, match="does not have the model tiny") as failure:
            _ = [event async for event in provider.stream(provider.body(REQUEST))]
    assert failure.value.hint == "Choose one it has with --model: tiny-coder, large."


async def test_a_wrong_path_is_told_apart_from_a_wrong_model() -> None:
    async with Loopback([]) as server:
        provider = ChatCompletionsProvider(name="x", label="The server", base_url=server.url + "/oops")
        with pytest.raises(UnknownModel, match="found nothing at") as failure:
            _ = [event async for event in provider.stream(provider.body(REQUEST))]
        await provider.close()
    assert "usually ends in /v1" in failure.value.hint


async def test_a_server_that_is_down_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        provider = ChatCompletionsProvider(name="ollama", label="Ollama", base_url=url, hint="Start it.")
        with pytest.raises(ServerUnreachable, match="No server answers at " + url) as failure:
            _ = [event async for event in provider.stream(provider.body(REQUEST))]
        await provider.close()
    assert failure.value.hint == "Is the server running? Start it."


@pytest.mark.parametrize("ends", [True, False])
async def test_an_answer_that_breaks_off_is_void(ends: bool) -> None:
    with pytest.raises(StreamBroken, match="in the middle of the answer"):
        await hear(breaks_off("Half a", ends=ends))


async def test_a_connection_closed_without_any_answer_is_broken() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        provider = ChatCompletionsProvider(name="x", label="The server", base_url=f"http://127.0.0.1:{port}/v1")
        with pytest.raises(StreamBroken):
            _ = [event async for event in provider.stream(provider.body(REQUEST))]
        await provider.close()


@pytest.mark.parametrize(
    "answer",
    [
        streamed(chunk({"content": "Hel"}) + b'data: {"choices": [{"del\n\n'),
        streamed(b"data: \xff\xfe\xfa\n\n"),
        streamed(b"data: <html>no</html>\n\n"),
        Answer(pieces=(b"<html>Welcome</html>",), content_type="text/html"),
        Answer(pieces=(b'{"choices": []}',), content_type="application/json"),
    ],
)
async def test_garbage_is_a_bad_reply(answer: Answer) -> None:
    with pytest.raises(BadReply, match="no Chat Completions stream"):
        await hear(answer)


@pytest.mark.parametrize(
    "nonsense", ["42", "null", "[]", '{"choices": 7}', '{"choices": [{"delta": {"tool_calls": 1}}]}']
)
async def test_chunks_that_mean_nothing_are_passed_over(nonsense: str) -> None:
    assert (await whole(streamed(event(nonsense) + completion("Hello")))).message.text == "Hello"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "Provider returned error", "code": 502}, ServerFailed),
        ({"message": "slow down", "code": 429}, RateLimited),
        ({"message": "slow down", "type": "rate_limit_exceeded"}, RateLimited),
        ({"message": "too long", "code": "context_length_exceeded"}, ContextTooLong),
        ({"message": "out of memory"}, ServerFailed),
        ("the runner crashed", ServerFailed),
    ],
)
async def test_an_error_in_the_middle_of_an_answer_is_the_fitting_one(error: Any, kind: type[ProviderError]) -> None:
    with pytest.raises(kind) as failure:
        await hear(streamed(chunk({"content": "Hel"}) + event({"error": error})))
    assert type(failure.value) is kind
    assert (error if isinstance(error, str) else error["message"]) in failure.value.message


async def test_an_empty_answer_is_an_error() -> None:
    for body in (completion(""), completion(" \n"), chunk({}, "tool_calls"), event("[DONE]")):
        with pytest.raises(EmptyReply, match="is empty"):
            await hear(streamed(body))


async def test_thoughts_alone_are_no_answer() -> None:
    with pytest.raises(EmptyReply, match="only thought"):
        await hear(says(thought="Hm."))


async def test_a_server_that_falls_silent_is_given_up() -> None:
    silent = Answer(pieces=(chunk({"content": "Hel"}), Wait(asyncio.Event())))
    with pytest.raises(StreamBroken, match=r"sent nothing for 0\.05 seconds"):
        await hear(silent, stall=0.05)


# ---- stopping, and trying again


async def test_cancelling_closes_the_connection() -> None:
    wait = Wait(asyncio.Event())
    async with (
        Loopback([Answer(pieces=(chunk({"content": "Hel"}), wait))]) as server,
        talking_to(server) as provider,
    ):
        heard = asyncio.Event()

        async def listen() -> None:
            async for _ in provider.stream(provider.body(REQUEST)):
                heard.set()

        task = asyncio.create_task(listen())
        await heard.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        await asyncio.wait_for(server.requests[0].gone.wait(), 60)


async def test_whoever_stops_listening_closes_the_connection() -> None:
    wait = Wait(asyncio.Event())
    async with (
        Loopback([Answer(pieces=(chunk({"content": "Hel"}), wait))]) as server,
        talking_to(server) as provider,
    ):
        async with aclosing(provider.stream(provider.body(REQUEST))) as events:
            assert await anext(events) == TextDelta(text="Hel")
        await asyncio.wait_for(server.requests[0].gone.wait(), 60)


async def test_a_failed_attempt_is_told_and_the_next_one_counts() -> None:
    async def at_once(seconds: float) -> None:
        assert seconds > 0

    answers = [breaks_off("Half a"), refuses(503, "overloaded"), says("Whole.")]
    async with Loopback(answers) as server, talking_to(server) as provider:
        body = provider.body(REQUEST)
        events = [event async for event in retrying(lambda: provider.stream(body), sleep=at_once)]

    assert [event.error for event in events if isinstance(event, ModelRetried)] == ["StreamBroken", "ServerFailed"]
    assert {request.body for request in server.requests} == {body.encode()}
    last = events[-1]
    assert isinstance(last, ModelReplied)
    assert last.message.text == "Whole."


# ---- addresses


@pytest.mark.parametrize("url", ["", "localhost:11434", "ftp://x/v1", "http://", "http://x:port/v1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="no address of a server"):
        checked_url(url)


def test_an_address_is_shown_without_name_and_password() -> None:
    provider = ChatCompletionsProvider(name="x", label="X", base_url="https://me:secret@host:8443/v1/?token=secret")
    assert provider.url == "https://host:8443/v1/"
    assert checked_url(" http://host/v1/chat/completions/ ") == "http://host/v1"
