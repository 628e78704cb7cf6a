"""`claw demo`: a scripted model at work on a small real project in a scratch folder."""

import argparse
import asyncio
import shutil
from contextlib import ExitStack
from pathlib import Path

from claw_core.demo import TASK, attended, scratch_project, unattended
from claw_core.headless import run_headless
from claw_core.opening import open_session
from claw_core.options import Options
from claw_tui.entries.doors import doors, opener
from claw_tui.entries.workspace import looks, require_terminal, show, speak, wants_lines


def enter(arguments: argparse.Namespace) -> int:
    """Play it: with a person at the keys, or `--headless` to its end with every answer given."""
    lines = not arguments.headless and (arguments.screen_reader or wants_lines(Options(attended=True)))
    if not (arguments.headless or lines):
        require_terminal()
    project = scratch_project()
    try:
        if lines:
            return speak(opener(attended(project), TASK), attended(project))
        return asyncio.run(_play(project)) if arguments.headless else _show(project)
    finally:
        shutil.rmtree(project.parent, ignore_errors=True)


def _show(project: Path) -> int:
    from claw_tui.app import ClawApp

    options = attended(project)
    how = looks(options)
    with ExitStack() as leftovers:
        more = doors(options, leftovers)
        return show(ClawApp(opener(options, TASK), root=project, doors=more, **how))


async def _play(project: Path) -> int:
    return await run_headless(await open_session(unattended(project)), TASK, output="text")
