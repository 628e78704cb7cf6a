"""The queue holds what waits for a person: all of it, in order, and nothing that nobody waits for any more."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.ask import Allow, By, Deny
from claw_core.event import (
    AskAnswered,
    AskOpened,
    CallFinished,
    CallStarted,
    Event,
    SessionStarted,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
)
from claw_tui.views.queue import QueueView
from tests.tui.asking import AUTH, BEGAN, EVERY_ASK, Story, bash_ask, edit_ask, plan_ask, question_ask

PERSON = By(kind="person", name="keys")


def ids(queue: QueueView) -> list[str]:
    return [item.id for item in queue.waiting]


def test_asks_wait_in_the_order_they_were_opened() -> None:
    queue, story = QueueView(), Story()
    for ask in EVERY_ASK:
        queue.fold(story.tell(AskOpened(ask=ask)))
    assert ids(queue) == [ask.id for ask in EVERY_ASK]


def test_answering_one_leaves_the_others_as_they_were() -> None:
    queue, story = QueueView(), Story()
    for ask in EVERY_ASK:
        queue.fold(story.tell(AskOpened(ask=ask)))
    before = queue.waiting
    queue.fold(story.tell(AskAnswered(ask="bash-1", call="call-bash-1", answer=Allow(), by=PERSON)))
    assert queue.waiting == (before[0], before[2], before[3])


def test_a_decision_that_nobody_was_asked_for_changes_nothing() -> None:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(AskOpened(ask=edit_ask())))
    decided = AskAnswered(ask="never-opened", call="c9", answer=Deny(), by=By(kind="rule", name="bash(rm *)"))
    queue.fold(story.tell(decided))
    assert ids(queue) == ["edit-1"]


@pytest.mark.parametrize(
    "end",
    [
        TurnFinished(stop="denied", elapsed=1.0),
        TurnInterrupted(stopped=("bash sleep 9",)),
        TurnFailed(error="ServerFailed", message="500"),
    ],
)
def test_when_a_turn_ends_only_its_own_agents_asks_go(end: Event) -> None:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(AskOpened(ask=edit_ask()), agent="main"))
    queue.fold(story.tell(AskOpened(ask=bash_ask()), agent="task-1"))
    queue.fold(story.tell(end, agent="task-1"))
    assert ids(queue) == ["edit-1"]


def test_the_version_rises_only_when_something_else_is_shown() -> None:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(CallStarted(id="c1", name="bash", input={})))
    queue.fold(story.tell(TurnFinished(stop="done", elapsed=1.0)))
    assert queue.version == 0
    queue.fold(story.tell(AskOpened(ask=bash_ask())))
    assert queue.version == 1


def test_an_ask_goes_with_the_call_it_was_about() -> None:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(AskOpened(ask=bash_ask())))
    queue.fold(story.tell(CallFinished(id="call-bash-1", outcome="interrupted", parts=())))
    assert ids(queue) == []


def test_asks_of_a_process_that_is_gone_wait_no_more() -> None:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(AskOpened(ask=bash_ask())))
    queue.fold(story.tell(SessionStarted(session="s", format=1, cwd="/w", version="1")))
    assert len(queue) == 0


def test_a_sub_agent_is_named_by_what_it_is_about_and_the_main_agent_not_at_all() -> None:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(CallStarted(id="t1", name="task", input={}, target="explore tests")))
    queue.fold(story.tell(AskOpened(ask=bash_ask()), agent="t1"))
    queue.fold(story.tell(AskOpened(ask=edit_ask()), agent="main"))
    assert [item.who for item in queue.waiting] == ["task explore tests", ""]


def test_what_a_row_says() -> None:
    queue, story = QueueView(), Story()
    two = edit_ask("two", AUTH, AUTH)
    for ask in (edit_ask(), two, bash_ask(command="cd src\npytest"), question_ask(), plan_ask()):
        queue.fold(story.tell(AskOpened(ask=ask)))
    edit, both, bash, question, plan = queue.waiting
    assert (edit.name, edit.target, edit.size) == ("edit", "src/auth.py", "+5 −4, 3 hunks")
    assert both.size == "+10 −8, 6 hunks in 2 files"
    assert (bash.name, bash.target, bash.size) == ("bash", "cd src …", "")
    assert (question.name, question.target) == ("question", "Client · Checks")
    assert (plan.name, plan.target) == ("plan", "Make auth async …")
    assert all(item.why for item in queue.waiting)


def test_age_counts_from_the_record_and_never_runs_backwards() -> None:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(AskOpened(ask=edit_ask())))
    (item,) = queue.waiting
    assert item.age(BEGAN + timedelta(seconds=5)) == 4.0
    assert item.age(BEGAN) == 0.0


def test_only_a_permission_can_be_dangerous() -> None:
    queue, story = QueueView(), Story()
    for ask in (bash_ask(command="rm -rf /", dangerous=True), question_ask(), plan_ask()):
        queue.fold(story.tell(AskOpened(ask=ask)))
    assert [item.dangerous for item in queue.waiting] == [True, False, False]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), max_size=60))
def test_whatever_opens_and_closes_the_queue_is_what_was_opened_and_not_answered(steps: list[tuple[str, bool]]) -> None:
    queue, story = QueueView(), Story()
    expected: dict[str, None] = {}
    for name, opens in steps:
        if opens and name not in expected:
            queue.fold(story.tell(AskOpened(ask=bash_ask(name))))
            expected[name] = None
        elif not opens:
            queue.fold(story.tell(AskAnswered(ask=name, call=f"call-{name}", answer=Deny(), by=PERSON)))
            expected.pop(name, None)
    assert ids(queue) == list(expected)
