"""The terminal pane: commands live, in their colours, inside their box; keys go to them and come back."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.block import TerminalBlock
from claw_core.event import (
    CallFinished,
    CallProgressed,
    CallStarted,
    Event,
    JobEnded,
    JobProgressed,
    JobStarted,
    SessionStarted,
    TurnStarted,
)
from claw_core.intent import Interrupt, TypeKeys
from claw_tui.line import plain, width_of
from claw_tui.painters import terminal as painter
from claw_tui.terminal_keys import keys_text
from claw_tui.terminal_looks import look_of, printed_lines, scene_lines
from claw_tui.theme import contrast, files, named
from claw_tui.views.terminal import MOST, TerminalView
from tests.tui.bench import Scene, on_stage, painted, records
from tests.tui.conftest import Matches

EVIL = "\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07\x1b[2J\x1b[H\x1b[999;999Hfar\x1bP+q\x1b\\\x9b31mred\x07"


def bash(call: str, command: str) -> CallStarted:
    return CallStarted(id=call, name="bash", input={"command": command}, target=command)


def begun() -> Scene:
    scene = Scene()
    scene.tell(SessionStarted(session="s", format=1, cwd="/", version="1"), TurnStarted())
    return scene


def two_commands() -> Iterator[Event]:
    """One in the background, and one that a call waits for."""
    yield bash("c1", "npm run dev")
    yield CallProgressed(id="c1", text="\x1b[32mready\x1b[0m on :3000\n")
    yield JobStarted(job=1, call="c1", command="npm run dev")
    yield CallFinished(id="c1", outcome="ok", parts=(), blocks=(), summary="background 1")
    yield bash("c2", "pytest -q")
    yield CallProgressed(id="c2", text="....\x1b[1;31mF\x1b[0m. 50%\rtests: ")


def fold(*events: Event) -> TerminalView:
    view = TerminalView()
    for record in records(events):
        view.fold(record)
    return view


def shown(view: TerminalView, at: int = -1) -> list[str]:
    """What a command's terminal shows."""
    scene = view.shells[at].scene()
    return [plain(line).rstrip() for line in scene_lines(scene)] if scene else []


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=str)
async def test_what_runs_is_seen_while_it_runs(size: tuple[int, int], matches_golden: Matches) -> None:
    scene = begun()
    async with on_stage(scene, size) as (app, pilot):
        scene.tell(*two_commands(), after=2)
        await pilot.press("f9")
        await app.shown(pilot)
        matches_golden(app, f"running-{size[0]}x{size[1]}")


async def test_keys_go_to_the_command_and_come_back() -> None:
    scene = begun()
    async with on_stage(scene) as (app, pilot):
        scene.tell(*two_commands())
        await app.shown(pilot)
        await pilot.press("f9", "left")
        await pilot.pause()
        await pilot.press("enter", *"hi", "enter", "ctrl+c", "escape", "tab", "up", "ctrl+p", "ctrl+o")
        assert "".join(intent.text for intent in scene.sent if isinstance(intent, TypeKeys)) == (
            "hi\r\x03\x1b\t\x1b[A\x10\x0f"
        )
        assert {intent.call for intent in scene.sent if isinstance(intent, TypeKeys)} == {"c1"}
        assert Interrupt() not in scene.sent
        await pilot.press("ctrl+right_square_bracket", "escape", *"word")
        assert app.workbench.prompt.area.text == "word"


async def test_a_command_in_the_background_takes_keys_as_soon_as_its_pane_is_opened() -> None:
    scene = begun()
    async with on_stage(scene) as (app, pilot):
        scene.tell(*list(two_commands())[:4])
        await app.shown(pilot)
        await pilot.press("f9")
        await pilot.pause()
        await pilot.press("q")
        assert scene.sent == [TypeKeys(call="c1", text="q")]
        scene.tell(JobEnded(job=1, exit_code=0))
        await app.shown(pilot)
        await pilot.press("q", "escape", "q")
        assert scene.sent == [TypeKeys(call="c1", text="q")]
        assert app.workbench.prompt.area.text == "q"


async def test_output_paints_nothing_outside_its_box_and_tells_the_terminal_nothing() -> None:
    scene = begun()
    async with on_stage(scene) as (app, pilot):
        await pilot.press("f9")
        scene.tell(bash("c1", "evil"))
        await app.shown(pilot)
        before = painted(app).splitlines()
        styles = ((0, 5, "\x1b]0;x\x07"), (5, 9, "on"), (3, 2, "bold"))
        block = TerminalBlock(command="evil", output=EVIL, styles=styles)
        scene.tell(CallProgressed(id="c1", text=EVIL * 3))
        await app.shown(pilot)
        live = painted(app).splitlines()
        scene.tell(CallFinished(id="c1", outcome="ok", parts=(), blocks=(block,)))
        await app.shown(pilot)
        strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]  the only way to the cells
        assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for strip in strips for letter in strip.text)
        assert [strip.cell_length for strip in strips] == [120] * 30
        assert (live[0], live[-3:]) == (before[0], before[-3:])


def test_a_bar_that_is_drawn_again_is_one_line_and_colours_are_kept() -> None:
    view = fold(
        bash("c1", "x"), CallProgressed(id="c1", text="10%\r"), CallProgressed(id="c1", text="\x1b[33m90%\x1b[0m")
    )
    assert shown(view) == ["90%"]
    scene = view.shells[0].scene()
    assert scene is not None
    assert scene_lines(scene) == [(("90%", "terminal.yellow"),)]


def test_a_program_that_uses_the_whole_screen_is_seen_and_leaves_no_trace() -> None:
    enter, leave = "\x1b[?1049h\x1b[2J\x1b[3;5Hmenu", "\x1b[?1049l"
    view = fold(bash("c1", "top"), CallProgressed(id="c1", text="before\n" + enter))
    assert shown(view)[2] == "    menu"
    assert "before" not in "".join(shown(view))
    view = fold(bash("c1", "top"), CallProgressed(id="c1", text="before\n" + enter + leave))
    assert shown(view) == ["before"]


def test_a_command_in_the_background_goes_on_after_its_call() -> None:
    view = fold(*two_commands(), JobProgressed(job=1, text="GET /\n"))
    assert shown(view, 0) == ["ready on :3000", "GET /"]
    assert [shell.running for shell in view.shells] == [True, True]
    view = fold(
        *two_commands(), JobEnded(job=1, signal=15), SessionStarted(session="s", format=1, cwd="/", version="1")
    )
    assert [(shell.running, shell.said) for shell in view.shells] == [
        (False, "ended by signal 15"),
        (False, "ended with the session"),
    ]


def test_only_so_many_commands_are_kept_and_never_one_less_that_runs() -> None:
    ended = CallFinished(id="old", outcome="ok", parts=(), blocks=())
    many = (event for number in range(MOST + 20) for event in (bash(f"c{number}", "true"),))
    view = fold(bash("first", "sleep"), bash("old", "true"), ended, *many)
    assert len(view.shells) == MOST
    assert "old" not in {shell.call for shell in view.shells}


@given(st.text(alphabet=st.sampled_from("ab \t\n\x1b[]0;m\x07\u202e\u200bé界"), max_size=60), st.integers(6, 40))
def test_whatever_is_printed_is_as_wide_as_its_box_at_most(text: str, width: int) -> None:
    block = TerminalBlock(command="x", output=text, styles=((0, 7, "bold 1"), (9, 30, "on #102030")))
    for row in painter.paint(block, width):
        assert width_of(row) <= width
        assert all(letter.isprintable() for letter in plain(row))


def test_styles_become_looks_and_the_words_stay() -> None:
    lines = printed_lines("ok\nbad news\n", ((0, 2, "2"), (3, 6, "bold 1"), (7, 11, "#ff8700 on 236")))
    assert lines == [
        (("ok", "terminal.green"),),
        (("bad", "terminal.red bold"), (" ", "text.body"), ("news", "#ff8700 on #303030")),
    ]
    assert look_of("underline 9 on 208") == "terminal.bright_red on #ff8700 underline"


@pytest.mark.parametrize("name", sorted(files()))
def test_nothing_is_hidden_by_printing_it_in_the_colour_it_stands_on(name: str) -> None:
    theme = named(name)
    looks = [("terminal.black", ""), (theme["ground.screen"], ""), ("#123456", "#123456"), ("", theme["text.body"])]
    for role, ground in looks:
        style = theme.style(role, on=ground)
        front = style.color.name if style.color else theme["text.body"]
        back = style.bgcolor.name if style.bgcolor else theme["ground.screen"]
        assert contrast(front, back) >= 1.5


@pytest.mark.parametrize(
    ("key", "character", "sent"),
    [
        ("a", "a", "a"),
        ("é", "é", "é"),
        ("enter", "\r", "\r"),
        ("ctrl+d", "\x04", "\x04"),
        ("ctrl+left_square_bracket", None, ""),
        ("alt+b", None, "\x1bb"),
        ("shift+tab", None, "\x1b[Z"),
        ("f5", None, ""),
    ],
)
def test_what_keys_send(key: str, character: str | None, sent: str) -> None:
    assert keys_text(key, character) == sent
