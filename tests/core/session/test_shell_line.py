"""A shell line of the person's own: run beside the agent, recorded as theirs, told with their next words."""

import asyncio
from pathlib import Path

from claw_core.ask import Ask
from claw_core.event import (
    MAIN,
    AskOpened,
    NoticeRaised,
    SessionStarted,
    ShellFinished,
    ShellProgressed,
    ShellStarted,
    TextDelta,
    TurnFinished,
    TurnInterrupted,
)
from claw_core.intent import Interrupt, Prompt, RunShell
from claw_core.message import Text
from claw_core.scripting import ScriptedReply
from claw_core.session.log import read_log, read_prompts
from claw_core.session.shelf import Shelf
from tests.core.acting import Acting, says


async def ran(acting: Acting, line: str) -> ShellFinished:
    """Run a line until it ends."""
    ended = asyncio.ensure_future(acting.until(ShellFinished))
    await asyncio.sleep(0)
    acting.session.send(RunShell(line=line))
    return await ended


async def nobody(ask: Ask) -> object:
    raise AssertionError(f"somebody was asked: {ask}")


async def test_it_runs_in_the_workspace_and_nobody_is_asked(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [], mode="plan", deny=("Bash",), answer=nobody)
    cursor = acting.session.stream.cursor()
    ended = await ran(acting, "echo here > made.txt; pwd")
    assert (ended.outcome, ended.summary) == ("ok", "exit 0")
    assert (acting.root / "made.txt").read_text() == "here\n"
    assert str(acting.root) in "".join(
        record.event.text for record in cursor.take() if isinstance(record.event, ShellProgressed)
    )
    assert acting.all(AskOpened) == []
    assert acting.only(ShellStarted).line == "echo here > made.txt; pwd"
    await acting.session.close()


async def test_the_model_hears_of_it_with_the_next_prompt_and_not_before(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("One."), says("Two.")])
    await acting.ask("first")
    await ran(acting, "echo loud; exit 3")
    assert "loud" not in "".join(message.text for message in acting.harness.transcript.messages)
    await acting.ask("second")
    parts = acting.harness.transcript.messages[2].parts
    assert [part.text for part in parts if isinstance(part, Text)] == [
        "[The person ran a shell line:]\n$ echo loud; exit 3\nloud\n[It ended: exit 3.]",
        "second",
    ]
    await acting.session.close()


async def test_it_is_stopped_first_where_it_was_begun_last_and_the_turn_goes_on(tmp_path: Path) -> None:
    gate = asyncio.Event()
    acting = Acting(tmp_path, [ScriptedReply(text="Working on it.", hold=gate.wait)])
    acting.session.send(Prompt(text="go"))
    await acting.until(TextDelta)
    line = asyncio.ensure_future(ran(acting, "echo up; sleep 100"))
    await acting.until(ShellProgressed)
    acting.session.send(Interrupt())
    ended = await line
    assert (ended.outcome, ended.summary) == ("interrupted", "stopped")
    assert acting.session.running
    gate.set()
    await acting.session.rest()
    assert len(acting.all(TurnFinished)) == 1
    await acting.session.close()


async def test_a_turn_begun_after_it_is_stopped_first(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [ScriptedReply(text="Working on it.", hold=asyncio.Event().wait)])
    line = asyncio.ensure_future(ran(acting, "echo up; sleep 100"))
    await acting.until(ShellProgressed)
    acting.session.send(Prompt(text="go"))
    await acting.until(TextDelta)
    acting.session.send(Interrupt())
    await acting.session.rest()
    assert len(acting.all(TurnInterrupted)) == 1
    assert not line.done()
    acting.session.send(Interrupt())
    assert (await line).outcome == "interrupted"
    await acting.session.close()


async def test_what_others_may_have_written_is_marked(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [])
    assert (await ran(acting, "curl -s http://127.0.0.1:9/x")).outside == "the network: curl 127.0.0.1"
    assert [heard.what for heard in acting.harness.provenance.before(MAIN)] == ["! curl -s http://127.0.0.1:9/x"]
    await acting.session.close()


async def test_one_at_a_time_and_none_outlives_the_session(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [])
    acting.session.send(RunShell(line="echo up; sleep 100"))
    await acting.until(ShellProgressed)
    acting.session.send(RunShell(line="echo two"))
    assert acting.only(NoticeRaised).hint == "Esc stops it."
    await acting.session.close()
    assert acting.only(ShellFinished).outcome == "interrupted"
    assert list(read_log(acting.home).records) == acting.session.stream.records


async def test_a_session_with_nothing_else_is_kept_and_its_lines_are_history(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [])
    await ran(acting, "true")
    await acting.session.close()
    assert [each.id for each in Shelf(acting.home.parent).summaries()] == ["s1"]
    head = next(record.event for record in acting.session.stream.records if isinstance(record.event, SessionStarted))
    assert read_prompts(acting.home, head.cwd) == ["!true"]


async def test_it_gets_no_secrets_and_long_output_is_shortened(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [])
    ended = await ran(acting, "env | grep -c API_KEY; seq 100000")
    (told,) = ended.parts
    assert isinstance(told, Text)
    assert "\n0\n" in told.text
    assert len(told.text) < 40_000
    assert "left out; the whole is in" in told.text
    await acting.session.close()
