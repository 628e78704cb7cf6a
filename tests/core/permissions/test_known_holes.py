"""What other agents' gates let through, and this one does not. Each line here runs unasked on somebody's machine."""

from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.permissions.command_line import parse
from claw_core.permissions.policy import Decision, Policy
from claw_core.tool import Want
from tests.core.permissions.test_policy import gate, run
from tests.native.shell_lines import lines

WRAPPERS = ("env", "nohup", "timeout 5", "time", "nice", "env A=b", "stdbuf -oL", "xargs", "setsid", "command", "exec")


def fetch(policy: Policy, url: str) -> Decision:
    return policy.decide("fetch", {"url": url}, (Want(action="fetch", subject=url),))


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
        "git remote -v add x y",
        "git remote -v update",
        "git remote --verbose remove origin",
        "echo HEAD:.env | git cat-file --batch",
        "LANGUAGE=../../tmp/x ls",
        "TZ=/etc/localtime ls",
        "echo ~/.ssh/*",
        "echo ../*",
        "basename /etc/*",
        "nohup echo x",
        "nohup echo x 2>/dev/null",
        "rg -uugid_rsa x",
        "grep -rhfid_rsa x",
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
        ("Bash(npm *)", "npm run x\r\nrm y"),
        ("Bash(npm *)", "npm run x |& rm y"),
        ("Bash(npm run *)", "npm run-evil"),
        ("Bash(npm run *)", "'npm run' x"),
        ("Bash(npm run *)", "./npm run x"),
        ("Bash(choom *)", "choom -n 5 -- rm x"),
        ("Bash(noglob *)", "noglob rm x"),
        ("Bash(gtimeout *)", "gtimeout 5 rm x"),
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
        "install -Dt.git/hooks x",
        "cp x /proc/self/cwd/config",
        "echo x > /proc/self/cwd/config",
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


def test_a_link_that_leads_elsewhere_for_every_process_is_no_place_in_the_workspace(tmp_path: Path) -> None:
    """For the shell, which has gone to `.git`, `/proc/self/cwd` is `.git`; for the gate it would be the workspace."""
    (tmp_path / "here").symlink_to("/proc/self/cwd")
    (tmp_path / "there").symlink_to("here")
    policy = gate("edits", allow=("Bash(cp *)", "Edit(/**)"), root=tmp_path)
    with chdir(tmp_path):
        for line in ("echo x > {}/config", "cp ../x {}/config"):
            for spot in ("/proc/self/cwd", "../here", "../there"):
                assert run(policy, f"cd .git && {line.format(spot)}").decision == "ask", (line, spot)


def test_what_changes_files_nobody_knows_where_is_asked_about() -> None:
    policy = gate(allow=("Bash(cd *)", "Bash(pushd *)", "Bash(cp *)"))
    for line in ("pushd .git && cp ../x config", 'cd "$X" && cp a config', "cd - ; cp a b"):
        assert run(policy, line).decision == "ask", line
    assert run(policy, "cd src && cp a b").decision == "allow"


@pytest.mark.parametrize(
    "line",
    [
        "git -C . push",
        "git --attr-source HEAD push",
        "git --config-env a=B push",
        "git --shallow-file x push",
        "git --of-tomorrow x push",
        "git --of-tomorrow push",
        "git --no-pager push",
        "npx git push",
        "uv run git push",
        "docker exec x git push",
        "ssh host git push",
        "catchsegv git push",
    ],
)
def test_a_denied_command_is_found_behind_options_and_runners(line: str) -> None:
    assert run(gate("bypass", deny=("Bash(git push *)",)), line).decision == "deny"


def test_a_word_that_looks_like_the_denied_command_denies_nothing() -> None:
    policy = gate("bypass", deny=("Bash(git push *)", "Bash(rm *)"))
    for line in ("git --no-pager log push", "git log push", "docker rm x", "git rm x", "uv rm x", "npm rm x"):
        assert run(policy, line).decision == "allow", line


@pytest.mark.parametrize(
    "line",
    [
        "git --attr-source HEAD push --force",
        "git --config-env a=B push -f",
        "git push --forc",
        "git push --mirr",
        "git push --del origin x",
        "git push --prune origin",
        "git send-pack --force x",
    ],
)
def test_force_is_force_however_it_is_spelled(line: str) -> None:
    assert run(gate(allow=("Bash",)), line).dangerous
    assert not run(gate(allow=("Bash",)), "git push --progress --follow-tags origin main").dangerous


@pytest.mark.parametrize(
    "url",
    [
        "https://EXAMPLE.com/",
        "https://example.com./",
        "https://example.com:8443/",
        "https://example\u3002com/",
        "https://\uff45xample.com/",
        "http://127.0.0.1:80/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::ffff:127.0.0.1]/",
        "https://xn--bcher-kva.example/",
        "https://b\u00fccher.example/",
    ],
)
def test_a_denied_host_is_found_however_it_is_spelled(url: str) -> None:
    hosts = ("example.com", "127.0.0.1", "[::1]", "b\u00fccher.example")
    denied = tuple(f"WebFetch(domain:{host})" for host in hosts)
    assert fetch(gate("bypass", deny=denied), url).decision == "deny"


@pytest.mark.parametrize(
    "url",
    [
        "https://x@example.com/",
        "https://evil.org\\@example.com/",
        "https://ex%61mple.com/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "https://[::1/",
    ],
)
def test_an_address_of_which_nobody_can_tell_the_host_is_asked_about_where_rules_name_hosts(url: str) -> None:
    assert fetch(gate("bypass", deny=("WebFetch(domain:example.com)",)), url).decision == "ask"
    assert fetch(gate(allow=("WebFetch",), ask=("WebFetch(domain:example.com)",)), url).decision == "ask"
    assert fetch(gate(allow=("WebFetch(domain:*)",)), url).decision == "ask"
    assert fetch(gate(allow=("WebFetch",)), url).decision == "allow"


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
