"""Calls that stand in the text of an answer: found wherever it is cut, and never shown as prose."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.dialects.text_calls import TextCall, TextCalls
from claw_core.event import CallDelta, ModelReplied, TextDelta
from claw_core.message import Call, Message, Text
from claw_core.provider import ModelRequest, ToolSpec
from tests.loopback import Loopback, says

TOOLS = frozenset({"grep", "bash"})
HERMES = '<tool_call>\n{"name": "grep", "arguments": {"pattern": "é{}"}}\n</tool_call>'
CODER = """<tool_call>
<function=bash>
<parameter=command>
ls -l
</parameter>
<parameter=timeout>
5
</parameter>
</function>
</tool_call>"""
FENCED = '```json\n{"name": "grep", "parameters": {"pattern": "x"}}\n```'
SEVERAL = '```tool_call\n[{"name": "grep", "arguments": "{}"}, {"function": {"name": "bash", "arguments": {}}}]\n```'
PROSE = (
    '<tool_call>{"name": "unknown", "arguments": {}}</tool_call>',
    "<tool_call>no JSON</tool_call>",
    "```python\nprint('<b>')\n```",
    '```json\n{"key": "name"}\n```',
    '```json\n{"name": "somebody"}\n```',
    "a < b, `code`, ``two`` and <tool> <tool_cal",
    "x ```json is no fence\n",
)


def sifted(text: str, cuts: list[int]) -> tuple[str, list[TextCall]]:
    """The prose and the calls of a text that comes in pieces of these lengths."""
    sieve, start = TextCalls(TOOLS), 0
    found: list[str | TextCall] = []
    for cut in [*cuts, len(text)]:
        found += sieve.take(text[start : start + cut])
        start += cut
    found += sieve.end()
    prose = "".join(each for each in found if isinstance(each, str))
    return prose, [each for each in found if isinstance(each, TextCall)]


FOUND: list[tuple[str, list[tuple[str, Any]]]] = [
    (HERMES, [("grep", {"pattern": "é{}"})]),
    (CODER, [("bash", {"command": "ls -l", "timeout": 5})]),
    (FENCED, [("grep", {"pattern": "x"})]),
    (SEVERAL, [("grep", {}), ("bash", {})]),
    (HERMES.removesuffix("</tool_call>"), [("grep", {"pattern": "é{}"})]),
    (FENCED.removesuffix("\n```"), [("grep", {"pattern": "x"})]),
]


@pytest.mark.parametrize(("text", "calls"), FOUND)
@given(st.lists(st.integers(1, 9), max_size=80))
def test_a_call_is_found_and_is_no_prose(text: str, calls: list[tuple[str, object]], cuts: list[int]) -> None:
    prose, found = sifted(f"I look.\n{text}", cuts)
    assert [(call.name, json.loads(call.arguments)) for call in found] == calls
    assert prose == "I look.\n"


@pytest.mark.parametrize("text", PROSE)
@given(st.lists(st.integers(1, 9), max_size=40))
def test_what_only_looks_like_one_stays_as_it_is(text: str, cuts: list[int]) -> None:
    assert sifted(f"{text}\nSo.", cuts) == (f"{text}\nSo.", [])


@given(
    st.lists(st.sampled_from([HERMES, CODER, "Some words. ", *PROSE[:3]]), max_size=6),
    st.lists(st.integers(1, 12), max_size=200),
)
def test_where_the_text_is_cut_makes_no_difference(parts: list[str], cuts: list[int]) -> None:
    text = "\n".join(parts)
    prose, calls = sifted(text, cuts)
    assert (prose, calls) == sifted(text, [])
    assert len(calls) == sum(part in {HERMES, CODER} for part in parts)


@given(st.text('<tool_call>/`json{}\n": name', max_size=60), st.lists(st.integers(1, 5), max_size=60))
def test_nothing_is_lost_of_what_is_no_call(text: str, cuts: list[int]) -> None:
    assert sifted(text, cuts) == (text, [])


def test_only_what_may_begin_a_call_is_held_back() -> None:
    sieve = TextCalls(TOOLS)
    assert list(sieve.take("See: a <b> and ")) == ["See: a <b> and "]
    assert list(sieve.take("<to")) == []
    assert list(sieve.take("ast>")) == ["<toast>"]
    assert list(sieve.take('\n```json\n{"port": ')) != []


def test_a_mark_within_an_argument_is_no_mark() -> None:
    written = '<tool_call>{"name": "grep", "arguments": {"pattern": "</tool_call>"}}</tool_call>Done.'
    for cuts in ([], [1] * len(written)):
        prose, calls = sifted(written, cuts)
        assert prose == "Done."
        assert [call.arguments for call in calls] == ['{"pattern":"</tool_call>"}']


async def test_a_model_that_writes_its_calls_works_like_any_other() -> None:
    tools = (ToolSpec(name="grep", description="Search.", schema={"type": "object"}),)
    asked = (Message(role="user", parts=(Text(text="Fix it"),)),)
    async with Loopback([says(f"I look.\n{HERMES}\n", size=5)]) as server:
        provider = ChatCompletionsProvider(name="x", label="X", base_url=server.url)
        body = provider.body(ModelRequest(model="tiny", system="", messages=asked, tools=tools))
        events = [event async for event in provider.stream(body)]
        await provider.close()
    reply = events[-1]
    assert isinstance(reply, ModelReplied)
    assert reply.stop == "calls"
    assert reply.message.parts[-1] == Call(id="call_1", name="grep", input={"pattern": "é{}"})
    assert "tool_call" not in "".join(event.text for event in events if isinstance(event, TextDelta))
    assert [event.name for event in events if isinstance(event, CallDelta)] == ["grep"]
