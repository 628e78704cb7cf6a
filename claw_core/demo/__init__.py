"""The demo: a scripted model at work on a small real project, with the real tools, diffs and questions.

The project is copied into a scratch folder, so nothing is at stake, and no network is needed.
"""

import shutil
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parent / "project"


def scratch_project() -> Path:
    """A fresh copy of the project in a temporary folder; whoever asks for it removes it."""
    folder = Path(tempfile.mkdtemp(prefix="claw-demo-")) / "shop"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder
