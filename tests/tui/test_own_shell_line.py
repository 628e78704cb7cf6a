"""`!` in the prompt runs a shell line of the person's own, which the conversation shows live."""

from claw_core.block import TerminalBlock
from claw_core.event import PromptSubmitted, ShellFinished, ShellProgressed, ShellStarted, TurnFinished, TurnStarted
from claw_core.intent import Interrupt, RunShell
from claw_core.message import Text
from tests.tui.bench import Scene, on_stage, painted, until
from tests.tui.conftest import Matches


def ended(output: str, status: int = 0) -> ShellFinished:
    return ShellFinished(
        id="s1",
        outcome="ok" if status == 0 else "error",
        parts=(Text(text="told"),),
        blocks=(TerminalBlock(command="make test", output=output, exit_code=status),),
        summary=f"exit {status}",
        elapsed=2.0,
    )


async def test_the_sign_says_that_enter_runs_it(matches_golden: Matches) -> None:
    scene = Scene()
    async with on_stage(scene, (100, 30)) as (app, pilot):
        await pilot.press(*"!make test @x")
        matches_golden(app, "typed")
        await pilot.press("enter")
        assert scene.sent == [RunShell(line="make test @x")]
        assert app.workbench.prompt.area.text == ""
        await pilot.press(*"hi")
        assert "│› hi" in painted(app)


async def test_its_output_is_seen_while_it_runs_and_after_a_turn_that_ended_meanwhile(matches_golden: Matches) -> None:
    scene = Scene()
    scene.tell(PromptSubmitted(text="go"), TurnStarted(), ShellStarted(id="s1", line="make test"))
    async with on_stage(scene, (100, 30)) as (app, pilot):
        scene.tell(ShellProgressed(id="s1", text="one\ntwo\n"), TurnFinished(stop="done", elapsed=1.0))
        await app.shown(pilot)
        assert "two" in painted(app)
        scene.tell(ended("\n".join(f"row {number}" for number in range(1, 41)), 2))
        await app.shown(pilot)
        matches_golden(app, "ended")


async def test_escape_stops_it_and_one_at_a_time_runs() -> None:
    scene = Scene()
    scene.tell(ShellStarted(id="s1", line="make test"))
    async with on_stage(scene) as (app, pilot):
        await pilot.press(*"!ls", "enter")
        await until(pilot, lambda: "This runs still: make test" in painted(app))
        assert app.workbench.prompt.area.text == "!ls"
        await pilot.press("escape")
        assert scene.sent == [Interrupt()]
        scene.tell(ended("", 130))
        await app.shown(pilot)
        await pilot.press("enter")
        assert scene.sent[1:] == [RunShell(line="ls")]


async def test_it_is_history_like_a_prompt() -> None:
    scene = Scene()
    scene.tell(ShellStarted(id="s1", line="make test"), ended("fine"))
    async with on_stage(scene) as (app, pilot):
        await pilot.press("up")
        assert app.workbench.prompt.area.text == "!make test"
        await pilot.press("ctrl+c", "!", "enter")
        await pilot.pause()
        assert scene.sent == []
