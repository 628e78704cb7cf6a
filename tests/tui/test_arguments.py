"""The command line: what is understood, and what is said when it is not."""

from pathlib import Path

import pytest

from claw_core.error import UsageError
from claw_tui.arguments import parse


def test_nothing_opens_the_workspace() -> None:
    found = parse([])
    assert found.command == "workspace"
    assert found.prompt == []


def test_words_in_quotes_are_its_first_prompt() -> None:
    assert parse(["--model", "openai/x", "fix the test"]).prompt == ["fix the test"]


@pytest.mark.parametrize("words", [["-p", "say hi", "--model", "m"], ["--model", "m", "-p", "say hi"]])
def test_p_is_run_wherever_it_stands(words: list[str]) -> None:
    found = parse(words)
    assert (found.command, found.prompt, found.model) == ("run", "say hi", "m")


def test_options_of_run() -> None:
    found = parse(
        ["run", "--output-format", "json", "--permission-mode", "plan", "--allow", "Bash(ls)", "--allow", "Read",
         "--deny", "Write", "--max-turns", "3", "--max-budget", "0.5", "--cwd", "/tmp", "go"]
    )  # fmt: skip
    assert (found.output_format, found.permission_mode, found.max_turns, found.max_budget) == ("json", "plan", 3, 0.5)
    assert (found.allow, found.deny, found.cwd) == (["Bash(ls)", "Read"], ["Write"], Path("/tmp"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["modles"], "claw models"),
        (["sesions", "list"], "claw sessions"),
        (["fix", "the", "test"], 'claw "fix the test'),
        (["--model", "m", "run", "x"], "after the command"),
        (["run", "--max-turns", "none", "x"], "--max-turns"),
        (["run", "--max-budget", "-1", "x"], "--max-budget"),
        (["run", "--permission-mode", "yolo", "x"], "yolo"),
        (["--no-such-option"], "--no-such-option"),
        (["sessions"], "ACTION"),
        (["replay"], "ID"),
    ],
)
def test_what_is_not_understood_is_told(words: list[str], said: str) -> None:
    with pytest.raises(UsageError) as told:
        parse(words)
    assert said in str(told.value)


def test_what_follows_two_dashes_is_a_prompt_whatever_it_looks_like() -> None:
    assert parse(["--", "models"]).prompt == ["models"]
