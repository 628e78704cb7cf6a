"""The session: intents in, records out, in any order a person may send them."""

import asyncio
from pathlib import Path

from claw_core.catalog import ModelCard
from claw_core.error import RateLimited, ServerUnreachable, Unauthorized
from claw_core.event import (
    CallFinished,
    ModelCalled,
    ModelReplied,
    ModelRetried,
    ModelSwitched,
    ModeSwitched,
    NoticeRaised,
    PromptQueued,
    PromptSteered,
    PromptSubmitted,
    SessionEnded,
    SessionNamed,
    TextDelta,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
)
from claw_core.harness import Limits
from claw_core.intent import Interrupt, Prompt, Rename, Retract, RunCommand, SwitchMode, SwitchModel
from claw_core.message import Result, Usage
from claw_core.prices import Prices
from claw_core.scripting import ScriptedReply
from claw_core.session.log import read_log
from tests.core.acting import Acting, says


async def test_a_prompt_is_answered_and_the_answer_is_on_disk(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Hello.")])
    await acting.ask("hi")
    assert acting.only(ModelReplied).message.text == "Hello."
    await acting.session.close()
    assert list(read_log(acting.home).records) == acting.session.stream.records


async def test_words_stream_before_the_whole_answer_is_there(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("one two three four five six")])
    cursor = acting.session.stream.cursor()
    await acting.ask()
    streamed = [record.event for record in cursor.take()]
    deltas = [event.text for event in streamed if isinstance(event, TextDelta)]
    assert len(deltas) > 1
    assert "".join(deltas) == acting.only(ModelReplied).message.text
    assert not any(isinstance(record.event, TextDelta) for record in acting.session.stream.records)
    await acting.session.close()


async def test_words_sent_while_a_turn_runs_reach_the_model_between_calls(tmp_path: Path) -> None:
    gate = asyncio.Event()
    script = [
        ScriptedReply(text="Working.", hold=gate.wait, calls=says("", ("glob", {"pattern": "*"})).calls),
        says("And the docs, yes."),
    ]
    acting = Acting(tmp_path, script)
    cursor = acting.session.stream.cursor()
    acting.session.send(Prompt(text="fix it"))
    await acting.until(TextDelta)
    acting.session.send(Prompt(text="and the docs"))
    gate.set()
    await acting.session.rest()
    assert acting.only(PromptSteered).text == "and the docs"
    assert len(acting.all(TurnFinished)) == 1
    queues = [record.event.texts for record in cursor.take() if isinstance(record.event, PromptQueued)]
    assert ("and the docs",) in queues
    assert queues[-1] == ()
    last = acting.harness.transcript.messages[-2]
    assert [part.kind for part in last.parts] == ["result", "text"]
    await acting.session.close()


async def test_a_queued_prompt_can_be_taken_back(tmp_path: Path) -> None:
    gate = asyncio.Event()
    acting = Acting(tmp_path, [ScriptedReply(text="Working.", hold=gate.wait)])
    acting.session.send(Prompt(text="fix it"))
    acting.session.send(Prompt(text="no, wait"))
    acting.session.send(Retract())
    gate.set()
    await acting.session.rest()
    assert acting.all(PromptSteered) == []
    assert len(acting.all(PromptSubmitted)) == 1
    await acting.session.close()


async def test_an_interrupt_keeps_what_was_said_and_the_next_turn_works(tmp_path: Path) -> None:
    never = asyncio.Event()
    script = [ScriptedReply(text="I begin with the module and", hold=never.wait, chunk=4), says("Fine.")]
    acting = Acting(tmp_path, script)
    acting.session.send(Prompt(text="go"))
    await acting.until(TextDelta)
    acting.session.send(Interrupt())
    await acting.session.rest()
    partial = acting.only(ModelReplied)
    assert partial.stop == "interrupted"
    assert "I begin with the module and".startswith(partial.message.text)
    assert acting.only(TurnInterrupted).stopped == ("model script",)
    await acting.ask("go on")
    assert acting.all(ModelReplied)[-1].message.text == "Fine."
    await acting.session.close()


async def test_a_failure_that_passes_is_retried_and_shown_once(tmp_path: Path) -> None:
    flaky = ScriptedReply(text="Half", error=RateLimited("slow down", retry_after=0.01), failures=1)
    acting = Acting(tmp_path, [flaky])
    await acting.ask()
    assert acting.only(ModelRetried).error == "RateLimited"
    assert acting.only(ModelReplied).message.text == "Half"
    await acting.session.close()


async def test_a_failure_that_stays_ends_the_turn_with_what_to_do(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [ScriptedReply(error=Unauthorized("The key was refused.", "Set OPENAI_API_KEY."))])
    await acting.ask()
    failed = acting.only(TurnFailed)
    assert (failed.error, failed.message, failed.hint) == (
        "Unauthorized",
        "The key was refused.",
        "Set OPENAI_API_KEY.",
    )
    await acting.ask("again")
    assert len(acting.all(TurnFailed)) == 2
    await acting.session.close()


async def test_limits_end_a_turn(tmp_path: Path) -> None:
    look = says("", ("glob", {"pattern": "*"}))
    acting = Acting(tmp_path, [look] * 9, limits=Limits(model_calls=3))
    await acting.ask()
    assert acting.only(TurnFinished).stop == "max_turns"
    assert len(acting.all(ModelReplied)) == 3
    assert acting.harness.transcript.messages[-1].role == "user"
    await acting.session.close()


async def test_mode_model_and_title_can_change_at_any_time(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("first")])
    await acting.ask()
    acting.session.send(SwitchMode(mode="plan"))
    acting.session.send(Rename(title="a talk"))
    acting.session.send(SwitchModel(model="other"))
    await acting.until(ModelSwitched)
    await acting.ask("who are you?")
    assert acting.session.mode == "plan"
    assert acting.only(ModeSwitched).mode == "plan"
    assert acting.only(SessionNamed).title == acting.session.title == "a talk"
    assert acting.all(ModelReplied)[-1].message.text == "I am other."
    assert acting.all(ModelCalled)[-1].model == "other"
    await acting.session.close()


async def test_a_model_that_is_not_there_is_a_notice_and_nothing_changes(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("still me")])
    acting.session.send(SwitchModel(model="nobody"))
    notice = await acting.until(NoticeRaised)
    assert notice.message == "Nobody has that name."
    await acting.ask()
    assert acting.only(ModelReplied).message.text == "still me"
    await acting.session.close()


async def test_commands_run_and_unknown_ones_say_what_there_is(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [])
    acting.session.send(RunCommand(name="rename", words="spring cleaning"))
    assert (await acting.until(SessionNamed)).title == "spring cleaning"
    acting.session.send(RunCommand(name="renam"))
    assert "rename" in (await acting.until(NoticeRaised)).hint
    await acting.session.close()


async def test_a_session_in_which_nothing_was_asked_leaves_nothing(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [])
    await acting.session.close()
    assert not acting.home.exists()


async def test_closing_ends_what_runs_and_says_goodbye_in_the_log(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("", ("bash", {"command": "sleep 60"}))])
    acting.session.send(Prompt(text="go"))
    await acting.until(ModelReplied)
    await acting.session.close("done for today")
    assert acting.only(CallFinished).outcome == "interrupted"
    assert acting.only(SessionEnded).reason == "done for today"
    assert not acting.session.running


async def test_every_request_can_be_shown_byte_for_byte(tmp_path: Path) -> None:
    look = says("Look.", ("glob", {"pattern": "*"}))
    acting = Acting(tmp_path, [look, look, says("Done.")])
    acting.write("a.txt", "x")
    await acting.ask()
    called = [record for record in acting.session.stream.records if isinstance(record.event, ModelCalled)]
    bodies = [acting.session.request_bytes(record) for record in called]
    assert [len(body) for body in bodies] == [event.size for event in acting.all(ModelCalled)]
    assert b"You are a test." in bodies[0]
    assert bodies[2].startswith(bodies[0][:-2]), "each request continues the one before"
    assert len(acting.all(ModelCalled)[2].lists["messages"].then) == 2, "only what is new is named again"
    await acting.session.close()


async def test_usage_adds_up(tmp_path: Path) -> None:
    spent = Usage(input=100, output=10, cached=50)
    acting = Acting(tmp_path, [ScriptedReply(text="a", usage=spent), ScriptedReply(text="b", usage=spent)])
    await acting.ask()
    await acting.ask()
    assert acting.session.totals.all.usage == Usage(input=200, output=20, cached=100)
    assert acting.session.totals.context == 110
    assert acting.session.totals.all.price is None, "an unknown price is unknown, and not zero"
    await acting.session.close()


async def test_a_server_that_is_down_is_said_to_be_after_some_tries(tmp_path: Path) -> None:
    down = ScriptedReply(
        error=ServerUnreachable("Nobody answers at http://127.0.0.1:9.", "Is it running?", retry_after=0.001)
    )
    acting = Acting(tmp_path, [down])
    await acting.ask()
    assert len(acting.all(ModelRetried)) > 1
    assert acting.only(TurnFailed).error == "ServerUnreachable"
    await acting.session.close()


async def test_call_ids_that_a_server_repeats_are_told_apart(tmp_path: Path) -> None:
    look = says("", ("glob", {"pattern": "*"}), ("glob", {"pattern": "*.py"}))
    acting = Acting(tmp_path, lambda request: look if len(request.messages) < 4 else says("ok"))
    await acting.ask()
    ids = [event.id for event in acting.all(CallFinished)]
    assert len(ids) == len(set(ids)) == 4
    results = [p.id for m in acting.harness.transcript.messages for p in m.parts if isinstance(p, Result)]
    assert sorted(results) == sorted(ids)
    await acting.session.close()


async def test_an_interrupt_before_the_first_step_ends_the_turn_too(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("never"), says("Fine.")])
    acting.session.send(Prompt(text="go"))
    acting.session.send(Interrupt())
    async with asyncio.timeout(60):
        await acting.session.rest()
    assert acting.all(TurnInterrupted) == [TurnInterrupted()]
    await acting.ask("again")
    assert len(acting.all(ModelReplied)) == 1
    await acting.session.close()


async def test_a_prompt_that_waited_is_a_turn_of_its_own_after_an_interrupt(tmp_path: Path) -> None:
    never = asyncio.Event()
    acting = Acting(tmp_path, [ScriptedReply(text="Working on it.", hold=never.wait), says("The docs, then.")])
    acting.session.send(Prompt(text="fix it"))
    await acting.until(TextDelta)
    acting.session.send(Prompt(text="and the docs"))
    acting.session.send(Interrupt())
    acting.session.send(Interrupt())
    await acting.session.rest()
    assert [event.text for event in acting.all(PromptSubmitted)] == ["fix it", "and the docs"]
    assert len(acting.all(TurnInterrupted)) == 1
    assert acting.all(ModelReplied)[-1].message.text == "The docs, then."
    await acting.session.close()


async def test_closing_twice_or_asking_for_more_afterwards_does_nothing(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Hello.")])
    await acting.ask()
    await acting.session.close()
    before = (acting.home / "log.jsonl").read_bytes()
    with (tmp_path / "other").open("wb") as other:
        for intent in (Rename(title="late"), Prompt(text="late"), SwitchMode(mode="plan")):
            acting.session.send(intent)
        await acting.session.close()
        other.flush()
    assert (acting.home / "log.jsonl").read_bytes() == before
    assert (tmp_path / "other").read_bytes() == b""


async def test_words_said_when_a_limit_is_reached_wait_for_the_next_turn(tmp_path: Path) -> None:
    gate = asyncio.Event()
    first = ScriptedReply(text="Working.", hold=gate.wait, calls=says("", ("glob", {"pattern": "*"})).calls)
    acting = Acting(tmp_path, [first, says("Heard.")], limits=Limits(model_calls=1))
    acting.session.send(Prompt(text="go"))
    await acting.until(TextDelta)
    acting.session.send(Prompt(text="and this"))
    gate.set()
    await acting.session.rest()
    assert [event.stop for event in acting.all(TurnFinished)] == ["max_turns", "done"]
    assert acting.all(PromptSteered) == []
    await acting.session.close()


async def test_text_that_is_no_unicode_is_mended_on_its_way_in(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("ok")])
    await acting.ask("a\udcffb")
    assert acting.only(PromptSubmitted).text == "a\ufffdb"
    await acting.session.close()
    assert list(read_log(acting.home).records) == acting.session.stream.records


async def test_a_model_switched_to_during_an_answer_does_not_price_it(tmp_path: Path) -> None:
    gate = asyncio.Event()
    held = ScriptedReply(text="Working on it, bit by bit.", hold=gate.wait, usage=Usage(input=1_000_000, output=0))
    acting = Acting(tmp_path, [held])
    acting.harness.card = ModelCard(prices=Prices(input=((0, 2.0),), output=((0, 0.0),)))
    acting.session.send(Prompt(text="go"))
    await acting.until(TextDelta)
    acting.session.send(SwitchModel(model="other"))
    await acting.until(ModelSwitched)
    gate.set()
    await acting.session.rest()
    assert acting.only(ModelReplied).cost == 2.0
    await acting.session.close()


async def test_a_reader_that_comes_late_or_leaves_does_not_wait_for_ever(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Hello.")])
    leaving = acting.session.stream.cursor()
    leaving.take()
    waiting = asyncio.create_task(leaving.wait())
    await asyncio.sleep(0)
    leaving.close()
    leaving.close()
    assert await waiting is False
    await acting.ask()
    await acting.session.close()
    late = acting.session.stream.cursor()
    assert [record async for record in late] == acting.session.stream.records
