"""Every pane, dialog, screen and layout in every theme: the words once, the colours for each."""

from pathlib import Path

import pytest

from claw_tui import theme
from claw_tui.line_view import LineView
from tests.tui.bench import loaded
from tests.tui.conftest import Matches
from tests.tui.gallery import PICTURES, Shown

FIRST, LAST = "claw-dark", "solarized"
NAME_IT = {"themes", "status"}
"""These say which theme it is."""


async def _still(shown: Shown) -> None:
    """Nothing moves any more, and times that run are those of now."""
    app, pilot, _ = shown
    await loaded(app, pilot)
    await pilot.pause(0.05)
    for screen in app.screen_stack:
        for widget in screen.walk_children():
            if isinstance(widget, LineView):
                widget.repaint()
            else:
                widget.refresh()
    await pilot.pause()


@pytest.mark.parametrize("name", PICTURES)
async def test_it_looks_like_this_in_every_theme_put_on_while_it_is_open(name: str, matches_golden: Matches) -> None:
    async with PICTURES[name](theme.named(FIRST)) as shown:
        app, pilot, wear = shown
        await _still(shown)
        for look in theme.files():
            wear(theme.named(look))
            await pilot.pause()
            matches_golden(app, name, look)


@pytest.mark.parametrize("name", [name for name in PICTURES if name not in NAME_IT])
async def test_a_theme_put_on_later_looks_as_if_it_had_been_there_from_the_start(
    name: str, matches_golden: Matches
) -> None:
    async with PICTURES[name](theme.named(LAST)) as shown:
        await _still(shown)
        matches_golden(shown[0], name, LAST)


def test_every_screen_pane_and_dialog_has_its_picture() -> None:
    """A new one that nobody pictured is found here."""
    rooms = Path(theme.__file__).parent
    names = {path.stem for shelf in ("panes", "screens") for path in (rooms / shelf).glob("[a-z]*.py")}
    pictured = {word.rstrip("s") for name in PICTURES for word in name.split("-")}
    elsewhere = {"workbench": "layout", "permission": "queue", "statu": "statu", "reading": "cost"}
    missing = {name for name in names if elsewhere.get(name.rstrip("s"), name.rstrip("s")) not in pictured}
    assert not missing
