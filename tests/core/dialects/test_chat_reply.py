"""Answers put together from chunks: every habit of a server that is known, and fragments of any size."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.dialects.chat_calls import read_arguments
from claw_core.dialects.chat_reply import ChatReply
from claw_core.event import CallDelta, ModelReplied, TextDelta
from claw_core.message import Refusal, Usage
from claw_core.provider import Delta


def call(name: str | None = None, arguments: Any = None, **fields: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {**fields, "function": {key: value for key, value in function.items() if value is not None}}


def read(chunks: Sequence[Mapping[str, Any]]) -> tuple[list[Delta], ModelReplied]:
    reply = ChatReply()
    deltas = [delta for chunk in chunks for delta in reply.take(chunk)]
    return deltas, reply.finished(request_id="", first_token=None, elapsed=0.0)


def calls_in(*fragments: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, Any]]:
    """The calls that come of these fragments, one list a chunk."""
    chunks = [{"choices": [{"index": 0, "delta": {"tool_calls": list(each)}}]} for each in fragments]
    deltas, reply = read(chunks)
    for made in reply.message.calls:
        streamed = "".join(d.fragment for d in deltas if isinstance(d, CallDelta) and d.id == made.id)
        assert (read_arguments(streamed) or {}) == made.input
    return [(made.id, made.name, made.input) for made in reply.message.calls]


def text_chunk(text: Any, **choice: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, **choice}]}


NONE: dict[str, Any] = {}
ONE = [("c1", "read", {"path": "a"})]
TWO = [*ONE, ("c2", "read", {"path": "b"})]
A, B = '{"path": "a"}', '{"path": "b"}'


@pytest.mark.parametrize(
    ("fragments", "expected"),
    [
        pytest.param(
            [[call("read", "", index=0, id="c1")], [call(None, A[:5], index=0)], [call(None, A[5:], index=0)]],
            ONE,
            id="by the book",
        ),
        pytest.param(
            [
                [call("read", "", index=0, id="c1")],
                [call("read", "", index=1, id="c2")],
                [call(None, A[:5], index=0), call(None, B[:5], index=1)],
                [call(None, B[5:], index=1), call(None, A[5:], index=0)],
            ],
            TWO,
            id="two at once, interleaved",
        ),
        pytest.param([[call("read", A, index=0, id="c1"), call("read", B, index=1, id="c2")]], TWO, id="all in one"),
        pytest.param([[call("read", A, index=0, id="c1")], [call("read", B, index=0, id="c2")]], TWO, id="always 0"),
        pytest.param([[call("read", A, id="c1"), call("read", B, id="c2")]], TWO, id="no index, whole"),
        pytest.param(
            [[call("read", A[:5], id="c1")], [call(None, A[5:])], [call("read", B[:5], id="c2")], [call(None, B[5:])]],
            TWO,
            id="no index, id once",
        ),
        pytest.param(
            [[call("read", A[:5], index=0, id="c1")], [call("read", A[5:], index=0, id="c1")]],
            ONE,
            id="id and name repeated",
        ),
        pytest.param(
            [[call("read", A[:5], index=0, id="c1")], [call("", A[5:], index=0, id="")]],
            ONE,
            id="empty id and name after the first",
        ),
        pytest.param(
            [[call("read", A[:5])], [call("read", A[5:])], [call("read", B)]],
            [("call_1", "read", {"path": "a"}), ("call_2", "read", {"path": "b"})],
            id="neither index nor id, name repeated",
        ),
        pytest.param(
            [[call("read", A), call("read", B)]],
            [("call_1", "read", {"path": "a"}), ("call_2", "read", {"path": "b"})],
            id="neither index nor id, side by side",
        ),
        pytest.param([[call("read", {"path": "a"}, index=0, id="c1")]], ONE, id="arguments as an object"),
        pytest.param([[call("todo", None, index=0, id="c1")]], [("c1", "todo", NONE)], id="no arguments"),
        pytest.param([[call("todo", "null", index=0, id="c1")]], [("c1", "todo", NONE)], id="null for arguments"),
        pytest.param(
            [[call("re", "", index=0, id="c1")], [call("ad", A, index=0)]], ONE, id="the name comes in pieces"
        ),
        pytest.param([[call(None, A, index=0), call("read", A, index=1, id="c1")]], ONE, id="a call without a name"),
    ],
)
def test_calls_are_put_together_whatever_the_servers_habit(
    fragments: list[list[dict[str, Any]]], expected: list[tuple[str, str, Any]]
) -> None:
    assert calls_in(*fragments) == expected


@given(
    arguments=st.lists(
        st.dictionaries(st.text(max_size=8), st.text() | st.integers() | st.booleans() | st.none(), max_size=4),
        min_size=1,
        max_size=4,
    ),
    ascii_only=st.booleans(),
    size=st.integers(1, 9),
)
def test_fragments_of_any_size_make_the_same_calls(
    arguments: list[dict[str, Any]], ascii_only: bool, size: int
) -> None:
    written = [json.dumps(each, ensure_ascii=ascii_only) for each in arguments]
    fragments = [
        [call("read" if not start else None, text[start : start + size], index=index, id=f"c{index}")]
        for index, text in enumerate(written)
        for start in range(0, len(text), size)
    ]
    assert [made[2] for made in calls_in(*fragments)] == arguments


@given(st.text(min_size=1).map(lambda text: f"x{text}"))
def test_a_character_cut_in_half_is_shown_when_it_is_whole(text: str) -> None:
    halves = text.encode("utf-16-le", "surrogatepass")
    pieces = [halves[start : start + 2].decode("utf-16-le", "surrogatepass") for start in range(0, len(halves), 2)]
    deltas, reply = read([text_chunk(piece) for piece in pieces])
    shown = [delta.text for delta in deltas if isinstance(delta, TextDelta)]
    assert "".join(shown) == reply.message.text == text
    assert all(piece.encode() for piece in shown)


@pytest.mark.parametrize("written", ["[1]", "7", '"x"', "{", "{'a': 1}", '{"a": NaN}', '{"a": 1e999}', "[" * 100_000])
def test_arguments_that_are_no_json_object_are_told_apart(written: str) -> None:
    assert read_arguments(written) is None


def test_arguments_with_raw_line_ends_and_half_characters_are_read() -> None:
    assert read_arguments('{"text": "one\ntwo \\ud83d!"}') == {"text": "one\ntwo �!"}


@pytest.mark.parametrize(
    ("finish", "stop"),
    [("stop", "end"), ("length", "length"), ("content_filter", "refusal"), ("tool_calls", "end"), ("oddity", "other")],
)
def test_why_it_ended_is_said_in_our_words(finish: str, stop: str) -> None:
    _, reply = read([text_chunk("Hello"), text_chunk(None, finish_reason=finish)])
    assert reply.stop == stop


def test_calls_want_to_be_run_even_where_the_server_says_stop() -> None:
    chunk = {"choices": [{"delta": {"tool_calls": [call("read", A)]}, "finish_reason": "stop"}]}
    assert read([chunk])[1].stop == "calls"


def test_a_filtered_answer_says_so() -> None:
    _, reply = read([text_chunk("", finish_reason="content_filter")])
    assert reply.message.parts == (Refusal(text="The provider's content filter stopped the answer."),)


def test_the_older_form_of_a_call_is_understood() -> None:
    chunk = {"choices": [{"delta": {"function_call": {"name": "read", "arguments": A}}}]}
    assert [made.input for made in read([chunk])[1].message.calls] == [{"path": "a"}]


def test_other_choices_are_not_mixed_in() -> None:
    chunk = {"choices": [{"index": 1, "delta": {"content": "B"}}, {"index": 0, "delta": {"content": "A"}}]}
    assert read([chunk])[1].message.text == "A"


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 4}, Usage(input=10, output=4)),
        (
            {"prompt_tokens": 10, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 8}},
            Usage(input=10, output=4, cached=8),
        ),
        (
            {"prompt_tokens": 10, "completion_tokens": 4, "prompt_cache_hit_tokens": 8},
            Usage(input=10, output=4, cached=8),
        ),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 4,
                "total_tokens": 20,
                "completion_tokens_details": {"reasoning_tokens": 6},
            },
            Usage(input=10, output=10, reasoning=6),
        ),
        ({"prompt_tokens": None, "completion_tokens": "many", "prompt_tokens_details": 3}, Usage()),
    ],
)
def test_tokens_are_counted_in_each_servers_words(usage: dict[str, Any], expected: Usage) -> None:
    assert read([text_chunk("Hello"), {"choices": [], "usage": usage}])[1].usage == expected


def test_where_usage_comes_in_every_chunk_the_last_one_counts() -> None:
    chunks = [{**text_chunk("x"), "usage": {"prompt_tokens": 10, "completion_tokens": n}} for n in (1, 2, 3)]
    assert read([*chunks, {"choices": [], "usage": None}])[1].usage == Usage(input=10, output=3)


def test_thoughts_among_the_content_are_told_from_the_answer() -> None:
    thinking = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]
    _, reply = read([text_chunk(thinking), text_chunk([{"type": "text", "text": "Yes."}])])
    assert [part.kind for part in reply.message.parts] == ["thought", "text"]
