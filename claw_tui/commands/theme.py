"""Look another way: `/theme`, or `/theme nord`."""

from claw_tui import theme
from claw_tui.command import ScreenFace
from claw_tui.picker import Entry, Picker


async def run(face: ScreenFace, words: str) -> None:
    """Without a name: all themes, each shown while the cursor is on it."""
    own = theme.own_folder()
    if words:
        face.use_theme(theme.named(words, own))
        return
    names = list(theme.files(own))
    before = face.look

    def show(name: str | None) -> None:
        face.use_theme(theme.named(name, own) if name is not None else before)

    shades = {name: "dark" if theme.named(name, own).dark else "light" for name in names}
    entries = [Entry(label=name, detail=shade, value=name) for name, shade in shades.items()]
    at = names.index(before.name) if before.name in names else 0
    face.open(Picker(lambda: face.look, "theme", entries, at=at, seen=show), show)
