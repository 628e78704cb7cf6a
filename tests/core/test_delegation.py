"""Sub-agents: conversations of their own, in one session, behind one gate."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from claw_core.ask import Allow, Answer, Ask, By, Deny, PermissionAsk
from claw_core.catalog import ModelCard
from claw_core.error import RateLimited
from claw_core.event import (
    MAIN,
    AskOpened,
    CallFinished,
    Event,
    ModelCalled,
    ModelReplied,
    PromptSubmitted,
    Record,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
)
from claw_core.harness import Limits
from claw_core.intent import Interrupt, Prompt, Respond
from claw_core.message import Text
from claw_core.provider import ModelRequest, Provider
from claw_core.providers.scripted import ScriptedProvider
from claw_core.result import result_of
from claw_core.scripting import ScriptedReply
from claw_core.session.log import read_log
from claw_core.transcript import Transcript
from tests.core.acting import Acting, says

E = TypeVar("E", bound=Event)


def first_words(request: ModelRequest) -> str:
    return next(part.text for part in request.messages[0].parts if isinstance(part, Text))


def spoken(request: ModelRequest) -> int:
    return sum(message.role == "assistant" for message in request.messages)


class Cast:
    """Who says what: the replies of each conversation, by the words it begins with."""

    def __init__(self, **lines: list[ScriptedReply]) -> None:
        self.lines = lines
        self.requests: list[ModelRequest] = []

    def __call__(self, request: ModelRequest) -> ScriptedReply:
        self.requests.append(request)
        return self.lines[first_words(request).split()[0]][spoken(request)]


def told(finished: CallFinished) -> str:
    return "".join(part.text for part in finished.parts if isinstance(part, Text))


def of(acting: Acting, agent: str) -> list[Record]:
    return [record for record in acting.session.stream.records if record.agent == agent]


def events(acting: Acting, agent: str, kind: type[E]) -> list[E]:
    return [record.event for record in of(acting, agent) if isinstance(record.event, kind)]


def errands(acting: Acting) -> set[str]:
    return {record.agent for record in acting.session.stream.records} - {MAIN}


async def test_a_sub_agent_works_in_its_own_conversation_and_its_report_is_the_result(tmp_path: Path) -> None:
    cast = Cast(
        go=[says("", ("task", {"agent": "explore", "prompt": "find the number"})), says("It is 41.")],
        find=[says("I look.", ("read", {"path": "n.txt"})), says("n.txt:1 says 41.")],
    )
    acting = Acting(tmp_path, cast)
    acting.write("n.txt", "41\n")
    await acting.ask("go on")
    (errand,) = errands(acting)
    assert told(events(acting, MAIN, CallFinished)[0]) == "n.txt:1 says 41."
    kinds = [record.event.kind for record in of(acting, errand)]
    assert kinds[:4] == ["prompt.submitted", "turn.started", "model.called", "model.replied"]
    assert kinds[-1] == "turn.finished"
    assert "I look." not in str(acting.harness.transcript.messages)
    explorer = cast.requests[1]
    assert explorer.system.startswith("You find things out")
    assert {tool.name for tool in explorer.tools} == {"read", "grep", "glob", "bash"}
    await acting.session.close()


async def test_several_sub_agents_work_side_by_side(tmp_path: Path) -> None:
    both, inside = asyncio.Event(), 0

    async def meet() -> None:
        nonlocal inside
        inside += 1
        if inside == 2:
            both.set()
        await asyncio.wait_for(both.wait(), 60)

    cast = Cast(
        go=[
            says("", ("task", {"prompt": "one errand"}), ("task", {"prompt": "another errand"})),
            says("Both came."),
        ],
        one=[ScriptedReply(text="first done", hold=meet)],
        another=[ScriptedReply(text="second done", hold=meet)],
    )
    acting = Acting(tmp_path, cast)
    await acting.ask("go on")
    assert sorted(told(one) for one in acting.all(CallFinished)) == ["first done", "second done"]
    assert acting.all(ModelReplied)[-1].message.text == "Both came."
    await acting.session.close()


async def test_its_calls_go_through_the_same_gate_and_say_who_asks(tmp_path: Path) -> None:
    cast = Cast(
        go=[says("", ("task", {"prompt": "make a file"})), says("ok")],
        make=[says("", ("write", {"path": "a.txt", "content": "a\n"})), says("Made.")],
    )
    acting = Acting(tmp_path, cast, mode="ask", attended=True)
    acting.session.send(Prompt(text="go on"))
    opened = await acting.until(AskOpened)
    record = next(each for each in acting.session.stream.records if each.event is opened)
    (errand,) = errands(acting)
    assert record.agent == errand
    assert not (acting.root / "a.txt").exists()
    acting.session.send(Respond(ask=opened.ask.id, answer=Allow(), by=By(kind="person")))
    await acting.session.rest()
    assert (acting.root / "a.txt").read_text() == "a\n"
    await acting.session.close()


async def test_an_agent_that_may_only_read_writes_nothing_in_any_mode(tmp_path: Path) -> None:
    cast = Cast(
        go=[says("", ("task", {"agent": "review", "prompt": "judge it"})), says("ok")],
        judge=[says("", ("bash", {"command": "touch sneaky"}), ("write", {"path": "b", "content": ""})), says("Fine.")],
    )
    acting = Acting(tmp_path, cast, mode="bypass")
    await acting.ask("go on")
    assert not (acting.root / "sneaky").exists()
    assert not (acting.root / "b").exists()
    await acting.session.close()


async def test_a_rule_that_is_made_for_one_holds_for_all_and_a_new_mode_reaches_them(tmp_path: Path) -> None:
    asked: list[Ask] = []

    async def answer(ask: Ask) -> Answer:
        asked.append(ask)
        assert isinstance(ask, PermissionAsk)
        return Allow(scope="session", rule=ask.rule)

    run = ("bash", {"command": "make thing"})
    cast = Cast(
        go=[says("", ("task", {"prompt": "build it"})), says("", run), says("ok")],
        build=[says("", run), says("Built.")],
    )
    acting = Acting(tmp_path, cast, mode="ask", answer=answer)
    await acting.ask("go on")
    assert len(asked) == 1
    await acting.session.close()


async def test_nobody_of_that_name_is_said_with_who_there_is(tmp_path: Path) -> None:
    cast = Cast(go=[says("", ("task", {"agent": "explorer", "prompt": "look"})), says("ok")])
    acting = Acting(tmp_path, cast)
    await acting.ask("go on")
    finished = acting.only(CallFinished)
    assert finished.outcome == "error"
    assert "explore" in told(finished)
    await acting.session.close()


async def test_sub_agents_send_no_sub_agents(tmp_path: Path) -> None:
    cast = Cast(
        go=[says("", ("task", {"prompt": "deeper"})), says("ok")],
        deeper=[says("", ("task", {"prompt": "deepest"})), says("I cannot.")],
    )
    acting = Acting(tmp_path, cast)
    await acting.ask("go on")
    inner, outer = acting.all(CallFinished)
    assert inner.outcome == "error"
    assert told(outer) == "I cannot."
    await acting.session.close()


async def test_an_interrupt_stops_it_and_leaves_both_conversations_whole(tmp_path: Path) -> None:
    cast = Cast(
        go=[says("", ("task", {"prompt": "wait long"})), says("never")],
        wait=[says("", ("bash", {"command": "sleep 60"})), says("never")],
        again=[says("Yes?")],
    )
    acting = Acting(tmp_path, cast)
    acting.session.send(Prompt(text="go on"))
    cursor = acting.session.stream.cursor()
    async for record in cursor:
        if record.event.kind == "ask.answered" and record.agent != MAIN:
            break
    cursor.close()
    acting.session.send(Interrupt())
    await acting.session.rest()
    assert [one.outcome for one in acting.all(CallFinished)] == ["interrupted", "interrupted"]
    (errand,) = errands(acting)
    assert events(acting, errand, TurnInterrupted)
    assert events(acting, MAIN, TurnInterrupted)
    await acting.session.close()
    transcript = Transcript(errand)
    for record in read_log(acting.home).records:
        transcript.add(record)
    assert [message.role for message in transcript.messages] == ["user", "assistant", "user"]


async def test_a_person_can_end_one_and_the_one_that_sent_it_goes_on(tmp_path: Path) -> None:
    async def answer(ask: Ask) -> Answer:
        return Deny(reason="enough", stop=True)

    cast = Cast(
        go=[says("", ("task", {"prompt": "make a file"})), says("I was told that it was ended.")],
        make=[says("Now.", ("write", {"path": "a.txt", "content": "a\n"})), says("never")],
    )
    acting = Acting(tmp_path, cast, mode="ask", answer=answer)
    await acting.ask("go on")
    (finished,) = events(acting, MAIN, CallFinished)
    assert "the person ended its work" in told(finished)
    assert acting.all(ModelReplied)[-1].message.text == "I was told that it was ended."
    await acting.session.close()


async def test_the_limit_of_calls_binds_it_too(tmp_path: Path) -> None:
    look = ("glob", {"pattern": "*"})
    cast = Cast(
        go=[says("", ("task", {"prompt": "look round"})), says("ok")],
        look=[says("One.", look), says("Two.", look), says("Three.")],
    )
    acting = Acting(tmp_path, cast, limits=Limits(model_calls=2))
    await acting.ask("go on")
    (finished,) = events(acting, MAIN, CallFinished)
    assert told(finished).startswith("Two.")
    assert "most model calls" in told(finished)
    await acting.session.close()


async def test_the_budget_of_the_session_binds_it_too(tmp_path: Path) -> None:
    async def spend() -> None:
        acting.harness.totals.all.cost = 2.0

    cast = Cast(
        go=[says("", ("task", {"prompt": "look round"})), says("never")],
        look=[replace(says("One.", ("glob", {"pattern": "*"})), hold=spend), says("never")],
    )
    acting = Acting(tmp_path, cast, limits=Limits(budget=1.0))
    await acting.ask("go on")
    (finished,) = events(acting, MAIN, CallFinished)
    assert "the budget of the session is spent" in told(finished)
    assert [event.stop for event in acting.all(TurnFinished)] == ["max_budget", "max_budget"]
    await acting.session.close()


async def test_a_model_that_fails_it_is_an_error_of_the_call(tmp_path: Path) -> None:
    cast = Cast(
        go=[says("", ("task", {"prompt": "fail please"})), says("It failed.")],
        fail=[ScriptedReply(error=RateLimited("too many requests"))],
    )
    acting = Acting(tmp_path, cast)
    acting.harness.attempts = 1
    await acting.ask("go on")
    finished = acting.only(CallFinished)
    assert finished.outcome == "error"
    assert "too many requests" in told(finished)
    assert acting.only(TurnFailed).error == "RateLimited"
    assert result_of("s1", acting.session.stream.records).stop == "done"
    await acting.session.close()


async def test_a_model_that_was_opened_for_it_is_closed_also_where_another_went_on(tmp_path: Path) -> None:
    closed: list[str] = []

    class Own(ScriptedProvider):
        async def close(self) -> None:
            closed.append(self.name)

    async def opened(model: str) -> tuple[Provider, str, ModelCard]:
        return Own([ScriptedReply(error=RateLimited("too many requests"))]), model, ModelCard()

    cast = Cast(go=[says("", ("task", {"prompt": "fail please", "model": "small"})), says("ok")])
    acting = Acting(tmp_path, cast, fallback=("spare",))
    acting.harness.attempts, acting.harness.open_model = 1, opened
    await acting.ask("go on")
    (finished,) = events(acting, MAIN, CallFinished)
    assert told(finished) == "I am spare."
    assert closed == ["scripted"]
    await acting.session.close()


async def test_its_money_is_the_sessions_and_its_words_are_nobodys_prompts(tmp_path: Path) -> None:
    cast = Cast(go=[says("", ("task", {"prompt": "say hello"})), says("ok")], say=[says("hello")])
    acting = Acting(tmp_path, cast)
    await acting.ask("go on")
    totals = acting.session.totals
    (errand,) = errands(acting)
    assert totals.by_agent[errand].calls == 1
    assert totals.all.calls == 3
    assert acting.session.title == "go on"
    assert len(acting.all(PromptSubmitted)) == 2
    await acting.session.close()


async def test_two_agents_whose_calls_a_server_numbers_alike_are_told_apart(tmp_path: Path) -> None:
    look = ("glob", {"pattern": "*"})
    cast = Cast(
        go=[says("", ("task", {"prompt": "one look"}), ("task", {"prompt": "two look"})), says("", look), says("ok")],
        one=[says("", look), says("done")],
        two=[says("", look), says("done")],
    )
    acting = Acting(tmp_path, cast)
    await acting.ask("go on")
    ids = [event.id for event in acting.all(CallFinished)]
    assert len(ids) == len(set(ids)) == 5
    await acting.session.close()


async def test_each_request_can_be_shown_byte_for_byte_after_the_session(tmp_path: Path) -> None:
    cast = Cast(
        go=[says("", ("task", {"prompt": "one thing"}), ("task", {"prompt": "two things"})), says("ok")],
        one=[says("", ("glob", {"pattern": "*"})), says("done")],
        two=[says("", ("glob", {"pattern": "*"})), says("done")],
    )
    acting = Acting(tmp_path, cast)
    await acting.ask("go on")
    await acting.session.close()
    bodies = [
        acting.session.request_bytes(record)
        for record in read_log(acting.home).records
        if isinstance(record.event, ModelCalled)
    ]
    assert len(bodies) == 6
    begun = [json.loads(body)["messages"][1]["content"] for body in bodies]
    assert sorted(begun) == ["go on", "go on", "one thing", "one thing", "two things", "two things"]
