"""What is sent in the Messages API: fits the vendor's own types, and stays in its cache."""

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.dialects.carry import UNSEEN
from claw_core.dialects.messages_body import generation, messages_body, output_limit
from claw_core.message import Call, Image, Message, Part, Refusal, Result, Text, Thought
from claw_core.provider import ModelRequest, ToolSpec
from tests.core.dialects.vendor_types import anthropic_request

OLD, NEW = "claude-sonnet-4-5", "claude-opus-4-6"
ME = f"anthropic/{OLD}"
GREP = ToolSpec(name="grep", description="Search.", schema={"type": "object", "properties": {}})
PNG = Image(media_type="image/png", data="iVBORw0KGgo=")
ASKED = Message(role="user", parts=(Text(text="Fix it"),))


def assistant(*parts: Part) -> Message:
    return Message(role="assistant", parts=parts)


def user(*parts: Part) -> Message:
    return Message(role="user", parts=parts)


def sent(*messages: Message, model: str = OLD, **more: Any) -> Any:
    """The body as it is sent, which fits the vendor's types."""
    request = ModelRequest(model=model, system="You are claw.", messages=messages, tools=(GREP,), **more)
    return anthropic_request(messages_body(request, "anthropic").encode())


def contents(*messages: Message, **more: Any) -> list[Any]:
    """The blocks of each message, without the marks."""
    return [without_marks(message["content"]) for message in sent(*messages, **more)["messages"]]


def without_marks(value: Any) -> Any:
    match value:
        case dict():
            fields = cast("dict[str, Any]", value)
            return {name: without_marks(each) for name, each in fields.items() if name != "cache_control"}
        case list():
            return [without_marks(each) for each in cast("list[Any]", value)]
        case _:
            return value


def looked(number: int) -> tuple[Message, Message]:
    """One more exchange: a thought, some words, a call, and its result."""
    call = Call(id=f"toolu_{number}", name="grep", input={"pattern": str(number)})
    thought = Thought(text="Hm.", signature="c2ln", by=ME)
    return assistant(thought, Text(text="I look."), call), user(Result(id=call.id, parts=(Text(text="found"),)))


def test_a_request_has_its_fields_in_the_order_that_the_cache_goes_by() -> None:
    assert list(sent(ASKED)) == ["model", "max_tokens", "stream", "tools", "system", "messages"]


def test_thoughts_go_back_signed_and_redacted_ones_as_they_came() -> None:
    signed = Thought(text="Hm.", signature="c2ln", by=ME)
    hidden = Thought(text="", signature="ZGF0YQ==", by=ME, redacted=True)
    unsigned = Thought(text="cut off", by=ME)
    [_, blocks] = contents(ASKED, assistant(signed, hidden, unsigned, Text(text="Yes.")))
    assert blocks == [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "ZGF0YQ=="},
        {"type": "text", "text": "Yes."},
    ]


def test_calls_results_pictures_and_documents_have_their_blocks() -> None:
    call = Call(id="toolu_1", name="read", input={"path": "a.png"})
    malformed = Call(id="toolu_2", name="read", input={}, malformed="{oops")
    result = Result(id="toolu_1", parts=(Text(text="a picture"), PNG))
    failed = Result(id="toolu_2", parts=(), is_error=True)
    paper = Image(media_type="application/pdf", data="JVBERi0=")
    [_, made, answered] = contents(
        ASKED, assistant(call, malformed), user(Text(text="And this:"), paper, result, failed)
    )
    assert [block["input"] for block in made] == [{"path": "a.png"}, {}]
    assert [block["type"] for block in answered] == ["tool_result", "tool_result", "text", "document"]
    assert [block["type"] for block in answered[0]["content"]] == ["text", "image"]
    assert answered[1]["is_error"] is True


def test_what_the_api_refuses_is_not_sent() -> None:
    bitmap = Image(media_type="image/bmp", data="Qk0=")
    strange = Call(id="call:1|x", name="read", input={})
    answer = user(Result(id=strange.id, parts=()), bitmap)
    [_, said, answered] = contents(ASKED, assistant(Text(text=" \n"), Refusal(text="No."), strange), answer)
    assert [block["type"] for block in said] == ["text", "tool_use"]
    assert said[1]["id"].isalnum()
    assert answered[0]["tool_use_id"] == said[1]["id"]
    assert "image/bmp" in answered[1]["text"]


def test_a_model_without_eyes_is_told_that_a_picture_stands_there() -> None:
    assert contents(user(PNG), images=False) == [[{"type": "text", "text": UNSEEN}]]


def test_anothers_thoughts_are_words_in_the_turn_under_way_and_stay_behind_before() -> None:
    call = Call(id="call_1", name="grep", input={}, by="openai/gpt-5.4", signature="x")
    foreign = Thought(text="I should look.", signature="gAAA", by="openai/gpt-5.4", id="rs_1")
    result = user(Result(id="call_1", parts=(Text(text="found"),)))
    [_, under_way, _] = contents(ASKED, assistant(foreign, call), result)
    assert under_way[0] == {"type": "text", "text": "I should look."}
    [_, earlier, _, _, _] = contents(ASKED, assistant(foreign, call), result, assistant(Text(text="Done.")), ASKED)
    assert [block["type"] for block in earlier] == ["tool_use"]


@pytest.mark.parametrize(
    ("model", "effort", "thinking", "output"),
    [
        (NEW, None, {"type": "adaptive", "display": "summarized"}, None),
        (NEW, "high", {"type": "adaptive", "display": "summarized"}, {"effort": "high"}),
        (NEW, "12000", {"type": "adaptive", "display": "summarized"}, {"effort": "medium"}),
        (NEW, "off", {"type": "disabled"}, None),
        ("claude-opus-5-5", "off", {"type": "adaptive", "display": "summarized"}, {"effort": "low"}),
        (OLD, None, None, None),
        (OLD, "low", {"type": "enabled", "budget_tokens": 4_096}, None),
        (OLD, "999999", {"type": "enabled", "budget_tokens": 62_976}, None),
    ],
)
def test_how_hard_to_think_is_said_as_the_model_takes_it(
    model: str, effort: str | None, thinking: Any, output: Any
) -> None:
    body = sent(ASKED, model=model, effort=effort)
    assert body.get("thinking") == thinking
    assert body.get("output_config") == output


def test_a_budget_is_not_asked_for_where_calls_without_a_thought_are_under_way() -> None:
    call = Call(id="call_1", name="grep", input={})
    result = user(Result(id="call_1", parts=()))
    assert "thinking" not in sent(ASKED, assistant(Text(text="I look."), call), result, effort="high")
    assert "thinking" in sent(ASKED, *looked(1), effort="high")
    assert "thinking" in sent(ASKED, assistant(call), result, assistant(Text(text="Done.")), ASKED, effort="high")


def test_limits_and_abilities_are_known_by_the_name() -> None:
    assert generation("claude-opus-4-6") == (4, 6)
    assert generation("claude-sonnet-5") == (5, 0)
    assert generation("claude-sonnet-4-5-20250929") == (4, 5)
    assert generation("claude-3-7-sonnet-latest") == generation("tiny") == (0, 0)
    assert output_limit("claude-3-5-haiku-latest") == 8_192
    assert output_limit("claude-opus-4-1-20250805") == 32_000
    assert output_limit("claude-sonnet-4-5") == 64_000


# ---- the cache


def marked_prefixes(body: Any) -> list[bytes]:
    """What stands before each mark, as the bytes that the vendor would keep: a mark is no part of them."""
    flat = [("tools", tool) for tool in body["tools"]] + [("system", block) for block in body["system"]]
    for message in body["messages"]:
        flat += [(message["role"], block) for block in message["content"]]
    ends = [place for place, (_, block) in enumerate(flat, 1) if "cache_control" in block]
    return [json.dumps([(kind, without_marks(block)) for kind, block in flat[:end]]).encode() for end in ends]


def test_a_whole_session_is_read_from_the_cache_but_for_the_newest_exchange() -> None:
    messages: list[Message] = [ASKED]
    before: list[bytes] = []
    for number in range(30):
        prefixes = marked_prefixes(sent(*messages))
        assert len(prefixes) <= 4, "the vendor refuses more"
        if before:
            assert prefixes[0] == before[0], "tools and system prompt are found again"
            assert before[-1] in prefixes, "and so is all of the last request"
        before = prefixes
        messages += [assistant(Text(text="Done.")), ASKED] if number % 7 == 6 else looked(number)


def test_up_to_what_was_cached_the_next_request_is_the_same_byte_for_byte() -> None:
    messages: list[Message] = [ASKED, *looked(1), *looked(2)]
    first = messages_body(ModelRequest(model=OLD, system="S", messages=tuple(messages), tools=(GREP,)), "anthropic")
    messages += looked(3)
    second = messages_body(ModelRequest(model=OLD, system="S", messages=tuple(messages), tools=(GREP,)), "anthropic")
    assert first.lists["tools"] == second.lists["tools"]
    assert first.lists["system"] == second.lists["system"]
    old, new = first.lists["messages"], second.lists["messages"]
    assert new[3 : len(old)] == old[3:], "the mark that was at the end stays where it is"
    assert without_marks(new[: len(old)]) == without_marks(old)


PARTS = st.one_of(
    st.builds(Text, text=st.text()),
    st.builds(Refusal, text=st.text()),
    st.builds(Thought, text=st.text(), signature=st.none() | st.text(), by=st.sampled_from(["", ME, "x/y"])),
    st.builds(Call, id=st.text(), name=st.just("grep"), input=st.just({"a": 1})),
    st.just(PNG),
)


@given(st.lists(st.lists(PARTS, max_size=4), max_size=6), st.booleans())
def test_whatever_was_said_the_request_fits(parts: list[list[Part]], images: bool) -> None:
    messages = [user(Text(text="Go on"), *(part for part in each if isinstance(part, Text | Image))) for each in parts]
    said = [assistant(*(part for part in each if not isinstance(part, Image))) for each in parts]
    pairs = [message for pair in zip(messages, said, strict=True) for message in pair]
    sent(*pairs, ASKED, images=images)
