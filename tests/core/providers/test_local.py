"""The embedded model where the package that runs it is not installed: said before anything begins."""

from pathlib import Path

import pytest

from claw_core.catalog import resolve
from claw_core.providers.local import VENDOR
from tests.journeys.command import python

WITHOUT = """
import sys
from claw_tui.__main__ import main
sys.modules["llama_cpp"] = None  # as if it were not installed
"""


def test_what_to_install_is_said_and_listed(tmp_path: Path) -> None:
    asked = python(
        WITHOUT + "from claw_tui.__main__ import main; sys.exit(main(['run', '--model', './x.gguf', 'hi']))",
        home=tmp_path,
    )
    assert asked.returncode == 1
    assert "pip install 'claw-tui[local]'" in asked.stderr
    listed = python(WITHOUT + "sys.exit(main(['models']))", home=tmp_path)
    assert "○ local " in listed.stdout
    assert "pip install 'claw-tui[local]'" in listed.stdout


@pytest.mark.parametrize("name", ["./x.gguf", "local/./x.gguf", str(Path.cwd() / "x.gguf")])
def test_a_file_is_meant_by_its_path(name: str) -> None:
    assert str(resolve(name, base_url=None, environ={})) == f"local/{Path.cwd() / 'x.gguf'}"


def test_the_known_ones_are_meant_by_their_names() -> None:
    assert str(resolve("smollm3", base_url=None, environ={})) == "local/smollm3"
    assert set(VENDOR.aliases) == {"smollm3", "smolvlm2"}


def test_what_is_not_fetched_yet_is_said_to_be(tmp_path: Path) -> None:
    assert VENDOR.offered is not None
    text, seeing = VENDOR.offered(tmp_path.as_uri(), None)
    assert (text.name, text.images, text.small) == ("smollm3", False, True)
    assert text.note == "1.9 GB, fetched when it is first asked"
    assert seeing.images
