"""Read a file, an image, or what a folder holds.

Use it before you edit a file: `edit` and `write` refuse a file that was not read in this session. Read a whole file
unless it is long; one long read tells more than many short ones. To find a place in files you do not know, use `grep`
first.

Lines come as NUMBER, a tab, and the line's own text: never put the number or that tab into an edit. Without `limit`
you get up to 2000 lines, fewer where they are long, and the last line of the answer says where to go on. Lines over
2000 characters are cut. A picture is shown to you, a PDF document as the text of its pages (20 at once; `pages` says
which), a notebook (.ipynb) as its cells with their outputs: say `offset` to read the lines of its file instead, which
is what an edit changes. A folder is listed, other binary files are only named. Relative paths start at the workspace
root.
"""

import asyncio
import mimetypes
import re
import stat
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from claw_core.block import Block, ImageBlock, ListingBlock, ListingRow, TextBlock
from claw_core.characters import whole_characters
from claw_core.error import BinaryFile, FileTooLarge, ToolError
from claw_core.file_text import load
from claw_core.language import language_of
from claw_core.line_window import MAX_CHARACTERS, Window, window_of_file, window_of_text
from claw_core.message import Image, Shown, Text
from claw_core.notebook import Cells, cells
from claw_core.parsing import Fitted, fit_picture, read_pages
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import PATH, ToolInput, also
from claw_core.workspace import Workspace

READS_ONLY = True
MAX_ENTRIES = 1000
MAX_MEDIA_BYTES = 64 * 1024 * 1024
"""Bytes of a picture or document."""
MAX_PAGES = 20
MAX_PICTURES = 5
"""Of a notebook."""
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_Kind = Literal["folder", "picture", "pdf", "notebook", "text"]


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
    pages: str = Field(
        default="",
        pattern=r"^(\d{1,6}(\s*-\s*\d{1,6})?)?$",
        description="Pages of a PDF document: `3`, or `3-7`; the first 20 if left out.",
        validation_alias=also("pages", "page", "page_range"),
    )


def wants(input: Input) -> tuple[Want, ...]:
    """It reads the path."""
    return (Want(action="read", subject=input.path or "."),)


def target(input: Input) -> str:
    """The path, and where it starts in it."""
    return input.path if input.offset == 1 else f"{input.path}:{input.offset}"


async def run(input: Input, context: ToolContext) -> ToolResult:
    """What is there."""
    return await read_path(input, context.workspace)


async def read_path(input: Input, workspace: Workspace) -> ToolResult:
    """What is there. Raises ToolError."""
    path = workspace.resolve(input.path)
    shown = workspace.show(path)
    match await asyncio.to_thread(_kind, path, workspace):
        case "folder":
            return await asyncio.to_thread(_folder, path, shown, workspace)
        case "picture":
            data = await asyncio.to_thread(load, path, shown, MAX_MEDIA_BYTES)
            return _picture(await fit_picture(data, shown), shown)
        case "pdf":
            return await _document(input, path, shown)
        case "notebook" if not input.model_fields_set & {"offset", "limit"}:
            return await _notebook(path, shown, workspace)
        case _:
            return await asyncio.to_thread(_text, input, workspace, path, shown)


def _kind(path: Path, workspace: Workspace) -> _Kind:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return "folder"
        if not stat.S_ISREG(status.st_mode):
            return "text"
        with path.open("rb") as file:
            start = file.read(1024)
    except OSError as error:
        raise workspace.explain(error, path, "read") from error
    if start.startswith(_PICTURES) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        return "picture" if b"\0" in start or start.startswith(b"\xff") else "text"
    if b"%PDF-" in start:
        return "pdf" if start.startswith(b"%PDF-") or b"\0" in start else "text"
    return "notebook" if path.suffix == ".ipynb" else "text"


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


def _folder(path: Path, shown: str, workspace: Workspace) -> ToolResult:
    try:
        entries = sorted(path.iterdir(), key=lambda entry: entry.name)
        names = [whole_characters(f"{entry.name}/" if entry.is_dir() else entry.name) for entry in entries]
    except OSError as error:
        raise workspace.explain(error, path, "read") from error
    head = f"{shown} is a folder with {_count(len(names), 'entry')}" + (":" if names else ".")
    told = [head, *names[:MAX_ENTRIES]]
    if len(names) > MAX_ENTRIES:
        told.append(f"[{len(names) - MAX_ENTRIES:,} more; find files by name with glob.]")
    rows = tuple(ListingRow(path=name) for name in names[:MAX_ENTRIES])
    block = ListingBlock(rows=rows, total=len(names))
    return ToolResult.of("\n".join(told), block, summary=_count(len(names), "entry"))


def _picture(picture: Fitted, shown: str) -> ToolResult:
    return ToolResult(
        parts=(Text(text=f"{shown} is a picture: {picture.words}."), _image(picture)),
        blocks=(ImageBlock(media_type=picture.media_type, data=picture.data),),
        summary=picture.words,
    )


def _image(picture: Fitted) -> Image:
    return Image(media_type=picture.media_type, data=picture.data)


async def _document(input: Input, path: Path, shown: str) -> ToolResult:
    wanted = [int(number) for number in re.findall(r"\d+", input.pages)] or [1, MAX_PAGES]
    first, last = max(1, wanted[0]), min(wanted[-1], wanted[0] + MAX_PAGES - 1)
    data = await asyncio.to_thread(load, path, shown, MAX_MEDIA_BYTES)
    found = await read_pages(data, shown, first, last)
    if not found.pages:
        raise ToolError(f"{shown} has {_count(found.total, 'page')}; there is no page {first}.", "Ask for another.")
    parts: list[Shown] = [Text(text=f"{shown} is a PDF document with {_count(found.total, 'page')}.")]
    room = MAX_CHARACTERS
    for page in found.pages:
        text = page.text if page.text.strip() else "(It has no text.)" if page.picture is None else "(A picture:)"
        room -= len(text)
        if room < 0:
            parts.append(Text(text=f"[Page {page.number} and those after it are left out: too long for one answer.]"))
            break
        parts.append(Text(text=f"## Page {page.number}\n\n{text}"))
        parts += [_image(page.picture)] if page.picture is not None else []
    last = found.pages[-1].number
    if last < found.total:
        parts.append(Text(text=f"[Go on with pages={last + 1}-{min(found.total, last + MAX_PAGES)}.]"))
    said = "\n\n".join(part.text for part in parts if isinstance(part, Text))
    pages = _count(found.total, "page") if len(found.pages) == found.total else f"pages {first} to {last}"
    return ToolResult(parts=tuple(parts), blocks=(TextBlock(text=said),), summary=pages)


async def _notebook(path: Path, shown: str, workspace: Workspace) -> ToolResult:
    file = await asyncio.to_thread(workspace.read_text, path)
    workspace.note_read(path, file)
    notebook = await asyncio.to_thread(cells, file.text, shown)
    return await _with_pictures(notebook, shown)


async def _with_pictures(notebook: Cells, shown: str) -> ToolResult:
    parts: list[Shown] = [Text(text=notebook.text)]
    blocks: list[Block] = [TextBlock(text=notebook.text, language="markdown")]
    for number, data in notebook.pictures[:MAX_PICTURES]:
        try:
            picture = await fit_picture(data, f"the picture of cell {number} in {shown}")
        except ToolError as error:
            parts.append(Text(text=f"[{error.message}]"))
            continue
        parts += [Text(text=f"The picture of cell {number}:"), _image(picture)]
        blocks.append(ImageBlock(media_type=picture.media_type, data=picture.data))
    return ToolResult(parts=tuple(parts), blocks=tuple(blocks), summary=_count(notebook.count, "cell"))


def _count(number: int, word: str) -> str:
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number:,} {word if number == 1 else plural}"
