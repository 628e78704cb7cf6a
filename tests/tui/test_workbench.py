"""The workbench: every width shows what it can, and no key goes where it was not meant."""

from itertools import islice

import pytest

from claw_core.event import PromptQueued, TextDelta, TurnStarted
from claw_core.intent import Interrupt, Prompt, Retract, SwitchMode
from claw_tui.screens.workbench import Workbench
from tests.tui.bench import Scene, loaded, on_stage, painted, until
from tests.tui.conftest import Matches
from tests.tui.tale import bash_ask, edit_ask, to_the_end, until_asked


def asked() -> Scene:
    scene = Scene()
    scene.tell(*until_asked(), after=0.5)
    return scene


def finished() -> Scene:
    scene = asked()
    scene.tell(*to_the_end(), after=0.5)
    return scene


@pytest.mark.parametrize("size", [(160, 50), (120, 40), (100, 30), (80, 24), (60, 20), (40, 10)], ids=str)
async def test_what_waits_at_every_width(size: tuple[int, int], matches_golden: Matches) -> None:
    async with on_stage(asked(), size) as (app, _):
        matches_golden(app, f"asked-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [(160, 50), (80, 24)], ids=str)
async def test_a_turn_that_is_done(size: tuple[int, int], matches_golden: Matches) -> None:
    async with on_stage(finished(), size) as (app, _):
        matches_golden(app, f"done-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [(20, 5), (10, 3), (3, 2), (1, 1)], ids=str)
async def test_a_tiny_terminal_is_no_reason_to_fall(size: tuple[int, int]) -> None:
    async with on_stage(asked(), size) as (app, pilot):
        for key in ("f6", "f3", "j", "k", "G", "home", "ctrl+o", "escape", "x"):
            await pilot.press(key)
        assert isinstance(app.screen, Workbench)


async def test_from_tiny_to_wide_and_back(matches_golden: Matches) -> None:
    async with on_stage(asked(), (20, 5)) as (app, pilot):
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        matches_golden(app, "grown-120x40")


async def test_widgets_stay_few_however_long_the_session_is() -> None:
    scene = Scene()
    for turn in range(200):
        scene.tell(*until_asked(), *to_the_end(), turn=turn + 1)
    async with on_stage(scene) as (app, _):
        assert len(list(app.screen.walk_children())) <= 60


async def test_an_ask_that_opens_takes_no_key_and_no_word_of_the_draft() -> None:
    scene = Scene()
    scene.tell(TurnStarted())
    async with on_stage(scene) as (app, pilot):
        await pilot.press("y", "a")
        scene.tell(*until_asked())
        await app.shown(pilot)
        await pilot.press("y", "n")
        assert app.workbench.prompt.area.text == "yayn"
        assert scene.sent == []
        await pilot.press("tab")
        assert app.workbench.queue.has_keys
        await pilot.press("escape")
        assert app.workbench.prompt.has_keys
        assert app.workbench.prompt.area.text == "yayn"


async def test_focus_goes_round_and_zoom_shows_one() -> None:
    async with on_stage(finished(), (160, 40)) as (app, pilot):
        bench = app.workbench
        seen: list[str] = []
        for _ in range(4):
            await pilot.press("f6")
            pane = bench.focused_pane()
            seen.append(pane.NAME if pane else "")
        assert seen == ["conversation", "trace", "diffs", "prompt"]
        await pilot.press("f3", "ctrl+o")
        assert [name for name, pane in bench.middle.items() if pane.display] == ["trace"]
        await pilot.press("ctrl+o")
        assert bench.middle["conversation"].display


async def test_a_pane_is_closed_opened_and_resized_by_keys() -> None:
    async with on_stage(finished(), (160, 40)) as (app, pilot):
        bench = app.workbench
        await pilot.press("f3", "f3")
        assert not bench.middle["trace"].display
        assert bench.prompt.has_keys
        await pilot.press("f3")
        assert bench.middle["trace"].display
        width = bench.middle["conversation"].size.width
        await pilot.press("f8", "f8")
        await pilot.pause()
        assert bench.middle["conversation"].size.width > width


async def test_an_esc_that_the_last_answer_overtook_stops_nothing() -> None:
    scene = Scene()
    scene.tell(TurnStarted(), *until_asked())
    async with on_stage(scene) as (app, pilot):
        await pilot.press("tab")
        scene.tell(*islice(to_the_end(), 4))
        await app.shown(pilot)
        assert app.workbench.prompt.has_keys
        await pilot.press("escape")
        assert scene.sent == []
        scene.clock.pass_by(1)
        await pilot.press("escape")
        assert scene.sent == [Interrupt()]


async def test_in_a_narrow_terminal_panes_take_turns(matches_golden: Matches) -> None:
    async with on_stage(finished(), (60, 20)) as (app, pilot):
        await pilot.press("f3")
        await pilot.pause()
        matches_golden(app, "narrow-trace")
        await pilot.click("#tabs", offset=(3, 0))
        await pilot.pause()
        assert app.workbench.middle["conversation"].display


async def test_following_pauses_when_the_person_looks_back() -> None:
    scene = finished()
    async with on_stage(scene, (100, 24)) as (app, pilot):
        lines = app.workbench.middle["conversation"].query_one("#conversation-lines")
        await pilot.press("f2", "pageup")
        before = painted(app)
        scene.tell(TurnStarted(), *(TextDelta(text=f"word {number}\n\n") for number in range(12)), turn=2)
        await app.shown(pilot)
        assert "new ↓" in painted(app)
        assert _left(painted(app)) == _left(before), "what is read stays where it is"
        await pilot.press("G")
        await pilot.pause()
        assert "new ↓" not in painted(app)
        assert "word 11" in painted(app)
        assert lines.has_focus


def _left(screen: str) -> list[str]:
    return [row[:50] for row in screen.splitlines()[2:12]]


async def test_search_finds_marks_and_goes_on() -> None:
    async with on_stage(finished(), (120, 30)) as (app, pilot):
        await pilot.press("f2", "slash", *"login", "enter")
        lines = app.workbench.middle["conversation"].query_one("#conversation-lines")
        assert lines.has_focus
        first = getattr(lines, "cursor", -1)
        await pilot.press("n")
        assert getattr(lines, "cursor", -1) != first
        await pilot.press("slash", "escape")
        assert getattr(lines, "sought", "?") == ""


async def test_a_tool_row_opens_in_place(matches_golden: Matches) -> None:
    async with on_stage(finished(), (100, 40)) as (app, pilot):
        await pilot.press("f2", "g", "j", "j", "j", "enter", "j", "enter", "j", "enter")
        await pilot.pause()
        matches_golden(app, "opened")


async def test_copying_goes_through_the_terminal() -> None:
    async with on_stage(finished(), (100, 30)) as (app, pilot):
        await pilot.press("f2", "G", "k", "y")
        await pilot.pause()
        assert app.clipboard == "All done. The **auth** module is async now, and its signatures are what they were."


async def test_the_trace_goes_to_the_conversation_and_opens_details(matches_golden: Matches) -> None:
    async with on_stage(finished(), (120, 30)) as (app, pilot):
        await pilot.press("f3", "home", "j", "enter")
        await loaded(app, pilot)
        matches_golden(app, "detail")
        await pilot.press("tab", "tab", "escape", "g")
        await pilot.pause()
        assert app.workbench.middle["conversation"].has_keys


class TestThePrompt:
    """What is typed is sent, kept, or understood; never lost, and never taken for something else."""

    async def test_enter_sends_and_other_keys_make_new_lines(self) -> None:
        scene = Scene()
        async with on_stage(scene) as (_, pilot):
            await pilot.press(*"one", "shift+enter", *"two", "ctrl+j", *"three\\", "enter", *"four", "enter")
            assert scene.sent == [Prompt(text="one\ntwo\nthree\nfour")]

    async def test_history_keeps_the_draft(self) -> None:
        async with on_stage(finished()) as (app, pilot):
            area = app.workbench.prompt.area
            await pilot.press(*"draft", "up")
            assert area.text == "make the auth module async"
            await pilot.press("down")
            assert area.text == "draft"

    async def test_what_waits_can_be_taken_back(self) -> None:
        scene = Scene()
        scene.tell(TurnStarted())
        async with on_stage(scene) as (app, pilot):
            scene.tell(PromptQueued(texts=("first", "second")))
            await app.shown(pilot)
            assert "queued: 2" in painted(app)
            await pilot.press("up")
            assert app.workbench.prompt.area.text == "second"
            assert scene.sent == [Retract()]

    async def test_escape_stops_a_turn_and_only_a_turn(self) -> None:
        scene = Scene()
        async with on_stage(scene) as (app, pilot):
            await pilot.press("escape")
            scene.tell(TurnStarted())
            await app.shown(pilot)
            await pilot.press("escape")
            assert scene.sent == [Interrupt()]

    async def test_the_mode_goes_round_but_never_to_bypass(self) -> None:
        scene = Scene()
        async with on_stage(scene) as (_, pilot):
            await pilot.press("shift+tab")
            assert scene.sent == [SwitchMode(mode="edits")]

    async def test_a_mistyped_command_is_no_prompt(self) -> None:
        scene = Scene()
        async with on_stage(scene) as (app, pilot):
            await pilot.press(*"/hlep", "enter")
            await until(pilot, lambda: "no command" in painted(app))
            assert scene.sent == []
            assert app.workbench.prompt.area.text == "/hlep"

    async def test_a_path_is_a_prompt(self) -> None:
        scene = Scene()
        async with on_stage(scene) as (_, pilot):
            await pilot.press(*"/etc/hosts is odd", "enter")
            assert scene.sent == [Prompt(text="/etc/hosts is odd")]

    async def test_control_c_empties_then_leaves_at_the_second_time(self) -> None:
        scene = Scene()
        async with on_stage(scene) as (app, pilot):
            await pilot.press(*"draft", "ctrl+c")
            assert app.workbench.prompt.area.text == ""
            await pilot.press("ctrl+c", "ctrl+c")
        assert scene.closed

    async def test_what_is_sent_before_the_session_is_open_is_not_lost(self) -> None:
        scene = Scene()
        async with on_stage(scene) as (app, _):
            wire = app.workbench.wire
            feed, wire.feed = wire.feed, None
            app.workbench.send(Prompt(text="early"))
            assert scene.sent == []
            assert feed is not None
            app.workbench.attach(feed)
            assert scene.sent == [Prompt(text="early")]


def test_the_tale_asks_about_what_it_calls() -> None:
    calls = {getattr(event, "id", "") for event in until_asked()}
    assert {edit_ask().call, bash_ask().call} <= calls


async def test_a_request_is_copied_byte_for_byte() -> None:
    scene = finished()
    async with on_stage(scene, (120, 30)) as (app, pilot):
        await pilot.press("f3", "home", "j", "enter")
        await loaded(app, pilot)
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard)
        assert app.clipboard.encode() == scene.body


async def test_the_plan_pane_names_no_keys_of_the_dialog_about_plans() -> None:
    scene = Scene()
    scene.tell(*until_asked())
    async with on_stage(scene, (120, 30)) as (app, pilot):
        await pilot.press("f5")
        await pilot.pause()
        assert "approve" not in painted(app)


@pytest.mark.parametrize("key", ["f3", "f12"])
async def test_marks_in_what_is_sought_are_only_letters(key: str) -> None:
    scene = Scene()
    scene.tell(*until_asked())
    async with on_stage(scene, (120, 30)) as (app, pilot):
        await pilot.press(key, "slash", *"[/x] [@click=app.quit]a[", "enter")
        await pilot.pause()
        assert "[/x] [@click" in painted(app)
