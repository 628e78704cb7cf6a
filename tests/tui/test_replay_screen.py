"""Replay: the same workbench, moved through by a bar; nothing can be asked of what has happened."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from claw_tui.app import ClawApp
from claw_tui.playhead import Playhead
from claw_tui.screens.replay import ReplayBench
from claw_tui.views.conversation import ConversationView
from tests.tui.bench import Scene, Told, painted
from tests.tui.conftest import Matches
from tests.tui.tale import to_the_end, until_asked


def told() -> Told:
    scene = Scene()
    scene.tell(*until_asked(), *to_the_end(), after=0.2)
    return Told(scene)


@asynccontextmanager
async def replayed(replay: Told) -> AsyncGenerator[tuple[ClawApp, ReplayBench, Pilot[int]]]:
    app = ClawApp(None, root=replay.root, replay=replay, still=True)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.pause()
        assert isinstance(app.workbench, ReplayBench)
        yield app, app.workbench, pilot


async def test_it_begins_before_everything_and_ends_after_it(matches_golden: Matches) -> None:
    async with replayed(told()) as (app, bench, pilot):
        assert bench.head.at == 0
        await pilot.press("end")
        await pilot.pause()
        assert bench.head.at_end
        matches_golden(app, "at-the-end")


async def test_a_step_back_shows_what_was_so(matches_golden: Matches) -> None:
    async with replayed(told()) as (app, _, pilot):
        await pilot.press("end", *["left"] * 9)
        await pilot.pause()
        assert "waiting for you" in painted(app), "the request that was open then is open again"
        matches_golden(app, "nine-back")
        await pilot.press("home")
        await pilot.pause()
        assert "make the auth" not in painted(app)


async def test_it_plays_by_itself_to_the_end() -> None:
    async with replayed(told()) as (_, bench, pilot):
        await pilot.press(*["plus"] * 8, "space")
        while not bench.head.at_end:
            await pilot.pause(0.02)
        assert not bench.head.playing or bench.head.at_end


async def test_nothing_can_be_asked_of_it() -> None:
    async with replayed(told()) as (app, bench, pilot):
        await pilot.press("end", *["left"] * 9)
        await pilot.press("tab", "y")
        await pilot.pause(0.1)
        assert "replay" in painted(app)
        await pilot.press("escape")
        assert bench.bar.has_focus


def test_stepping_back_folds_the_same_as_never_having_gone_on() -> None:
    head, other = Playhead(told()), Playhead(told())
    for played in (head, other):
        played.feed.view("conversation")
    assert not head.seek(head.length)
    assert head.seek(9)
    other.seek(9)
    first, second = head.feed.view("conversation"), other.feed.view("conversation")
    assert isinstance(first, ConversationView)
    assert isinstance(second, ConversationView)
    assert first.items == second.items


def test_pauses_are_short_and_speed_shortens_all() -> None:
    scene = Scene()
    first, second, *_ = until_asked()
    scene.tell(first)
    scene.clock.pass_by(600)
    scene.tell(second)
    head = Playhead(Told(scene))
    head.seek(1)
    assert head.wait() == 2.0
    head.faster(2)
    assert head.wait() == 0.5
