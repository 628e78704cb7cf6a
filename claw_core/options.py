"""Options: what a person or a program says about a session, and which settings hold with them.

The screen starts with these alone; what a session is made of is loaded when one is opened (`opening.py`).
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from claw_core.config.load import Configuration, load_settings, with_rules
from claw_core.config.paths import Paths
from claw_core.config.schema import Settings
from claw_core.error import UsageError
from claw_core.event import Mode

if TYPE_CHECKING:
    from claw_core.provider import Provider
    from claw_core.session.asks import Answerer
    from claw_core.tool import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person or a program may say about a session; what is not said comes from the settings."""

    cwd: Path | None = None
    """The workspace; None for that of the session that is continued, else the folder claw was started in."""
    model: str | None = None
    base_url: str | None = None
    mode: Mode | None = None
    allow: Sequence[str] = ()
    deny: Sequence[str] = ()
    effort: str | None = None
    """How hard the model thinks: a level, or tokens; empty for its own way, whatever the settings say."""
    max_turns: int | None = None
    """Model calls in one turn."""
    max_budget: float | None = None
    """US dollars for the session."""
    fallback: Sequence[str] = ()
    """Models to go on with, in order, where one cannot be had."""
    resume: str | None = None
    """A session to continue: its id, a beginning of it, or `latest`."""
    tools: "Sequence[Tool] | None" = None
    provider: "Provider | None" = None
    """In place of `model` and `base_url`; it stays open when the session closes."""
    attended: bool = False
    """A person is there to answer."""
    answerer: "Answerer | None" = None
    """A program answers in a person's place."""
    trusted: bool | None = None
    """Whether the folder is trusted, for this time; None for what the person said before."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


def workspace_folder(cwd: Path | None) -> Path:
    """The folder to work in; the current one for None. Raises UsageError where there is none."""
    try:
        root = (cwd or Path.cwd()).expanduser().resolve()
    except FileNotFoundError as error:
        raise UsageError(
            "The folder that claw was started in is gone.", "Go to another one, or to this one anew: cd ."
        ) from error
    except RuntimeError as error:
        raise UsageError(f"Nobody knows whose home {cwd} is.", "Name the folder with its whole path.") from error
    if not root.is_dir():
        raise UsageError(f"There is no folder {cwd}.", "Name one that is there with --cwd, or make it first.")
    return root


def configuration_of(options: Options) -> Configuration:
    """What the settings files and the options say for a workspace. Raises ConfigError and UsageError."""
    return configured(options, workspace_folder(options.cwd))


def settings_of(options: Options) -> Settings:
    """The settings that hold for a workspace. Raises ConfigError and UsageError."""
    return configuration_of(options).settings


def configured(options: Options, root: Path) -> Configuration:
    """The same for a folder that is known. Raises ConfigError."""
    said = Settings(
        model=options.model,
        base_url=options.base_url,
        effort=options.effort,
        permission_mode=options.mode,
        max_turns=options.max_turns,
        max_budget=options.max_budget,
        fallback=tuple(options.fallback),
    )
    said = with_rules(said, allow=tuple(options.allow), deny=tuple(options.deny))
    variable = Settings(model=options.environ.get("CLAW_MODEL") or None)
    return load_settings(Paths.of(options.environ), root, said, variable, trusted=options.trusted)
