"""The records pane: every record as it is kept, found by words, opened whole, at the same cost however many."""

from claw_core.event import NoticeRaised, PromptSubmitted, Record, TextDelta, TurnStarted
from claw_tui.panes.records import RecordLines
from claw_tui.screens.detail import DetailScreen
from claw_tui.views.records import RecordsView
from tests.tui.bench import BEGAN, Scene, on_stage, painted
from tests.tui.conftest import Matches
from tests.tui.tale import to_the_end, until_asked


def told() -> Scene:
    scene = Scene()
    scene.tell(*until_asked(), *to_the_end(), after=0.5)
    return scene


async def test_records_stand_in_their_order(matches_golden: Matches) -> None:
    async with on_stage(told(), (120, 40)) as (app, pilot):
        await pilot.press("f12", "ctrl+o")
        await pilot.pause()
        matches_golden(app, "records-120x40")


async def test_records_at_80_columns(matches_golden: Matches) -> None:
    async with on_stage(told(), (80, 24)) as (app, pilot):
        await pilot.press("f12")
        await pilot.pause()
        matches_golden(app, "records-80x24")


async def test_words_are_found_and_what_comes_is_looked_through_too() -> None:
    scene = told()
    async with on_stage(scene) as (app, pilot):
        await pilot.press("f12", "ctrl+o", "slash", *"httpx", "enter")
        await pilot.pause()
        shown = painted(app)
        assert "ask.opened" in shown
        assert "turn.started" not in shown
        scene.tell(PromptSubmitted(text="now httpx again"), TurnStarted())
        await app.shown(pilot)
        assert "now httpx again" in painted(app)
        await pilot.press("slash", "escape")
        await pilot.pause()
        assert "turn.started" in painted(app)


async def test_a_record_opens_whole_and_is_copied_as_its_line() -> None:
    async with on_stage(told()) as (app, pilot):
        await pilot.press("f12", "home", "enter")
        while '"kind": "session.started"' not in painted(app):
            await pilot.pause()
        assert isinstance(app.screen, DetailScreen)
        await pilot.press("y")
        while not app.clipboard:
            await pilot.pause()
        assert app.clipboard.startswith('{"seq":1,')
        await pilot.press("escape", "g")
        await pilot.pause()
        assert app.workbench.middle["conversation"].has_keys


def test_what_passes_by_is_no_record() -> None:
    view = RecordsView()
    for seq, event in enumerate((TurnStarted(), TextDelta(text="x"), NoticeRaised(level="info", message="m")), 1):
        view.fold(Record(seq=seq, at=BEGAN, turn=1, agent="main", event=event))
    assert [record.seq for record in view.records] == [1, 3]
    assert [view.index_of(seq) for seq in (0, 1, 2, 3, 9)] == [None, 0, 0, 1, 1]


async def test_a_hundred_thousand_cost_what_is_in_sight() -> None:
    scene = Scene()
    async with on_stage(scene) as (app, pilot):
        await pilot.press("f12", "ctrl+o")
        painting: list[int] = []
        lines = app.query_one(RecordLines)
        paint = lines.paint
        lines.paint = lambda index, width: painting.append(index) or paint(index, width)  # type: ignore[method-assign]
        scene.tell(*(NoticeRaised(level="info", message=f"number {at}") for at in range(100_000)))
        await app.shown(pilot)
        await pilot.press("pageup", "home", "end")
        assert lines.count() == 100_000
        assert len(painting) < 400
