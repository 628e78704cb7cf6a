"""Short ways to make records, and a strategy for any text log."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from claw_core import event as events
from claw_core.event import Event, Record
from claw_core.message import Call, Message, Text, Usage

words = st.text(max_size=40)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(words, json_values, max_size=4)
calls = st.builds(Call, id=words, name=words, input=json_objects, malformed=words)
texts = st.builds(Text, text=words)
happenings: st.SearchStrategy[Event] = st.one_of(
    st.builds(events.PromptSubmitted, text=words),
    st.builds(events.SessionNamed, title=words),
    st.builds(events.CallStarted, id=words, name=words, input=json_objects, target=words),
    st.builds(
        events.CallFinished,
        id=words,
        outcome=st.sampled_from(["ok", "error", "denied", "interrupted", "timeout"]),
        parts=st.tuples(texts),
    ),
    st.builds(
        events.ModelReplied,
        message=st.builds(Message, role=st.just("assistant"), parts=st.lists(texts | calls, max_size=3).map(tuple)),
        usage=st.builds(Usage, input=st.integers(0, 10**9), output=st.integers(0, 10**9)),
        stop=st.sampled_from(["end", "calls", "length"]),
        cost=st.none() | st.floats(0, 100),
    ),
    st.builds(events.NoticeRaised, level=st.sampled_from(["info", "warning", "error"]), message=words),
)
"""Events with any content."""


def at(seq: int) -> datetime:
    """A time for a record."""
    return datetime(2026, 1, 31, 12, 0, 0, seq % 1_000_000, tzinfo=UTC)


def record(seq: int, event: Event, *, turn: int = 1, agent: str = "main") -> Record:
    """A record with a made-up time."""
    return Record(seq=seq, at=at(seq), turn=turn, agent=agent, event=event)


def records(*happened: Event) -> list[Record]:
    """Events as the records of one turn."""
    return [record(seq, event) for seq, event in enumerate(happened, start=1)]


def replied(text: str = "", *calls: Call, usage: Usage | None = None) -> events.ModelReplied:
    """A model's answer."""
    parts = ((Text(text=text),) if text else ()) + calls
    return events.ModelReplied(
        message=Message(role="assistant", parts=parts), usage=usage or Usage(), stop="calls" if calls else "end"
    )


def call(id: str, name: str = "read", **arguments: Any) -> Call:
    """A use of a tool."""
    return Call(id=id, name=name, input=arguments)


def finished(id: str, text: str = "done", outcome: events.Outcome = "ok") -> events.CallFinished:
    """A call's end."""
    return events.CallFinished(id=id, outcome=outcome, parts=(Text(text=text),))


def started(session: str = "s1", log_format: int = events.FORMAT) -> events.SessionStarted:
    """The first event of a log."""
    return events.SessionStarted(session=session, format=log_format, cwd="/work", version="0.1.0")
