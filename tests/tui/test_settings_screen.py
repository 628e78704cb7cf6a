"""The settings screen: every setting found by typing, changed in place, kept in the person's own file."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from claw_core.config.load import read_settings
from claw_core.config.paths import Paths
from claw_core.config.schema import Settings, set_values
from claw_core.intent import SwitchModel
from claw_core.options import Options, configuration_of
from claw_tui import theme
from claw_tui.commands.settings import take_over
from claw_tui.own_settings import Held, OwnSettings
from claw_tui.screens.settings import SettingsScreen
from tests.tui.bench import Scene, painted, until
from tests.tui.conftest import Matches
from tests.tui.test_commands import Face


class Home:
    """A person's home and a project that brought settings along."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "shop"
        (self.project / ".claw").mkdir(parents=True)
        self.brought = self.project / ".claw/settings.toml"
        self.brought.write_text('theme = "nord"\n[permissions]\ndeny = ["Bash(git push *)"]\n')
        self.environ = {"HOME": str(folder), "CLAW_MODEL": "ollama/qwen3:8b"}
        self.paths = Paths.of(self.environ)
        self.paths.config.mkdir(parents=True)
        self.paths.settings.write_text('# mine\nmodel = "gpt-5.4"\n\n[ui]\nattention = "none" # quiet\n')
        options = Options(cwd=self.project, environ=self.environ)
        self.own = OwnSettings(lambda: configuration_of(options), self.paths, self.project, folder)

    def says(self, file: Path) -> dict[str, object]:
        """What a file says."""
        return set_values(read_settings(file) or Settings())


class Stage(App[None]):
    """An app with nothing but the settings screen."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self.use_theme(theme.named(theme.DEFAULT))
        self.held: list[Held] = []
        self.previewed: list[str | None] = []
        self.settings = SettingsScreen(
            lambda: self.look,
            home.own,
            themes=("claw-dark", "nord"),
            holds=self.holds,
            preview=self.previewed.append,
        )

    def holds(self, held: Held) -> bool:
        self.held.append(held)
        return held.setting.key == "theme"

    def use_theme(self, look: theme.Theme) -> None:
        self.look = look
        self.register_theme(look.for_textual())
        self.theme = look.name

    async def on_mount(self) -> None:
        await self.push_screen(self.settings)


@asynccontextmanager
async def settings(home: Home, size: tuple[int, int] = (100, 30)) -> AsyncGenerator[tuple[Stage, Pilot[None]]]:
    """The screen, with everything read."""
    app = Stage(home)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.settings.rows.rows)
        await pilot.pause()
        yield app, pilot


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


async def test_every_setting_says_what_holds_and_who_says_so(home: Home) -> None:
    async with settings(home) as (app, _):
        rows = {held.setting.key: held for held in app.settings.rows.rows}
        assert (rows["model"].shown, rows["model"].source) == ("ollama/qwen3:8b", "environment")
        assert [name for name, _ in rows["model"].said] == ["yours", "environment"]
        assert (rows["theme"].shown, rows["theme"].source) == ("nord", "the project's")
        assert (rows["ui.attention"].shown, rows["ui.attention"].source) == ("none", "yours")
        assert (rows["network.attempts"].shown, rows["network.attempts"].source) == ("5", "default")


async def test_what_is_typed_finds_a_setting_and_enter_chooses_another_value(home: Home) -> None:
    async with settings(home) as (app, pilot):
        await pilot.press(*"called")
        assert [held.setting.key for held in app.settings.rows.rows] == ["ui.attention"]
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is not app.settings)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.held)
        assert home.paths.settings.read_text() == '# mine\nmodel = "gpt-5.4"\n\n[ui]\nattention = "bell" # quiet\n'
        assert "from the next session on" in painted(app)


async def test_a_number_is_checked_as_it_is_typed_and_written_when_it_fits(home: Home) -> None:
    async with settings(home) as (app, pilot):
        await pilot.press(*"max_turns", "enter")
        await until(pilot, lambda: isinstance(app.focused, Input) and app.focused.id == "settings-field")
        await pilot.press("0")
        assert "max_turns must be between 1 and 1,000,000" in painted(app)
        await pilot.press("enter")
        assert "max_turns" not in home.says(home.paths.settings)
        await pilot.press("backspace", "7")
        assert "must be" not in painted(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.held)
        assert home.says(home.paths.settings)["max_turns"] == 7


async def test_a_change_for_this_project_goes_to_the_person_s_own_file_for_it(home: Home) -> None:
    before = home.brought.read_text()
    async with settings(home) as (app, pilot):
        await pilot.press("tab", *"reduced", "enter")
        await until(pilot, lambda: app.held)
    here = home.paths.own_settings(home.project)
    assert home.says(here) == {"ui.reduced_motion": True}
    assert home.brought.read_text() == before


async def test_what_does_not_decide_says_who_does(home: Home) -> None:
    async with settings(home) as (app, pilot):
        await pilot.press(*"bare", "enter")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "settings-field")
        await pilot.press("end", *"-mini", "enter")
        await until(pilot, lambda: "But environment says ollama/qwen3:8b" in painted(app))
        assert not app.held
        assert home.says(home.paths.settings)["model"] == "gpt-5.4-mini"


async def test_a_list_is_written_a_text_a_line(home: Home) -> None:
    async with settings(home) as (app, pilot):
        await pilot.press(*"permissions.allow", "enter")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "settings-field")
        await pilot.press(*"Bash(pytest", "enter")
        assert "closing bracket" in painted(app) or "permissions.allow" in painted(app)
        await pilot.press("backspace", "space", *"*)", "enter", *"Read", "ctrl+s")
        await until(pilot, lambda: app.held)
        assert home.says(home.paths.settings)["permissions.allow"] == ("Bash(pytest *)", "Read")


async def test_what_is_taken_out_is_as_it_is_by_itself(home: Home) -> None:
    async with settings(home) as (app, pilot):
        await pilot.press(*"attention", "ctrl+d")
        await until(pilot, lambda: app.held)
        assert "ui.attention" not in home.says(home.paths.settings)
        await pilot.press("ctrl+d")
        assert "says nothing of ui.attention" in painted(app)


async def test_a_theme_is_shown_while_the_cursor_is_on_it_and_holds_at_once(home: Home) -> None:
    async with settings(home) as (app, pilot):
        await pilot.press("tab", *"themes", "enter")
        await until(pilot, lambda: app.screen is not app.settings)
        await pilot.press("down", "up", "enter")
        await until(pilot, lambda: app.held)
        assert app.previewed[:2] == ["claw-dark", "nord"] or app.previewed[:2] == ["nord", "claw-dark"]
        assert "It holds now" in painted(app)


async def test_escape_drops_what_is_written_first_and_then_goes_back(home: Home) -> None:
    async with settings(home) as (app, pilot):
        await pilot.press(*"max_turns", "enter")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "settings-field")
        await pilot.press("9", "escape")
        assert app.screen is app.settings
        await pilot.press("escape")
        assert app.screen is not app.settings
    assert "max_turns" not in home.says(home.paths.settings)


async def test_the_mouse_does_it_too(home: Home) -> None:
    async with settings(home) as (app, pilot):
        await pilot.press(*"reduced")
        await pilot.click("#settings-rows", offset=(5, 0), times=2)
        await until(pilot, lambda: app.held)
        assert home.says(home.paths.settings)["ui.reduced_motion"] is True
        await pilot.click("#settings-title")
        assert "this project" in painted(app)


async def test_a_file_that_does_not_fit_is_said_and_left_alone(home: Home) -> None:
    home.paths.own_settings(home.project).parent.mkdir()
    home.paths.own_settings(home.project).write_text("max_turns = 'x'\n")
    app = Stage(home)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "max_turns must be a whole number" in painted(app))


async def test_what_can_hold_at_once_does(home: Home) -> None:
    held = {each.setting.key: each for each in await home.own.look()}
    face = Face(Scene())
    assert take_over(face, held["theme"])
    assert face.look.name == "nord"
    assert take_over(face, held["model"])
    assert face.sent == [SwitchModel(model="ollama/qwen3:8b")]
    assert take_over(face, held["ui.attention"])
    assert not take_over(face, held["network.attempts"])
    assert not take_over(Face(), held["model"])


@pytest.mark.parametrize("size", [(120, 30), (80, 24), (40, 10)], ids=str)
async def test_settings(home: Home, size: tuple[int, int], matches_golden: Matches) -> None:
    async with settings(home, size) as (app, pilot):
        await pilot.press("down", "down")
        await pilot.pause()
        matches_golden(app, f"settings-{size[0]}x{size[1]}")
