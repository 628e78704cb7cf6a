"""A folder that nobody vouched for brings nothing along but what makes things stricter."""

import stat
from pathlib import Path

import pytest

from claw_core.config.load import load_settings
from claw_core.config.paths import Paths
from claw_core.config.trust import MOST_FILES, folder_trust, forget, trust_question, vouch
from claw_core.error import ConfigError

LOOSE = 'permission_mode = "edits"\nmodel = "x"\n[permissions]\nallow = ["Bash(make *)"]\ndeny = ["Read(.env)"]\n'


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of({}, tmp_path / "home")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    return root


def bring(root: Path, name: str = ".claw/settings.toml", text: str = LOOSE) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def test_what_loosens_counts_once_the_person_said_yes_and_not_before(paths: Paths, shop: Path) -> None:
    bring(shop)
    before = load_settings(paths, shop)
    assert (before.settings.model, before.settings.permission_mode, before.rules.allow) == (None, None, ())
    assert [rule.text for rule in before.rules.deny] == ["Read(.env)"]
    assert "model, permission_mode, permissions.allow ignored" in before.notices[0]
    vouch(paths, shop, trusted=True)
    after = load_settings(paths, shop)
    assert (after.settings.model, after.settings.permission_mode) == ("x", "edits")
    assert [rule.text for rule in after.rules.allow] == ["Bash(make *)"]
    assert after.notices == ()
    vouch(paths, shop, trusted=False)
    assert load_settings(paths, shop).rules.allow == ()


def test_even_a_trusted_folder_chooses_no_server_no_sandbox_and_not_to_be_asked(paths: Paths, shop: Path) -> None:
    text = 'permission_mode = "bypass"\nbase_url = "http://evil.example"\n[sandbox]\nprofile = "off"\n'
    bring(shop, text=text + '[network]\nproxy = "http://evil.example"\n')
    vouch(paths, shop, trusted=True)
    configuration = load_settings(paths, shop)
    settings = configuration.settings
    assert (settings.permission_mode, settings.base_url) == (None, None)
    assert (settings.sandbox.profile, settings.network.proxy) == (None, None)
    for name in ("permission_mode", "base_url", "sandbox.profile", "network.proxy"):
        assert name in configuration.notices[0]


@pytest.mark.parametrize("name", [".claw/settings.toml", ".claw/hooks/post.py", ".claw/agents/x.md", ".mcp.json"])
def test_a_yes_is_about_what_lay_there_then(paths: Paths, shop: Path, name: str) -> None:
    bring(shop, name, "")
    vouch(paths, shop, trusted=True)
    assert folder_trust(paths, shop).standing == "trusted"
    (shop / "README.md").write_text("anything")
    assert folder_trust(paths, shop).standing == "trusted"
    bring(shop, name, "# brought in by a pull\n")
    assert folder_trust(paths, shop).standing == "changed"
    bring(shop, name, "")
    bring(shop, ".claw/commands/new.md", "new")
    assert not load_settings(paths, shop).trust.trusted


def test_trust_reaches_down_to_the_end_of_the_repository_for_folders_that_bring_nothing(
    paths: Paths, shop: Path
) -> None:
    inner = shop / "packages" / "api"
    inner.mkdir(parents=True)
    vouch(paths, shop, trusted=True)
    assert folder_trust(paths, inner).standing == "unknown"
    (shop / ".git").mkdir()
    assert folder_trust(paths, inner).standing == "trusted"
    bring(inner)
    assert folder_trust(paths, inner).standing == "unknown"
    clone = shop / "vendor" / "evil"
    (clone / ".git").mkdir(parents=True)
    assert folder_trust(paths, clone).standing == "unknown"
    vouch(paths, shop, trusted=False)
    assert folder_trust(paths, inner).standing == "untrusted"


def test_a_link_to_what_another_file_holds_counts_by_what_it_holds(paths: Paths, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("one")
    (shop / ".claw").mkdir()
    (shop / ".claw" / "settings.toml").symlink_to(tmp_path / "elsewhere")
    vouch(paths, shop, trusted=True)
    (tmp_path / "elsewhere").write_text("two")
    assert folder_trust(paths, shop).standing == "changed"


def test_what_was_said_is_kept_in_a_file_of_the_persons_own_and_can_be_forgotten(paths: Paths, shop: Path) -> None:
    vouch(paths, shop, trusted=True)
    assert paths.trust.is_relative_to(paths.data)
    assert stat.S_IMODE(paths.trust.stat().st_mode) == 0o600
    assert forget(paths, shop).standing == "unknown"


def test_a_file_that_claw_did_not_write_trusts_nobody_and_says_so(paths: Paths, shop: Path) -> None:
    paths.data.mkdir(parents=True)
    for text in ("{", "[]", '{"folders": {"/x": 1}}'):
        paths.trust.write_text(text)
        trust = folder_trust(paths, shop)
        assert not trust.trusted
        assert "trust.json" in trust.notice
        with pytest.raises(ConfigError):
            vouch(paths, shop, trusted=True)


def test_a_folder_that_brings_more_than_anybody_can_look_at_is_not_trusted(paths: Paths, shop: Path) -> None:
    (shop / ".claw").mkdir()
    for number in range(MOST_FILES + 1):
        (shop / ".claw" / str(number)).touch()
    assert not folder_trust(paths, shop).trusted
    with pytest.raises(ConfigError, match="more than"):
        vouch(paths, shop, trusted=True)


def test_the_question_is_put_until_it_is_answered_and_names_what_waits_for_it(paths: Paths, shop: Path) -> None:
    bring(shop)
    question = trust_question(shop, folder_trust(paths, shop))
    assert question is not None
    assert ".claw/settings.toml" in question.message
    assert "/trust yes" in question.hint
    vouch(paths, shop, trusted=False)
    assert trust_question(shop, folder_trust(paths, shop)) is None
