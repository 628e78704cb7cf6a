"""The gate: who may do what, in which mode, by which rule; and the holes others had."""

from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.event import Mode
from claw_core.message import Json
from claw_core.permissions.place import follow_links, repository_between
from claw_core.permissions.policy import Decision, Policy, Profile, Sandbox
from claw_core.permissions.rule import Rules
from claw_core.permissions.shell_patterns import names_on_disk
from claw_core.tool import Want

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT, HOME = Path("/projects/shop"), Path("/home/ada")


def gate(
    mode: Mode = "ask",
    *,
    allow: tuple[str, ...] = (),
    ask: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
    root: Path = ROOT,
) -> Policy:
    rules = Rules.of(allow=allow, ask=ask, deny=deny)
    return Policy(
        mode=mode,
        rules=rules,
        root=root,
        home=HOME,
        resolve=follow_links(root, HOME),
        names_on_disk=names_on_disk(root, HOME),
    )


def run(policy: Policy, line: str, **arguments: Json) -> Decision:
    given_input: Mapping[str, Json] = {"command": line, **arguments}
    return policy.decide("bash", given_input, (Want(action="run", subject=line),))


def read(policy: Policy, path: str, tool: str = "read") -> Decision:
    return policy.decide(tool, {"path": path}, (Want(action="read", subject=path),))


def write(policy: Policy, path: str, tool: str = "edit") -> Decision:
    return policy.decide(tool, {"path": path}, (Want(action="write", subject=path),))


# ---- modes


@pytest.mark.parametrize(
    ("mode", "reading", "writing", "running"),
    [
        ("plan", "allow", "deny", "deny"),
        ("ask", "allow", "ask", "ask"),
        ("edits", "allow", "allow", "ask"),
        ("auto", "allow", "allow", "ask"),
        ("bypass", "allow", "allow", "allow"),
    ],
)
def test_a_mode_decides_where_no_rule_speaks(mode: Mode, reading: str, writing: str, running: str) -> None:
    policy = gate(mode)
    assert read(policy, "src/a.py").decision == reading
    assert write(policy, "src/a.py").decision == writing
    assert run(policy, "npm install").decision == running
    assert policy.decide("mine", {}, (Want(action="run"),)).decision == running
    assert policy.decide("question", {}, (Want(action="interact"),)).decision == "allow"
    assert policy.decide("todo", {}, ()).decision == "allow"


def test_plan_mode_tells_the_model_to_present_its_plan_and_no_allow_rule_opens_it() -> None:
    denied = run(gate("plan", allow=("Bash", "Edit")), "npm install")
    assert denied.decision == "deny"
    assert "present your plan" in denied.reason
    assert (denied.by.kind, denied.by.name) == ("mode", "plan")
    assert run(gate("plan"), "git log --oneline | head -5").decision == "allow"
    assert write(gate("plan", allow=("Edit",)), "a.py").decision == "deny"
    assert run(gate("plan"), "ls > out").decision == "deny"


def test_auto_says_where_there_is_no_sandbox() -> None:
    assert "no sandbox" in write(gate("auto"), "a.py").reason


def test_outside_the_workspace_is_asked_about() -> None:
    for mode in ("ask", "edits", "auto"):
        assert read(gate(mode), "/etc/hosts").decision == "ask"
        assert read(gate(mode), "../other/a.py").decision == "ask"
        assert write(gate(mode), "../other/a.py").decision == "ask"
        assert write(gate(mode), "/projects/shop2/a.py").decision == "ask"
    assert read(gate(allow=("Read(//etc/**)",)), "/etc/hosts").decision == "allow"


def test_bypass_still_hears_deny_and_ask_rules() -> None:
    policy = gate("bypass", ask=("Bash(git push *)",), deny=("Edit(/secret/**)", "Bash(rm *)"))
    assert run(policy, "git push").decision == "ask"
    assert run(policy, "ls; rm x").decision == "deny"
    assert write(policy, "secret/a").decision == "deny"
    assert run(policy, "for f in a; do x; done").decision == "ask"
    assert run(gate("bypass"), "sudo rm -rf /").decision == "allow"


# ---- rules


def test_deny_wins_over_ask_and_ask_over_allow() -> None:
    assert run(gate(allow=("Bash(npm *)",), ask=("Bash(npm *)",), deny=("Bash(npm *)",)), "npm i").decision == "deny"
    asked = run(gate(allow=("Bash(npm *)",), ask=("Bash(npm i *)",)), "npm i")
    assert (asked.decision, asked.rule, asked.by.kind) == ("ask", "Bash(npm i *)", "rule")
    allowed = run(gate(allow=("Bash(npm *)",)), "npm i")
    assert (allowed.decision, allowed.rule, allowed.by.name) == ("allow", "Bash(npm *)", "Bash(npm *)")


def test_a_tool_without_wants_can_still_be_denied() -> None:
    assert gate(deny=("todo",)).decide("todo", {}, ()).decision == "deny"
    assert gate(allow=("mine",)).decide("mine", {}, (Want(action="run"),)).decision == "allow"


def test_a_session_rule_makes_a_new_policy() -> None:
    before = gate()
    after = before.with_rule("Bash(npm *)\nEdit(/src/**)")
    assert run(before, "npm i").decision == "ask"
    assert run(after, "npm i").decision == "allow"
    assert write(after, "src/a.py").decision == "allow"


def test_edit_rules_hold_for_all_tools_that_write() -> None:
    policy = gate("edits", deny=("Edit(/gen/**)",))
    for tool in ("write", "edit", "multi_edit", "apply_patch", "somebodys_writer"):
        assert write(policy, "gen/a.py", tool).decision == "deny"
    assert run(policy, "echo x > gen/a.py").decision == "deny"
    assert run(gate(allow=("Bash(rm *)",), deny=("Edit(/gen/**)",)), "rm gen/a.py").decision == "deny"


def test_read_rules_hold_for_commands_that_name_the_file() -> None:
    policy = gate("bypass", deny=("Read(.env)",))
    for line in (
        "cat .env",
        "cat ./x/../.env",
        "grep a .env",
        "python .env",
        "cp .env x",
        "cat < .env",
        "git show HEAD:.env",
    ):
        assert run(policy, line).decision == "deny", line


def delegate(policy: Policy, agent: str, **arguments: Json) -> Decision:
    given_input: Mapping[str, Json] = {"agent": agent, "prompt": "look around", **arguments}
    return policy.decide("task", given_input, (Want(action="delegate", subject=agent),))


@pytest.mark.parametrize("mode", ["plan", "ask", "edits", "auto", "bypass"])
def test_handing_work_to_an_agent_is_free_unless_a_rule_speaks_of_it(mode: Mode) -> None:
    policy = gate(mode, ask=("Agent(review)",), deny=("Agent(explore*)", "Agent(model:opus)"))
    assert delegate(policy, "general").decision == "allow"
    assert delegate(policy, "review").decision == "ask"
    assert delegate(policy, "Explore").decision == "deny"
    assert delegate(policy, "explore-more").decision == "deny"
    assert delegate(policy, "general", model="opus").decision == "deny"
    assert delegate(policy, "general", model="haiku").decision == ("allow" if mode == "bypass" else "ask")
    assert delegate(gate(mode, deny=("Agent",)), "general").decision == "deny"
    assert delegate(gate(mode, ask=("Task",)), "general").decision == "ask"


def mcp(policy: Policy, tool: str, **arguments: Json) -> Decision:
    return policy.decide(tool, arguments, (Want(action="run"),))


def test_a_tool_of_a_server_is_asked_about_until_a_rule_speaks_of_it() -> None:
    tool = "mcp__github__create_issue"
    assert mcp(gate(), tool).decision == "ask"
    assert mcp(gate(), tool).proposed == tool
    for rule in ("mcp__github", "mcp__github__*", "mcp__github__create_issue", "mcp__*"):
        assert mcp(gate(allow=(rule,)), tool).decision == "allow", rule
        assert mcp(gate("bypass", deny=(rule,)), tool).decision == "deny", rule
        assert mcp(gate("bypass", allow=("mcp__*",), ask=(rule,)), tool).decision == "ask", rule
        assert mcp(gate("plan", allow=(rule,)), tool).decision == "deny", rule
    assert mcp(gate(allow=("mcp__git", "mcp__github__create")), tool).decision == "ask"
    policy = gate(allow=("mcp__github",), deny=("mcp__github__*(owner:evil)",))
    assert mcp(policy, tool, owner="acme").decision == "allow"
    assert mcp(policy, tool, owner="evil").decision == "deny"


def test_a_call_is_denied_or_asked_about_by_what_an_argument_holds() -> None:
    policy = gate("bypass", ask=("Bash(run_in_background:true)",), deny=("Bash(timeout:600)",))
    assert run(policy, "make").decision == "allow"
    assert run(policy, "make", background=True).decision == "ask"
    assert run(policy, "make", background=True, timeout=600).decision == "deny"


def test_a_domain_is_allowed_and_a_disguised_one_is_not() -> None:
    policy = gate(allow=("WebFetch(domain:docs.python.org)",))

    def fetch(url: str) -> Decision:
        return policy.decide("fetch", {"url": url}, (Want(action="fetch", subject=url),))

    assert fetch("https://docs.python.org/3/").decision == "allow"
    assert fetch("https://evil.org/docs.python.org").proposed == "WebFetch(domain:evil.org)"
    for url in (
        "https://docs.python.org@evil.org/",
        "https://evil.org\\@docs.python.org/",
        "https://docs.python.org.evil.org",
    ):
        assert fetch(url).decision == "ask"


# ---- protected places and secrets


@pytest.mark.parametrize(
    "path",
    [
        ".git/hooks/pre-commit",
        ".GIT/config",
        ".claw/settings.toml",
        ".vscode/tasks.json",
        ".idea/x",
        ".husky/x",
        ".cargo/config.toml",
        ".bashrc",
        "~/.zshrc",
        ".npmrc",
        ".env",
        ".env.local",
        "x/.git/config",
        "src/../.git/config",
    ],
)
def test_protected_places_are_asked_about_even_where_a_rule_allows(path: str) -> None:
    assert write(gate("auto", allow=("Edit", "Edit(//**)")), path).decision == "ask"
    assert run(gate("auto", allow=("Bash", "Edit")), f"echo x > {path}").decision == "ask"
    assert run(gate("auto", allow=("Bash", "Bash(cp *)")), f"cp x {path}").decision == "ask"


@pytest.mark.parametrize("path", [".env", "conf/server.pem", "id_rsa", "~/.ssh/config", "credentials", ".e*", "*.pem"])
def test_secrets_are_asked_about_by_whatever_tool(path: str) -> None:
    for tool in ("read", "grep"):
        assert read(gate("auto"), path, tool).decision == "ask"
    for command in ("cat", "head -5", "grep x", "git diff"):
        assert run(gate("auto"), f"{command} {path}").decision == "ask"
    assert read(gate(allow=("Read(**)",)), path).decision == "ask"


def test_a_search_aimed_at_secrets_is_asked_about() -> None:
    policy = gate()
    want = (Want(action="read", subject="."),)
    assert policy.decide("grep", {"pattern": "KEY", "glob": "*.py"}, want).decision == "allow"
    assert policy.decide("grep", {"pattern": "KEY", "glob": "**/*.{ts,tsx}"}, want).decision == "allow"
    for glob in (".env", "**/.env*", "*.pem", "*.{py,pem}"):
        assert policy.decide("grep", {"pattern": "KEY", "glob": glob}, want).decision == "ask", glob


def test_a_rule_that_names_a_secret_allows_it() -> None:
    assert read(gate(allow=("Read(.env)",)), ".env").decision == "allow"
    assert read(gate(), ".env.example").decision == "allow"


@pytest.mark.parametrize("rule", ["Bash", "Bash(cat *)", "Bash(cat:*)", "Bash(cat .e*)", "Bash(cat a *)", "Bash(c*v)"])
def test_a_wide_rule_for_commands_says_nothing_of_secrets(rule: str) -> None:
    policy = gate("auto", allow=(rule,))
    asked = run(policy, "cat a .env" if rule == "Bash(cat a *)" else "cat .env")
    assert (asked.decision, asked.reason) == ("ask", ".env looks like it holds a secret.")
    assert asked.proposed == "Read(/.env)"
    assert run(policy.with_rule(asked.proposed), "cat .env" if rule != "Bash(cat a *)" else "cat a .env").rule == rule


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("Bash(cat .env)", "cat .env"),
        ("Bash(cat .env *)", "cat .env a.txt"),
        ("Bash(cat './my server.key')", 'cat "./my server.key"'),
        ("Bash(docker run --env-file=.env:*)", "docker run --env-file=.env shop"),
        ("Bash(cat *)", "cat a.txt ../b.txt .env.example"),
        ("Bash(echo *)", "echo .env"),
    ],
)
def test_a_rule_for_commands_that_names_the_secret_allows_it(rule: str, line: str) -> None:
    assert run(gate(allow=(rule,)), line).rule == rule


@pytest.mark.parametrize(
    "line",
    [
        "cat ./x/../.env",
        "cat -- .env",
        "timeout 5 cat .env",
        "cat a.txt && cat .env",
        "cat --file=.env",
        "cat .e*",
        "cat {.env,a}",
        "cat id_rs?",
        "cd src && cat .env",
        "cat HEAD:.env",
        "cat ~/.ssh/config",
        "cat " + "a/../" * 40 + ".env",
        "cat " + "{a,b}" * 20,
    ],
)
def test_secrets_are_found_however_they_are_spelled(line: str) -> None:
    assert run(gate("auto", allow=("Bash(cat *)", "Bash(cd *)")), line).decision == "ask"


def test_links_to_secrets_are_secrets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEY=1")
    (tmp_path / "notes").symlink_to(".env")
    assert run(gate(allow=("Bash(cat *)",), root=tmp_path), "cat notes").decision == "ask"


def test_for_a_command_that_names_a_secret_both_rules_are_proposed() -> None:
    policy = gate()
    asked = run(policy, "docker run --env-file .env shop")
    assert asked.proposed == "Bash(docker run *)\nRead(/.env)"
    assert run(policy.with_rule(asked.proposed), "docker run --env-file .env shop").decision == "allow"
    assert run(gate("bypass"), "cat .env").decision == "allow"


def test_links_are_judged_by_where_they_lead(tmp_path: Path) -> None:
    root, outside = tmp_path / "shop", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / ".git").mkdir()
    (outside / "secret.txt").write_text("x")
    (root / "way").symlink_to(outside)
    (root / "notes").symlink_to(root / ".git" / "config")
    policy = gate("edits", root=root, deny=("Edit(/denied/**)",))
    assert read(policy, "way/secret.txt").decision == "ask"
    assert write(policy, "way/new.txt").decision == "ask"
    assert write(policy, "notes").dangerous
    assert run(policy, "cat way/secret.txt").decision == "ask"
    assert run(policy, "cat way/../outside/secret.txt").decision == "ask"
    assert run(policy, "cat w*/secret.txt").decision == "ask"
    (root / "denied").mkdir()
    (root / "alias").symlink_to(root / "denied")
    assert write(policy, "alias/a.py").decision == "deny"


# ---- shell lines: what runs free


@pytest.mark.parametrize(
    "line",
    [
        "ls -la src",
        "cat a.py b.py",
        "pwd",
        "git status",
        "git diff HEAD~1 -- src",
        "git log --oneline -5",
        "git branch -a",
        "grep -rn 'def .*auth' src",
        "rg -n foo",
        "find . -name '*.py'",
        "wc -l *.py",
        "cd src && ls",
        "ls | head -3",
        "echo 'hello; world'",
        "diff a b 2>/dev/null",
        "timeout 5 ls",
        "CI=1 ls",
        "which python",
        "bash -c 'ls | wc -l'",
        "git --no-pager log",
        "git remote -v",
        "git stash list",
        "cd . && git status",
        "git branch --list 'x*'",
    ],
)
def test_reading_runs_free_in_every_mode(line: str) -> None:
    for mode in ("plan", "ask", "edits", "auto", "bypass"):
        assert run(gate(mode), line).decision == "allow", mode


def test_git_reads_freely_in_a_folder_that_is_of_the_workspaces_own_repository(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    for folder in (".git", "src/deep", "vendored/.git", "vendored/lib", "mirror/objects", "linked"):
        (root / folder).mkdir(parents=True)
    (root / "mirror/HEAD").write_text("ref: refs/heads/main\n")
    (root / "linked/.git").write_text("gitdir: ../vendored/.git\n")
    (root / "away").symlink_to(tmp_path)
    policy = replace(gate(root=root), has_own_repository=repository_between(root))
    own = ["src", "src/deep", "./src", "src/..", str(root / "src"), "not/there"]
    others = ["vendored", "vendored/lib", "mirror", "mirror/objects", "linked", "away", "..", "/"]
    for folder, decision in [(each, "allow") for each in own] + [(each, "ask") for each in others]:
        assert run(policy, "git status", cwd=folder).decision == decision, folder
        assert run(policy, f"cd {folder} && git log --oneline").decision == decision, folder
    assert run(policy, "cd src && git push").decision == "ask"
    assert run(policy, "cd src; cd ../vendored; git status").decision == "ask"
    assert run(gate(root=root), "cd src && git status").decision == "ask", "nobody can tell"


@pytest.mark.parametrize(
    "line",
    [
        "find . -delete",
        "find . -exec cat {} +",
        "find . -fprint x",
        "ls | xargs cat",
        "git branch -D x",
        "git tag v1",
        "git branch x",
        "git diff --output=x",
        "git diff --outp=x",
        "git log --ext-diff",
        "git -c core.pager=x log",
        "git --exec-path=x status",
        "git remote add x y",
        "git stash",
        "rg --pre x y",
        "rg --pre=x y",
        "grep -R x .",
        "PATH=. ls",
        "LD_PRELOAD=x ls",
        "GIT_PAGER=x git log",
        "PATH=.; ls",
        "ls > out",
        "ls >> out",
        "./ls",
        "cat $FILE",
        "cat /etc/passwd",
        "cat ../x",
        "cat ~/x",
        "cd .. && cat x",
        "cd / && cat etc/passwd",
        "cd && cat x",
        "cd - && ls",
        "(cd src); cat ../../x",
        "cd src; cat ../../x",
        "cat --file=/etc/passwd",
        "grep -f/etc/passwd x",
        "cd sub && git status",
        "git -C .. log",
        "echo $(rm x)",
        "ls & rm x",
        "ls\nrm x",
        "env",
        "env rm x",
        "command rm x",
        "eval ls",
        "cat <(rm x)",
        "timeout 5 rm x",
        "nohup rm x",
        "bash -c 'rm x'",
        "sort -o x y",
        "sed -n w.x y",
        "awk 1 x",
        "test -v 'a[$(x)]'",
        "echo $OPENAI_API_KEY",
        "printenv",
        "ls\rrm x",
        "pushd /; cat etc/passwd",
        "alias ls=rm",
        "ls() { rm x; }; ls",
    ],
)
def test_what_may_do_more_is_asked_about(line: str) -> None:
    for mode in ("ask", "edits", "auto"):
        if mode != "ask" and line in {"ls > out", "ls >> out"}:
            continue
        assert run(gate(mode), line).decision == "ask", mode
    assert run(gate("plan"), line).decision in {"deny", "ask"}


# ---- shell lines: the holes that prefix rules have elsewhere


@pytest.mark.parametrize(
    "line",
    [
        "npm run x && rm x",
        "npm run x; rm x",
        "npm run x | sh",
        "npm run x & rm x",
        "npm run x\nrm x",
        "npm run $(rm x)",
        "npm run `rm x`",
        "npm run <(rm x)",
        "npm run x > /etc/x",
        "npm run x > .git/config",
        "LD_PRELOAD=x npm run x",
        "PATH=. npm run x",
        "sudo npm run x",
        "'npm run' x",
        "./npm run x",
        "npm runx",
        "npm run x || eval y",
        "npm run x <<EOF\n$(rm x)\nEOF",
        "find . -exec rm {} + ; npm run x",
        "f() { rm x; }; npm run x",
    ],
)
def test_nothing_rides_along_with_an_allowed_command(line: str) -> None:
    assert run(gate(allow=("Bash(npm run *)",)), line).decision == "ask"


@pytest.mark.parametrize(
    "line",
    [
        "npm run x",
        "npm run x && npm run y",
        "cd src && npm run x",
        "timeout 60 npm run x",
        "CI=1 npm run x",
        "npm run x 2>&1",
        "npm run x | tail -5",
        "npm run $NAME",
        "nice npm run x 2>/dev/null",
        "bash -c 'npm run x'",
        "npm run x | xargs npm run",
    ],
)
def test_an_allowed_command_may_be_combined_with_what_is_free(line: str) -> None:
    assert run(gate(allow=("Bash(npm run *)",)), line).decision == "allow"


@pytest.mark.parametrize(
    "line",
    [
        "rm x",
        "/bin/rm x",
        "\\rm x",
        "r'm' x",
        "ls; rm x",
        "$(rm x)",
        "env rm x",
        "env A=b rm x",
        "command rm x",
        "sudo rm x",
        "timeout 5 rm x",
        "xargs rm",
        "bash -c 'rm x'",
        "A=b rm x",
        "nohup rm x &",
        "sudo -u a rm x",
        "if true; then rm x; fi",
        "(rm x)",
        "{ rm x; }",
        "setsid rm x",
        "../../bin/rm x",
        "eval rm x",
        "echo `rm x`",
        "find . -exec rm {} +",
        "cat <<E\n$(rm x)\nE",
    ],
)
def test_a_denied_command_is_found_however_it_is_spelled(line: str) -> None:
    assert run(gate("bypass", allow=("Bash",), deny=("Bash(rm *)",)), line).decision == "deny"


@pytest.mark.parametrize(
    "line", ["git -C x push", "git -c a=b push", "/usr/bin/git push origin", "git --no-pager push"]
)
def test_options_before_a_git_command_do_not_hide_it(line: str) -> None:
    assert run(gate("bypass", deny=("Bash(git push *)",)), line).decision == "deny"


def test_what_a_denied_command_might_become_is_asked_about() -> None:
    policy = gate("bypass", deny=("Bash(git push *)",))
    assert run(policy, "X=push; git $X").decision == "ask"
    assert run(policy, "echo push | xargs git").decision == "ask"
    assert run(policy, "echo $HOME").decision == "allow"
    assert run(policy, "$X push").decision == "ask"


def test_a_bare_rule_allows_what_cannot_be_judged() -> None:
    loop = "for f in *.py; do echo $f; done"
    assert run(gate(allow=("Bash",)), loop).decision == "allow"
    assert run(gate(allow=("Bash(*)",)), loop).decision == "allow"
    assert run(gate(allow=("Bash(for *)", "Bash(echo *)")), loop).decision == "ask"


def test_the_folder_a_command_starts_in_counts() -> None:
    assert run(gate(), "ls", cwd="src").decision == "allow"
    assert run(gate(), "cat ../../x", cwd="src").decision == "ask"
    assert run(gate(), "ls", cwd="/etc").decision == "ask"
    assert run(gate(), "cat ../x", cwd="src").decision == "allow"


def test_redirections_are_writes() -> None:
    assert run(gate("edits"), "echo x > out").decision == "allow"
    assert run(gate("edits"), "echo x > ../out").decision == "ask"
    assert run(gate("ask"), "echo x > out").proposed == "Edit(/out)"
    assert run(gate("edits"), "echo x > $OUT").decision == "ask"
    assert run(gate("ask"), "echo x > /dev/null").decision == "allow"


# ---- danger


@pytest.mark.parametrize(
    "line",
    [
        "rm -rf ../x",
        "rm -rf /",
        "rm -rf ~",
        "rm -rf $DIR",
        "rm -rf .",
        "rm x /etc/y",
        "sudo ls",
        "doas ls",
        "git push --force",
        "git push -f origin main",
        "git push origin +main",
        "git push --force-with-lease",
        "git -C x push -f",
        "curl x | sh",
        "curl x | sudo bash",
        "wget -O- x | bash -s",
        'bash -c "$(curl x)"',
        "sh <(curl x)",
        'eval "$(curl x)"',
        "curl x | python3",
        "source <(curl x)",
        "dd if=a of=/dev/sda",
        "mkfs.ext4 /dev/sda",
        "echo x > .git/config",
        "cp x ~/.bashrc",
        "tee .git/hooks/x",
        "echo x > /dev/sda",
        "find / -delete",
        "timeout 5 sudo ls",
        "bash -c 'sudo ls'",
        "for x in a; do sudo ls; done",
    ],
)
def test_dangerous_is_different(line: str) -> None:
    decision = run(gate("auto", allow=("Bash",)), line)
    assert (decision.decision, decision.dangerous, decision.proposed) == ("ask", True, "")


@pytest.mark.parametrize(
    "line", ["rm -rf build", "git push", "curl x", "curl x | jq .", "python x.py", "bash x.sh", "cp a b"]
)
def test_ordinary_work_is_not_dangerous(line: str) -> None:
    assert not run(gate(), line).dangerous


def test_only_a_rule_that_names_the_danger_allows_it() -> None:
    assert run(gate(allow=("Bash(git *)",)), "git push --force").decision == "ask"
    assert run(gate(allow=("Bash(git push --force origin x)",)), "git push --force origin x").decision == "allow"
    assert run(gate(allow=("Bash(sudo systemctl *)",)), "sudo systemctl status").decision == "allow"
    assert run(gate(allow=("Bash(rm -rf *)",)), "rm -rf /etc").decision == "ask"
    assert run(gate(allow=("Bash(rm -rf *)",)), "rm -rf build").decision == "allow"
    assert write(gate(), ".git/config").dangerous


# ---- what is proposed


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("pytest -q tests", "Bash(pytest *)"),
        ("pytest", "Bash(pytest *)"),
        ("npm run test", "Bash(npm run test)"),
        ("npm run test -- -k x", "Bash(npm run test *)"),
        ("git commit -m 'a b'", "Bash(git commit *)"),
        ("python -m pytest -q", "Bash(python -m pytest *)"),
        ("python tool.py --all", "Bash(python tool.py *)"),
        ("python -c 'print(1)'", "Bash(python -c print(1))"),
        ("make test", "Bash(make test)"),
        ("timeout 60 cargo test --all", "Bash(cargo test *)"),
        ("rm build.log", "Bash(rm build.log)"),
        ("rm *.log", ""),
        ("python - <<'E'\nprint(1)\nE", ""),
        ("npm run a && npm run b", "Bash(npm run a)\nBash(npm run b)"),
        ("cd src && pytest -x", "Bash(pytest *)"),
        ("for x in a; do y; done", ""),
        ("LD_PRELOAD=x pytest", ""),
    ],
)
def test_the_narrowest_useful_rule_is_proposed_and_would_help(line: str, rule: str) -> None:
    policy = gate()
    decision = run(policy, line)
    assert (decision.decision, decision.proposed) == ("ask", rule)
    if rule:
        assert run(policy.with_rule(rule), line).decision == "allow"


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("src/a.py", "Edit(/src/**)"),
        ("README.md", "Edit(/README.md)"),
        ("../x/a.py", "Edit(//projects/x/**)"),
        ("~/n/a", "Edit(~/n/a)"),
        ("app/[id]/page.tsx", "Edit(/app/\\[id]/**)"),
        ("a*", "Edit(/a\\*)"),
        ("../x/*", "Edit(//projects/x/\\*)"),
    ],
)
def test_a_folder_is_proposed_for_a_path(path: str, rule: str) -> None:
    policy = gate()
    assert write(policy, path).proposed == rule
    assert write(policy.with_rule(rule), path).decision == "allow"
    reading = read(policy, "/etc/ssl/cert.txt").proposed
    assert reading == "Read(//etc/ssl/**)"
    assert read(policy, "/tmp").proposed == "Read(//tmp)"
    assert read(policy.with_rule(reading), "/etc/ssl/cert.txt").decision == "allow"


def test_a_proposed_rule_for_one_file_is_for_no_other() -> None:
    policy = gate().with_rule(read(gate(), "/etc/*").proposed)
    assert read(policy, "/etc/hosts").decision == "ask"


@pytest.mark.parametrize("path", ["../a\nb.py", "a\u202e/b.py", "a\u200b.py", "../\u3164/x", "a\x1b[31m"])
def test_no_rule_is_proposed_that_nobody_could_read(path: str) -> None:
    assert (write(gate(), path).decision, write(gate(), path).proposed) == ("ask", "")


# ---- for every line

_RISKY = st.sampled_from(["rm x", "npm install", "python x.py", "sh x", "git push", "curl x", "mv a b"])
_FREE = st.sampled_from(["ls", "cat a.py", "git status", "npm run a", "echo hi"])
_AROUND = st.sampled_from(
    [
        "{free} && {it}",
        "{it} ; {free}",
        "{free} | {it}",
        "{it} | {free}",
        "{free}\n{it}",
        "{free} & {it}",
        "({it})",
        "{{ {it}; }}",
        "echo $({it})",
        'echo "`{it}`"',
        "bash -c '{it}'",
        "timeout 5 {it}",
        "env {it}",
        "nice {it}",
        "CI=1 {it}",
        "! {it}",
        "npm run a $({it})",
        "cat <({it})",
        "{free} > $({it})",
        "cat <<E\n$({it})\nE",
        "nohup {it} &",
        "xargs {it}",
        "time {it}",
        "if true; then {it}; fi",
        "{free} || {it}",
        "find . -exec {it} {{}} +",
        "command {it}",
        "eval {it}",
        "{it} 2>&1 | {free}",
    ]
)


@given(_RISKY, st.lists(st.tuples(_AROUND, _FREE), max_size=2))
def test_wrapping_and_chaining_never_turn_an_asked_command_into_an_allowed_one(
    it: str, around: list[tuple[str, str]]
) -> None:
    line = it
    for form, free in around:
        line = form.format(it=line, free=free)
    for mode in ("ask", "auto"):
        assert run(gate(mode, allow=("Bash(npm run *)", "Bash(echo *)")), line).decision == "ask"


@pytest.mark.parametrize("path", ["a\0b", "\ud800", "x" * 5000, "src/\0/../../x"])
def test_what_can_be_no_path_is_never_free(path: str) -> None:
    assert read(gate("auto"), path).decision == "ask"
    assert write(gate("auto"), path).decision == "ask"
    assert run(gate("auto"), f"cat '{path}'").decision == "ask"


@given(st.text(max_size=40), st.sampled_from(["plan", "ask", "edits", "auto", "bypass"]))
def test_every_line_gets_a_decision(line: str, mode: Mode) -> None:
    run(gate(mode, allow=("Bash(a *)",), deny=("Bash(b *)", "Read(.env)")), line)


_MANY = " ".join(f"w{number}" for number in range(1500))
_LONG_LINES = {
    "braces": "{" * 9000,
    "find -exec": "find . " + "-exec a ; " * 900,
    "nested find": "find . -exec " * 750 + ";",
    "up": "cat " + "../x " * 1900,
    "cd": "cd a;" * 1900,
    "cd and many files": "cd a; cd b; cd c; cd d; cat " + _MANY,
    "cd deep": ("cd " + "a/" * 40 + ";") * 8 + "cat " + _MANY,
    "many commands": "rm x; " * 1600,
    "one word": "a" * 9000,
    "sudo": "sudo " * 1900,
    "starts another": "watch " + _MANY,
    "wrappers": "nice " * 1900,
    "many files": "cat " + _MANY,
    "many files to remove": "rm " + _MANY,
    "parts of a word": "cat " + "=".join(map(str, range(2000))),
    "deep": "cat " + "a/" * 1000 + "../" * 600,
    "up and down": "cat " + "a/b/../" * 580,
    "choices": "cat " + "{a,b}" * 25,
    "brackets": "cat " + "[" * 4000,
    "options": "git push -" + "f" * 9000 + "!",
    "options of a shell": "bash -" + "c" * 9000 + "! x",
    "dd": "for x; do " + "dd " * 3000,
    "rm -r": "for x; do rm -" + "r" * 9900,
    "curl": "for x; do " + "curl |" * 1600,
    "redirections": ">a " * 3000,
    "redirections to many": "".join(f">a{number} " for number in range(1500)),
    "too long": "dd " * 300_000,
}


@pytest.mark.parametrize("name", _LONG_LINES)
def test_a_line_made_to_take_long_takes_no_longer_than_others(name: str) -> None:
    policy = gate(allow=("Bash(*a*a*a*a*a*a*b)",), deny=("Bash(*x*x*x*x*x*x*y)", "Read(**/a*/**/b*)"))
    began = process_time()
    assert run(policy, _LONG_LINES[name]).decision in {"ask", "deny"}
    assert process_time() - began < 1  # measured: under 0.06 on a calm machine; before it was bounded up to 18


@pytest.mark.parametrize("path", ["a/" * 1000 + "../" * 600, "a/../" * 800, "{a,b}" * 25, "[" * 4000])
def test_a_path_made_to_take_long_takes_no_longer_than_others(path: str) -> None:
    began = process_time()
    assert read(gate(deny=("Read(**/a*/**/b*)",)), path).decision == "ask"
    assert process_time() - began < 1


def test_only_so_many_files_of_a_line_are_looked_at() -> None:
    policy = gate(allow=("Bash(cat *)",), deny=("Read(/private/**)",))
    files = " ".join(f"f{number}" for number in range(30))
    assert run(policy, f"cat {files}").decision == "allow"
    assert "more than 30 files" in run(policy, f"cat {files} private/x").reason
    assert run(gate("bypass", deny=("Read(/private/**)",)), f"cat {files} private/x").decision == "ask"
    assert run(gate("bypass"), f"cat {files} more").decision == "allow"


def test_what_another_starts_behind_too_many_words_is_asked_about() -> None:
    policy = gate("bypass", deny=("Bash(curl *)",))
    assert run(policy, "sudo -A curl x").decision == "deny"
    assert run(policy, "sudo " + "-A " * 60 + "curl x").decision == "ask"


@pytest.mark.parametrize("sign", ["sudo ls", "rm -fr /", "dd if=a of=b", "git push -f", "curl x | sh", "sh <(wget x)"])
def test_signs_of_danger_are_found_in_lines_too_long_to_take_apart(sign: str) -> None:
    assert run(gate(), f"echo {'x' * 20_000}; {sign}; {'y' * 20_000}").dangerous
    assert not run(gate(), f"echo {'x' * 20_000}; {'y' * 20_000}").dangerous
    assert run(gate(), "x" * 200_000).dangerous


# ---- the sandbox


def confined(
    mode: Mode = "auto",
    profile: Profile = "off",
    *,
    allow: tuple[str, ...] = (),
    ask: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
) -> Policy:
    return replace(
        gate(mode, allow=allow, ask=ask, deny=deny), sandbox=Sandbox(holds=True, why_not="", profile=profile)
    )


def test_auto_runs_commands_inside_the_sandbox_without_asking() -> None:
    for line in ("npm install", "make && ./run", "for f in a b; do x $f; done", "python3 -c 'print(1)' > out"):
        decision = run(confined(), line)
        assert (decision.decision, decision.by.kind, decision.profile) == ("allow", "sandbox", "workspace-write"), line
    assert run(confined(), "ls").profile == "workspace-write"
    assert write(confined(), "src/a.py").decision == "allow"
    assert "no sandbox" not in write(confined(), "src/a.py").reason


def test_files_that_nobody_knows_beforehand_may_be_changed_where_the_kernel_holds_the_command() -> None:
    line = "touch $TMPDIR/x; mkdir -p $TMPDIR/d"
    assert run(confined(), line).profile == "workspace-write"
    assert run(gate("auto"), line).decision == "ask"
    # A rule would let it run outside, and a rule on paths wants to be looked into.
    assert run(confined(allow=("Bash(touch *)",)), line).decision == "ask"
    assert run(confined(deny=("Edit(secret/**)",)), line).decision == "ask"


def test_auto_without_a_sandbox_acts_like_edits() -> None:
    decision = run(gate("auto"), "npm install")
    assert (decision.decision, decision.profile) == ("ask", "off")


def test_what_needs_out_of_the_sandbox_is_asked_about_and_runs_outside() -> None:
    for line in (
        "echo x > ../other/a",
        "echo x > .git/hooks/pre-commit",
        "cat .env",
        "rm -rf ~/x",
        "cat ~/.ssh/id_rsa",
    ):
        decision = run(confined(), line)
        assert (decision.decision, decision.profile) == ("ask", "off"), line


def test_rules_are_heard_in_the_sandbox_too() -> None:
    assert run(confined(deny=("Bash(npm *)",)), "npm install").decision == "deny"
    assert run(confined(ask=("Bash(npm *)",)), "make; npm install").decision == "ask"
    # What cannot be looked into might be what a rule forbids.
    assert run(confined(deny=("Bash(npm *)",)), "for f in a b; do $f install; done").decision == "ask"
    allowed = run(confined(allow=("Bash(git push *)",)), "git push origin main")
    assert (allowed.by.kind, allowed.profile) == ("rule", "off")
    mixed = run(confined(allow=("Bash(git push *)",)), "git push origin main && make")
    assert (mixed.by.kind, mixed.profile) == ("sandbox", "workspace-write")


def test_the_profile_of_the_settings_holds_where_no_mode_says() -> None:
    for mode in ("ask", "edits", "bypass"):
        assert run(confined(mode, "workspace-write"), "make").profile == "workspace-write"
        assert run(confined(mode), "make").profile == "off"
    assert run(confined("plan"), "ls").profile == "read-only"
    assert run(confined("auto", "read-only"), "make").profile == "read-only"
    assert run(gate("plan"), "ls").profile == "off"


def test_only_commands_that_are_held_run_unasked() -> None:
    """A tool of one's own runs its commands as it likes."""
    assert confined().decide("mine", {}, (Want(action="run", subject="make"),)).decision == "ask"
    assert confined().decide("mine", {}, (Want(action="run"),)).decision == "ask"
    assert confined().decide("web", {}, (Want(action="fetch", subject="https://claw.test/"),)).decision == "ask"
