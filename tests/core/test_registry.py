"""Shelves: names come from the folder, modules are imported when they are used."""

import subprocess
import sys

import pytest

from claw_core import registry
from claw_core.error import UsageError


def test_names_are_files_and_private_ones_are_left_out() -> None:
    names = registry.names("claw_core.permissions")
    assert "policy" in names
    assert "__init__" not in names
    assert names == tuple(sorted(names))


def test_names_are_known_without_importing_anything() -> None:
    code = (
        "import sys; from claw_core import registry; registry.names('claw_core.permissions');"
        "assert 'claw_core.permissions.policy' not in sys.modules;"
        "registry.load('claw_core.permissions', 'rule'); assert 'claw_core.permissions.rule' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_one_is_loaded_by_its_name() -> None:
    assert registry.load("claw_core.permissions", "place").__name__ == "claw_core.permissions.place"


def test_an_unknown_name_says_what_is_like_it() -> None:
    with pytest.raises(UsageError, match="Did you mean policy") as caught:
        registry.load("claw_core.permissions", "polcy")
    assert "permission named 'polcy'" in caught.value.message


def test_a_name_is_never_a_way_out_of_the_shelf() -> None:
    for name in ("../error", "policy.x", "__init__", "", "os"):
        with pytest.raises(UsageError):
            registry.load("claw_core.permissions", name)


def test_a_package_that_is_not_there_is_said() -> None:
    with pytest.raises(UsageError, match="no package"):
        registry.names("claw_core.nothing")
