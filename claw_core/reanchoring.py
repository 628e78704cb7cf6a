"""Re-anchoring: a proposal whose files change on disk while a person looks at it.

Somebody else's change is never written over. The hunks are fitted to what the files hold now and shown anew; those that
fit no more are shown as conflicts, and left out.
"""

import asyncio
from dataclasses import replace
from pathlib import Path

from claw_core.ask import Conflict, PermissionAsk, renewed_id
from claw_core.block import DiffBlock, Hunk
from claw_core.error import ToolError, WorkspaceError
from claw_core.native.hunk_work import reanchor
from claw_core.native.patch import CancelToken, Fitted, apply_hunks, in_thread
from claw_core.proposal import Draft, diff_of
from claw_core.tool import Change
from claw_core.workspace import Workspace

LOOK = 0.4
"""Seconds between two looks at the files."""
RAREST = 20.0
"""Seconds between two looks at files that keep changing."""
_WHY = {
    "absent": "the lines that it changes are not there any more",
    "ambiguous": "the lines that it changes stand at several places now",
    "overlaps": "the lines that it changes are changed by another hunk",
}

Print = tuple[tuple[int, int, int] | None, ...]
"""Of each file its inode, size and time of change; None where there is none."""


def about(ask: PermissionAsk, draft: Draft) -> PermissionAsk:
    """The ask about a proposal; when files changed on disk, the one that takes the place of that before."""
    ask = replace(ask, preview=draft.shown or ask.preview, drifted=draft.drifted, conflicts=draft.conflicts)
    if not draft.renewed:
        return ask
    before = renewed_id(ask.id, draft.renewed - 1) if draft.renewed > 1 else ask.id
    return replace(ask, id=renewed_id(ask.id, draft.renewed), renews=before)


async def overtaking(workspace: Workspace, draft: Draft) -> Draft:
    """Waits until a file of the proposal holds something else than it was made for, and has come to rest; the proposal
    for what the files hold then. Raises ToolError where nothing of it fits any more."""
    pause = LOOK * min(2**draft.renewed, RAREST / LOOK)
    last = compared = None
    while True:
        now = await asyncio.to_thread(_print, draft)
        if now == last != compared:
            if await asyncio.to_thread(is_stale, workspace, draft):
                return await reanchored(workspace, draft)
            compared = now
        last = now
        await asyncio.sleep(pause)


def is_stale(workspace: Workspace, draft: Draft) -> bool:
    """Whether a file holds something else than the proposal was made for. Reads files."""
    return any(_holds(workspace, change) != change.before for change in draft.proposal.changes)


async def reanchored(workspace: Workspace, draft: Draft) -> Draft:
    """The proposal for what the files hold now. Raises ToolError where nothing of it fits any more."""
    return await in_thread(lambda cancel: _reanchored(workspace, draft, cancel))


def _reanchored(workspace: Workspace, draft: Draft, cancel: CancelToken) -> Draft:
    changes: list[Change] = []
    shown: list[DiffBlock] = []
    conflicts: list[Conflict] = list(draft.conflicts)
    drifted = dict.fromkeys(draft.drifted)
    for change, diff in zip(draft.proposal.changes, draft.shown, strict=True):
        now = _holds(workspace, change)
        if now == change.before:
            changes.append(change)
            shown.append(diff)
            continue
        drifted[diff.path] = None
        moved = _moved(change, diff, now, conflicts, cancel)
        if moved is not None:
            changes.append(moved[0])
            shown.append(moved[1])
    if not changes:
        files = ", ".join(drifted)
        raise ToolError(
            f"{files} changed on disk while the person was asked, and nothing of this change fits it any more.",
            "Read it again, then make the change anew.",
        )
    return replace(
        draft,
        proposal=replace(draft.proposal, changes=tuple(changes)),
        shown=tuple(shown),
        conflicts=tuple(conflicts),
        drifted=tuple(drifted),
        renewed=draft.renewed + 1,
    )


def _moved(
    change: Change, diff: DiffBlock, now: str | None, conflicts: list[Conflict], cancel: CancelToken
) -> tuple[Change, DiffBlock] | None:
    """One file's change for what it holds now; None where nothing of it can be made."""
    if now is None or change.before is None:
        why = "the file is gone" if now is None else "there is a file of that name now"
        conflicts.extend(Conflict(path=diff.path, hunk=hunk, why=why) for hunk in diff.hunks)
        return None
    if change.after is None:
        fresh = replace(change, before=now)
        return fresh, diff_of(diff, fresh, cancel)
    fitted = reanchor(diff.hunks, now, cancel=cancel)
    conflicts.extend(_conflict(diff, number, fit) for number, fit in fitted.conflicts)
    hunks = tuple(hunk for hunk in fitted.hunks if hunk is not None)
    if not hunks and change.moved_to is None:
        return None
    return replace(change, before=now, after=apply_hunks(now, hunks, cancel=cancel)), replace(diff, hunks=hunks)


def _conflict(diff: DiffBlock, number: int, fitted: Fitted) -> Conflict:
    hunk: Hunk = diff.hunks[number]
    return Conflict(path=diff.path, hunk=hunk, why=_WHY.get(fitted.verdict, fitted.verdict))


def _holds(workspace: Workspace, change: Change) -> str | None:
    """What a file holds now; None where there is none, and where it cannot be read as text."""
    try:
        held = workspace.before_writing(Path(change.path))
    except WorkspaceError:
        return None
    return None if held is None else held.text


def _print(draft: Draft) -> Print:
    return tuple(_stat(Path(change.path)) for change in draft.proposal.changes)


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
