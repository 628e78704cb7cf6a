"""How a person arranged the panes is kept, and nothing in that file can do harm."""

import json
from pathlib import Path

import pytest

from claw_core.error import ConfigError
from claw_tui.layout import Arrangement
from claw_tui.layout_file import recall, remember
from tests.tui.bench import Scene, Stage
from tests.tui.tale import until_asked


def arranged() -> Arrangement:
    return Arrangement(sides=["trace", "diffs", "plan"], closed={"plan"})


def test_what_was_arranged_is_the_same_again(tmp_path: Path) -> None:
    path = tmp_path / "state" / "layout.json"
    mine = arranged()
    mine.share, mine.chosen, mine.closed, mine.heights = 35, "diffs", {"trace"}, {"diffs": 14}
    remember(path, mine)
    again = arranged()
    recall(path, again)
    assert again == mine
    assert [file.name for file in path.parent.iterdir()] == ["layout.json"]


def test_without_a_file_it_is_the_usual_one(tmp_path: Path) -> None:
    usual = arranged()
    recall(tmp_path / "none.json", usual)
    assert usual == arranged()


@pytest.mark.parametrize(
    "said",
    ["", "[]", "{", '{"share": "wide"}', "null", '{"share": 40, "closed": 3, "chosen": "", "heights": {}}', "\xff"],
)
def test_what_is_no_layout_changes_nothing_and_is_said(tmp_path: Path, said: str) -> None:
    path = tmp_path / "layout.json"
    path.write_text(said, encoding="latin-1")
    usual = arranged()
    with pytest.raises(ConfigError, match="layout"):
        recall(path, usual)
    assert usual == arranged()


def test_what_does_not_fit_is_made_to(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    closed = ["conversation", "trace", "diffs", "plan", "gone"]
    path.write_text(json.dumps({"share": 900, "closed": closed, "chosen": "gone", "heights": {"trace": 1e9, "x": 3}}))
    mine = arranged()
    recall(path, mine)
    assert (mine.share, mine.chosen, mine.heights) == (80, "", {"trace": 40})
    assert mine.closed == {"trace", "diffs", "plan"}


async def test_keys_and_the_mouse_move_the_lines_and_the_next_session_has_them(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    app = Stage(told(), layout=path)
    async with app.run_test(size=(160, 40)) as pilot:
        await app.shown(pilot)
        bench = app.workbench
        trace, diffs = bench.middle["trace"], bench.middle["diffs"]
        height = trace.size.height
        await pilot.press("f3", "shift+f8", "f20")
        await pilot.pause()
        assert trace.size.height > height > diffs.size.height
        await pilot.mouse_down("#side", offset=(0, 5))
        await pilot.hover("#main", offset=(49, 10))
        await pilot.mouse_up("#main", offset=(49, 10))
        await pilot.pause()
        assert abs(bench.query_one("#main").size.width - 50) <= 1
        await pilot.press("f4", "f4")
        closed = ["context", "diffs", "plan", "records", "terminal"]
        while not path.exists() or json.loads(path.read_text())["closed"] != closed:
            await pilot.pause()
    again = Stage(told(), layout=path)
    async with again.run_test(size=(160, 40)) as pilot:
        await again.shown(pilot)
        assert abs(again.workbench.query_one("#main").size.width - 50) <= 1
        assert "diffs" not in again.workbench.middle


async def test_a_layout_that_is_none_is_told_and_not_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    path.write_text("nonsense")
    app = Stage(told(), layout=path)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await app.shown(pilot)
        assert any("layout" in notice.message for notice in app._notifications)  # pyright: ignore[reportPrivateUsage]  no other way to them


def told() -> Scene:
    scene = Scene()
    scene.tell(*until_asked())
    return scene
