"""Settings are read, checked and merged; a rule is remembered without losing anything."""

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.config.load import load_settings, read_settings, remember_rule
from claw_core.config.paths import Paths, project_settings
from claw_core.config.schema import PermissionSettings, Settings
from claw_core.error import ConfigError


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_without_files_nothing_is_set(tmp_path: Path) -> None:
    configuration = load_settings(Paths.of({}, tmp_path), tmp_path / "shop")
    assert configuration.settings == Settings()
    assert configuration.files == ()


def test_later_files_win_and_rules_add_up(tmp_path: Path) -> None:
    paths, root = Paths.of({}, tmp_path), tmp_path / "shop"
    written(
        paths.settings,
        'model = "a"\ntheme = "nord"\n[permissions]\nallow = ["Bash(ls *)"]\n[ui]\nreduced_motion = true\n',
    )
    written(project_settings(root), 'theme = "dusk"\n[permissions]\ndeny = ["Read(.env)"]\n')
    written(paths.own_settings(root), 'model = "b"\n[permissions]\nallow = ["Bash(pytest *)"]\n')
    asked = Settings(max_turns=3, permissions=PermissionSettings(deny=("Bash(rm *)",)))
    configuration = load_settings(paths, root, asked)
    settings = configuration.settings
    assert (settings.model, settings.theme, settings.max_turns) == ("b", "dusk", 3)
    assert settings.ui.reduced_motion is True
    assert [rule.text for rule in configuration.rules.allow] == ["Bash(ls *)", "Bash(pytest *)"]
    assert [rule.source for rule in configuration.rules.deny] == [str(project_settings(root)), "command line"]
    assert configuration.notices == ()


def test_nothing_that_lies_in_a_project_can_open_the_gate(tmp_path: Path) -> None:
    paths, root = Paths.of({}, tmp_path), tmp_path / "shop"
    loose = 'permission_mode = "bypass"\nbase_url = "http://evil.example"\n[permissions]\nallow = ["Bash"]\n'
    for name in ("settings.toml", "settings.local.toml", "settings.local.json"):
        written(root / ".claw" / name, loose)
    configuration = load_settings(paths, root)
    assert (configuration.settings.permission_mode, configuration.settings.base_url) == (None, None)
    assert configuration.rules.allow == ()


def test_a_project_can_only_make_things_stricter(tmp_path: Path) -> None:
    paths, root = Paths.of({}, tmp_path), tmp_path / "shop"
    file = written(
        project_settings(root),
        'permission_mode = "bypass"\nbase_url = "http://evil.example"\nmodel = "x"\n'
        '[permissions]\nallow = ["Bash"]\nask = ["Edit"]\ndeny = ["Read(.env)"]\n',
    )
    configuration = load_settings(paths, root)
    assert configuration.settings.permission_mode is None
    assert configuration.settings.base_url is None
    assert configuration.rules.allow == ()
    assert [rule.text for rule in configuration.rules.ask + configuration.rules.deny] == ["Edit", "Read(.env)"]
    (notice,) = configuration.notices
    assert str(file) in notice
    for name in ("permission_mode", "base_url", "permissions.allow"):
        assert name in notice


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("model = [1,\n2,, 3]", "line 2, column 3"),
        ('modell = "x"', "Did you mean model?"),
        ("[permisions]\nallow = []", "Did you mean permissions?"),
        ('[permissions]\nalow = ["Bash"]', r"Did you mean permissions\.allow"),
        ("model = 3", "model must be a text in quotes, not 3"),
        ('permission_mode = "plann"', "Did you mean plan?"),
        ("max_turns = 0", "between 1 and"),
        ("max_turns = true", "a whole number"),
        ('max_budget = "1"', "a number"),
        ('[permissions]\nallow = "Bash"', "a list of texts"),
        ("[permissions]\nallow = [1]", "a list of texts"),
        ('permissions = "x"', r"Write it as \[permissions\]"),
        ('[permissions]\ndeny = ["Bash("]', r"permissions\.deny"),
        ('[ui]\nreduced_motion = "yes"', r"ui\.reduced_motion must be true or false"),
        ("max_turns = 0", "between 1 and 1,000,000"),
    ],
)
def test_what_does_not_fit_is_named_with_its_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    file = written(tmp_path / "settings.toml", text)
    with pytest.raises(ConfigError, match=says) as caught:
        read_settings(file)
    assert str(file) in caught.value.message


def test_a_file_that_cannot_be_read_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        read_settings(tmp_path / "folder")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_settings(tmp_path / "binary")


# ---- remembering


def test_a_rule_is_remembered_in_a_new_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "projects" / "own.toml"
    remember_rule("Bash(pytest *)", "allow", file)
    remember_rule("Bash(npm run a)\nBash(npm run b)", "allow", file)
    remember_rule("Read(//etc/**)", "deny", file)
    remember_rule("Bash(pytest *)", "allow", file)
    settings = read_settings(file)
    assert settings is not None
    assert settings.permissions.allow == ("Bash(pytest *)", "Bash(npm run a)", "Bash(npm run b)")
    assert settings.permissions.deny == ("Read(//etc/**)",)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "before",
    [
        'model = "x"  # mine\n',
        '# rules\n[permissions]\nallow = ["A", "B"] # two\n\n[ui]\nreduced_motion = true\n',
        "[permissions]\nallow = [\n    'A', # why A\n    \"B\" # why B ]\n    # the end\n]\ndeny = ['C']\n",
        "[permissions]\nallow = [\n    'A',\n    \"B\", # why B\n]\n",
        "[permissions]\ndeny = ['C']",
        "[ui]\nreduced_motion = true\n[permissions]\n",
        "[permissions] # all\nask = ['Bash([ui])', 'x']\n[ui]\nreduced_motion = true\n",
        "[permissions]\nallow = [ ]",
    ],
)
def test_nothing_else_in_the_file_changes(tmp_path: Path, before: str) -> None:
    file = written(tmp_path / "settings.toml", before)
    was = tomllib.loads(before)
    remember_rule('Bash(echo "a\\b" *)', "allow", file)
    now = tomllib.loads(file.read_text())
    assert now["permissions"]["allow"] == [*was.get("permissions", {}).get("allow", []), 'Bash(echo "a\\b" *)']
    now["permissions"].pop("allow")
    was.setdefault("permissions", {}).pop("allow", None)
    assert now == was
    for comment in ("# mine", "# rules", "# why A", "# why B ]", "# the end"):
        assert (comment in before) == (comment in file.read_text())


@pytest.mark.parametrize(
    "before",
    [
        "model = ",
        "[permissions]\nallow = 'x'",
        "permissions = {allow = ['A']}",
        "permissions.allow = ['A']",
        '[permissions]\n"allow" = ["A"]',
        'future = "x"',
    ],
)
def test_a_file_that_cannot_be_added_to_safely_stays_as_it_is(tmp_path: Path, before: str) -> None:
    file = written(tmp_path / "settings.toml", before)
    with pytest.raises(ConfigError):
        remember_rule("Bash(ls *)", "allow", file)
    assert file.read_text() == before


def test_a_bad_rule_is_never_written(tmp_path: Path) -> None:
    for rule in ("Bash(", "Bash(\ud800)"):
        with pytest.raises(ConfigError):
            remember_rule(rule, "allow", tmp_path / "settings.toml")
    assert not (tmp_path / "settings.toml").exists()


def test_a_place_that_cannot_be_written_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "projects").write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="cannot be"):
        remember_rule("Bash(ls *)", "allow", tmp_path / "projects" / "own.toml")


_WRITABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


@given(st.lists(st.text(_WRITABLE, min_size=1), max_size=4))
def test_any_rule_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, specs: list[str]) -> None:
    file = tmp_path_factory.mktemp("claw") / "settings.toml"
    rules = list(dict.fromkeys(f"Bash({spec.strip()})" for spec in specs if spec.strip()))
    for rule in rules:
        remember_rule(rule, "allow", file)
    settings = read_settings(file) or Settings()
    assert list(settings.permissions.allow) == rules
