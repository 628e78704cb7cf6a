"""Going back on the screen: what was asked, what it changed, what going back would do, and that it does just that."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from claw_core.block import DiffBlock, Hunk, TextBlock
from claw_core.event import FileChanged, PromptSubmitted, SessionRewound, TurnFinished, TurnStarted
from claw_core.intent import GoBack, RunCommand
from claw_core.rewind import Back, Preview
from claw_tui.app import ClawApp
from claw_tui.feed import SessionFace
from claw_tui.screens.rewind import RewindScreen
from claw_tui.screens.workbench import Workbench
from tests.core.acting import Acting, says
from tests.tui.bench import Scene, on_stage, painted, until
from tests.tui.conftest import Matches
from tests.tui.tale import DIFF

LINES = Hunk(old_start=1, old_count=1, new_start=1, new_count=1, lines=("-mine\n", "+old\n"))


def changed(path: str, call: str, added: int, removed: int) -> FileChanged:
    return FileChanged(path=path, before="a", after="b", call=call, added=added, removed=removed)


def told() -> Scene:
    """Two prompts and a rewind, with what going back to before the second would do."""
    scene = Scene()
    scene.tell(PromptSubmitted(text="make the auth module async"), TurnStarted(), changed("src/auth.py", "c1", 18, 11))
    scene.tell(TurnFinished(stop="done", elapsed=2.0), after=60)
    scene.tell(PromptSubmitted(text="now the callers,\nall of them"), TurnStarted(), turn=2, after=60)
    scene.tell(changed("src/api.py", "c2", 4, 4), changed("src/cli.py", "c3", 1, 1), turn=2)
    scene.tell(TurnFinished(stop="done", elapsed=2.0), turn=2)
    scene.tell(SessionRewound(seq=1, talk=False, files=("src/cli.py",)), changed("src/cli.py", "", 1, 1), after=60)
    binary = TextBlock(text="Not text: 20 bytes now, 10 bytes then.")
    files = (
        Back(path="src/api.py", state="ready", shown=DIFF),
        Back(
            path="src/mine.py",
            state="changed",
            why="it was changed since, not by this session",
            seen="digest",
            shown=DiffBlock(path="src/mine.py", hunks=(LINES,)),
        ),
        Back(path="data.bin", state="lost", why="what it held was too large to be kept", shown=binary),
    )
    scene.previews = {seq: Preview(seq=seq, files=files) for seq in (4,)}
    return scene


async def opened(app: ClawApp, pilot: Pilot[int]) -> RewindScreen:
    """The screen, with what going back to the moment under the cursor would do."""
    if not isinstance(app.screen, RewindScreen):
        app.workbench.context.command("rewind", "")
    while not isinstance(app.screen, RewindScreen) or app.screen.shown is None:
        await pilot.pause(0.01)
    await pilot.pause()
    return app.screen


async def test_the_list_says_what_each_changed_and_below_what_would_become_of_files(matches_golden: Matches) -> None:
    async with on_stage(told(), size=(100, 34)) as (app, pilot):
        screen = await opened(app, pilot)
        assert screen.moments.cursor == 2
        assert "No file would change." in painted(app)
        await pilot.press("up")
        await opened(app, pilot)
        matches_golden(app, "before-the-second")


async def test_it_fits_a_small_screen(matches_golden: Matches) -> None:
    async with on_stage(told(), size=(60, 18)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("up")
        await opened(app, pilot)
        matches_golden(app, "small")


async def test_talk_and_files_go_back_and_the_prompt_can_be_said_anew() -> None:
    scene = told()
    async with on_stage(scene) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("up")
        await opened(app, pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert scene.sent == [GoBack(seq=4, talk=True, files=True)]
        assert app.workbench.prompt.area.text == "now the callers,\nall of them"


async def test_what_somebody_else_changed_is_overwritten_only_on_demand_and_only_as_it_was_seen() -> None:
    scene = told()
    async with on_stage(scene) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("up")
        await opened(app, pilot)
        assert "would be left as it is" in painted(app)
        await pilot.press("o")
        assert "would be overwritten" in painted(app)
        await pilot.press("f")
        await pilot.pause()
        assert scene.sent == [GoBack(seq=4, talk=False, files=True, over={"src/mine.py": "digest"})]
        assert app.workbench.prompt.area.text == ""


async def test_escape_changes_nothing_and_the_difference_scrolls() -> None:
    scene = told()
    async with on_stage(scene, size=(80, 20)) as (app, pilot):
        screen = await opened(app, pilot)
        await pilot.press("up")
        await opened(app, pilot)
        await pilot.press("tab", "down", "down")
        assert screen.changes.has_focus
        assert screen.changes.port.top != (0, 0)
        await pilot.press("tab")
        assert screen.moments.has_focus
        await pilot.press("escape")
        assert scene.sent == []
        assert isinstance(app.screen, Workbench)


async def test_nothing_goes_back_while_a_turn_runs_or_before_anything_was_asked() -> None:
    scene = Scene()
    async with on_stage(scene) as (app, pilot):
        app.workbench.context.command("rewind", "")
        await until(pilot, lambda: "Nothing was asked yet" in painted(app))
        scene.running = True
        app.workbench.context.command("rewind", "")
        await until(pilot, lambda: "A turn runs." in painted(app))
        app.workbench.context.command("rewind", "2 files")
        await until(pilot, lambda: scene.sent)
        assert scene.sent == [RunCommand(name="rewind", words="2 files")]


@asynccontextmanager
async def at_work(one: Acting) -> AsyncGenerator[tuple[ClawApp, Pilot[int]]]:
    """The app on a real session."""

    async def give() -> SessionFace:
        return one.session

    app = ClawApp(give, root=one.root, still=True)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: app.workbench.feed is not None)
        yield app, pilot


async def test_a_whole_way_back_and_back_again(tmp_path: Path) -> None:
    one = Acting(tmp_path, [says("", ("bash", {"command": "echo 2 > a.txt; rm b.txt"})), says("Changed.")])
    one.write("a.txt", "1\n")
    one.write("b.txt", "b\n")
    async with at_work(one) as (app, pilot):
        await pilot.press(*"change", "enter")
        await until(pilot, lambda: "Changed." in painted(app))
        await pilot.press(*"/rewind", "escape", "enter")
        await until(pilot, lambda: "2 files would be put back." in painted(app))
        await pilot.press("enter")
        await until(pilot, lambda: "went back" in painted(app))
        assert (one.root / "a.txt").read_text() == "1\n"
        assert (one.root / "b.txt").read_text() == "b\n"
        assert app.workbench.prompt.area.text == "change"
        await pilot.press("ctrl+u", *"/rewind undo", "enter")
        await until(pilot, lambda: not (one.root / "b.txt").exists())
        assert (one.root / "a.txt").read_text() == "2\n"
