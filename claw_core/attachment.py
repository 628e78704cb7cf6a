"""Attachments: what a person names in a prompt goes along with it, as the tool `read` would tell it.

They named it, so nobody is asked; only a rule that denies reading it holds. It is read when the prompt is sent, within
a bound, and recorded as it was: what the model was told is never read again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from claw_core.error import ClawError
from claw_core.event import Attachment
from claw_core.harness import Harness
from claw_core.mention import Lines, with_lines
from claw_core.message import Image, Shown, Text
from claw_core.permissions.outside import outside
from claw_core.permissions.policy import Policy
from claw_core.tool import ToolResult, Want
from claw_core.tools.read import Input, read_path
from claw_core.workspace import Workspace

MOST = 40
"""Attachments of one prompt."""
ROOM = 200_000
"""Characters of all attachments of a prompt."""
SHARE = 2
"""Characters for each token of the model's window: about half of it."""


async def attach(harness: Harness, named: Sequence[str]) -> tuple[Attachment, ...]:
    """What the names mean that are there: files, folders, pictures, documents, sub-agents. Others are only words."""
    workspace, window, sees = harness.workspace, harness.card.window, harness.card.images
    agents = harness.agents if "task" in harness.tools else ()
    room = min(ROOM, SHARE * window) if window else ROOM
    found: list[Attachment] = []
    for name in named[:MOST]:
        there = await asyncio.to_thread(_there, name, workspace)
        if there is None:
            found += [_wanted(name)] if name in agents else []
            continue
        attachment = await _attachment(*there, workspace, harness.policy)
        attachment = _as_seen(_within(attachment, room), sees)
        room -= _size(attachment.parts)
        found.append(attachment)
    return tuple(found)


def _there(name: str, workspace: Workspace) -> tuple[Path, Lines | None] | None:
    """What a name means: a path, or a path and lines; None where there is nothing."""
    for written, lines in ((name, None), with_lines(name)):
        try:
            path = workspace.resolve(written)
            if path.exists():
                return path, lines
        except (ClawError, OSError):
            continue
    return None


def _wanted(agent: str) -> Attachment:
    told = f"They ask for the sub-agent {agent}: hand it the work with the tool `task`."
    return Attachment(path=f"@{agent}", parts=(Text(text=told),), summary="sub-agent")


async def _attachment(path: Path, lines: Lines | None, workspace: Workspace, policy: Policy) -> Attachment:
    shown = workspace.show(path)
    want = Want(action="read", subject=str(path))
    decision = await asyncio.to_thread(policy.decide, "read", {"path": str(path)}, (want,))
    if decision.decision == "deny":
        return Attachment(path=shown, parts=(), problem=decision.reason)
    wanted = Input(path=str(path))
    if lines is not None:
        wanted = Input(path=str(path), offset=lines.first, limit=lines.last - lines.first + 1)
    try:
        result: ToolResult = await read_path(wanted, workspace)
    except ClawError as error:
        return Attachment(path=shown, parts=(), problem=error.message)
    source = outside("read", (want,), (), trusted=policy.trusted, offline=False)
    return Attachment(path=shown, parts=result.parts, summary=result.summary, outside=source)


def _within(attachment: Attachment, room: int) -> Attachment:
    """As much of it as there is room for, by whole lines."""
    if _size(attachment.parts) <= room:
        return attachment
    kept: list[Shown] = []
    for part in attachment.parts:
        if not isinstance(part, Text):
            kept.append(part)
            continue
        kept.append(part if len(part.text) <= room else _cut(part, max(0, room)))
        room -= len(part.text)
    return replace(attachment, parts=tuple(kept), summary=f"{attachment.summary}, cut")


def _cut(part: Text, room: int) -> Text:
    text = part.text[:room]
    text = text[: text.rfind("\n") + 1]
    missing = len(part.text) - len(text)
    return Text(text=f"{text}[{missing:,} characters are left out: no more room. The tool `read` shows them.]")


def _as_seen(attachment: Attachment, sees: bool | None) -> Attachment:
    """Pictures that the model cannot see go along, for one that can; the person is told."""
    if sees is not False or not any(isinstance(part, Image) for part in attachment.parts):
        return attachment
    return replace(attachment, summary=f"{attachment.summary}, which this model does not see")


def _size(parts: Sequence[Shown]) -> int:
    return sum(len(part.text) for part in parts if isinstance(part, Text))
