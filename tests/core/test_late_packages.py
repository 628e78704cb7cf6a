"""Packages that are read late: whoever asks them for something finds it, and nothing is read before."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from claw_core.late_packages import late_packages


@pytest.fixture
def bulk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that gathers what is in its modules."""
    folder = tmp_path / "bulk_of_it"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Bulk."""\nfrom . import one\nfrom .two import TWO\nfrom .one import ONE\n')
    (folder / "one.py").write_text("ONE = 1\n")
    (folder / "two.py").write_text("from .one import ONE\nTWO = ONE + 1\n")
    (folder / "three.py").write_text("THREE = 3\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "bulk_of_it"]:
        del sys.modules[name]


def load() -> Any:
    with late_packages("bulk_of_it"):
        return import_module("bulk_of_it")


def loaded() -> set[str]:
    return {name.partition(".")[2] for name in sys.modules if name.startswith("bulk_of_it.")}


@pytest.mark.usefixtures("bulk")
def test_nothing_of_it_is_read_until_something_is_asked_for() -> None:
    package = load()
    assert loaded() == set()
    assert package.TWO == 2
    assert loaded() == {"one", "two"}
    assert (package.ONE, package.__doc__) == (1, "Bulk.")


@pytest.mark.usefixtures("bulk")
def test_a_module_of_it_comes_alone() -> None:
    load()
    with pytest.raises(AttributeError):
        _ = load().three  # as of any package whose module nobody imported
    exec("from bulk_of_it import three\nassert three.THREE == 3")
    assert loaded() == {"three"}


@pytest.mark.usefixtures("bulk")
def test_what_it_does_not_have_it_does_not_have() -> None:
    package = load()
    for _ in range(2):
        assert not hasattr(package, "FOUR")
    assert not hasattr(package, "__path_of_nobody__")


def test_what_fails_to_be_read_fails_for_who_asks_and_is_tried_again(bulk: Path) -> None:
    (bulk / "two.py").write_text("raise OSError('not now')\n")
    package = load()
    with pytest.raises(OSError, match="not now"):
        _ = package.TWO
    (bulk / "two.py").write_text("TWO = 22\n")
    assert package.TWO == 22


def test_several_who_ask_at_once_all_get_it(bulk: Path) -> None:
    (bulk / "two.py").write_text("import time\ntime.sleep(0.05)\nTWO = 2\n")
    package, got = load(), list[int]()
    threads = [threading.Thread(target=lambda: got.append(package.TWO)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [2] * 4


def test_openais_sdk_talks_without_its_types_and_still_has_them() -> None:
    program = """
import sys
import claw_core.dialects.openai_wire
types = {name for name in sys.modules if name.startswith("openai.types.responses.")}
assert len(types) < 20, types
import openai
from openai.types.responses import Response
from openai.types import Model
assert openai.types.responses.Response is Response
assert openai.types.chat.ChatCompletion.__name__ == "ChatCompletion"
"""
    subprocess.run([sys.executable, "-c", program], check=True)
