"""What a model is told about where it works."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from claw_core.instructions.environment import MOST_CHANGES, environment_section, git_state

TODAY = date(2026, 1, 31)


async def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main")
    process = await asyncio.create_subprocess_exec("git", *settings, *words, cwd=folder)
    assert await process.wait() == 0


async def test_git_says_branch_commit_and_what_changed(tmp_path: Path) -> None:
    await git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("1")
    await git(tmp_path, "add", "a.py")
    await git(tmp_path, "commit", "-q", "-m", "First words")
    (tmp_path / "a.py").write_text("22")
    (tmp_path / "new.py").write_text("3")
    seen = await git_state(tmp_path)
    assert seen is not None
    assert (seen.branch, seen.changes) == ("main", (" M a.py", "?? new.py"))
    assert seen.summary == f"{seen.head} main"
    await git(tmp_path, "checkout", "-q", "--detach")
    detached = await git_state(tmp_path)
    assert detached is not None
    assert detached.branch == ""


async def test_a_repository_without_commits_and_a_long_list_are_fine(tmp_path: Path) -> None:
    await git(tmp_path, "init", "-q")
    for number in range(MOST_CHANGES + 5):
        (tmp_path / f"{number}.py").write_text("")
    seen = await git_state(tmp_path)
    assert seen is not None
    assert (seen.head, seen.branch) == ("", "main")
    assert "and 5 more" in environment_section(tmp_path, seen, TODAY)


async def test_outside_a_repository_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert await git_state(tmp_path) is None
    text = environment_section(tmp_path, None, TODAY)
    assert "no repository" in text
    assert "2026-01-31" in text
    assert str(tmp_path) in text


async def test_without_git_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await git_state(tmp_path) is None


async def test_looking_runs_nothing_that_the_repository_names(tmp_path: Path) -> None:
    await git(tmp_path, "init", "-q")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\n")
    trap.chmod(0o755)
    await git(tmp_path, "config", "core.fsmonitor", str(trap))
    assert await git_state(tmp_path) is not None
    assert not (tmp_path / "sprung").exists()
