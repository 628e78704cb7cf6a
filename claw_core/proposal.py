"""From a proposal to what is done: the diff people answer, the hunks they take, the words the model hears."""

from dataclasses import dataclass, replace

from claw_core.ask import Allow, Conflict, Portion
from claw_core.block import DiffBlock
from claw_core.error import ToolError
from claw_core.event import FileChanged
from claw_core.message import Text
from claw_core.native.patch import CancelToken, apply_hunks, format_unified, in_thread, make_hunks
from claw_core.portions import portions_of, require_fit
from claw_core.tool import Change, Proposal, ToolResult
from claw_core.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A proposal and how it is shown."""

    proposal: Proposal
    shown: tuple[DiffBlock, ...]
    """One diff a change, in the same order."""
    conflicts: tuple[Conflict, ...] = ()
    """What was proposed at first and fits no more, since files changed on disk."""
    drifted: tuple[str, ...] = ()
    """Those files, as they are shown."""
    renewed: int = 0
    """How often it was fitted to them anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What of a proposal is to be done."""

    changes: tuple[Change, ...]
    done: tuple[DiffBlock, ...]
    """What that changes, file by file."""
    left: tuple[DiffBlock, ...] = ()
    """What was not taken."""
    edited: tuple[DiffBlock, ...] = ()
    """What is done otherwise than it was proposed, since the person changed it by hand."""


async def draft(workspace: Workspace, proposal: Proposal) -> Draft:
    """A proposal as people see it."""
    shown = await in_thread(lambda cancel: tuple(_diff(workspace, change, cancel) for change in proposal.changes))
    return Draft(proposal=proposal, shown=shown)


def _diff(workspace: Workspace, change: Change, cancel: CancelToken) -> DiffBlock:
    kind = "add" if change.before is None else "delete" if change.after is None else "edit"
    moved_to = workspace.show(change.moved_to) if change.moved_to else ""
    like = DiffBlock(path=workspace.show(change.path), hunks=(), change=kind, moved_to=moved_to)
    return diff_of(like, change, cancel)


def diff_of(like: DiffBlock, change: Change, cancel: CancelToken) -> DiffBlock:
    """The diff of a change, with path and kind of another."""
    return replace(like, hunks=make_hunks(change.before or "", change.after or "", cancel=cancel))


async def take(draft: Draft, allow: Allow) -> Taken:
    """The part of a proposal that was accepted.

    Raises ToolError where the answer is about something else than was shown: nothing is done then.
    """
    portions = allow.portions
    if portions is None and allow.hunks is None:
        return Taken(changes=draft.proposal.changes, done=draft.shown)
    if portions is None:
        portions = tuple(_chosen(diff, hunks) for diff, hunks in zip(draft.shown, allow.hunks or (), strict=False))
    if len(portions) != len(draft.shown) or (allow.hunks is not None and len(allow.hunks) != len(draft.shown)):
        raise ToolError("The answer names hunks that the change does not have, so nothing was done.")
    return await in_thread(lambda cancel: _take(draft, portions, cancel))


def _chosen(diff: DiffBlock, hunks: tuple[int, ...]) -> tuple[Portion, ...]:
    if any(not 0 <= index < len(diff.hunks) for index in hunks):
        raise ToolError("The answer names hunks that the change does not have, so nothing was done.")
    return tuple(replace(portion, taken=portion.of in hunks) for portion in portions_of(diff))


def _take(draft: Draft, every: tuple[tuple[Portion, ...], ...], cancel: CancelToken) -> Taken:
    changes: list[Change] = []
    done: list[DiffBlock] = []
    left: list[DiffBlock] = []
    edited: list[DiffBlock] = []
    for change, diff, portions in zip(draft.proposal.changes, draft.shown, every, strict=True):
        taken = [portion for portion in portions if portion.taken]
        if rest := tuple(portion.hunk for portion in portions if not portion.taken):
            left.append(replace(diff, hunks=rest))
        if by_hand := tuple(portion.hunk for portion in taken if portion.edited):
            edited.append(replace(diff, hunks=by_hand))
        part = _applied(change, diff, portions, cancel)
        # What has no hunks (a move, an empty file) cannot be named: it goes with those that were taken.
        if diff.hunks and not taken:
            continue
        part = part if rest or by_hand else change
        changes.append(part)
        done.append(diff_of(diff, part, cancel) if rest or by_hand else diff)
    return Taken(changes=tuple(changes), done=tuple(done), left=tuple(left), edited=tuple(edited))


def _applied(change: Change, diff: DiffBlock, portions: tuple[Portion, ...], cancel: CancelToken) -> Change:
    """The change with exactly the portions that are taken."""
    before = change.before or ""
    try:
        require_fit(before, change.after or "", diff, portions, cancel)
        after = apply_hunks(before, [portion.hunk for portion in portions if portion.taken], cancel=cancel)
    except ValueError as error:
        raise ToolError(f"The answer does not fit what was shown ({error}), so nothing was done.") from error
    # A file whose last line somebody keeps is not removed.
    return replace(change, after=None if change.after is None and not after else after)


def outcome(draft: Draft, taken: Taken, changed: tuple[FileChanged, ...]) -> ToolResult:
    """What is told of a proposal that was carried out, wholly or in part."""
    added, removed = sum(diff.added for diff in taken.done), sum(diff.removed for diff in taken.done)
    moves = {diff.moved_to: diff.path for diff in taken.done if diff.moved_to}
    events = [event for event in changed if event.after is not None or event.path not in moves.values()]
    told = [_sentence(event, moves.get(event.path)) for event in events] or ["Nothing was changed."]
    if taken.edited:
        told.append(
            f"The person changed {_hunks(taken.edited)} by hand before allowing it. Done in place of what you proposed:"
        )
        told += _unified(taken.edited)
    if taken.left:
        told.append(
            f"The person did not take {_hunks(taken.left)} of what you proposed, shown below; the rest is in place."
            " Do not propose them again unless you are asked to."
        )
        told += _unified(taken.left)
    told += _drift(draft)
    if draft.proposal.note:
        told.append(draft.proposal.note)
    return ToolResult(
        parts=(Text(text="\n".join(told)),),
        blocks=taken.done,
        summary=f"+{added} −{removed}"
        + (f", {_hunks(taken.left)} not taken" if taken.left else "")
        + (f", {_hunks(taken.edited)} by hand" if taken.edited else ""),
    )


def _drift(draft: Draft) -> list[str]:
    """What the model is told of files that changed while the person was asked."""
    if not draft.drifted:
        return []
    files = ", ".join(draft.drifted)
    meanwhile = f"While the person was asked, somebody else changed {files} on disk."
    told = [f"{meanwhile} Your change was fitted to what is there now; read it again before you change more of it."]
    for conflict in draft.conflicts:
        told.append(f"This hunk was left out, since {conflict.why}:")
        told.append(format_unified(conflict.path, (conflict.hunk,)))
    return told


def _unified(blocks: tuple[DiffBlock, ...]) -> list[str]:
    return [format_unified(diff.path, diff.hunks, change=diff.change) for diff in blocks]


def _hunks(blocks: tuple[DiffBlock, ...]) -> str:
    count = sum(len(block.hunks) for block in blocks)
    return f"{count} hunk{'s' * (count != 1)}"


def _sentence(event: FileChanged, moved_from: str | None) -> str:
    verb = "Created" if event.before is None else "Removed" if event.after is None else "Changed"
    what = f"{verb} {event.path}" if moved_from is None else f"Moved {moved_from} to {event.path}"
    return f"{what} (+{event.added} −{event.removed})."
