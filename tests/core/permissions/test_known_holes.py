"""What other agents' gates let through, and this one does not. Each line here runs unasked on somebody's machine."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.permissions.command_line import parse
from tests.core.permissions.test_policy import gate, run
from tests.native.shell_lines import lines

WRAPPERS = ("env", "nohup", "timeout 5", "time", "nice", "env A=b", "stdbuf -oL", "xargs", "setsid", "command", "exec")


@pytest.mark.parametrize(
    "line",
    [
        *(f"{wrapper} rm x" for wrapper in WRAPPERS),
        "kill 1",
        "killall x",
        "echo x > file",
        "echo x >> file",
        "echo x >| file",
        "echo x &> file",
        "echo x <> file",
        "echo x & rm y",
        "echo x\nrm y",
        "echo <(rm y)",
        "git branch -D x",
        "git branch x",
        "git remote add x y",
        "git tag x",
        "git log --output=x",
        "git grep -Osh x",
        "git -c core.pager=x log",
        "git -c alias.log='!rm x' log",
        "find . -fprint x",
        "rg --pre=x y",
        "ls $(rm y)",
        "'ls' \"`rm y`\"",
    ],
)
def test_a_harmless_first_word_makes_no_line_free(line: str) -> None:
    assert run(gate(), line).decision == "ask"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        *((f"Bash({wrapper.split()[0]} *)", f"{wrapper} rm x") for wrapper in WRAPPERS),
        ("Bash(find *)", "find . -exec rm {} \\;"),
        ("Bash(find *)", "find . -exec sh -c 'rm x' \\;"),
        ("Bash(find *)", "find . -name a -ok rm {} +"),
        ("Bash(find *)", "find . $ACTION"),
        ("Bash(xargs *)", "echo x | xargs sh -c 'rm x'"),
        ("Bash(xargs *)", "echo x | xargs -I{} sh -c 'rm {}'"),
        ("Bash(xargs *)", "echo rm | xargs env"),
        ("Bash(bash *)", "bash -c 'rm x'"),
        ("Bash(watch *)", "watch 'rm x'"),
        ("Bash(ls *)", "watch ls x > ../file"),
        ("Bash(ls *)", "LD_PRELOAD=x watch ls x"),
        ("Bash(make *)", "sh -c 'make &>log rm x'"),
        ("Bash(make *)", "watch 'make &>log rm x'"),
        ("Bash(flock *)", "flock lock -c 'rm x'"),
        ("Bash(npm *)", "nohup timeout 5 env A=b nice rm x"),
        ("Bash(npm *)", "A=b npm run x"),
        ("Bash(npm *)", "npm run x --flag \\\n; rm x"),
        ("Bash(npm *)", "npm run x #\nrm x"),
        ("Bash(echo *)", "echo x > ../file"),
        ("Bash(echo *)", "time { rm x; }"),
        ("Bash(echo *)", "{a}>file rm x"),
        ("Bash(read *)", "read 'a[$(rm x)]' <<< x"),
        ("Bash([ *)", "[ -v 'a[$(rm x)]' ]"),
        ("Bash(printf *)", "printf -v 'a[$(rm x)]' x"),
        ("Bash(cat *)", "cat <<E\nx\\\nE\n: '\nE\nrm x #'"),
    ],
)
def test_what_a_command_starts_needs_a_rule_of_its_own(rule: str, line: str) -> None:
    assert run(gate(allow=(rule,)), line).decision == "ask"


def test_a_rule_for_what_is_started_is_enough_for_a_wrapper_and_not_for_find() -> None:
    assert run(gate(allow=("Bash(rm x)",)), "timeout 5 nice rm x").decision == "allow"
    assert run(gate(allow=("Bash(grep *)",)), "find . -exec grep x {} +").decision == "ask"
    assert run(gate(allow=("Bash(find *)", "Bash(grep *)")), "find . -exec grep x {} +").decision == "allow"


def test_one_answer_for_a_command_is_none_for_others() -> None:
    policy = gate().with_rule(run(gate(), "npm run build").proposed)
    assert run(policy, "npm run build").decision == "allow"
    assert {run(policy, line).decision for line in ("npm install", "npm run", "make", "rm x")} == {"ask"}


@pytest.mark.parametrize(
    "line",
    [
        "echo x > .git/hooks/pre-commit",
        "echo x >> ~/.bashrc",
        "npm run x 2> .git/config",
        "cd .git && echo x > config",
        "cat x | tee .git/hooks/pre-commit",
        "cp x .git/hooks/",
        "ln -sf x .claw/settings.toml",
        "sed -i s/a/b/ .vscode/tasks.json",
        "sort x -o .git/config",
        "sort --output=.git/config x",
        "curl -sLo ~/.ssh/authorized_keys x",
        "curl -o.envrc x",
        "wget -O .husky/pre-commit x",
        "git diff --output=.git/hooks/pre-commit",
        "find . -fprintf .git/config x",
        "timeout 5 bash -c 'echo x > .git/config'",
        "xargs -I{} cp {} .git/hooks/x",
        "find . -exec cp {} .git/hooks/ \\;",
    ],
)
def test_protected_places_are_asked_about_whatever_rule_allows_the_command(line: str) -> None:
    allowed = ("Bash", "Edit", "Read", "Bash(curl *)", "Bash(npm *)")
    for mode in ("ask", "edits", "auto"):
        assert run(gate(mode, allow=allowed), line).decision == "ask", mode


def test_a_link_in_the_workspace_is_where_it_leads_for_redirections_too(tmp_path: Path) -> None:
    (tmp_path / "notes").symlink_to("/etc")
    (tmp_path / "hook").symlink_to(".git/hooks/pre-commit")
    policy = gate("edits", allow=("Bash(echo *)", "Edit(/**)"), root=tmp_path)
    assert run(policy, "echo x > plain").decision == "allow"
    assert run(policy, "echo x > notes/x").decision == "ask"
    assert run(policy, "echo x > hook").decision == "ask"


@given(lines)
def test_no_rewriting_makes_an_asked_program_free(line: str) -> None:
    """The lines run `p1` to `p3`, which no rule allows; whatever stands around them is allowed by name."""
    allowed = (
        "Bash(echo *)",
        "Bash(cat *)",
        "Bash(find *)",
        "Bash(timeout *)",
        "Bash(env *)",
        "Bash(xargs *)",
        "Bash(bash *)",
    )
    parsed = parse(line)
    named = {word for command in parsed.commands for word in command.words[:1]}
    if parsed.uncertain or named & {"p1", "p2", "p3"}:
        assert run(gate("auto", allow=allowed), line).decision == "ask"


@given(lines, st.sampled_from(["ask", "auto", "bypass"]))
def test_no_rewriting_gets_a_denied_program_past_a_rule(line: str, mode: str) -> None:
    policy = gate(
        "ask" if mode == "ask" else "auto" if mode == "auto" else "bypass", allow=("Bash",), deny=("Bash(p1 *)",)
    )
    if "p1" in {command.words[0] for command in parse(line).commands if command.words}:
        assert run(policy, line).decision == "deny"
