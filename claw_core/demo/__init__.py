"""The demo: a scripted model at work on a small real project, with the real tools, diffs and questions.

The project is copied into a scratch folder, so nothing is at stake, and no network is needed.
"""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from claw_core.ask import Allow, Answer, Ask, Reply
from claw_core.demo.script import TASK, demo
from claw_core.options import Options
from claw_core.providers.scripted import ScriptedProvider

__all__ = ["TASK", "attended", "scratch_project", "unattended"]

PROJECT = Path(__file__).parent / "project"
PACE = 0.012
"""Seconds between two pieces of an answer, for people to read along."""


def scratch_project() -> Path:
    """A fresh copy of the project in a temporary folder of its own; whoever asks for it removes that."""
    folder = Path(tempfile.mkdtemp(prefix="claw-demo-")) / "shop"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def attended(project: Path) -> Options:
    """The demo for a person at the keys."""
    provider = ScriptedProvider(demo(PACE))
    return Options(cwd=project, provider=provider, model="demo", mode="ask", attended=True, trusted=True)


def unattended(project: Path) -> Options:
    """The demo with every answer given."""
    return replace(attended(project), provider=ScriptedProvider(demo(0)), attended=False, answerer=_yes)


async def _yes(ask: Ask) -> Answer:
    return Allow() if ask.kind == "permission" else Reply(answers=())
