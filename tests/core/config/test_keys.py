"""Keys that a person typed in: for their eyes, and for providers, only."""

import stat
from pathlib import Path

import pytest

from claw_core.config.keys import forget_keys, keep_key, keys_file, with_keys
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


class Held(dict[tuple[str, str], str]):
    """A keyring that is unlocked."""

    def get_password(self, service: str, username: str, /) -> str | None:
        return self.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        del self[service, username]


class Locked(Held):
    """A keyring that nobody unlocks."""

    def get_password(self, service: str, username: str, /) -> str | None:
        raise OSError("locked")

    def set_password(self, service: str, username: str, password: str, /) -> None:
        raise OSError(f"locked, and it says {password}")


def test_a_key_in_the_keyring_is_in_no_file(paths: Paths) -> None:
    keyring = Held()
    file = keep_key("A_KEY", "sk-secret", paths, keyring)
    assert "sk-secret" not in file.read_text()
    assert with_keys({}, paths, keyring) == {"A_KEY": "sk-secret"}
    assert with_keys({"A_KEY": "set"}, paths, Locked()) == {"A_KEY": "set"}
    assert forget_keys(("A_KEY", "B_KEY"), paths, keyring) == ("A_KEY",)
    assert not keyring
    assert with_keys({}, paths) == {}


def test_a_keyring_that_is_locked_has_no_key_and_takes_none(paths: Paths) -> None:
    keep_key("A_KEY", "sk-secret", paths, Held())
    assert with_keys({}, paths, Locked())["A_KEY"] == ""
    with pytest.raises(ConfigError, match="did not take") as told:
        keep_key("B_KEY", "sk-other", paths, Locked())
    assert "sk-other" not in str(told.value)
    assert told.value.__suppress_context__


def test_a_key_in_the_file_is_forgotten_and_the_others_stay(paths: Paths) -> None:
    keep_key("A_KEY", "one", paths)
    keep_key("B_KEY", "two", paths)
    assert forget_keys(("A_KEY",), paths) == ("A_KEY",)
    assert forget_keys(("A_KEY",), paths) == ()
    assert with_keys({}, paths) == {"B_KEY": "two"}
