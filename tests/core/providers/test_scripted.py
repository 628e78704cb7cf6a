"""The scripted model: what it says, when, and how scripts are read from files."""

import asyncio
import json
from pathlib import Path

import pytest

from claw_core.error import ConfigError, RateLimited, UsageError
from claw_core.event import CallDelta, ModelReplied, TextDelta, ThoughtDelta
from claw_core.message import Call, Message, Part, Result, Text, Usage
from claw_core.provider import ModelRequest, Streamed
from claw_core.providers.scripted import ScriptedProvider, connect
from claw_core.scripting import CLOSING, ScriptedCall, ScriptedReply, load_script

LOOK = ScriptedReply(
    thought="Where is it?", text="I look.", calls=(ScriptedCall(name="grep", input={"pattern": "x"}),), chunk=4
)


def asked(*exchanges: Message) -> ModelRequest:
    first = Message(role="user", parts=(Text(text="Fix it"),))
    return ModelRequest(model="script", system="You are claw.", messages=(first, *exchanges))


def done(*calls: Call) -> tuple[Message, Message]:
    results: tuple[Part, ...] = tuple(Result(id=call.id, parts=(Text(text="ok"),)) for call in calls)
    return Message(role="assistant", parts=calls), Message(role="user", parts=results)


async def play(
    provider: ScriptedProvider, request: ModelRequest, heard: list[Streamed] | None = None
) -> list[Streamed]:
    events = [] if heard is None else heard
    async for event in provider.stream(provider.body(request)):
        events.append(event)
    return events


async def reply_to(provider: ScriptedProvider, request: ModelRequest) -> ModelReplied:
    last = (await play(provider, request))[-1]
    assert isinstance(last, ModelReplied)
    return last


async def test_an_answer_comes_in_pieces_and_then_whole() -> None:
    events = await play(ScriptedProvider([LOOK]), asked())

    assert [event.text for event in events if isinstance(event, ThoughtDelta)] == ["Wher", "e is", " it?"]
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["I lo", "ok."]
    assert "".join(event.fragment for event in events if isinstance(event, CallDelta)) == '{"pattern":"x"}'
    whole = events[-1]
    assert isinstance(whole, ModelReplied)
    assert whole.stop == "calls"
    assert whole.message.calls == (Call(id="call_1", name="grep", input={"pattern": "x"}),)


async def test_the_answer_depends_on_the_request_alone() -> None:
    provider = ScriptedProvider([LOOK, LOOK, ScriptedReply(text="Done.")])
    one, two = Call(id="call_1", name="grep", input={}), Call(id="call_2", name="grep", input={})

    assert (await reply_to(provider, asked(*done(one), *done(two)))).message.text == "Done."
    assert (await reply_to(provider, asked(*done(one)))).message.calls[0].id == "call_2"
    assert (await reply_to(provider, asked())).message.calls[0].id == "call_1"


async def test_past_its_end_a_script_says_so() -> None:
    assert (await reply_to(ScriptedProvider([]), asked())).message.text == CLOSING


async def test_a_script_may_be_a_function_of_the_request() -> None:
    provider = ScriptedProvider(lambda request: ScriptedReply(text=request.messages[-1].text.upper()))
    assert (await reply_to(provider, asked())).message.text == "FIX IT"


async def test_the_body_is_a_real_one() -> None:
    body = ScriptedProvider([LOOK]).body(asked())
    assert json.loads(body.encode())["messages"] == [
        {"role": "system", "content": "You are claw."},
        {"role": "user", "content": "Fix it"},
    ]


async def test_an_error_comes_after_what_was_said_and_as_often_as_it_should() -> None:
    failing = ScriptedReply(text="Half a", error=RateLimited("slow down"), failures=2)
    provider = ScriptedProvider([failing])
    for _ in range(2):
        heard: list[Streamed] = []
        with pytest.raises(RateLimited):
            await play(provider, asked(), heard)
        assert heard == [TextDelta(text="Half a")]
    assert (await reply_to(provider, asked())).message.text == "Half a"


async def test_an_answer_can_be_held_in_its_middle() -> None:
    gate, heard = asyncio.Event(), asyncio.Event()
    provider = ScriptedProvider([ScriptedReply(text="one two", chunk=4, hold=gate.wait)])
    events: list[Streamed] = []

    async def listen() -> None:
        async for event in provider.stream(provider.body(asked())):
            events.append(event)
            heard.set()

    task = asyncio.create_task(listen())
    await heard.wait()
    assert events == [TextDelta(text="one ")]
    gate.set()
    await task
    assert isinstance(events[-1], ModelReplied)


async def test_pace_is_kept_between_pieces() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    await play(ScriptedProvider([ScriptedReply(text="abcd", chunk=2, pace=0.5)], sleep=sleep), asked())
    assert slept == [0.5, 0.5]


TOML = """
[[reply]]
text = "I look."
usage = { input = 1200, output = 80, cached = 900 }
calls = [{ name = "grep", input = { pattern = "x" } }, { name = "bash", malformed = "{oops" }]

[[reply]]
error = "RateLimited"
message = "slow down"
retry_after = 2.0
failures = 1
"""


async def test_a_script_is_played_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "fix.toml"
    path.write_text(TOML)
    provider = connect(str(path), None, {})
    assert isinstance(provider, ScriptedProvider)

    reply = await reply_to(provider, asked())
    assert reply.usage == Usage(input=1200, output=80, cached=900)
    assert [call.malformed for call in reply.message.calls] == ["", "{oops"]
    assert await provider.models() == (str(path),)
    with pytest.raises(RateLimited, match="slow down") as failure:
        await play(provider, asked(*done(*reply.message.calls)))
    assert failure.value.retry_after == 2.0


def test_json_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "fix.json"
    path.write_text('{"reply": [{"text": "Hello", "calls": [{"name": "todo"}]}]}')
    assert load_script(path) == (ScriptedReply(text="Hello", calls=(ScriptedCall(name="todo"),)),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[reply]\n", "not valid TOML"),
        ("x = 1\n", "a list named `reply`"),
        ("[[reply]]\ntext = 1\n", r"reply 0\.text"),
        ("[[reply]]\nwords = 'a'\n", "no field `words`"),
        ("[[reply]]\nerror = 'Oops'\n", "`Oops` is no ProviderError"),
        ("[[reply]]\nchunk = 0\n", "`chunk` is at least 1"),
    ],
)
def test_a_script_that_does_not_fit_is_refused_with_the_reason(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says):
        load_script(path)


def test_a_script_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_script(tmp_path / "none.toml")
