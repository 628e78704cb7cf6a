"""Settings changed by claw in a person's own file: only what was meant, the rest as it was written."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.config.change import Value, change_setting, understood
from claw_core.config.load import read_settings
from claw_core.config.manual import Setting, manual
from claw_core.config.schema import Settings, keys, set_values
from claw_core.error import ConfigError

BY_KEY = {setting.key: setting for setting in manual()}

WRITTEN = """\
# mine, since 2026
model = "gpt-5.4"  # the good one

fallback = [
    "a/one",  # first
    "b/two",
]

[ui]
# quiet
attention = "none"

[permissions]
allow = ["Bash(ls *)"]
"""


def test_the_manual_has_every_setting_with_its_help_and_what_holds_otherwise() -> None:
    assert [setting.key for setting in manual()] == keys()
    assert all(setting.help for setting in manual())
    assert BY_KEY["ui.attention"].choices == ("none", "bell", "notification")
    assert BY_KEY["ui.attention"].usual == "bell"
    assert BY_KEY["network.attempts"].bounds == (1, 20)


def test_one_setting_changes_and_everything_else_stays_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(WRITTEN)
    change_setting(file, "ui.attention", "bell")
    assert file.read_text() == WRITTEN.replace('"none"', '"bell"')
    change_setting(file, "model", "gpt-5.4-mini")
    assert 'model = "gpt-5.4-mini"  # the good one' in file.read_text()
    change_setting(file, "fallback", ["a/one", "b/two", "c/three"])
    assert '"a/one",  # first' in file.read_text()
    change_setting(file, "ui.reduced_motion", True)
    change_setting(file, "sandbox.caches", ["go", "uv"])
    change_setting(file, "max_turns", 7)
    change_setting(file, "ui.attention", None)
    assert set_values(read_settings(file) or Settings()) == {
        "model": "gpt-5.4-mini",
        "fallback": ("a/one", "b/two", "c/three"),
        "max_turns": 7,
        "permissions.allow": ("Bash(ls *)",),
        "sandbox.caches": ("go", "uv"),
        "ui.reduced_motion": True,
    }
    assert "# mine, since 2026" in file.read_text()


def test_a_file_is_made_where_there_is_none_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "claw" / "settings.toml"
    change_setting(file, "ui.attention", "none")
    assert file.read_text() == '[ui]\nattention = "none"\n'
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("before", ["model = ", 'future = "x"', 'model = "x"\nui = 3\n'])
def test_a_file_that_does_not_fit_is_left_alone(tmp_path: Path, before: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(before)
    with pytest.raises(ConfigError):
        change_setting(file, "max_turns", 3)
    assert file.read_text() == before


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("ui.reduced_motion", "True", True),
        ("max_turns", "1_000", 1000),
        ("compact_at", "0.5", 0.5),
        ("max_budget", "3", 3),
        ("fallback", "a/one\n\n  b/two", ["a/one", "b/two"]),
        ("permissions.deny", "Bash(rm *)", ["Bash(rm *)"]),
        ("theme", " nord ", "nord"),
    ],
)
def test_what_is_typed_is_understood(key: str, typed: str, value: Value) -> None:
    assert understood(BY_KEY[key], typed) == value


@pytest.mark.parametrize(
    ("key", "typed", "told"),
    [
        ("max_turns", "0", "max_turns must be between 1 and 1,000,000"),
        ("max_turns", "many", "must be a whole number"),
        ("ui.reduced_motion", "perhaps", "must be true or false"),
        ("ui.attention", "gong", "must be one of none, bell, notification"),
        ("model", "", "must be a text"),
        ("permissions.allow", "Bash(", "permissions.allow"),
        ("sandbox.caches", "attic", "no cache 'attic'"),
    ],
)
def test_what_cannot_be_is_said(key: str, typed: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        understood(BY_KEY[key], typed)
    assert told in raised.value.message


VALUES: dict[str, st.SearchStrategy[Value]] = {
    "flag": st.booleans(),
    "whole": st.integers(1, 20),
    "number": st.sampled_from([0.1, 0.5, 1.0, 1]),
    "text": st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    "texts": st.lists(st.sampled_from(["Bash(ls *)", "Read(//a b/**)", "Edit(ä)"]), unique=True, min_size=1),
}


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, Value | None]:
    """A setting, and what it is set to; None for nothing."""
    open_to_change = [each for each in manual() if each.kind != "tables" and each.key != "sandbox.caches"]
    setting: Setting = draw(st.sampled_from(open_to_change))
    value = st.sampled_from(setting.choices) if setting.choices else VALUES[setting.kind]
    return setting.key, draw(st.none() | value)


@given(st.lists(changes(), max_size=8))
def test_any_row_of_changes_leaves_what_was_said_last(
    tmp_path_factory: pytest.TempPathFactory, row: list[tuple[str, Value | None]]
) -> None:
    file = tmp_path_factory.mktemp("claw") / "settings.toml"
    file.write_text(WRITTEN)
    expected = set_values(read_settings(file) or Settings())
    for key, value in row:
        change_setting(file, key, value)
        expected.pop(key, None)
        if value is not None:
            expected[key] = tuple(value) if isinstance(value, list) else value
    text = file.read_text()
    assert set_values(read_settings(file) or Settings()) == expected
    assert tomllib.loads(text) is not None
    assert "# mine, since 2026" in text
