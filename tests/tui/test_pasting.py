"""What is pasted: words, long texts and pictures as chips, which are moved over, deleted, kept and sent as one."""

import base64
import io
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pictures
from textual.events import Key, Paste
from textual.pilot import Pilot

from claw_core.event import PromptQueued, PromptSubmitted, TurnStarted
from claw_core.intent import Prompt, Retract
from claw_tui.chips import Chips
from claw_tui.clipboard import Clip, read_clipboard
from claw_tui.paste import picture_paths
from tests.tui.bench import Scene, Stage, on_stage, painted, until
from tests.tui.conftest import Matches

LONG = "\n".join(f"row {number}" for number in range(1, 121))


def png(width: int = 8, height: int = 8) -> bytes:
    file = io.BytesIO()
    Pictures.new("RGB", (width, height), "red").save(file, "PNG")
    return file.getvalue()


async def paste(app: Stage, pilot: Pilot[int], text: str) -> None:
    """As terminals paste: all of it at once."""
    app.workbench.prompt.area.post_message(Paste(text))
    await pilot.pause()


async def until_text(app: Stage, pilot: Pilot[int], area_text: str) -> None:
    await until(pilot, lambda: app.workbench.prompt.area.text == area_text)


async def until_seen(app: Stage, pilot: Pilot[int]) -> None:
    """Until all pictures of the draft are read."""
    prompt = app.workbench.prompt
    await until(pilot, lambda: all(each.image is not None for each in prompt.chips.pictures(prompt.area.text)))


async def until_painted(app: Stage, pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: words in painted(app))


async def test_a_long_paste_is_a_chip_that_is_sent_whole(matches_golden: Matches) -> None:
    scene = Scene()
    async with on_stage(scene, (100, 30)) as (app, pilot):
        await pilot.press(*"look: ")
        await paste(app, pilot, LONG.replace("\n", "\r"))
        assert app.workbench.prompt.area.text == "look: [pasted text #1, 120 lines]"
        await pilot.press(*" why?")
        matches_golden(app, "chip")
        await pilot.press("enter")
        assert scene.sent == [Prompt(text=f"look: {LONG} why?")]


async def test_a_short_paste_is_words_and_names_in_a_long_one_name_nothing() -> None:
    scene = Scene()
    async with on_stage(scene) as (app, pilot):
        await paste(app, pilot, "two\r\nlines\x1b[31m @a.py ")
        await paste(app, pilot, f"@secret.txt\n{LONG}")
        await pilot.press("enter")
        (sent,) = scene.sent
        assert isinstance(sent, Prompt)
        assert sent.text.startswith("two\nlines[31m @a.py @secret.txt\nrow 1")
        assert sent.named == ("a.py",)


async def test_a_chip_is_moved_over_and_deleted_as_one_and_undone() -> None:
    async with on_stage(Scene()) as (app, pilot):
        area = app.workbench.prompt.area
        await pilot.press("a")
        await paste(app, pilot, LONG)
        await pilot.press("b", "left", "left", "x")
        assert area.text == "ax[pasted text #1, 120 lines]b"
        await pilot.press("right", "backspace")
        assert area.text == "axb"
        await pilot.press("ctrl+underscore")
        assert area.text == "ax[pasted text #1, 120 lines]b"
        await pilot.press("end", "backspace", "ctrl+w")
        assert area.text == "ax"


async def test_a_chip_can_be_opened_where_it_stands() -> None:
    scene = Scene()
    async with on_stage(scene) as (app, pilot):
        await paste(app, pilot, "\n".join("abcdefghijkl"))
        await pilot.press("ctrl+t", *"!", "enter")
        assert scene.sent == [Prompt(text="a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl!")]


async def test_drafts_that_come_back_have_their_chips() -> None:
    scene = Scene()
    async with on_stage(scene) as (app, pilot):
        area = app.workbench.prompt.area
        await paste(app, pilot, LONG)
        await pilot.press("ctrl+s", *"hi", "enter")
        assert area.text == "[pasted text #1, 120 lines]"
        await pilot.press("enter")
        assert scene.sent[-1] == Prompt(text=LONG)
        scene.tell(PromptSubmitted(text="hi"), TurnStarted(), PromptQueued(texts=(LONG,)))
        await app.shown(pilot)
        await pilot.press("up")
        assert (area.text, scene.sent[-1]) == ("[pasted text #1, 120 lines]", Retract())
        scene.tell(PromptQueued(texts=()), PromptSubmitted(text=LONG))
        await app.shown(pilot)
        await pilot.press("ctrl+c")
        await pilot.press("up")
        assert area.text == "[pasted text #1, 120 lines]"


async def test_a_picture_pasted_by_its_path_goes_along(tmp_path: Path) -> None:
    scene = Scene()
    (tmp_path / "my shot.png").write_bytes(png(3000, 30))
    async with on_stage(scene) as (app, pilot):
        await paste(app, pilot, f"{tmp_path}/my\\ shot.png ")
        assert app.workbench.prompt.area.text == "[image #1, my shot.png] "
        await until_seen(app, pilot)
        await pilot.press(*"why?", "enter")
        (sent,) = scene.sent
        assert isinstance(sent, Prompt)
        assert sent.text == "[image #1, my shot.png] why?"
        (image,) = sent.images
        assert Pictures.open(io.BytesIO(base64.b64decode(image.data))).size == (1568, 16)


async def test_what_is_no_picture_stays_the_path_that_was_pasted(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    async with on_stage(Scene()) as (app, pilot):
        await paste(app, pilot, f"{tmp_path}/bad.png")
        await until_text(app, pilot, f"{tmp_path}/bad.png ")
        await until_painted(app, pilot, "bad.png cannot be read")


async def test_a_model_that_sees_no_pictures_is_sent_none_and_the_draft_stays(tmp_path: Path) -> None:
    scene = Scene()
    scene.sees = False
    (tmp_path / "shot.png").write_bytes(png())
    async with on_stage(scene) as (app, pilot):
        await paste(app, pilot, f"file://{tmp_path}/shot.png")
        await until_seen(app, pilot)
        await pilot.press("enter")
        await until_painted(app, pilot, "sees no pictures")
        assert scene.sent == []
        assert app.workbench.prompt.area.text == "[image #1, shot.png] "


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize("system", ["wl-paste", "xclip", "pbpaste"])
def test_the_clipboards_picture_is_read_by_what_the_system_has(tmp_path: Path, system: str) -> None:
    (tmp_path / "shot").write_bytes(png())
    shot = f"cat {tmp_path}/shot"
    folder = tmp_path / "bin"
    if system == "pbpaste":
        program(folder, "pbpaste", "echo words")
        program(folder, "pngpaste", shot)
    else:
        program(
            folder,
            system,
            f'case "$*" in *list-types*|*TARGETS*) echo text/plain; echo image/png;; *image/png*) {shot};; esac',
        )
    around = {
        "PATH": f"{folder}:/usr/bin:/bin",
        "WAYLAND_DISPLAY": "w" if system == "wl-paste" else "",
        "DISPLAY": ":0",
    }
    assert read_clipboard(around) == Clip(picture=png())


def test_words_of_the_clipboard_are_words_and_what_hangs_is_given_up(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    program(folder, "xclip", 'case "$*" in *TARGETS*) echo UTF8_STRING;; *) printf hello;; esac')
    around = {"PATH": f"{folder}:/usr/bin:/bin", "DISPLAY": ":0"}
    assert read_clipboard(around) == Clip(text="hello")
    program(folder, "xclip", "exit 1")
    assert read_clipboard(around) == Clip()


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("/tmp/a.png", ["/tmp/a.png"]),
        ("'/tmp/a b.png' /tmp/c.JPG\n", ["/tmp/a b.png", "/tmp/c.JPG"]),
        ("/tmp/a b.png", ["/tmp/a b.png"]),
        ("file:///tmp/a%20b.png", ["/tmp/a b.png"]),
        ("a.png", []),
        ("/tmp/a.txt", []),
        ("/tmp/a.png is broken", []),
        ("it's /tmp/a.png", []),
        ("", []),
    ],
)
def test_a_paste_is_pictures_where_it_is_nothing_but_their_whole_paths(text: str, paths: list[str]) -> None:
    assert [str(path) for path in picture_paths(text)] == paths


@given(st.lists(st.text(max_size=20), max_size=4), st.text(max_size=20))
def test_a_draft_with_chips_becomes_what_was_typed_and_pasted(pastes: list[str], between: str) -> None:
    chips = Chips()
    between = between.replace("[", "(")
    draft = between.join(chips.keep_text(text) for text in pastes)
    assert chips.whole(draft) == between.join(pastes)


async def test_keys_that_come_at_once_do_what_they_would_one_by_one() -> None:
    async with on_stage(Scene()) as (app, pilot):
        keys = ("a", "b", "left", "c", "backspace", "d", "home", "e", "end", "f", "left", "left", "delete", "g")
        for key in keys:
            app.post_message(Key(key, key if len(key) == 1 else None))
        await until_text(app, pilot, "eadgf")
