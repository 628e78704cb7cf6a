"""A draft that is put aside: it gives way to other words, comes back, and is never lost."""

from claw_core.intent import Prompt
from tests.tui.bench import Scene, on_stage, painted


async def test_something_else_is_said_first_and_the_draft_comes_back() -> None:
    scene = Scene()
    async with on_stage(scene) as (app, pilot):
        area = app.workbench.prompt.area
        await pilot.press(*"long", "ctrl+s")
        assert area.text == ""
        assert "1 draft aside" in painted(app)
        await pilot.press(*"quick", "enter")
        assert scene.sent == [Prompt(text="quick")]
        assert area.text == "long"
        assert "draft aside" not in painted(app)
        await pilot.press(*"er", "enter")
        assert scene.sent[1:] == [Prompt(text="longer")]


async def test_the_same_key_changes_one_draft_for_the_other() -> None:
    async with on_stage(Scene()) as (app, pilot):
        area = app.workbench.prompt.area
        await pilot.press(*"one", "ctrl+s", *"two", "ctrl+s")
        assert area.text == "one"
        await pilot.press("ctrl+s")
        assert area.text == "two"


async def test_words_from_elsewhere_put_what_stands_there_aside() -> None:
    async with on_stage(Scene()) as (app, pilot):
        prompt = app.workbench.prompt
        await pilot.press(*"mine")
        prompt.draft("theirs")
        assert prompt.area.text == "theirs"
        await pilot.press("ctrl+s")
        assert prompt.area.text == "mine"
