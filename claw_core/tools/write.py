"""Write a whole file: make a new one, or replace everything in one that exists.

Use it for new files, and where nearly every line changes. For anything smaller use `edit`, which sends less and
cannot lose the rest of the file by accident. `content` is the complete file, from the first line to the last: nothing
of the old text stays, so never write a placeholder for parts you leave out.

A file that exists must have been read in this session and must not have changed since, or the call is refused.
Folders are made as needed. Encoding, mode and line endings of an existing file stay as they are. The person may look
at the difference and take only a part of it; the answer says so.
"""

import asyncio

from pydantic import Field

from claw_core.file_text import FileText
from claw_core.tool import Change, Proposal, ToolContext, Want
from claw_core.tool_input import PATH, ToolInput, also
from claw_core.workspace import Workspace


class Input(ToolInput):
    """Arguments of `write`."""

    path: str = Field(description="The file, absolute or from the workspace root.", validation_alias=PATH)
    content: str = Field(
        description="Everything the file shall hold.",
        validation_alias=also("content", "contents", "text", "file_text", "data", "new_content"),
    )


def wants(input: Input) -> tuple[Want, ...]:
    """It writes the path."""
    return (Want(action="write", subject=input.path),)


def target(input: Input) -> str:
    """The path."""
    return input.path


async def propose(input: Input, context: ToolContext) -> Proposal:
    """The file as it would be."""
    return await asyncio.to_thread(_propose, input, context.workspace)


def _propose(input: Input, workspace: Workspace) -> Proposal:
    path = workspace.resolve(input.path)
    file = workspace.before_writing(path)
    if file is None:
        return Proposal(changes=(Change(path=str(path), before=None, after=input.content),))
    if file.text:
        file = workspace.require_fresh(path)
    after = _as_in(file, input.content)
    note = "" if after != file.text else f"{workspace.show(path)} already holds exactly this."
    return Proposal(changes=(Change(path=str(path), before=file.text, after=after),), note=note)


def _as_in(file: FileText, content: str) -> str:
    """The content with the file's own line endings, and without a byte order mark that it keeps anyway."""
    if file.encoding != "utf-8":
        content = content.removeprefix("\ufeff")
    if file.line_ending == "\r\n" and "\r\n" not in content:
        content = content.replace("\n", "\r\n")
    return content
