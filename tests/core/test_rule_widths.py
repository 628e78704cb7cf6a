"""How wide a rule is: from exactly what is asked to all that is like it, each step a rule that allows what is asked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.ask import PermissionAsk
from claw_core.error import ConfigError
from claw_core.permissions.rule import parse_rule
from claw_core.rule_widths import MOST, checked, widths


def asked(tool: str, target: str, **arguments: str) -> PermissionAsk:
    return PermissionAsk(id="a", call="c", tool=tool, target=target, input=dict(arguments), reason="", preview=())


@pytest.mark.parametrize(
    ("ask", "rule", "steps"),
    [
        (
            asked("bash", "pytest", command="pytest -q tests/auth"),
            "Bash(pytest *)",
            ("Bash(pytest -q tests/auth)", "Bash(pytest -q tests/auth *)", "Bash(pytest -q *)", "Bash(pytest *)"),
        ),
        (asked("bash", "ls", command="ls"), "Bash(ls *)", ("Bash(ls)", "Bash(ls *)")),
        (
            asked("bash", "", command="cd src && npm run build --fast"),
            "Bash(npm run build *)",
            ("Bash(npm run build *)", "Bash(npm run *)", "Bash(npm *)"),
        ),
        (
            asked("bash", "", command="echo 'a b' c"),
            "Bash(echo *)",
            ("Bash(echo 'a b' c)", "Bash(echo 'a b' c *)", "Bash(echo 'a b' *)", "Bash(echo *)"),
        ),
        (
            asked("write", "src/auth/login.py"),
            "Edit(/src/auth/**)",
            ("Edit(/src/auth/login.py)", "Edit(/src/auth/**)", "Edit(/src/**)", "Edit(/**)"),
        ),
        (asked("read", "/etc/ssl/x"), "Read(//etc/ssl/**)", ("Read(//etc/ssl/**)", "Read(//etc/**)")),
        (asked("read", "~/notes/a"), "Read(~/notes/**)", ("Read(~/notes/**)",)),
        (
            asked("fetch", "", url="https://docs.eu.example.com"),
            "WebFetch(domain:docs.eu.example.com)",
            (
                "WebFetch(domain:docs.eu.example.com)",
                "WebFetch(domain:*.eu.example.com)",
                "WebFetch(domain:*.example.com)",
            ),
        ),
        (asked("fetch", ""), "WebFetch(domain:127.0.0.1)", ("WebFetch(domain:127.0.0.1)",)),
        (asked("fetch", ""), "WebFetch(domain:example.com)", ("WebFetch(domain:example.com)",)),
        (asked("mcp__github__search", ""), "mcp__github__search", ("mcp__github__search", "mcp__github__*")),
        (asked("web_search", ""), "WebSearch", ("WebSearch",)),
    ],
)
def test_steps_lead_from_what_is_asked_to_what_is_like_it(
    ask: PermissionAsk, rule: str, steps: tuple[str, ...]
) -> None:
    assert widths(ask, rule) == steps


@pytest.mark.parametrize(
    "rules", ["", "Bash(", "Bash()", "edit(**", "WebFetch(x)", "Bash(timeout:5)", "Bash(ls)\nBash("]
)
def test_what_is_no_rule_or_allows_nothing_is_said(rules: str) -> None:
    with pytest.raises(ConfigError):
        checked(rules)


_WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=6)


@given(st.lists(_WORD, min_size=1, max_size=12), st.integers(1, 12))
def test_every_step_is_a_rule_and_covers_at_least_what_the_step_before_did(words: list[str], kept: int) -> None:
    import shlex

    command = shlex.join(words)
    rule = f"Bash({shlex.join(words[:kept])} *)"
    ask = asked("bash", command, command=command)
    steps = widths(ask, rule)
    assert rule in steps
    assert len(steps) <= MOST
    for step in steps:
        checked(step)


def test_steps_of_paths_cover_the_file_that_is_asked_about(tmp_path: Path) -> None:
    for step in widths(asked("edit", "src/auth/login.py"), "Edit(/src/auth/**)"):
        assert parse_rule(step).matches_path(tmp_path / "src/auth/login.py", tmp_path, tmp_path)
