"""The settings as the settings screen knows them: what each is, what every file says of it, and how one is changed.

Only the person's own two files are ever written: the one for all projects and the one for this project, which both lie
in their configuration folder. What the repository brought is shown, and stays as it is.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from claw_core.config.change import Value, change_setting
from claw_core.config.load import COMMAND_LINE, ENVIRONMENT, Configuration
from claw_core.config.manual import Setting, manual
from claw_core.config.paths import Paths, project_settings
from claw_core.config.schema import set_values
from claw_core.config.shown import shown

Own = Literal["everywhere", "here"]
"""For which projects a change holds: all of them, or this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One setting as it stands."""

    setting: Setting
    value: object | None
    """What holds; None where nothing is set."""
    said: tuple[tuple[str, object], ...]
    """Who says what of it, in words, the one that decides last."""

    @property
    def source(self) -> str:
        """Who decides."""
        return self.said[-1][0] if self.said else "default"

    @property
    def shown(self) -> str:
        """The value for people, on one line."""
        return value_words(self.value) if self.value is not None else self.setting.usual


def value_words(value: object) -> str:
    """A value on one line; what may be a secret is not in it."""
    told = shown(value)
    if isinstance(told, list):
        return ", ".join(str(each) for each in told)
    if isinstance(told, dict):
        return ", ".join(told)
    return told if isinstance(told, str) else json.dumps(told)


class OwnSettings:
    """The settings of one person in one workspace."""

    def __init__(self, read: Callable[[], Configuration], paths: Paths, root: Path, home: Path) -> None:
        """`read` reads everything that counts, and raises ConfigError. `home` is shown as `~`."""
        self._read = read
        self._home = home
        self._files: dict[Own, Path] = {"everywhere": paths.settings, "here": paths.own_settings(root)}
        self._names = {
            str(paths.settings): "yours",
            str(project_settings(root)): "the project's",
            str(paths.own_settings(root)): "yours, here",
            ENVIRONMENT: "environment",
            COMMAND_LINE: "command line",
        }

    def file(self, own: Own) -> Path:
        """The file of the person's that a change goes to."""
        return self._files[own]

    def place(self, own: Own) -> str:
        """That file, for people."""
        file = self._files[own]
        return f"~/{file.relative_to(self._home)}" if file.is_relative_to(self._home) else str(file)

    async def look(self) -> tuple[Held, ...]:
        """All settings as they stand now. Raises ConfigError."""
        return await asyncio.to_thread(self._look)

    async def change(self, key: str, value: Value | None, own: Own) -> tuple[Held, ...]:
        """Set it, or take it out for None; then all as they stand. Raises ConfigError, with nothing written."""
        await asyncio.to_thread(change_setting, self._files[own], key, value)
        return await self.look()

    def _look(self) -> tuple[Held, ...]:
        configuration = self._read()
        layers = [(self._names.get(name, name), set_values(layer)) for name, layer in configuration.layers]
        holds = set_values(configuration.settings)
        return tuple(
            Held(
                setting=setting,
                value=holds.get(setting.key),
                said=tuple((name, values[setting.key]) for name, values in layers if setting.key in values),
            )
            for setting in manual()
        )


def source_of(held: Held, own: Own) -> object | None:
    """What the person's own file says of it; None where it says nothing."""
    wanted = "yours" if own == "everywhere" else "yours, here"
    return next((value for name, value in held.said if name == wanted), None)
