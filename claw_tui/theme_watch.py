"""A person's own themes while they are edited: what is shown looks as the file says, each time it is saved."""

import asyncio
from pathlib import Path
from typing import Protocol

from claw_core.error import ConfigError
from claw_tui import theme
from claw_tui.theme import Theme


class Looking(Protocol):
    """What has a theme: the app."""

    look: Theme

    def use_theme(self, theme: Theme) -> None:
        """Look like this from now on."""
        ...

    def warn(self, words: str) -> None:
        """Tell the person what is wrong."""
        ...


async def follow(app: Looking, folder: Path) -> None:
    """Use the theme in use anew whenever its file in that folder changes, until this is cancelled."""
    if not await asyncio.to_thread(folder.is_dir):
        return
    from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]  it speaks of an event of anyio's

    async for changes in awatch(folder, recursive=False, debounce=200):
        if any(Path(changed).stem == app.look.name for _, changed in changes):
            try:
                app.use_theme(await asyncio.to_thread(_fresh, app.look.name, folder))
            except ConfigError as error:
                app.warn(str(error))


def _fresh(name: str, folder: Path) -> Theme:
    theme.load.cache_clear()
    return theme.named(name, folder)
