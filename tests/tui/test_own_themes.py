"""Themes of a person's own: chosen like those that come along, and shown anew while they are edited."""

from pathlib import Path

from claw_tui import theme
from tests.tui.bench import Scene, Stage, until


def own(folder: Path, text: str) -> None:
    """As an editor saves: at once."""
    draft = folder / "draft"
    draft.write_text(text)
    draft.replace(folder / "mine.toml")


async def test_a_theme_is_shown_anew_whenever_it_is_saved_and_stays_where_it_is_wrong(tmp_path: Path) -> None:
    nord = theme.files()["nord"].read_text()
    own(tmp_path, nord)
    told: list[str] = []

    class Listening(Stage):
        def warn(self, words: str) -> None:
            told.append(words)

    app = Listening(Scene(), own_themes=tmp_path)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        app.use_theme(theme.named("mine", tmp_path))
        before = app.look["text.body"]
        for _ in range(300):  # whatever the watch began after
            own(tmp_path, theme.files()["gruvbox"].read_text())
            await pilot.pause(0.1)
            if app.look["text.body"] != before:
                break
        assert app.look.name == "mine"
        assert app.look["text.body"] == theme.named("gruvbox")["text.body"]
        own(tmp_path, "[palette")
        await until(pilot, lambda: any("cannot be read" in words for words in told))
        assert app.look["text.body"] == theme.named("gruvbox")["text.body"]


def test_a_theme_of_one_s_own_goes_before_one_that_comes_along(tmp_path: Path) -> None:
    folder = theme.own_folder({"HOME": str(tmp_path)})
    assert folder == tmp_path / ".config/claw/themes"
    folder.mkdir(parents=True)
    (folder / "nord.toml").write_text(theme.files()["gruvbox"].read_text())
    assert theme.named("nord", folder)["text.body"] == theme.named("gruvbox")["text.body"]
    assert theme.named("nord")["text.body"] != theme.named("gruvbox")["text.body"]
