"""A command that is begun shows what it could become; the prompt keeps the keys, and Enter runs what stands there."""

import pytest

from claw_core.event import PromptSubmitted, TurnStarted
from claw_core.intent import Interrupt, Prompt
from tests.tui.bench import Scene, Stage, on_stage, painted
from tests.tui.conftest import Matches


def offered(app: Stage) -> list[str]:
    """The commands in the list; none where it is closed."""
    offers = app.workbench.prompt.completions
    return [entry.value for entry in offers.entries] if offers.display else []


@pytest.mark.parametrize("size", [(100, 30), (60, 12)], ids=str)
async def test_what_a_slash_shows(size: tuple[int, int], matches_golden: Matches) -> None:
    async with on_stage(Scene(), size) as (app, pilot):
        await pilot.press("slash", *"th", "backspace", "backspace", "down")
        await pilot.pause()
        matches_golden(app, f"begun-{size[0]}x{size[1]}")


async def test_it_narrows_is_completed_and_takes_words_after_it() -> None:
    async with on_stage(Scene()) as (app, pilot):
        area = app.workbench.prompt.area
        await pilot.press("slash", "t", "h")
        assert offered(app) == ["/theme"]
        assert area.has_focus
        # As fast as it can be typed: no key waits for the list.
        await pilot.press("tab", *"claw-light", "enter")
        await pilot.pause()
        assert (app.look.name, area.text, offered(app)) == ("claw-light", "", [])


async def test_nothing_moves_while_it_narrows() -> None:
    async with on_stage(Scene()) as (app, pilot):
        conversation = app.workbench.middle["conversation"]
        before = conversation.region
        await pilot.press("slash")
        there = conversation.region
        assert there.height == before.height - 6
        await pilot.press("t", "h")
        assert (offered(app), conversation.region) == (["/theme"], there)
        await pilot.press("backspace")
        assert len(offered(app)) > 1
        await pilot.press("escape")
        assert conversation.region == before


async def test_what_is_chosen_stands_in_the_prompt_and_enter_runs_it() -> None:
    async with on_stage(Scene()) as (app, pilot):
        area = app.workbench.prompt.area
        await pilot.press("slash", "down")
        assert area.text == offered(app)[1]
        await pilot.press("up", "up")
        assert area.text == offered(app)[-1]
        everything = offered(app)
        await pilot.press("backspace")
        assert offered(app) != everything, "what is typed narrows it again"
        await pilot.press("ctrl+c", *"/cost", "enter")
        await pilot.pause()
        assert type(app.screen).__name__ == "ReadingScreen"


async def test_enter_runs_what_is_typed_and_nothing_else() -> None:
    scene = Scene()
    async with on_stage(scene) as (app, pilot):
        await pilot.press(*"/th", "enter")
        await pilot.pause()
        assert app.workbench.prompt.area.text == "/th"
        assert "no command /th" in painted(app)
        await pilot.press("ctrl+c", *"/etc/hosts is odd")
        assert offered(app) == []
        await pilot.press("enter")
        assert scene.sent == [Prompt(text="/etc/hosts is odd")]


async def test_escape_closes_the_list_and_the_next_one_stops_the_turn() -> None:
    scene = Scene()
    scene.tell(TurnStarted())
    async with on_stage(scene) as (app, pilot):
        await pilot.press("slash")
        assert offered(app) != []
        await pilot.press("escape")
        assert (offered(app), scene.sent) == ([], [])
        await pilot.press("c")
        assert offered(app) == [], "closed is closed until another command is begun"
        await pilot.press("escape")
        assert scene.sent == [Interrupt()]
        await pilot.press("ctrl+c", "backspace", "backspace", "slash")
        assert offered(app) != []


async def test_what_was_said_before_is_no_command_that_is_begun() -> None:
    scene = Scene()
    scene.tell(PromptSubmitted(text="first"), PromptSubmitted(text="/cost"))
    async with on_stage(scene) as (app, pilot):
        await pilot.press("up")
        assert (app.workbench.prompt.area.text, offered(app)) == ("/cost", [])
        await pilot.press("up")
        assert app.workbench.prompt.area.text == "first"


async def test_a_click_chooses_and_the_prompt_keeps_the_keys() -> None:
    async with on_stage(Scene()) as (app, pilot):
        await pilot.press("slash")
        await pilot.pause()
        await pilot.click("#completions", offset=(4, 2))
        await pilot.pause()
        assert app.workbench.prompt.area.text == offered(app)[2]
        await pilot.press("x")
        assert app.workbench.prompt.area.text.endswith("x")


async def test_a_terminal_without_room_shows_no_list() -> None:
    async with on_stage(Scene(), (40, 7)) as (app, pilot):
        await pilot.press("slash")
        assert offered(app) == []
