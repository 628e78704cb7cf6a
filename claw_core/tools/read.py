"""Read a file, an image, or what a folder holds.

Use it before you edit a file: `edit` and `write` refuse a file that was not read in this session. Read a whole file
unless it is long; one long read tells more than many short ones. To find a place in files you do not know, use `grep`
first.

Lines come as NUMBER, a tab, and the line's own text: never put the number or that tab into an edit. Without `limit`
you get up to 2000 lines, fewer where they are long, and the last line of the answer says where to go on. Lines over
2000 characters are cut. A picture (PNG, JPEG, GIF, WebP) is shown to you, a folder is listed, other binary files are
only named. Relative paths start at the workspace root.
"""

import asyncio
import base64
import mimetypes
import stat
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from claw_core.block import ImageBlock, ListingBlock, ListingRow, TextBlock
from claw_core.characters import whole_characters
from claw_core.error import BinaryFile, FileTooLarge, ToolError
from claw_core.language import language_of
from claw_core.line_window import Window, window_of_file, window_of_text
from claw_core.message import Image, Text
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import PATH, ToolInput, also
from claw_core.workspace import Workspace

READS_ONLY = True
MAX_IMAGE_BYTES = 5 * 1024 * 1024
MAX_ENTRIES = 1000
_IMAGES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


class Input(ToolInput):
    """Arguments of `read`."""

    path: str = Field(description="The file or folder, absolute or from the workspace root.", validation_alias=PATH)
    offset: Annotated[int, BeforeValidator(lambda line: 1 if line == 0 else line)] = Field(
        default=1,
        ge=1,
        description="The line to start at; the first is 1.",
        validation_alias=also("offset", "start_line", "line", "from_line", "start"),
    )
    limit: int = Field(
        default=2000,
        ge=1,
        description="The most lines to read.",
        validation_alias=also("limit", "max_lines", "num_lines", "line_count", "lines"),
    )


def wants(input: Input) -> tuple[Want, ...]:
    """It reads the path."""
    return (Want(action="read", subject=input.path or "."),)


def target(input: Input) -> str:
    """The path, and where it starts in it."""
    return input.path if input.offset == 1 else f"{input.path}:{input.offset}"


async def run(input: Input, context: ToolContext) -> ToolResult:
    """What is there."""
    return await asyncio.to_thread(_read, input, context.workspace)


def _read(input: Input, workspace: Workspace) -> ToolResult:
    path = workspace.resolve(input.path)
    shown = workspace.show(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return _folder(path, shown)
        media_type = _image_type(path) if stat.S_ISREG(status.st_mode) else ""
        if media_type:
            return _image(path, shown, media_type, status.st_size)
    except OSError as error:
        raise workspace.explain(error, path, "read") from error
    return _text(input, workspace, path, shown)


def _text(input: Input, workspace: Workspace, path: Path, shown: str) -> ToolResult:
    note = ""
    try:
        file = workspace.read_text(path)
    except FileTooLarge:
        window = window_of_file(path, shown, input.offset, input.limit)
    except BinaryFile as error:
        kind = mimetypes.guess_type(path.name)[0]
        raise BinaryFile(f"{error.message[:-1]} ({kind})." if kind else error.message, error.hint) from error
    else:
        workspace.note_read(path, file)
        if not file.text:
            return ToolResult.of(f"{shown} is an empty file.", TextBlock(text=""), summary="empty")
        window = window_of_text(file.text, input.offset, input.limit)
        endings = {"\r\n": "Its lines end in CR LF.", "mixed": "Some of its lines end in CR LF, others in LF."}
        note = endings.get(file.line_ending, "")
    if not window.lines:
        raise ToolError(f"{shown} has {window.total:,} lines; line {input.offset} is past its end.", "Start earlier.")
    numbered = [f"{number}\t{line}" for number, line in enumerate(window.lines, window.first)]
    told = "\n".join([*numbered, *_notes(window, note)])
    block = TextBlock(text="\n".join(window.lines), language=language_of(path))
    return ToolResult.of(told, block, summary=_count(len(window.lines), "line"))


def _notes(window: Window, note: str) -> list[str]:
    """What the model should know beside the lines, each in brackets."""
    notes: list[str] = []
    if window.more:
        of = f" of {window.total:,}" if window.total is not None else ""
        notes.append(f"[Lines {window.first:,} to {window.last:,}{of}. Go on with offset={window.last + 1}.]")
    elif window.first > 1:
        notes.append(f"[Lines {window.first:,} to {window.last:,}, the last.]")
    if window.cut:
        notes.append(f"[{_count(window.cut, 'line')} cut: too long.]")
    if note:
        notes.append(f"[{note}]")
    return notes


def _folder(path: Path, shown: str) -> ToolResult:
    entries = sorted(path.iterdir(), key=lambda entry: entry.name)
    names = [whole_characters(f"{entry.name}/" if entry.is_dir() else entry.name) for entry in entries]
    head = f"{shown} is a folder with {_count(len(names), 'entry')}" + (":" if names else ".")
    told = [head, *names[:MAX_ENTRIES]]
    if len(names) > MAX_ENTRIES:
        told.append(f"[{len(names) - MAX_ENTRIES:,} more; find files by name with glob.]")
    rows = tuple(ListingRow(path=name) for name in names[:MAX_ENTRIES])
    block = ListingBlock(rows=rows, total=len(names))
    return ToolResult.of("\n".join(told), block, summary=_count(len(names), "entry"))


def _image_type(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(12)
    if start[:4] == b"RIFF" and start[8:] == b"WEBP":
        return "image/webp"
    return next((media_type for magic, media_type in _IMAGES if start.startswith(magic)), "")


def _image(path: Path, shown: str, media_type: str, size: int) -> ToolResult:
    if size > MAX_IMAGE_BYTES:
        raise ToolError(
            f"{shown} is an image of {size:,} bytes, more than the {MAX_IMAGE_BYTES:,} that can be shown.",
            "Make a smaller copy with a shell command and read that.",
        )
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    kind = media_type.removeprefix("image/").upper().replace("WEBP", "WebP")
    return ToolResult(
        parts=(
            Text(text=f"{shown} is a {kind} image of {size:,} bytes."),
            Image(media_type=media_type, data=data),
        ),
        blocks=(ImageBlock(media_type=media_type, data=data),),
        summary=f"{kind}, {size:,} bytes",
    )


def _count(number: int, word: str) -> str:
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number:,} {word if number == 1 else plural}"
