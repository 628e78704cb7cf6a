"""The surroundings: machine, folder and git state, as they are when a turn begins."""

import asyncio
import platform
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PATIENCE = 2.0
"""Seconds to wait for git; a huge repository on a slow disk must not hold up a turn."""

MOST_CHANGES = 20
"""Changed files that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitState:
    """What git says of the workspace."""

    head: str
    """The commit checked out, short; empty in a repository without one."""
    branch: str
    """Empty where none is checked out."""
    changes: tuple[str, ...]
    """Changed files as `git status --short` shows them."""

    @property
    def summary(self) -> str:
        """`1a2b3c main`."""
        return f"{self.head} {self.branch}".strip()


async def git_state(root: Path) -> GitState | None:
    """The state of the repository around `root`; None outside of one, without git, or where git takes too long."""
    told = await _git(root, "status", "--short", "--branch", "--untracked-files=normal")
    if told is None:
        return None
    first, _, rest = told.partition("\n")
    branch = first.removeprefix("## ").removeprefix("No commits yet on ").partition("...")[0].strip()
    head = await _git(root, "rev-parse", "--short", "HEAD")
    return GitState(
        head=(head or "").strip(),
        branch="" if branch.startswith("HEAD ") else branch,
        changes=tuple(line for line in rest.splitlines() if line),
    )


async def _git(root: Path, *words: str) -> str | None:
    try:
        process = await asyncio.create_subprocess_exec(
            "git",
            # A look at the state must run nothing that the repository's own configuration names.
            "-c",
            "core.fsmonitor=false",
            "--no-optional-locks",
            *words,
            cwd=root,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            output, _ = await process.communicate()
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode(errors="replace") if process.returncode == 0 else None


def environment_section(root: Path, git: GitState | None, today: date) -> str:
    """What a model is told of where it works."""
    lines = [
        f"Workspace: {root}",
        f"Platform: {platform.system()} {platform.machine()}",
        f"Date: {today.isoformat()}",
    ]
    if git is None:
        lines.append("Git: this folder is in no repository.")
    else:
        changed = f"{len(git.changes)} changed files" if git.changes else "nothing changed"
        lines.append(f"Git: on {git.branch or 'no branch'}, {changed} when this turn began.")
        lines += [f"  {line}" for line in git.changes[:MOST_CHANGES]]
        if len(git.changes) > MOST_CHANGES:
            lines.append(f"  and {len(git.changes) - MOST_CHANGES} more")
    return "\n".join(lines)
