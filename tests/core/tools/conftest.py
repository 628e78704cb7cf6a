"""A bench for each test, on a real folder."""

from pathlib import Path

import pytest

from claw_core.checkpoint import Blobs
from claw_core.workspace import Workspace
from tests.core.tools.bench import Bench, Context


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    root = tmp_path / "project"
    root.mkdir()
    workspace = Workspace(root, home=tmp_path / "home", blobs=Blobs(None), scratch=tmp_path / "scratch")
    return Bench(root=root, context=Context(workspace))
