"""Why a call was allowed or not, from the records alone."""

import pytest

from claw_core.ask import Allow, By, Deny, PermissionAsk
from claw_core.error import UsageError
from claw_core.event import AskAnswered, AskOpened, CallStarted, Event, Record
from claw_core.why import why
from tests.core.events import record

PERSON = By(kind="person", name="keys")
STARTED = CallStarted(id="call_1", name="bash", input={"command": "npm test"}, target="npm test")
ASKED = AskOpened(
    ask=PermissionAsk(
        id="a",
        call="call_1",
        tool="bash",
        target="npm test",
        input={},
        reason="No rule.",
        preview=(),
        rule="Bash(npm *)",
    )
)


def told(*events: Event) -> list[Record]:
    return [record(seq, event) for seq, event in enumerate(events, start=1)]


def test_a_person_was_asked_and_answered() -> None:
    answered = AskAnswered(ask="a", call="call_1", answer=Allow(), by=PERSON)
    decided = why(told(STARTED, ASKED, answered), "call_1")
    assert (decided.tool, decided.target, decided.decision) == ("bash", "npm test", "allow")
    assert decided.asked is not None
    assert decided.asked.seq == 2
    assert decided.answered is not None
    assert decided.answered.event == answered


def test_a_call_that_waits_is_not_decided() -> None:
    decided = why(told(STARTED, ASKED), "call")
    assert (decided.decision, decided.answered) == ("none", None)


def test_of_calls_with_the_same_id_the_last_is_meant() -> None:
    denied = AskAnswered(ask="a", call="call_1", answer=Deny(), by=By(kind="rule", name="Bash(rm *)"))
    again = CallStarted(id="call_1", name="read", input={}, target="x")
    decided = why(told(STARTED, ASKED, denied, again), "call_1")
    assert (decided.tool, decided.asked, decided.answered, decided.decision) == ("read", None, None, "none")


def test_what_is_not_one_call_is_refused() -> None:
    other = CallStarted(id="call_2", name="read", input={}, target="x")
    with pytest.raises(UsageError, match="beginning of 2 calls"):
        why(told(STARTED, other), "call")
    with pytest.raises(UsageError, match="no call 'x'"):
        why([], "x")
