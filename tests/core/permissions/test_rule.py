"""Rules mean what people who write them expect."""

from pathlib import Path

import pytest

from claw_core.error import ConfigError
from claw_core.permissions.rule import Rules, parse_rule

ROOT, HOME = Path("/projects/shop"), Path("/home/ada")


@pytest.mark.parametrize(
    ("rule", "tool", "holds"),
    [
        ("Bash", "bash", True),
        ("bash", "bash", True),
        ("Read", "read", True),
        ("Read", "grep", True),
        ("Read", "glob", True),
        ("Read", "write", False),
        ("Edit", "write", True),
        ("Write", "edit", True),
        ("Edit", "apply_patch", True),
        ("Grep", "grep", True),
        ("Grep", "read", False),
        ("WebFetch", "fetch", True),
        ("my_tool", "my_tool", True),
        ("mcp__github", "mcp__github__list_issues", True),
        ("mcp__github__*", "mcp__github__list_issues", True),
        ("mcp__github__list_issues", "mcp__github__list_issues", True),
        ("mcp__github__*", "mcp__gitlab__list_issues", False),
        ("mcp__github", "mcp__github2__list_issues", False),
    ],
)
def test_a_rule_names_a_tool_or_its_family(rule: str, tool: str, holds: bool) -> None:
    assert parse_rule(rule).names(tool) is holds


@pytest.mark.parametrize(
    ("rule", "command", "holds"),
    [
        ("Bash(npm run *)", "npm run build", True),
        ("Bash(npm run *)", "npm run", True),
        ("Bash(npm run *)", "npm runaway", False),
        ("Bash(npm run:*)", "npm run build", True),
        ("Bash(npm run:*)", "npm runaway", False),
        ("Bash(npm run*)", "npm runaway", True),
        ("Bash(npm run build)", "npm run build", True),
        ("Bash(npm run build)", "npm run build --watch", False),
        ("Bash(* --version)", "node --version", True),
        ("Bash(git * main)", "git push origin main", True),
        ("Bash(ls *)", "lsof", False),
        ("Bash(*)", "anything at all", True),
        ("Bash(echo a.c)", "echo abc", False),
        ('Bash(git commit -m "a b")', "git commit -m 'a b'", True),
        ("Bash(npm run *)", "'npm run' x", False),
    ],
)
def test_a_star_stands_for_anything_and_a_space_before_it_ends_a_word(rule: str, command: str, holds: bool) -> None:
    assert parse_rule(rule).matches_command(command) is holds


@pytest.mark.parametrize(
    ("rule", "path", "holds"),
    [
        ("Read(//etc/hosts)", "/etc/hosts", True),
        ("Read(//etc/**)", "/etc/ssl/cert", True),
        ("Read(//etc/**)", "/etcetera", False),
        ("Read(~/notes/*.md)", "/home/ada/notes/a.md", True),
        ("Read(~/notes/*.md)", "/home/ada/notes/old/a.md", False),
        ("Edit(/src/**)", "/projects/shop/src/a/b.py", True),
        ("Edit(/src/**)", "/projects/shop/lib/src/b.py", False),
        ("Edit(/src)", "/projects/shop/src/a/b.py", True),
        ("Edit(/src/**/test_*.py)", "/projects/shop/src/test_a.py", True),
        ("Edit(/src/**/test_*.py)", "/projects/shop/src/x/y/test_a.py", True),
        ("Edit(./src/*.py)", "/projects/shop/src/a.py", True),
        ("Edit(src/*.py)", "/projects/shop/src/a.py", True),
        ("Edit(src/*.py)", "/projects/shop/x/src/a.py", False),
        ("Read(.env)", "/projects/shop/.env", True),
        ("Read(.env)", "/projects/shop/deep/er/.env", True),
        ("Read(.env)", "/projects/shop/.envrc", False),
        ("Read(*.pem)", "/projects/shop/keys/a.pem", True),
        ("Read(**/secrets/**)", "/projects/shop/a/secrets/b/c", True),
        ("Read(build/)", "/projects/shop/build/x", True),
        ("Read([ab].py)", "/projects/shop/a.py", True),
        ("Read([!ab].py)", "/projects/shop/a.py", False),
        ("Read(a?.py)", "/projects/shop/a/.py", False),
        ("Read(**)", "/elsewhere/x", True),
        ("Read(a+b(1).txt)", "/projects/shop/a+b(1).txt", True),
    ],
)
def test_paths_follow_gitignore_with_four_anchors(rule: str, path: str, holds: bool) -> None:
    assert parse_rule(rule).matches_path(Path(path), ROOT, HOME) is holds


def test_a_web_rule_names_a_host() -> None:
    assert parse_rule("WebFetch(domain:docs.python.org)").matches_host("docs.python.org")
    assert parse_rule("WebFetch(domain:*.python.org)").matches_host("docs.python.org")
    assert not parse_rule("WebFetch(domain:python.org)").matches_host("evilpython.org")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("(x)", "name of a tool"),
        ("rm -rf", "name of a tool"),
        ("Bash(npm run", "not closed"),
        ("Bash(npm) x", "follows"),
        ("Bash()", "nothing stands"),
        ("WebFetch(python.org)", "domain:host"),
        ("Read(!x)", "negated"),
        ("Todo(x)", "only argument:value"),
        ("mcp__github(x)", "only argument:value"),
        ("Agent(two words)", "name of an agent"),
    ],
)
def test_a_bad_rule_is_an_error_that_says_where(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as caught:
        Rules.of(deny=[text], source="--deny")
    assert "--deny" in caught.value.message


@pytest.mark.parametrize(
    ("rule", "given", "holds"),
    [
        ("Agent(model:opus)", {"model": "opus"}, True),
        ("Agent(model:opus)", {"model": "opus-4"}, False),
        ("Agent(model:opus*)", {"model": "opus-4"}, True),
        ("Agent(model:*)", {"model": "anything"}, True),
        ("Agent(model:*)", {}, False),
        ("Agent(model:*)", {"model": None}, False),
        ("Agent(subagent_type:review)", {"agent": "review"}, True),
        ("Bash(run_in_background:true)", {"command": "ls", "background": True}, True),
        ("Bash(run_in_background:true)", {"command": "ls", "background": False}, False),
        ("Bash(timeout:600)", {"command": "ls", "timeout": 600}, True),
        ("Bash(timeout:*)", {"command": "ls", "timeout": 600}, False),
        ("Bash(npm:test)", {"command": "ls", "npm": "test"}, False),
        ("mcp__github__*(owner:acme*)", {"owner": "acme-labs"}, True),
        ("mcp__github__*(owner:acme*)", {"owner": ["acme"]}, False),
        ("Read(path:secret)", {"path": "secret"}, False),
    ],
)
def test_an_argument_is_matched_by_its_whole_value(rule: str, given: dict[str, object], holds: bool) -> None:
    assert parse_rule(rule).matches_argument(given) is holds


def test_a_rule_about_one_argument_cannot_allow() -> None:
    assert Rules.of(ask=["Agent(model:opus)"], deny=["count_words(lang:de)"]).ask
    with pytest.raises(ConfigError, match="one argument") as caught:
        Rules.of(allow=["Agent(model:opus)"], source="settings.toml")
    assert "settings.toml" in caught.value.message
    assert Rules.of(allow=["Bash(npm:*)", "Bash(timeout:*)"]).allow
