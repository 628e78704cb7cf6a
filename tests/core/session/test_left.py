"""A session that is continued goes on as it was left: the model, the mode, and how hard the model thinks."""

from dataclasses import replace
from pathlib import Path

import pytest

from claw_core.event import (
    EffortSwitched,
    Event,
    Mode,
    ModelSwitched,
    ModeSwitched,
    NoticeRaised,
    SessionStarted,
)
from claw_core.intent import Intent, Prompt, RunCommand, SwitchMode, SwitchModel
from claw_core.opening import open_session
from claw_core.options import Options
from claw_core.scripting import ScriptedReply
from claw_core.session.left import Left, as_left
from claw_core.session.session import Session
from tests.core.events import records, started
from tests.loopback import Loopback


def begun(mode: Mode = "ask") -> SessionStarted:
    return replace(started(), model="openai/gpt-5.4", mode=mode, effort=None)


def test_what_was_chosen_last_holds_and_a_fallback_was_no_choice() -> None:
    switched = ModelSwitched(provider="ollama", model="qwen3:8b")
    fell_back = ModelSwitched(provider="groq", model="spare", reason="There is no credit left.")
    left = as_left(records(begun(), switched, fell_back, ModeSwitched(mode="plan"), EffortSwitched(effort="high")))
    assert left == Left(model="ollama/qwen3:8b", mode="plan", effort="high")


def test_opening_a_session_anew_says_how_it_stands_from_then_on() -> None:
    left = as_left(records(begun(), EffortSwitched(effort="high"), begun("edits")))
    assert left == Left(model="openai/gpt-5.4", mode="edits", effort=None)


async def settled(session: Session) -> None:
    """Until nothing is under way: a question is answered after what was sent before it."""
    session.send(Prompt(text="Are you there?"))
    await session.rest()


async def does(session: Session, intent: Intent, kind: type[Event]) -> None:
    """Send an intent, and wait for what comes of it."""
    cursor = session.stream.cursor(after=session.stream.records[-1].seq)
    session.send(intent)
    async for record in cursor:
        if isinstance(record.event, kind):
            cursor.close()
            return


@pytest.fixture
def options(tmp_path: Path) -> Options:
    (tmp_path / "shop").mkdir()
    return Options(cwd=tmp_path / "shop", environ={"HOME": str(tmp_path), "CLAW_MODEL": "vllm/tiny"})


async def left_behind(options: Options, server: Loopback) -> Options:
    """A session in which everything was changed and then closed; how it is continued."""
    at = replace(options, environ={**options.environ, "VLLM_BASE_URL": server.url})
    session = await open_session(at)
    session.send(SwitchMode(mode="plan"))
    await does(session, RunCommand(name="effort", words="high"), EffortSwitched)
    await does(session, SwitchModel(model="vllm/tiny-coder"), ModelSwitched)
    await settled(session)
    await session.close()
    return replace(at, cwd=None, resume=session.id)


async def test_it_goes_on_as_it_was_left(options: Options) -> None:
    async with Loopback([ScriptedReply(text="Yes.")] * 2) as server:
        again = await open_session(await left_behind(options, server))
        assert (again.model, again.mode, again.effort) == ("tiny-coder", "plan", "high")
        await settled(again)
        await again.close()
        assert server.requests[-1].json["model"] == "tiny-coder"
        assert server.requests[-1].json["reasoning_effort"] == "high"


async def test_what_the_command_line_says_wins(options: Options) -> None:
    async with Loopback([ScriptedReply(text="Yes.")]) as server:
        resumed = await left_behind(options, server)
        again = await open_session(replace(resumed, model="vllm/tiny", mode="edits", effort="low"))
        assert (again.model, again.mode, again.effort) == ("tiny", "edits", "low")
        await again.close()


async def test_bypass_does_not_come_back_by_itself(options: Options) -> None:
    async with Loopback([ScriptedReply(text="Yes.")]) as server:
        at = replace(options, mode="bypass", environ={**options.environ, "VLLM_BASE_URL": server.url})
        session = await open_session(at)
        await settled(session)
        await session.close()
        again = await open_session(replace(at, mode=None, resume=session.id))
        assert again.mode == "ask"
        await again.close()


async def test_effort_that_was_turned_off_stays_off_whatever_the_settings_say(options: Options) -> None:
    config = Path(options.environ["HOME"]) / ".config" / "claw"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('effort = "high"\n')
    async with Loopback([ScriptedReply(text="Yes.")]) as server:
        at = replace(options, environ={**options.environ, "VLLM_BASE_URL": server.url})
        session = await open_session(at)
        assert session.effort == "high"
        await does(session, RunCommand(name="effort", words="off"), EffortSwitched)
        await settled(session)
        await session.close()
        again = await open_session(replace(at, resume=session.id))
        assert again.effort is None
        await again.close()


async def test_a_model_that_cannot_be_had_any_more_is_said_and_the_usual_one_goes_on(options: Options) -> None:
    async with Loopback([ScriptedReply(text="Yes.")]) as server:
        keyed = {**options.environ, "VLLM_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-1"}
        session = await open_session(replace(options, environ=keyed))
        await settled(session)
        await does(session, SwitchModel(model="anthropic/claude-sonnet-5-5"), ModelSwitched)
        await session.close()
        without = {name: value for name, value in keyed.items() if name != "ANTHROPIC_API_KEY"}
        again = await open_session(replace(options, environ=without, resume=session.id))
        assert again.model == "tiny"
        said = [record.event for record in again.fresh_records if isinstance(record.event, NoticeRaised)]
        assert "anthropic/claude-sonnet-5-5, which cannot be had now" in said[0].message
        assert "ANTHROPIC_API_KEY" in said[0].message
        await again.close()
