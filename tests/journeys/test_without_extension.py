"""A claw whose extension does not load, as on a system that no wheel was built for: it works, and says so."""

import shutil
from pathlib import Path

import pytest

from tests.journeys.command import claw, lines
from tests.journeys.terminal import Terminal

ROOT = Path(__file__).parents[2]
NOTICE = "The Rust core does not serve: the extension does not load"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of the packages without the extension, for PYTHONPATH."""
    folder = tmp_path_factory.mktemp("packages")
    for name in ("claw_core", "claw_tui", "claw_code", "themes"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    return str(folder)


def test_the_demo_plays_on_the_twins_and_says_so_once(tmp_path: Path, packages: str) -> None:
    done = claw("demo", "--headless", home=tmp_path, PYTHONPATH=packages)
    assert done.returncode == 0
    assert done.stdout == claw("demo", "--headless", home=tmp_path, CLAW_NATIVE="").stdout
    assert done.stderr.count("The Rust core does not serve") == 1
    assert NOTICE in done.stderr
    assert "everything works, more slowly" in done.stderr


def test_the_notice_is_a_record_of_the_session(tmp_path: Path, packages: str) -> None:
    claw("demo", "--headless", home=tmp_path, PYTHONPATH=packages)
    (log,) = tmp_path.rglob("log.jsonl")
    notices = [each["event"] for each in lines(log.read_text()) if each["event"]["kind"] == "notice.raised"]
    assert [each["message"].startswith(NOTICE) for each in notices] == [True]


def test_the_screen_says_so_too(tmp_path: Path, packages: str) -> None:
    with Terminal("demo", home=tmp_path, columns=160, rows=50, PYTHONPATH=packages) as terminal:
        terminal.wait_for("The Rust core does not serve")
        terminal.wait_for("waiting for you")
        terminal.press("ctrl+q")


def test_there_is_nothing_to_compare(tmp_path: Path, packages: str) -> None:
    done = claw("parity", "--json", home=tmp_path, PYTHONPATH=packages)
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is nothing to compare: the Rust core does not load" in done.stderr
