"""The first minute: what was found is listed, and everything offered is real."""

from collections.abc import Sequence

import pytest
from textual.app import App
from textual.widgets import Input

from claw_core.error import UsageError
from claw_core.reach import Reach
from claw_tui import theme
from claw_tui.line import plain
from claw_tui.screens.welcome import OfferList, WelcomeScreen, offers
from claw_tui.theme import Theme
from tests.tui.bench import painted
from tests.tui.conftest import Matches
from tests.tui.test_commands import KEYLESS, READY


class Door(App[None]):
    """The welcome screen, and what was asked of it."""

    def __init__(self, *found: Reach, look: str = "claw-dark") -> None:
        super().__init__()
        self.use_theme(theme.named(look))
        self.found: Sequence[Reach] = found
        self.looked = 0
        self.did: list[str] = []
        self.keys: dict[str, str] = {}
        self.broken = False

    def use_theme(self, look: Theme) -> None:
        self.look = look
        self.register_theme(look.for_textual())
        self.theme = look.name

    def on_mount(self) -> None:
        self.push_screen(
            WelcomeScreen(
                lambda: self.look,
                find=self.find,
                keep_key=self.keep,
                choose=lambda model: self.did.append(f"choose {model}"),
                demo=lambda: self.did.append("demo"),
                leave=lambda: self.did.append("leave"),
                reason="No model is set up yet.",
            )
        )

    async def find(self) -> Sequence[Reach]:
        self.looked += 1
        return self.found

    async def keep(self, variable: str, key: str) -> str:
        if self.broken:
            raise UsageError("The file cannot be written.", "Set the variable instead.")
        self.keys[variable] = key
        self.found = (*self.found, READY)
        return "~/.config/claw/keys.toml"

    def rows(self) -> list[str]:
        view = self.screen.query_one(OfferList)
        return [plain(row) for at in range(view.count()) for row in view.paint(at, 100)]


async def test_models_that_answer_come_first_then_the_demo_then_keys() -> None:
    assert [offer.kind for offer in offers((READY, KEYLESS))] == ["model", "model", "demo", "key", "look", "leave"]
    assert [offer.kind for offer in offers(None)] == ["demo", "look", "leave"]


async def test_enter_takes_the_first_model() -> None:
    door = Door(READY, KEYLESS)
    async with door.run_test() as pilot:
        await pilot.pause()
        await pilot.press("enter")
        assert door.did == ["choose ollama/qwen"]


async def test_with_nothing_found_the_demo_is_under_the_cursor_and_a_key_away() -> None:
    door = Door(KEYLESS)
    async with door.run_test() as pilot:
        await pilot.pause()
        await pilot.press("enter", "d")
        assert door.did == ["demo", "demo"]


async def test_a_key_is_entered_unseen_kept_and_looked_at_anew() -> None:
    door = Door(KEYLESS)
    async with door.run_test() as pilot:
        await pilot.pause()
        await pilot.press("j", "enter")
        line = door.screen.query_one("#words", Input)
        assert line.password
        line.value = "two words"
        await pilot.press("enter")
        assert door.keys == {}
        line.value = " sk-1 "
        await pilot.press("enter")
        await pilot.pause()
        assert door.keys == {"OPENAI_API_KEY": "sk-1"}
        assert "ollama/qwen" in door.rows()[0]


async def test_a_key_that_cannot_be_kept_is_said() -> None:
    door = Door(KEYLESS)
    door.broken = True
    async with door.run_test(notifications=True) as pilot:
        await pilot.pause()
        await pilot.press("j", "enter")
        door.screen.query_one("#words", Input).value = "sk-1"
        await pilot.press("enter")
        await pilot.pause()
        assert "The file cannot be written." in painted(door)


async def test_look_again_and_leave() -> None:
    door = Door()
    async with door.run_test() as pilot:
        await pilot.pause()
        await pilot.press("j", "enter")
        await pilot.pause()
        await pilot.press("q")
        assert door.looked == 2
        assert door.did == ["leave"]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)], ids=str)
async def test_what_it_looks_like(size: tuple[int, int], matches_golden: Matches) -> None:
    door = Door(READY, KEYLESS)
    async with door.run_test(size=size) as pilot:
        await pilot.pause()
        matches_golden(door, f"found-{size[0]}x{size[1]}")


async def test_what_it_looks_like_in_the_light(matches_golden: Matches) -> None:
    door = Door(KEYLESS, look="claw-light")
    async with door.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        matches_golden(door, "nothing-100x30-light")
