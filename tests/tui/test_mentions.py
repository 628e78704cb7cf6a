"""`@` in the prompt: files, folders and sub-agents by parts of their names, taken without any key being lost."""

import os
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot

from claw_core.config.paths import Paths
from claw_core.config.trust import vouch
from claw_core.event import Attachment, PromptSubmitted
from claw_core.intent import Prompt
from claw_core.message import Text
from claw_tui.completion import Ground
from claw_tui.completions import agents
from tests.tui.bench import Scene, Stage, on_stage, painted, until
from tests.tui.conftest import Matches


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    scene = Scene()
    scene.root = tmp_path / "shop"
    for name in ("shop/cart.py", "shop/receipt.py", "docs/my notes.md", "readme.md"):
        (scene.root / name).parent.mkdir(parents=True, exist_ok=True)
        (scene.root / name).write_text("words\n")
    return scene


def offered(app: Stage) -> list[str]:
    """What the list holds; nothing where it is closed."""
    offers = app.workbench.prompt.completions
    return [entry.label for entry in offers.entries] if offers.display else []


async def until_offered(app: Stage, pilot: Pilot[int], *labels: str) -> None:
    """Until the list begins with these."""
    await until(pilot, lambda: offered(app)[: len(labels)] == list(labels))


async def test_files_and_folders_are_offered_and_taken_by_tab_or_enter(scene: Scene) -> None:
    async with on_stage(scene) as (app, pilot):
        area = app.workbench.prompt.area
        await pilot.press(*"see @cart")
        await until_offered(app, pilot, "shop/cart.py")
        await pilot.press("tab")
        assert area.text == "see @shop/cart.py "
        assert offered(app) == []
        await pilot.press(*"and @rece")
        await until_offered(app, pilot, "shop/receipt.py")
        await pilot.press("enter")
        assert area.text == "see @shop/cart.py and @shop/receipt.py "
        await pilot.press("enter")
        (sent,) = scene.sent
        assert isinstance(sent, Prompt)
        assert (sent.text, sent.named) == (
            "see @shop/cart.py and @shop/receipt.py",
            ("shop/cart.py", "shop/receipt.py"),
        )


async def test_a_folder_opens_and_names_with_spaces_are_quoted(scene: Scene) -> None:
    async with on_stage(scene) as (app, pilot):
        area = app.workbench.prompt.area
        await pilot.press(*"@docs")
        await until_offered(app, pilot, "docs/")
        await pilot.press("tab")
        assert area.text == "@docs/"
        await until_offered(app, pilot, "docs/my notes.md")
        await pilot.press("tab", "x")
        assert area.text == '@"docs/my notes.md" x'


async def test_up_and_down_choose_and_escape_closes_until_another_is_begun(scene: Scene) -> None:
    async with on_stage(scene) as (app, pilot):
        area = app.workbench.prompt.area
        await pilot.press(*"@shop/")
        await until_offered(app, pilot, "shop/cart.py", "shop/receipt.py")
        await pilot.press("down", "tab")
        assert area.text == "@shop/receipt.py "
        await pilot.press(*"@ca")
        await until_offered(app, pilot, "shop/cart.py")
        await pilot.press("escape", "r")
        await pilot.pause()
        assert (offered(app), area.text) == ([], "@shop/receipt.py @car")
        await pilot.press("space", *"@ca")
        await until_offered(app, pilot, "shop/cart.py")


async def test_tab_typed_faster_than_files_are_found_takes_what_is_found_then(scene: Scene) -> None:
    async with on_stage(scene) as (app, pilot):
        area = app.workbench.prompt.area
        for key in (*"@cart", "tab", *" now"):
            app.post_message(Key({" ": "space", "@": "at"}.get(key, key), key if len(key) == 1 else None))
        await until(pilot, lambda: area.text == "@shop/cart.py now")
        assert area.has_focus


async def test_sub_agents_are_offered_beside_files(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    async with on_stage(scene) as (app, pilot):
        await pilot.press(*"@revi")
        await until_offered(app, pilot, "review")
        assert "agent ·" in painted(app)
        await pilot.press("tab")
        assert app.workbench.prompt.area.text == "@review "


async def test_agents_that_a_folder_brings_are_offered_where_it_is_trusted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    brought = scene.root / ".claw/agents/polish.md"
    brought.parent.mkdir(parents=True)
    brought.write_text("---\ndescription: Polishes.\n---\nPolish it.\n")
    ground = Ground()
    ground.root = scene.root
    assert "polish" not in [offer.label for offer in await agents.offers("polish", ground)]
    vouch(Paths.of(os.environ), scene.root, trusted=True)
    ground.begin()
    assert [offer.label for offer in await agents.offers("polish", ground)] == ["polish"]


async def test_files_elsewhere_are_offered_as_far_as_their_path_is_typed(scene: Scene) -> None:
    (scene.root.parent / "other").mkdir()
    (scene.root.parent / "other" / "far.txt").write_text("")
    async with on_stage(scene) as (app, pilot):
        await pilot.press(*"@../oth")
        await until_offered(app, pilot, "../other/")
        await pilot.press("tab", "f")
        await until_offered(app, pilot, "../other/far.txt")


async def test_what_is_typed_whole_needs_no_list_and_is_sent(scene: Scene) -> None:
    async with on_stage(scene) as (app, pilot):
        await pilot.press(*"@readme.md")
        await until(pilot, lambda: not app.workbench.prompt.completions.is_busy and not offered(app))
        await pilot.press("enter")
        (sent,) = scene.sent
        assert isinstance(sent, Prompt)
        assert sent.named == ("readme.md",)


async def test_what_went_along_is_shown_and_what_did_not_too(matches_golden: Matches) -> None:
    scene = Scene()
    parts = (Text(text="1\tone"),)
    attached = (
        Attachment(path="src/app.py", parts=parts, summary="212 lines"),
        Attachment(path="a.bin", parts=(), problem="a.bin is a binary file of 3 bytes, not text."),
    )
    long = "\n".join(f"line {number}" for number in range(40))
    scene.tell(PromptSubmitted(text="look at @src/app.py and @a.bin", attachments=attached), PromptSubmitted(text=long))
    async with on_stage(scene, (100, 30)) as (app, _):
        matches_golden(app, "attached")


async def test_files_that_came_meanwhile_are_offered_to_who_types_on(scene: Scene) -> None:
    async with on_stage(scene) as (app, pilot):
        await pilot.press(*"@shop/")
        await until_offered(app, pilot, "shop/cart.py")
        (scene.root / "shop" / "basket.py").write_text("")
        for _ in range(300):
            await pilot.press("b", "backspace")
            await pilot.pause(0.1)
            if "shop/basket.py" in offered(app):
                return
        raise AssertionError(offered(app))
