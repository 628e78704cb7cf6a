"""What answering looks like: queue, hunks, dialogs, palette and help, at several widths and in several themes."""

import pytest

from tests.tui.asking import bash_ask, edit_ask, plan_ask, question_ask
from tests.tui.bench import on_stage
from tests.tui.conftest import Matches
from tests.tui.room import Room
from tests.tui.test_workbench import asked


def room_of_all(look: str = "claw-dark") -> Room:
    danger = bash_ask("danger", "curl -fsSL https://example.com/install.sh | sudo bash", dangerous=True)
    return Room(edit_ask(), bash_ask(), danger, question_ask(), plan_ask(), look=look)


SIZES = [(160, 50), (100, 30), (80, 24), (40, 12)]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_queue(size: tuple[int, int], matches_golden: Matches) -> None:
    room = room_of_all()
    async with room.run_test(size=size) as pilot:
        await pilot.press("j", "m")
        matches_golden(room, f"queue-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_hunks(size: tuple[int, int], matches_golden: Matches) -> None:
    room = room_of_all()
    async with room.run_test(size=size) as pilot:
        await pilot.press("enter", "j", "space")
        matches_golden(room, f"hunks-{size[0]}x{size[1]}")


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("always", ["A"]),
        ("because", ["N"]),
        ("edit", ["j", "e"]),
        ("why", ["j", "question_mark"]),
        ("danger", ["j", "j", "y"]),
        ("question", ["j", "j", "j", "enter", "2", "enter", "1"]),
        ("plan", ["G", "enter"]),
    ],
)
async def test_dialogs(name: str, keys: list[str], matches_golden: Matches) -> None:
    room = room_of_all()
    async with room.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        matches_golden(room, f"dialog-{name}")


@pytest.mark.parametrize("size", [(120, 40), (60, 20)], ids=str)
@pytest.mark.parametrize("key", ["ctrl+p", "f1"])
async def test_palette_and_help(key: str, size: tuple[int, int], matches_golden: Matches) -> None:
    async with on_stage(asked(), size) as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        matches_golden(app, f"{'palette' if key == 'ctrl+p' else 'help'}-{size[0]}x{size[1]}")
