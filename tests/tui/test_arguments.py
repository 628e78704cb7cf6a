"""The command line: what is understood, and what is said when it is not."""

import json
import re
from pathlib import Path

import pytest

from claw_core.error import UsageError
from claw_tui import theme
from claw_tui.__main__ import main
from claw_tui.arguments import FORMATS, MODES, parse
from claw_tui.command import helps


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


COMMANDS: tuple[list[str], ...] = (
    [], ["run"], ["sessions"], ["sessions", "list"], ["sessions", "show"], ["sessions", "check"], ["sessions", "fork"],
    ["sessions", "delete"], ["replay"], ["permissions"], ["permissions", "check"], ["permissions", "why"],
    ["demo"], ["models"], ["manifest"], ["doctor"],
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_argument_of_every_command_is_explained(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(len(line) <= 120 for line in shown.splitlines())
    entries = re.findall(r"^  (?:    )?(-\S.*|[A-Za-z_]+(?: {2,}.*)?)$\n?(^ {6,}\S.*$)?", shown, re.MULTILINE)
    assert len(entries) > (1 if words else 10)
    assert [name for name, below in entries if "  " not in name.strip() and not below] == ["COMMAND"] * (not words) + [
        "ACTION"
    ] * (words in (["sessions"], ["permissions"]))


@pytest.mark.parametrize("words", COMMANDS[:2], ids=["claw", "claw run"])
def test_help_names_what_can_be_chosen_and_how_it_ends(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--help"]) == 0
    shown = capsys.readouterr().out
    for word in (*MODES, *(FORMATS if words else ()), "130  interrupted", "examples:"):
        assert word in shown


def test_the_examples_in_the_help_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    from shlex import split

    for words in ([], ["run"], ["permissions", "check"]):
        main([*words, "--help"])
        examples = capsys.readouterr().out.partition("example")[2].partition("exit status")[0]
        lines = [line.partition("claw")[2].partition("   ")[0].partition(" <")[0] for line in examples.splitlines()]
        found = [parse(split(line)).command for line in lines if line]
        assert set(found) >= set(words[:1] or ["workspace", "run", "demo"])


def test_the_manifest_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["tools", "commands", "agents", "skills", "hooks", "servers", "providers", "themes"]
    permissions = {tool["name"]: tool["permission"] for tool in told["tools"]}
    assert {name: permissions[name] for name in ("read", "grep", "edit", "write", "bash", "question", "todo")} == {
        "read": "read", "grep": "read", "edit": "write", "write": "write", "bash": "run", "question": "interact",
        "todo": "none",
    }  # fmt: skip
    for tool in told["tools"]:
        assert set(tool) == {"name", "permission", "source", "description", "input_schema"}
        assert tool["input_schema"]["type"] == "object"
    assert {each["name"]: each["help"] for each in told["commands"]} == helps()
    assert {each["name"] for each in told["themes"]} == set(theme.files())
    assert "ollama" in [each["name"] for each in told["providers"]]


def test_the_manifest_for_people_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^  bash +run +Run a bash command", shown, re.MULTILINE)
    assert re.search(r"^  explore +Finds things out", shown, re.MULTILINE)
    assert "skills" not in shown
