"""A click or a key on a file or an address: what it is is shown, then it is opened as the person chooses."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import on
from textual.pilot import Pilot
from textual.widgets import Input

from claw_core.error import UsageError
from claw_core.event import ModelReplied, PromptSubmitted, TurnFinished, TurnStarted
from claw_core.message import Message, Text, Usage
from claw_tui.browser import open_address, opener
from claw_tui.dialogs.open import OpenDialog
from claw_tui.pane import Pane
from claw_tui.screens.detail import DetailScreen
from tests.tui.bench import Scene, Stage, painted

SAID = "I changed `src/auth.py:3`; see [the docs](https://example.com/login) and https://docs.example.org/a.\n"


def scene_in(folder: Path, said: str = SAID) -> Scene:
    """An answer that names a file of a real workspace, and addresses."""
    (folder / "src").mkdir()
    (folder / "src/auth.py").write_text("import os\n\nclass Auth:\n    pass\n")
    scene = Scene()
    scene.root = folder
    message = Message(role="assistant", parts=(Text(text=said),))
    usage = Usage(input=1, output=1)
    scene.tell(
        PromptSubmitted(text="go"),
        TurnStarted(),
        ModelReplied(message=message, usage=usage, stop="end", first_token=0.4, elapsed=2.0, cost=0.0),
        TurnFinished(stop="done", elapsed=2.0),
    )
    return scene


@pytest.fixture
def editor(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's editor writes down what it was told."""
    folder = tmp_path_factory.mktemp("editor")
    path = folder / "vim"
    path.write_text(f'#!/bin/sh\necho "$@" > {folder}/told\n')
    path.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(path))
    return folder / "told"


def place_of(app: Stage, words: str) -> tuple[int, int]:
    """Where these words stand on the screen."""
    for y, row in enumerate(painted(app).split("\n")):
        if (x := row.find(words)) >= 0:
            return x + 1, y
    raise AssertionError(painted(app))


async def until(pilot: Pilot[int], holds: Callable[[], object]) -> None:
    for _ in range(500):
        if holds():
            return
        await pilot.pause()
    pytest.fail(painted(pilot.app))


@asynccontextmanager
async def shown(folder: Path, said: str = SAID) -> AsyncGenerator[tuple[Stage, Pilot[int]]]:
    """The screen, with the answer on it."""
    app = Stage(scene_in(folder, said))
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await app.shown(pilot)
        yield app, pilot


async def test_a_click_on_a_file_shows_what_it_is_and_the_way_to_open_it(tmp_path: Path, editor: Path) -> None:
    async with shown(tmp_path) as (app, pilot):
        await pilot.click(offset=place_of(app, "src/auth.py"))
        await until(pilot, lambda: isinstance(app.screen, OpenDialog))
        assert "src/auth.py, line 3" in painted(app)
        assert "open it in vim" in painted(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await until(pilot, lambda: "class Auth:" in painted(app))


async def test_a_file_opens_in_the_editor_at_its_line(tmp_path: Path, editor: Path) -> None:
    opened: list[Pane.OpenFile] = []

    class Watched(Stage):
        @on(Pane.OpenFile)
        def note_it(self, event: Pane.OpenFile) -> None:
            opened.append(event)

    app = Watched(scene_in(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await app.shown(pilot)
        await pilot.click(offset=place_of(app, "src/auth.py"))
        await until(pilot, lambda: isinstance(app.screen, OpenDialog))
        await pilot.press("enter")
        await until(pilot, lambda: opened)
    assert (opened[0].path, opened[0].line) == (tmp_path / "src/auth.py", 3)


async def test_a_link_shows_where_it_leads_before_it_is_opened(tmp_path: Path) -> None:
    said = "Read [https://good.example](https://evil.example/x).\n"
    async with shown(tmp_path, said) as (app, pilot):
        assert "(https://evil.example/x)" in painted(app)
        await pilot.click(offset=place_of(app, "https://evil"))
        await until(pilot, lambda: isinstance(app.screen, OpenDialog))
        assert "leads to evil.example" in painted(app)
        assert "copy the address" in painted(app)


async def test_what_is_not_there_or_is_no_address_opens_nothing(tmp_path: Path) -> None:
    said = "Not `src/other.py`, not ../../etc/passwd, not javascript:alert(1), not file:///etc/passwd.\n"
    async with shown(tmp_path, said) as (app, pilot):
        bench = app.screen
        for words in ("src/other", "../../etc", "javascript", "file:///"):
            await pilot.click(offset=place_of(app, words))
            await pilot.pause()
            await until(pilot, lambda: not any(each.group == "opening" for each in app.workers))
            assert app.screen is bench
        app.workbench.go_to("conversation")
        await pilot.press("o")
        await until(pilot, lambda: "Nothing is named here" in painted(app))


async def test_a_key_lists_what_the_message_names(tmp_path: Path) -> None:
    async with shown(tmp_path) as (app, pilot):
        app.workbench.go_to("conversation")
        await pilot.press("g", "j", "o")
        await until(pilot, lambda: app.screen is not app.workbench)
        for line in app.screen.query(Input):
            line.cursor_blink = False
        rows = painted(app)
        for named in ("src/auth.py:3", "https://example.com/login", "https://docs.example.org/a"):
            assert named in rows
        await pilot.press(*"docs.ex", "enter")
        await until(pilot, lambda: isinstance(app.screen, OpenDialog))
        assert "leads to docs.example.org" in painted(app)


async def test_the_mouse_over_a_name_says_what_a_click_opens(tmp_path: Path) -> None:
    async with shown(tmp_path) as (app, pilot):
        lines = app.workbench.middle["conversation"].query_one("#conversation-lines")
        await pilot.hover(offset=place_of(app, "src/auth.py"))
        await until(pilot, lambda: str(lines.tooltip) == "open src/auth.py")
        x, y = place_of(app, "I changed")
        await pilot.hover(offset=(x + 1, y))
        await until(pilot, lambda: lines.tooltip is None)


async def test_an_address_that_is_wrapped_is_opened_whole(tmp_path: Path) -> None:
    address = "https://example.com/" + "/".join(f"part{number}" for number in range(40))
    async with shown(tmp_path, f"It is at {address} now.\n") as (app, pilot):
        for words in ("https://exa", "part30"):
            await pilot.click(offset=place_of(app, words))
            await until(pilot, lambda: isinstance(app.screen, OpenDialog))
            assert isinstance(app.screen, OpenDialog)
            assert app.screen.reference.target == address
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(app.screen, OpenDialog))


def test_addresses_go_to_the_program_of_the_system_and_never_through_a_shell(tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {told}\n')
    program.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "DISPLAY": ":0"}
    open_address("https://example.com/;touch$IFS/x&y=$(id)", environ)
    assert told.read_text() == "https://example.com/;touch$IFS/x&y=$(id)|"
    for address in ("file:///etc/passwd", "javascript:alert(1)", "--help", "https://"):
        with pytest.raises(UsageError):
            open_address(address, environ)
    program.write_text("#!/bin/sh\nexit 4\n")
    with pytest.raises(UsageError, match="status 4"):
        open_address("https://example.com", environ)
    assert opener({"PATH": str(tmp_path)}, "linux") is None
