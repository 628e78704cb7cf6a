"""Tools are found by the names that models know from elsewhere."""

import pytest

from claw_core.tool_names import canonical


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("read", "read"),
        ("Read", "read"),
        ("ReadFile", "read"),
        ("functions.read_file", "read"),
        ("LS", "read"),
        ("Write", "write"),
        ("create_file", "write"),
        ("str_replace", "edit"),
        ("str-replace", "edit"),
        ("StrReplace", "edit"),
        ("MultiEdit", "multi_edit"),
        ("Bash", "bash"),
        ("run_command", "bash"),
        ("run_shell_command", "bash"),
        ("shell", "bash"),
        ("Grep", "grep"),
        ("search", "grep"),
        ("list_files", "glob"),
        ("TodoWrite", "todo"),
        ("AskUserQuestion", "question"),
        ("WebFetch", "fetch"),
        ("WebSearch", "web_search"),
    ],
)
def test_habits_are_understood(name: str, ours: str) -> None:
    assert canonical(name) == ours


@pytest.mark.parametrize("name", ["deploy", "mcp__github__search", "", "My.Tool", "server.search"])
def test_other_names_stay(name: str) -> None:
    assert canonical(name) == name
