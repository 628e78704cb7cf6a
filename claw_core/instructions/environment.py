"""The surroundings: machine, folder and git state, as they are when a turn begins.

Of git only branch and commit are told. What changed cannot be found out without running what the repository names:
`git status` and even its plumbing compare files through the clean filters of `.git/config`, and a folder that was
unpacked brings its own.
"""

import asyncio
import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PATIENCE = 2.0
"""Seconds to wait for git; a huge repository on a slow disk must not hold up a turn."""

_SHORT = 10
"""Characters of a commit that are told. Cut here: git would look at objects to find the shortest, and fetch them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitState:
    """What git says of the workspace."""

    head: str
    """The commit checked out, short; empty in a repository without one."""
    branch: str
    """Empty where none is checked out."""

    @property
    def summary(self) -> str:
        """`1a2b3c4d5e main`."""
        return f"{self.head} {self.branch}".strip()


async def git_state(root: Path) -> GitState | None:
    """The state of the repository around `root`; None outside of one, without git, or where git takes too long."""
    branch, head = await asyncio.gather(
        _git(root, "symbolic-ref", "--quiet", "--short", "HEAD"),
        _git(root, "rev-parse", "--quiet", "--verify", "HEAD"),
    )
    if branch is None and head is None:
        return None
    return GitState(head=(head or "").strip()[:_SHORT], branch=(branch or "").strip())


async def _git(root: Path, *words: str) -> str | None:
    """What a command of git says that reads references and nothing else."""
    # In a thread, so that whoever stops waiting leaves no process behind: the thread ends the one it started.
    return await asyncio.to_thread(_run_git, root, words)


def _run_git(root: Path, words: tuple[str, ...]) -> str | None:
    try:
        ended = subprocess.run(
            # None of these settings is reached by reading references; should a git do more, it still runs nothing.
            [
                *("git", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "--no-optional-locks"),
                *words,
            ],
            cwd=root,
            env={**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return ended.stdout.decode(errors="replace")


def environment_section(root: Path, today: date) -> str:
    """What a model is told of where it works."""
    return "\n".join(
        [
            f"Workspace: {root}",
            f"Platform: {platform.system()} {platform.machine()}",
            f"Date: {today.isoformat()}",
        ]
    )


def git_section(git: GitState | None) -> str:
    """What a model is told of the repository."""
    if git is None:
        return "Git: this folder is in no repository."
    commit = f"commit {git.head}" if git.head else "no commit yet"
    return f"Git: on {git.branch or 'no branch'}, {commit}, when this turn began."
