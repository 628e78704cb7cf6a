"""What a Chat Completions server is sent for our messages."""

import json
from typing import Any

from claw_core.dialects.chat_body import Quirks, chat_body
from claw_core.message import Call, Image, Message, Part, Refusal, Result, Text, Thought
from claw_core.provider import ModelRequest, ToolSpec

PICTURE = Image(media_type="image/png", data="AAAA")
SENT_PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


def sent(*messages: Message, **fields: Any) -> dict[str, Any]:
    request = ModelRequest(model="tiny", system=fields.pop("system", ""), messages=messages, **fields)
    return json.loads(chat_body(request, Quirks(max_output_field="max_completion_tokens")).encode())


def user(*parts: Part) -> Message:
    return Message(role="user", parts=parts)


def assistant(*parts: Part) -> Message:
    return Message(role="assistant", parts=parts)


def test_plain_fields_come_first_and_only_those_that_are_wanted() -> None:
    tool = ToolSpec(name="grep", description="Search.", schema={"type": "object"})
    body = sent(user(Text(text="Hi")), system="Be brief.", tools=(tool,), max_output=100, effort="low")
    assert body == {
        "model": "tiny",
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": 100,
        "reasoning_effort": "low",
        "tools": [
            {
                "type": "function",
                "function": {"name": "grep", "description": "Search.", "parameters": {"type": "object"}},
            }
        ],
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
    }
    assert list(body)[-2:] == ["tools", "messages"]
    assert list(sent(user(Text(text="Hi")))) == ["model", "stream", "stream_options", "messages"]


def test_words_and_calls_of_one_answer_are_one_message_and_thoughts_stay_here() -> None:
    call = Call(id="call_1", name="grep", input={"pattern": "é"})
    [message] = sent(assistant(Thought(text="Hm."), Text(text="I look."), call))["messages"]
    assert message == {
        "role": "assistant",
        "content": "I look.",
        "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "grep", "arguments": '{"pattern":"é"}'}}
        ],
    }


def test_calls_without_words_have_no_content_and_malformed_ones_no_arguments() -> None:
    [message] = sent(assistant(Call(id="call_1", name="grep", input={}, malformed="{oops")))["messages"]
    assert message["content"] is None
    assert message["tool_calls"][0]["function"]["arguments"] == "{}"


def test_a_refusal_goes_back_as_words() -> None:
    assert sent(assistant(Refusal(text="No.")))["messages"] == [{"role": "assistant", "content": "No."}]


def test_results_come_each_by_itself_and_before_what_the_person_says() -> None:
    ok = Result(id="call_1", parts=(Text(text="one"), Text(text="two")))
    failed = Result(id="call_2", parts=(Text(text="no such file"),), is_error=True)
    empty = Result(id="call_3", parts=())
    assert sent(user(ok, failed, empty, Text(text="Go on"), Text(text="please")))["messages"] == [
        {"role": "tool", "tool_call_id": "call_1", "content": "one\ntwo"},
        {"role": "tool", "tool_call_id": "call_2", "content": "Error: no such file"},
        {"role": "tool", "tool_call_id": "call_3", "content": "(no output)"},
        {"role": "user", "content": "Go on\n\nplease"},
    ]


def test_a_picture_in_a_result_follows_in_a_message_of_the_users() -> None:
    result = Result(id="call_1", parts=(Text(text="a.png"), PICTURE))
    tool, follows = sent(user(result))["messages"]
    assert tool["content"] == "a.png\n(1 image follows in the next message)"
    assert follows["content"] == [{"type": "text", "text": "From the result of call_1:"}, SENT_PICTURE]


def test_a_picture_of_the_persons_is_sent_beside_the_words() -> None:
    [message] = sent(user(PICTURE, Text(text="What is it?")))["messages"]
    assert message["content"] == [SENT_PICTURE, {"type": "text", "text": "What is it?"}]
