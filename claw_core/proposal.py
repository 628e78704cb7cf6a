"""From a proposal to what is done: the diff people answer, the hunks they take, the words the model hears."""

import asyncio
from dataclasses import dataclass, replace

from claw_core.block import DiffBlock
from claw_core.event import FileChanged
from claw_core.message import Text
from claw_core.native.patch import apply_hunks, format_unified, make_hunks
from claw_core.tool import Change, Proposal, ToolResult
from claw_core.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What of a proposal is to be done."""

    changes: tuple[Change, ...]
    left: tuple[DiffBlock, ...] = ()
    """What was not taken, file by file."""


async def diffs(workspace: Workspace, proposal: Proposal) -> tuple[DiffBlock, ...]:
    """A proposal as people see it: one diff a change, in the same order."""
    return await asyncio.to_thread(lambda: tuple(_diff(workspace, change) for change in proposal.changes))


def _diff(workspace: Workspace, change: Change) -> DiffBlock:
    kind = "add" if change.before is None else "delete" if change.after is None else "edit"
    return DiffBlock(
        path=workspace.show(change.path), hunks=make_hunks(change.before or "", change.after or ""), change=kind
    )


def take(proposal: Proposal, shown: tuple[DiffBlock, ...], accepted: tuple[tuple[int, ...], ...] | None) -> Taken:
    """The part of a proposal whose hunks were accepted; `accepted` as in `Allow.hunks`."""
    if accepted is None:
        return Taken(changes=proposal.changes)
    changes: list[Change] = []
    left: list[DiffBlock] = []
    for index, (change, diff) in enumerate(zip(proposal.changes, shown, strict=True)):
        chosen = set(accepted[index]) if index < len(accepted) else set[int]()
        rest = tuple(hunk for number, hunk in enumerate(diff.hunks) if number not in chosen)
        if rest:
            left.append(replace(diff, hunks=rest))
        if not rest:
            changes.append(change)
        elif chosen:
            changes.append(replace(change, after=apply_hunks(change.before or "", diff.hunks, chosen)))
    return Taken(changes=tuple(changes), left=tuple(left))


def outcome(workspace: Workspace, proposal: Proposal, taken: Taken, changed: tuple[FileChanged, ...]) -> ToolResult:
    """What is told of a proposal that was carried out, wholly or in part."""
    done = tuple(_diff(workspace, change) for change in taken.changes)
    added, removed = sum(diff.added for diff in done), sum(diff.removed for diff in done)
    told = [_sentence(event) for event in changed] or ["Nothing was changed."]
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
        blocks=done,
        summary=f"+{added} −{removed}" + (f", {_hunks(taken.left)} not taken" if taken.left else ""),
    )


def _hunks(blocks: tuple[DiffBlock, ...]) -> str:
    count = sum(len(block.hunks) for block in blocks)
    return f"{count} hunk{'s' * (count != 1)}"


def _sentence(event: FileChanged) -> str:
    verb = "Created" if event.before is None else "Removed" if event.after is None else "Changed"
    return f"{verb} {event.path} (+{event.added} −{event.removed})."
