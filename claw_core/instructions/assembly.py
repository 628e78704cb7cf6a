"""The system prompt put together for one workspace: what is read for it, once, and what is looked up for each turn."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from claw_core.catalog import Profile
from claw_core.event import Mode
from claw_core.instructions.environment import environment_section, git_section, git_state
from claw_core.instructions.project import MOST_TOGETHER, Instructions, Reading, find_instructions
from claw_core.instructions.system import Section, sections, with_own
from claw_core.subagent import SubAgent

PROMPT_FOLDER = "prompt"
"""Of the person's settings: their own sections."""


def read_instructions(root: Path, config: Path, home: Path, window: int | None) -> Reading:
    """The instruction files that a model with this window has room for."""
    return find_instructions(root, config, home, min(MOST_TOGETHER, share(window)))


def share(window: int | None) -> int:
    """Bytes of instruction files that a window has room for: about a quarter of it."""
    return MOST_TOGETHER if window is None else window


async def assembled(
    config: Path,
    root: Path,
    mode: Mode,
    told: Sequence[Instructions],
    tools: Sequence[str],
    profile: Profile,
    role: SubAgent | None = None,
) -> list[Section]:
    """The sections as they are now, with those of the person, whose settings lie in `config`.

    `role`: of the sub-agent whose prompt it is.
    """
    found = sections(
        mode=mode,
        environment=environment_section(root, date.today()),  # noqa: DTZ011 - the person's own day
        git=git_section(await git_state(root)),
        instructions=told,
        tools=tools,
        profile=profile,
        role=role,
    )
    return await asyncio.to_thread(with_own, found, config / PROMPT_FOLDER)
