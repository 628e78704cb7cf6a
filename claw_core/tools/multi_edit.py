"""Make several replacements in one file, all of them or none.

Use it instead of several calls of `edit` on the same file. Each of `edits` is what one `edit` is, under the same rules:
its `old_string` stands in the file exactly once, or `replace_all` is set. They are made in order, each on what those
before it left, so do not name text that an earlier one has changed. Where one does not fit, nothing is changed at all
and the answer says which.

Read the file first: a file that was not read in this session, or that changed since, is refused. The person may take
only a part of the change; the answer says so.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from claw_core.native.patch import CancelToken, Edit, in_thread
from claw_core.replacement import replaced
from claw_core.tool import Change, Proposal, ToolContext, Want
from claw_core.tool_input import OLD, InFile, Replacement, also, unquoted_json
from claw_core.workspace import Workspace


class OneEdit(Replacement):
    """One replacement."""

    old_string: str = Field(
        description="The text to replace, exactly as it stands in the file.", validation_alias=OLD, min_length=1
    )


class Input(InFile):
    """Arguments of `multi_edit`."""

    edits: Annotated[tuple[OneEdit, ...], BeforeValidator(unquoted_json)] = Field(
        min_length=1,
        description="The replacements, in order.",
        validation_alias=also("edits", "changes", "replacements", "operations"),
    )


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
    file = workspace.require_fresh(path)
    edits = [Edit(old=edit.old_string, new=edit.new_string, everywhere=edit.replace_all) for edit in input.edits]
    after, note = replaced(file.text, edits, workspace.show(path), cancel)
    return Proposal(changes=(Change(path=str(path), before=file.text, after=after),), note=note)
