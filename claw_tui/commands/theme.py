"""Look another way: `/theme`, or `/theme nord`."""

from claw_tui import theme
from claw_tui.command import ScreenFace
from claw_tui.picker import Entry, Picker


async def run(face: ScreenFace, words: str) -> None:
    """Without a name: all themes, each shown while the cursor is on it."""
    if words:
        face.use_theme(theme.named(words))
        return
    names = list(theme.files())
    before = face.look

    def picked(name: str | None) -> None:
        face.use_theme(theme.named(name) if name is not None else before)

    entries = [Entry(label=name, detail="dark" if theme.named(name).dark else "light", value=name) for name in names]
    at = names.index(before.name) if before.name in names else 0
    face.open(
        Picker(lambda: face.look, "theme", entries, at=at, seen=lambda name: face.use_theme(theme.named(name))), picked
    )
