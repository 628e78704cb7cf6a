"""Every shipped theme names every role, and what it shows can be read."""

from pathlib import Path

import pytest

from claw_core.error import ConfigError
from claw_tui import theme
from claw_tui.sixteen import parameters, sixteen
from claw_tui.theme import GROUNDS, ROLES, contrast

SHIPPED = ("catppuccin", "claw-dark", "claw-light", "colour-blind", "gruvbox", "high-contrast", "nord", "solarized")
LINES = ("line.border", "line.guide")
DIFF_GROUNDS = ("diff.added_ground", "diff.removed_ground")
WORD_GROUNDS = ("diff.added_word", "diff.removed_word")


def readable_roles() -> list[str]:
    families = ("text", "state", "mode", "syntax")
    return [role for role in ROLES if role.partition(".")[0] in families] + ["diff.added", "diff.removed", "diff.hunk"]


def test_the_promised_themes_are_there() -> None:
    assert set(SHIPPED) <= set(theme.files())
    assert theme.DEFAULT in SHIPPED


@pytest.mark.parametrize("name", sorted(theme.files()))
def test_a_theme_names_every_role(name: str) -> None:
    assert set(theme.named(name).colours) == set(ROLES)


@pytest.mark.parametrize("name", sorted(theme.files()))
def test_words_can_be_read_on_every_ground(name: str) -> None:
    look = theme.named(name)
    wanted = 7.0 if name == "high-contrast" else 4.5
    poor = {
        (role, ground): round(contrast(look[role], look[ground]), 2)
        for role in readable_roles()
        for ground in GROUNDS
        if contrast(look[role], look[ground]) < wanted
    }
    assert poor == {}


@pytest.mark.parametrize("name", sorted(theme.files()))
def test_code_can_be_read_on_the_grounds_of_a_diff(name: str) -> None:
    look = theme.named(name)
    code = [role for role in ROLES if role.startswith("syntax.")]
    assert min(contrast(look[role], look[ground]) for role in code for ground in DIFF_GROUNDS) >= 4.5
    assert min(contrast(look[role], look[ground]) for role in code for ground in WORD_GROUNDS) >= 3.0


@pytest.mark.parametrize("name", sorted(theme.files()))
def test_what_is_dangerous_and_what_is_selected_can_be_read(name: str) -> None:
    look = theme.named(name)
    assert contrast(look["danger.text"], look["danger.ground"]) >= 4.5
    assert contrast(look["text.strong"], look["danger.ground"]) >= 4.5
    assert contrast(look["text.body"], look["ground.selection"]) >= 4.5
    assert contrast(look["line.focus"], look["ground.screen"]) >= 3.0


@pytest.mark.parametrize("name", sorted(theme.files()))
def test_a_changed_word_stands_out_from_its_line(name: str) -> None:
    look = theme.named(name)
    assert contrast(look["diff.added_word"], look["diff.added_ground"]) >= 1.25
    assert contrast(look["diff.removed_word"], look["diff.removed_ground"]) >= 1.25


def test_colour_blind_eyes_tell_added_from_removed_by_blue_against_orange() -> None:
    look = theme.named("colour-blind")

    def red_minus_blue(colour: str) -> int:
        return int(colour[1:3], 16) - int(colour[5:7], 16)

    for added, removed in (("diff.added", "diff.removed"), DIFF_GROUNDS, ("state.ok", "state.failed")):
        assert red_minus_blue(look[added]) < 0 < red_minus_blue(look[removed])


def test_what_is_wrong_in_a_theme_is_all_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "dusk.toml"
    text = theme.files()["claw-dark"].read_text()
    text = text.replace('waiting = "yellow"', 'waiting = "mustard"').replace('quote = "muted"', 'quoted = "muted"')
    path.write_text(text)

    with pytest.raises(ConfigError) as raised:
        theme.load(path)

    assert "state.waiting is 'mustard'" in raised.value.message
    assert "unknown role text.quoted" in raised.value.message
    assert "text.quote is missing" in raised.value.message
    assert "state.waiting is missing" not in raised.value.message


def test_a_file_that_is_no_toml_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("[palette\n")
    with pytest.raises(ConfigError, match="cannot be read"):
        theme.load(path)


def test_ones_own_theme_wins_over_a_shipped_one_of_that_name(tmp_path: Path) -> None:
    own = tmp_path / "nord.toml"
    own.write_text(theme.files()["claw-light"].read_text())
    assert theme.files(tmp_path)["nord"] == own
    assert not theme.named("nord", tmp_path).dark


def test_an_unknown_theme_is_told_what_there_is() -> None:
    with pytest.raises(ConfigError) as raised:
        theme.named("norf")
    assert "nord" in raised.value.hint


def test_a_style_has_the_roles_colours_and_is_made_once() -> None:
    look = theme.named("claw-dark")
    style = look.style("state.ok", on="ground.raised", attributes="bold")
    assert style.bold
    assert style.color is not None
    assert style.color.name == look["state.ok"]
    assert style is look.style("state.ok", on="ground.raised", attributes="bold")


def test_textual_gets_every_role_as_a_css_variable() -> None:
    look = theme.named("nord")
    made = look.for_textual()
    assert made.variables["state-waiting"] == look["state.waiting"]
    assert made.variables["diff-added-ground"] == look["diff.added_ground"]
    assert made.background == look["ground.screen"]


@pytest.mark.parametrize("name", theme.files())
def test_on_sixteen_colours_well_and_wrong_differ_and_nothing_stands_on_its_own_colour(name: str) -> None:
    look = theme.named(name)

    def of(role: str, *, ground: bool = False) -> int:
        hexadecimal = look[role].lstrip("#")
        return sixteen(*(int(hexadecimal[at : at + 2], 16) for at in (0, 2, 4)), ground=ground)

    assert of("diff.added") != of("diff.removed")
    assert of("state.ok") != of("state.failed")
    assert of("text.body") in (0, 7, 8, 15)
    for role in ("text.body", "text.strong", "text.muted", "line.border", "state.ok", "state.failed"):
        for ground in ("ground.screen", "ground.raised", "ground.cursor", "diff.added_ground"):
            letters, behind = map(int, parameters(of(role), of(ground, ground=True)))
            assert behind != letters + 10


def test_sixteen_colours_are_told_by_their_hue() -> None:
    assert sixteen(0x8F, 0xB5, 0x73, ground=False) == 10
    assert sixteen(0xC0, 0x30, 0x30, ground=False) == 1
    assert sixteen(0x10, 0x10, 0x14, ground=True) == 0
    assert sixteen(0xFF, 0xFF, 0xFF, ground=True) == 15
    assert parameters(10, 0) == ("92", "40")
    assert parameters(0, 0) == ("97", "40")
    assert parameters(None, None) == ("", "")
