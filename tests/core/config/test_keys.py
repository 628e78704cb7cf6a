"""Keys that a person typed in: for their eyes, and for providers, only."""

import stat
from pathlib import Path

import pytest

from claw_core.config.keys import keep_key, keys_file, with_keys
from claw_core.config.paths import Paths
from claw_core.error import ConfigError


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of({"HOME": str(tmp_path)})


def test_a_kept_key_is_found_and_only_its_owner_can_read_the_file(paths: Paths) -> None:
    file = keep_key("OPENAI_API_KEY", " sk-one \n", paths)
    keep_key("OTHER_KEY", "two", paths)
    assert with_keys({}, paths) == {"OPENAI_API_KEY": "sk-one", "OTHER_KEY": "two"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_environment_wins_where_it_says_something(paths: Paths) -> None:
    keep_key("OPENAI_API_KEY", "kept", paths)
    assert with_keys({"OPENAI_API_KEY": "set"}, paths)["OPENAI_API_KEY"] == "set"
    assert with_keys({"OPENAI_API_KEY": ""}, paths)["OPENAI_API_KEY"] == "kept"


def test_without_a_file_there_are_just_those_of_the_environment(paths: Paths) -> None:
    assert with_keys({"A": "1"}, paths) == {"A": "1"}


def test_a_file_that_others_can_read_is_refused(paths: Paths) -> None:
    keep_key("OPENAI_API_KEY", "kept", paths).chmod(0o644)
    with pytest.raises(ConfigError) as told:
        with_keys({}, paths)
    assert "chmod 600" in told.value.hint


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_file_that_holds_no_keys_is_told_and_left_alone(paths: Paths, content: str) -> None:
    file = keys_file(paths)
    file.parent.mkdir(parents=True)
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(ConfigError):
        keep_key("A", "1", paths)
    assert file.read_text() == content
