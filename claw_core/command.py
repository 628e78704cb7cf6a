"""What a slash command of the core is. The commands lie in `commands/`, one a file, named as people type them.

A command's module holds

    a docstring                                      its line in the help
    async def run(session, words) -> str             does it; returns Markdown for the person, or nothing

Commands that change only the screen live in `claw_tui/commands/`.
"""

import inspect
from typing import TYPE_CHECKING

from claw_core import commands
from claw_core.event import CommandRan
from claw_core.registry import load, names

if TYPE_CHECKING:
    from claw_core.session.session import Session


def helps() -> dict[str, str]:
    """Every command of the core with its line in the help."""
    return {name: inspect.cleandoc(load(commands.__name__, name).__doc__ or "") for name in names(commands.__name__)}


async def run_command(session: "Session", name: str, words: str) -> CommandRan:
    """Run one. Raises ClawError for an unknown one, and what the command raises."""
    module = load(commands.__name__, name)
    output: str = await module.run(session, words)
    return CommandRan(name=name, words=words, output=output)
