"""From a proposal to what is done: the diff people answer, the hunks they take, the words the model hears."""

import asyncio
from dataclasses import dataclass, replace

from claw_core.block import DiffBlock
from claw_core.error import ToolError
from claw_core.event import FileChanged
from claw_core.message import Text
from claw_core.native.patch import apply_hunks, format_unified, make_hunks
from claw_core.tool import Change, Proposal, ToolResult
from claw_core.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What of a proposal is to be done."""

    changes: tuple[Change, ...]
    done: tuple[DiffBlock, ...]
    """What that changes, file by file."""
    left: tuple[DiffBlock, ...] = ()
    """What was not taken."""


async def diffs(workspace: Workspace, proposal: Proposal) -> tuple[DiffBlock, ...]:
    """A proposal as people see it: one diff a change, in the same order."""
    return await asyncio.to_thread(lambda: tuple(_diff(workspace, change) for change in proposal.changes))


def _diff(workspace: Workspace, change: Change) -> DiffBlock:
    kind = "add" if change.before is None else "delete" if change.after is None else "edit"
    return DiffBlock(
        path=workspace.show(change.path),
        hunks=make_hunks(change.before or "", change.after or ""),
        change=kind,
        moved_to=workspace.show(change.moved_to) if change.moved_to else "",
    )


async def take(
    workspace: Workspace,
    proposal: Proposal,
    shown: tuple[DiffBlock, ...],
    accepted: tuple[tuple[int, ...], ...] | None,
) -> Taken:
    """The part of a proposal whose hunks were accepted; `accepted` as in `Allow.hunks`.

    Raises ToolError where that names hunks that were not shown: nothing is done then.
    """
    if accepted is None:
        return Taken(changes=proposal.changes, done=shown)
    named = [len(diff.hunks) for diff in shown]
    if len(accepted) != len(shown) or any(
        not 0 <= index < count for chosen, count in zip(accepted, named, strict=True) for index in chosen
    ):
        raise ToolError("The answer names hunks that the change does not have, so nothing was done.")
    return await asyncio.to_thread(_take, workspace, proposal, shown, accepted)


def _take(
    workspace: Workspace,
    proposal: Proposal,
    shown: tuple[DiffBlock, ...],
    accepted: tuple[tuple[int, ...], ...],
) -> Taken:
    changes: list[Change] = []
    done: list[DiffBlock] = []
    left: list[DiffBlock] = []
    for change, diff, indices in zip(proposal.changes, shown, accepted, strict=True):
        chosen = set(indices)
        rest = tuple(hunk for number, hunk in enumerate(diff.hunks) if number not in chosen)
        if rest:
            left.append(replace(diff, hunks=rest))
        # What has no hunks (a move, an empty file) cannot be named: it goes with those that were taken.
        if diff.hunks and not chosen:
            continue
        part = replace(change, after=apply_hunks(change.before or "", diff.hunks, chosen)) if rest else change
        changes.append(part)
        done.append(_diff(workspace, part) if rest else diff)
    return Taken(changes=tuple(changes), done=tuple(done), left=tuple(left))


def outcome(proposal: Proposal, taken: Taken, changed: tuple[FileChanged, ...]) -> ToolResult:
    """What is told of a proposal that was carried out, wholly or in part."""
    added, removed = sum(diff.added for diff in taken.done), sum(diff.removed for diff in taken.done)
    moves = {diff.moved_to: diff.path for diff in taken.done if diff.moved_to}
    events = [event for event in changed if event.after is not None or event.path not in moves.values()]
    told = [_sentence(event, moves.get(event.path)) for event in events] or ["Nothing was changed."]
    if taken.left:
        told.append(
            f"The person did not take {_hunks(taken.left)} of what you proposed, shown below; the rest is in place."
            " Do not propose them again unless you are asked to."
        )
        told += [format_unified(diff.path, diff.hunks, change=diff.change) for diff in taken.left]
    if proposal.note:
        told.append(proposal.note)
    return ToolResult(
        parts=(Text(text="\n".join(told)),),
        blocks=taken.done,
        summary=f"+{added} −{removed}" + (f", {_hunks(taken.left)} not taken" if taken.left else ""),
    )


def _hunks(blocks: tuple[DiffBlock, ...]) -> str:
    count = sum(len(block.hunks) for block in blocks)
    return f"{count} hunk{'s' * (count != 1)}"


def _sentence(event: FileChanged, moved_from: str | None) -> str:
    verb = "Created" if event.before is None else "Removed" if event.after is None else "Changed"
    what = f"{verb} {event.path}" if moved_from is None else f"Moved {moved_from} to {event.path}"
    return f"{what} (+{event.added} −{event.removed})."
