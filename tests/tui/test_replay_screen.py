"""Replay: the same workbench, moved through by a bar; nothing can be asked of what has happened."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from claw_tui.app import ClawApp
from claw_tui.playhead import Playhead
from claw_tui.screens.replay import ReplayBench
from claw_tui.views.conversation import ConversationView
from tests.tui.bench import Scene, Told, painted, until
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
        await until(pilot, lambda: bench.head.at_end)


async def test_it_goes_by_turns_by_calls_and_to_what_is_named() -> None:
    async with replayed(told()) as (_, bench, pilot):
        head, records = bench.head, bench.head.replay.records

        async def stands_at(key: str) -> str:
            await pilot.press(key)
            return records[head.at - 1].event.kind if head.at else ""

        assert await stands_at("right_square_bracket") == "turn.started"
        assert [await stands_at("full_stop") for _ in range(3)] == ["call.started"] * 3
        third = head.at
        assert await stands_at("comma") == "call.started"
        assert head.at < third
        assert await stands_at("left_square_bracket") == "turn.started"
        assert await stands_at("left_square_bracket") == ""
        await pilot.press("g", *"12", "enter")
        assert head.at == 12
        await pilot.press("g", *"50%", "enter")
        assert head.at == head.length // 2


def test_places_are_named_by_number_by_time_and_by_part() -> None:
    head = Playhead(told())
    first = head.replay.records[0].at
    assert [head.place(words) for words in ("0", "7", " 9999 ", "0%", "100%")] == [0, 7, head.length, 0, head.length]
    at = head.place("0:02.1")
    assert (head.replay.records[at - 1].at - first).total_seconds() <= 2.1
    assert (head.replay.records[at].at - first).total_seconds() > 2.1
    assert head.place("9:00:00") == head.length
    for words in ("", "soon", "1:x", "%", "nan%", "1e400:0"):
        with pytest.raises(ValueError, match="A record's number"):
            head.place(words)


async def test_pauses_are_skipped_on_demand() -> None:
    async with replayed(told()) as (app, bench, pilot):
        await pilot.press("full_stop", "i")
        assert bench.head.wait() < 0.1
        assert "no pauses" in painted(app)
        await pilot.press("i")
        assert bench.head.wait() == pytest.approx(0.2)


async def test_nothing_can_be_asked_of_it() -> None:
    async with replayed(told()) as (app, bench, pilot):
        await pilot.press("end", *["left"] * 9)
        await pilot.press("tab", "y")
        await until(pilot, lambda: "This is a replay" in painted(app))
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


async def test_words_are_sought_from_here_on_and_back() -> None:
    async with replayed(told()) as (app, bench, pilot):
        await pilot.press("slash", *"1 failed", "enter")
        await until(pilot, lambda: bench.head.at)
        first = bench.head.at
        assert bench.head.replay.records[first - 1].event.kind == "call.finished"
        await pilot.press("end", "N")
        await until(pilot, lambda: not bench.head.at_end)
        assert bench.head.at == first
        await pilot.press("n")
        await until(pilot, lambda: "Nothing further holds" in painted(app))


async def test_a_click_on_the_line_of_time_goes_there() -> None:
    async with replayed(told()) as (_, bench, pilot):
        await pilot.click("#transport", offset=(6, 1))
        near = bench.head.at
        await pilot.click("#transport", offset=(30, 1))
        assert 0 < near < bench.head.at <= bench.head.length
