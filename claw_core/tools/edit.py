"""Replace one piece of a file by another, exactly.

Read the file first: a file that was not read in this session, or that changed since, is refused. `old_string` is
copied from the file character by character, indentation included, without the line numbers that `read` shows. It must
stand there exactly once: take in a line or two around the place until it does, or set `replace_all` to change every
place, as for a rename. Nothing outside it changes.

`new_string` takes its place; an empty one deletes. LF in your strings fits a file with CR LF. An empty `old_string`
makes a new file of `new_string`. For several changes in one file use `multi_edit`, for changes in several files
`apply_patch`; to write most of a file anew, use `write`. If it is refused, the answer says what stands there instead:
correct the call, do not repeat it. The person may take only a part of the change; the answer says so.
"""

from claw_core.error import PatchConflict
from claw_core.native.patch import CancelToken, Edit, in_thread
from claw_core.replacement import replaced
from claw_core.tool import Change, Proposal, ToolContext, Want
from claw_core.tool_input import InFile, Replacement
from claw_core.workspace import Workspace


class Input(Replacement, InFile):
    """Arguments of `edit`."""


def wants(input: Input) -> tuple[Want, ...]:
    """It writes the path."""
    return (Want(action="write", subject=input.path),)


def target(input: Input) -> str:
    """The path."""
    return input.path


async def propose(input: Input, context: ToolContext) -> Proposal:
    """The file as it would be."""
    return await in_thread(lambda cancel: _propose(input, context.workspace, cancel))


def _propose(input: Input, workspace: Workspace, cancel: CancelToken) -> Proposal:
    path = workspace.resolve(input.path)
    if not input.old_string:
        return _new_file(input, workspace)
    file = workspace.require_fresh(path)
    edit = Edit(old=input.old_string, new=input.new_string, everywhere=input.replace_all)
    after, note = replaced(file.text, [edit], workspace.show(path), cancel)
    return Proposal(changes=(Change(path=str(path), before=file.text, after=after),), note=note)


def _new_file(input: Input, workspace: Workspace) -> Proposal:
    path = workspace.resolve(input.path)
    held = workspace.before_writing(path)
    if held is not None and held.text:
        raise PatchConflict(
            f"old_string is empty, but {workspace.show(path)} exists and is not.",
            "Say which text to replace. To replace the whole file, use write.",
        )
    return Proposal(changes=(Change(path=str(path), before=held.text if held else None, after=input.new_string),))
