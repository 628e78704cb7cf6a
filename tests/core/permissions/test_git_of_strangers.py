"""Git in a folder that somebody else made: what its own configuration would run is not run unasked."""

import os
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from claw_core.config.paths import Paths
from claw_core.config.trust import vouch
from claw_core.instructions.environment import git_state
from claw_core.opening import judge
from claw_core.options import Options
from claw_core.permissions.git_config import what_git_runs
from claw_core.permissions.policy import Policy
from tests.core.permissions.test_policy import gate, run

READS = ("git status", "git diff", "git log -p", "git show HEAD", "git blame a.txt", "git stash list")


def git(folder: Path, *words: str) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *who, *words], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "brought"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("one\n")
    git(folder, "add", "a.txt")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def judged(folder: Path, *, trusted: bool = False) -> Policy:
    return replace(gate(root=folder), what_git_runs=partial(what_git_runs, folder), trusted=trusted)


def test_an_ordinary_repository_is_read_freely(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://example.com/x.git")
    for setting in ("user.name Ada", "branch.main.remote origin", "pull.rebase true", "core.fsmonitor false"):
        git(repository, "config", *setting.split())
    git(repository, "config", "alias.s", "!rm x")
    git(repository, "worktree", "add", "-q", "../beside")
    for folder in (repository, repository.parent / "beside"):
        assert {run(judged(folder), line).decision for line in READS} == {"allow"}, folder
    (repository / "deep").mkdir()
    assert what_git_runs(repository / "deep") == ""
    assert what_git_runs(repository.parent) == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("core.fsmonitor", "./evil"),
        ("core.sshCommand", "./evil"),
        ("core.pager", "./evil"),
        ("core.worktree", "/home/ada"),
        ("core.attributesFile", "x"),
        ("core.alternateRefsCommand", "./evil"),
        ("diff.external", "./evil"),
        ("diff.mine.command", "./evil"),
        ("diff.mine.textconv", "./evil"),
        ("filter.mine.clean", "./evil"),
        ("filter.mine.process", "./evil"),
        ("pager.log", "./evil"),
        ("gpg.program", "./evil"),
        ("gpg.ssh.program", "./evil"),
        ("log.showSignature", "true"),
        ("include.path", "../x"),
        ("includeIf.gitdir:x.path", "../x"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", "./evil"),
        ("of.tomorrow", "x"),
    ],
)
def test_what_its_configuration_would_run_is_asked_about_by_name_until_the_person_trusts_it(
    repository: Path, key: str, value: str
) -> None:
    with (repository / ".git/config").open("a") as file:
        section, _, name = key.rpartition(".")
        first, _, rest = section.partition(".")
        quoted = f' "{rest}"' if rest else ""
        file.write(f"[{first}{quoted}] {name} = {value}\n")
    for line in READS:
        asked = run(judged(repository), line)
        assert asked.decision == "ask", line
        assert name.lower() in asked.reason, line
        assert run(judged(repository, trusted=True), line).decision == "allow", line
    assert run(replace(judged(repository), mode="plan"), "git status").decision == "deny"


@pytest.mark.parametrize(
    "text",
    [
        "[core]fsmonitor=./evil\n",
        "[CORE]\n\tFSMonitor = ./evil\n",
        "[core]\n# not the end \\\nfsmonitor = ./evil\n",
        "[user]\nname = a\\\\\n[core]\nfsmonitor = ./evil\n",
        "[user][core]\nfsmonitor = ./evil\n",
        "[core]\n# \x0c[user]\nfsmonitor = ./evil\n",
        "[core]\n# \u2028[user]\nfsmonitor = ./evil\n",
        "[core]\r\nfsmonitor = ./evil\r\n",
        "[diff.mine]\ntextconv = ./evil\n",
        "fsmonitor = ./evil\n",
        "\udcff",
    ],
)
def test_no_spelling_hides_what_is_configured(repository: Path, text: str) -> None:
    (repository / ".git/config").write_bytes(os.fsencode(text))
    assert run(judged(repository), "git status").decision == "ask"


def test_hooks_other_repositories_and_files_that_lead_elsewhere_count_too(repository: Path, tmp_path: Path) -> None:
    hook = repository / ".git/hooks/post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    assert what_git_runs(repository) == ""
    hook.chmod(0o755)
    assert what_git_runs(repository) == "the hook post-index-change"
    hook.rename(repository / "post-index-change")
    git(repository, "config", "core.hooksPath", ".")
    assert what_git_runs(repository) == "the hook post-index-change"
    git(repository, "config", "core.hooksPath", ".husky")
    assert what_git_runs(repository) == ""
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", str(repository), "inner")
    assert what_git_runs(outer) == "another repository in it"
    bare = tmp_path / "bare"
    git(tmp_path, "clone", "-q", "--bare", str(repository), str(bare))
    assert what_git_runs(bare) == ""
    git(bare, "config", "core.fsmonitor", "./evil")
    assert what_git_runs(bare / "refs") == "core.fsmonitor"
    git(repository, "config", "extensions.worktreeConfig", "true")
    assert what_git_runs(repository) == "extensions.worktreeconfig"


async def test_what_claw_itself_asks_of_git_runs_nothing_of_the_folder_s(repository: Path) -> None:
    evil = repository / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {repository}/ran\n")
    evil.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "core.alternateRefsCommand"):
        git(repository, "config", key, str(evil))
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        (repository / ".git/hooks").mkdir(exist_ok=True)
        (repository / ".git/hooks" / hook).symlink_to(evil)
    state = await git_state(repository)
    assert state is not None
    assert state.branch == "main"
    assert not (repository / "ran").exists()


@pytest.mark.parametrize(
    "line",
    [
        "git config core.fsmonitor ./evil",
        "git config --add core.pager x",
        "git config set core.pager x",
        "git config --unset x",
        "git config -e",
        "git -C . config alias.x '!rm y'",
    ],
)
def test_settings_of_git_are_a_protected_file_however_they_are_written(line: str) -> None:
    assert run(gate(allow=("Bash(git *)",)), line).decision == "ask"
    for reads in ("git config user.name", "git config --get user.name", "git config --list", "git config get x.y"):
        assert run(gate(allow=("Bash(git *)",)), reads).decision == "allow"


@pytest.mark.parametrize(
    "line",
    [
        "git -c alias.x='!curl y' x",
        "git -c core.fsmonitor=./x status",
        "git -c core.editor=./x commit",
        "git --config-env=alias.x=EVIL x",
        "git --exec-path=. status",
        "git -C . -c credential.helper='!x' fetch",
    ],
)
def test_what_git_is_told_to_run_on_its_line_is_no_command_that_a_rule_allows(line: str) -> None:
    assert run(gate(allow=("Bash(git *)",)), line).decision == "ask"
    assert run(gate("bypass", deny=("Bash(curl *)",)), line).decision == "ask"
    for plain in ("git -c user.name=Ada commit -m x", "git -c core.quotepath=false log", "git switch -c x"):
        assert run(gate(allow=("Bash(git *)",)), plain).decision == "allow"


def test_the_gate_of_a_session_looks_at_the_repository_it_is_in(repository: Path) -> None:
    home = repository.parent
    options = Options(cwd=repository, environ={"HOME": str(home)})
    assert judge("bash", {"command": "git status"}, options).decision == "allow"
    git(repository, "config", "core.fsmonitor", "./evil")
    asked = judge("bash", {"command": "git status"}, options)
    assert (asked.decision, "core.fsmonitor" in asked.reason) == ("ask", True)
    removal = judge("bash", {"command": "rm -r .g[i]t"}, replace(options, allow=("Bash(rm *)",)))
    assert removal.decision == "ask"
    vouch(Paths.of(options.environ), repository, trusted=True)
    assert judge("bash", {"command": "git status"}, options).decision == "allow"
