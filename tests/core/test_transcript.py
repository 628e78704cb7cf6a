"""The transcript: what the model is sent, folded from records, and always well formed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from claw_core.event import (
    CallFinished,
    ContextCompacted,
    ContextRestored,
    Event,
    PromptSteered,
    PromptSubmitted,
    Record,
    SessionRewound,
    Shortened,
    TurnInterrupted,
)
from claw_core.message import Image, Message, Result, Text
from claw_core.transcript import INTERRUPTED, LOST, Transcript
from tests.core.events import call, finished, record, records, replied


def transcript(happened: list[Record]) -> Transcript:
    folded = Transcript()
    for one in happened:
        folded.add(one)
    return folded


def roles(messages: tuple[Message, ...]) -> list[str]:
    return [message.role for message in messages]


def test_a_turn_with_a_call_reads_prompt_call_result_answer() -> None:
    messages = transcript(
        records(
            PromptSubmitted(text="fix it"),
            replied("Looking.", call("c1")),
            finished("c1", "12 lines"),
            replied("Done."),
        )
    ).messages
    assert roles(messages) == ["user", "assistant", "user", "assistant"]
    assert messages[2].parts == (Result(id="c1", parts=(Text(text="12 lines"),)),)


def test_results_stand_in_the_order_of_the_calls_however_they_finished() -> None:
    messages = transcript(
        records(PromptSubmitted(text="go"), replied("", call("a"), call("b")), finished("b"), finished("a"))
    ).messages
    assert [part.id for part in messages[-1].parts if isinstance(part, Result)] == ["a", "b"]


def test_words_said_meanwhile_follow_the_results() -> None:
    messages = transcript(
        records(PromptSubmitted(text="go"), replied("", call("a")), finished("a"), PromptSteered(text="and the docs"))
    ).messages
    assert [part.kind for part in messages[-1].parts] == ["result", "text"]


def test_a_call_that_a_kill_left_open_gets_a_result_that_says_so() -> None:
    happened = records(PromptSubmitted(text="go"), replied("", call("a"), call("b")), finished("a"))
    later = transcript([*happened, record(9, PromptSubmitted(text="go on"), turn=2)]).messages
    assert roles(later) == ["user", "assistant", "user"]
    assert [part.kind for part in later[-1].parts] == ["result", "result", "text"]
    lost = later[-1].parts[1]
    assert isinstance(lost, Result)
    assert lost.is_error
    assert lost.parts == (Text(text=LOST),)


def test_an_interrupted_turn_says_so_to_the_model() -> None:
    messages = transcript(
        records(PromptSubmitted(text="go"), TurnInterrupted(), PromptSubmitted(text="again"))
    ).messages
    assert [part.text for part in messages[0].parts if isinstance(part, Text)] == ["go", INTERRUPTED, "again"]


def test_what_was_rewound_is_not_sent_again() -> None:
    happened = records(PromptSubmitted(text="one"), replied("1"), PromptSubmitted(text="two"), replied("2"))
    messages = transcript([*happened, record(5, SessionRewound(seq=2))]).messages
    assert [message.text for message in messages] == ["one", "1"]


def test_a_summary_takes_the_place_of_what_it_covers() -> None:
    happened = records(PromptSubmitted(text="one"), replied("1"), PromptSubmitted(text="two"))
    messages = transcript([*happened, record(4, ContextCompacted(summary="We did one.", seq=2))]).messages
    assert messages == (Message(role="user", parts=(Text(text="one"), Text(text="We did one."), Text(text="two"))),)


def test_other_agents_are_not_overheard() -> None:
    assert transcript([record(1, PromptSubmitted(text="explore"), agent="c9")]).messages == ()


def test_images_come_before_the_words_about_them() -> None:
    picture = Image(media_type="image/png", data="AA==")
    messages = transcript(records(PromptSubmitted(text="what is it?", images=(picture,)))).messages
    assert messages[0].parts == (picture, Text(text="what is it?"))


steps: st.SearchStrategy[Event] = st.one_of(
    st.just(PromptSubmitted(text="p")),
    st.just(PromptSteered(text="s")),
    st.just(TurnInterrupted()),
    st.builds(
        ContextCompacted,
        summary=st.sampled_from(["", "What happened."]),
        seq=st.integers(0, 20),
        shortened=st.lists(st.builds(Shortened, call=st.sampled_from(["c0", "c1", "c2"]), keep=st.integers(0, 9))).map(
            tuple
        ),
    ),
    st.builds(ContextRestored, seq=st.integers(0, 20)),
    st.integers(0, 5).map(lambda n: finished(f"c{n}")),
    st.lists(st.integers(0, 5), unique=True, max_size=3).map(lambda ns: replied("r", *(call(f"c{n}") for n in ns))),
)


@given(st.lists(steps, max_size=20))
def test_whatever_happens_the_persons_words_are_all_there(happened: list[Event]) -> None:
    said = [PromptSubmitted(text="start"), *happened]
    messages = transcript(records(*said)).messages
    words = [event.text for event in said if isinstance(event, PromptSubmitted | PromptSteered)]
    told = [part.text for message in messages for part in message.parts if isinstance(part, Text)]
    assert [text for text in told if text in ("start", "p", "s")] == words


@given(st.lists(steps, max_size=20))
def test_whatever_happens_messages_alternate_and_every_call_has_its_result(happened: list[Event]) -> None:
    messages = transcript(records(PromptSubmitted(text="start"), *happened)).messages
    for before, after in pairwise(messages):
        assert before.role != after.role
    for index, message in enumerate(messages):
        results = [part.id for part in message.parts if isinstance(part, Result)]
        asked = [one.id for one in messages[index - 1].calls] if index else []
        assert results == (asked if message.role == "user" else [])
    assert messages[-1].role == "user" or not messages[-1].calls


def test_a_result_knows_whether_it_went_wrong() -> None:
    event = CallFinished(id="a", outcome="denied", parts=(Text(text="no"),))
    messages = transcript(records(PromptSubmitted(text="go"), replied("", call("a")), event)).messages
    result = messages[-1].parts[0]
    assert isinstance(result, Result)
    assert result.is_error
