"""What a model is told about where it works."""

import asyncio
import re
from asyncio.subprocess import DEVNULL
from datetime import date
from pathlib import Path

import pytest

from claw_core.instructions.environment import GitState, environment_section, git_section, git_state

TODAY = date(2026, 1, 31)


async def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main")
    process = await asyncio.create_subprocess_exec("git", *settings, *words, cwd=folder)
    assert await process.wait() == 0


async def test_git_says_branch_and_commit(tmp_path: Path) -> None:
    await git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("1")
    await git(tmp_path, "add", "a.py")
    await git(tmp_path, "commit", "-q", "-m", "First words")
    seen = await git_state(tmp_path)
    assert seen is not None
    assert seen.branch == "main"
    assert re.fullmatch(r"[0-9a-f]{10} main", seen.summary)
    assert f"Git: on main, commit {seen.head}, when" in git_section(seen)
    await git(tmp_path, "checkout", "-q", "--detach")
    detached = await git_state(tmp_path)
    assert detached is not None
    assert (detached.branch, detached.head) == ("", seen.head)
    assert "on no branch" in git_section(detached)


async def test_a_repository_without_commits_is_fine(tmp_path: Path) -> None:
    await git(tmp_path, "init", "-q")
    (tmp_path / "sub").mkdir()
    seen = await git_state(tmp_path / "sub")
    assert seen is not None
    assert (seen.head, seen.branch, seen.summary) == ("", "main", "main")
    assert "on main, no commit yet" in git_section(seen)


async def test_outside_a_repository_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert await git_state(tmp_path) is None
    assert "no repository" in git_section(None)
    text = environment_section(tmp_path, TODAY)
    assert "2026-01-31" in text
    assert str(tmp_path) in text


async def test_without_git_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await git_state(tmp_path) is None


HOSTILE = """
[core]
    fsmonitor = TRAP
    hooksPath = HOOKS
    sshCommand = TRAP
    pager = TRAP
    editor = TRAP
    askPass = TRAP
    alternateRefsCommand = TRAP
    gitProxy = TRAP
[filter "evil"]
    clean = TRAP
    smudge = TRAP
    process = TRAP
    required = true
[diff]
    external = TRAP
[diff "evil"]
    command = TRAP
    textconv = TRAP
[alias]
    symbolic-ref = !TRAP
    rev-parse = !TRAP
[credential]
    helper = TRAP
[gpg]
    program = TRAP
[log]
    showSignature = true
[extensions]
    partialClone = evil
[remote "evil"]
    url = ext::TRAP
    promisor = true
[protocol "ext"]
    allow = always
"""
"""A `.git/config` in which everything that names a command names a trap."""


async def test_looking_runs_nothing_that_the_repository_names(tmp_path: Path) -> None:
    root, hooks, sprung = tmp_path / "project", tmp_path / "hooks", tmp_path / "sprung"
    root.mkdir()
    hooks.mkdir()
    await git(root, "init", "-q")
    (root / "a.py").write_text("1")
    await git(root, "add", "a.py")
    await git(root, "commit", "-q", "-m", "First words")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{sprung}'\n")
    trap.chmod(0o755)
    for hook in ("post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout", "fsmonitor-watchman"):
        (hooks / hook).symlink_to(trap)
    with (root / ".git" / "config").open("a") as file:
        file.write(HOSTILE.replace("TRAP", str(trap)).replace("HOOKS", str(hooks)))
    (root / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (root / "a.py").write_text("2")
    head = (await git_state(root) or GitState(head="", branch="")).head
    assert len(head) == 10
    assert not sprung.exists()
    for stored in (root / ".git" / "objects" / head[:2]).iterdir():
        stored.unlink()  # what is missing would be fetched
    assert (await git_state(root) or GitState(head="", branch="")).head == head
    assert not sprung.exists()
    looking = await asyncio.create_subprocess_exec("git", "diff-files", "-p", cwd=root, stdout=DEVNULL, stderr=DEVNULL)
    await looking.wait()
    assert sprung.exists(), "the trap works"
