"""A person's own keys: read from a file, checked whole, used at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from claw_core.error import ConfigError
from claw_tui.keymap import action, hints, named_keys, rebind
from claw_tui.keys_file import OwnKeys, load
from claw_tui.palette import palette_entries
from tests.tui.bench import Scene, Stage
from tests.tui.tale import until_asked


@pytest.fixture(autouse=True)
def usual_keys_afterwards() -> Iterator[None]:
    yield
    rebind({})


def write(path: Path, text: str) -> None:
    """As an editor does: at once."""
    draft = path.with_suffix(".new")
    draft.write_text(text)
    draft.replace(path)


def test_a_file_gives_actions_other_keys_and_chords(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[conversation]\nsearch = "ctrl+f"\nprint = ["p", "ctrl+x ["]\n[workbench]\nkeys = "ctrl+b"\n')
    own = load(path)
    assert own.keys == {"conversation.search": ("ctrl+f",), "conversation.print": ("p",), "workbench.keys": ("ctrl+b",)}
    assert own.chords == {"conversation": {("ctrl+x", "left_square_bracket"): "conversation.print"}}
    assert load(tmp_path / "none.toml") == OwnKeys()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[nowhere]\nx = 'a'", "no part of the screen 'nowhere'"),
        ("[trace]\nfly = 'a'", "no action trace.fly"),
        ("[trace]\nfold = 'two words more'", "more than two keys"),
        ("[trace]\nfold = 7", "is no key"),
        ("[workbench]\nkeys = 'k'", "could be typed"),
        ("[trace]\nfold = 'w'", "w is the key of trace.fold and of trace.waterfall"),
        ("trace = 3", "no part of the screen 'trace'"),
        ("[trace", "cannot be read"),
    ],
)
def test_what_is_wrong_in_it_is_said(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load(path)
    assert told in raised.value.message


def test_the_palette_names_all_keys_an_action_has(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[trace]\nwaterfall = ["b", "f11", "ctrl+x w"]\n')
    own = load(path)
    rebind(own.keys, own.pairs())
    by_value = {entry.value: entry.key for entry in palette_entries("trace")}
    assert by_value["trace.waterfall"] == "b F11 ^X w"
    assert by_value["trace.fold"] == "← h"


def test_keys_may_be_written_as_they_are_seen() -> None:
    assert named_keys("? ctrl+/ [ f5") == ("question_mark", "ctrl+slash", "left_square_bracket", "f5")


async def test_own_keys_hold_at_once_and_again_when_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    write(path, '[workbench]\ntrace = "ctrl+t"\n[trace]\nwaterfall = ["b", "ctrl+x w"]\n')
    scene = Scene()
    scene.tell(*until_asked())
    app = Stage(scene, own_keys=path)
    async with app.run_test(size=(160, 40)) as pilot:
        await app.shown(pilot)
        while action("workbench.trace").keys != ("ctrl+t",):
            await pilot.pause()
        trace = app.workbench.middle["trace"]
        await pilot.press("f3")
        assert not trace.has_keys
        await pilot.press("ctrl+t")
        assert trace.has_keys
        lines = trace.query_one("#trace-lines")
        assert getattr(lines, "waterfall") is True  # noqa: B009 - it is the pane's own
        await pilot.press("b")
        assert getattr(lines, "waterfall") is False  # noqa: B009
        await pilot.press("ctrl+x", "w")
        await pilot.pause()
        assert getattr(lines, "waterfall") is True  # noqa: B009
        assert ("b", "waterfall") in hints(("trace.waterfall",))
        while action("trace.waterfall").keys != ("u",):
            write(path, "[trace]\nwaterfall = 'u'\n")
            await pilot.pause(0.3)
        await pilot.press("u")
        assert getattr(lines, "waterfall") is False  # noqa: B009
        await pilot.press("escape", "f3")
        assert trace.has_keys
