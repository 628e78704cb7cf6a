"""A person's own keys at work: read from their file, read again when it changes, chords of two keys included."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input, TextArea

from claw_core.error import ConfigError
from claw_tui.action import key_name
from claw_tui.keymap import rebind
from claw_tui.keys_file import OwnKeys, load


class Keyboard:
    """The keys of one app."""

    def __init__(self, app: App[Any], do: Callable[[str], None]) -> None:
        """`do` does what an action does, by its id."""
        self._app = app
        self._do = do
        self._own = OwnKeys()
        self._begun = ""
        """The first key of a chord, while the second is waited for."""

    async def follow(self, path: Path) -> None:
        """Use what the file says, now and whenever it changes."""
        await self._use(path)
        if not await asyncio.to_thread(path.parent.is_dir):
            return
        from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]  it speaks of an event of anyio's

        async for changes in awatch(path.parent, recursive=False, debounce=200):
            if any(Path(changed).name == path.name for _, changed in changes):
                await self._use(path)

    async def _use(self, path: Path) -> None:
        try:
            self._own = await asyncio.to_thread(load, path)
        except ConfigError as error:
            self._app.notify(str(error), severity="warning", timeout=15, markup=False)
            return
        rebind(self._own.keys, self._own.pairs())
        self._app.set_keymap({id_: ",".join(keys) for id_, keys in self._own.keys.items() if keys})

    def takes(self, event: events.Key) -> bool:
        """Whether a key is part of a chord; then it is that and nothing else."""
        if not self._own.chords:
            return False
        begun, self._begun = self._begun, ""
        known = {chord: id_ for place in self._places() for chord, id_ in self._own.chords.get(place, {}).items()}
        if begun and (id_ := known.get((begun, event.key))):
            self._do(id_)
            return True
        typing = event.is_printable and isinstance(self._app.focused, Input | TextArea)
        if typing or not any(first == event.key for first, _ in known):
            return False
        self._begun = event.key
        self._app.notify(f"{key_name(event.key)} …", timeout=2, markup=False)
        return True

    def _places(self) -> set[str]:
        """The parts of the screen whose keys work now."""
        node: Any = self._app.focused or self._app.screen
        found: set[str] = set()
        while isinstance(node, Widget):
            for binding in type(node).BINDINGS:
                if isinstance(binding, Binding) and binding.id:
                    found.add(binding.id.partition(".")[0])
            node = node.parent
        return found
