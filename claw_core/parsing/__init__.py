"""Files of strangers, parsed: pictures and PDF documents.

Both are compressed: a few bytes may mean gigabytes, and a few objects hours. So what decodes them runs in a process of
its own, with little memory and time, without the person's environment, and is ended with whoever asked. What it says is
read up to a bound. Pillow and pypdf are loaded there, and nowhere else.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from claw_core.error import ToolError

SECONDS = 20
"""Seconds of work, and of waiting for it."""
MEMORY = 1 << 30
"""Bytes of memory, where the system can hold a process to that."""
MOST_INPUT = 64 * 1024 * 1024
"""Bytes of a file that is parsed."""
MOST_OUTPUT = 48 * 1024 * 1024
"""Bytes of what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A picture that every model takes that sees any."""

    media_type: str
    data: str
    """Base64."""
    width: int
    height: int
    size: int
    """Bytes."""
    note: str = ""
    """What is not as it was: `scaled from 4000 × 3000`, `the first of 24 frames`."""

    @property
    def words(self) -> str:
        """`PNG, 640 × 480`, with what is not as it was."""
        kind = self.media_type.removeprefix("image/").upper().replace("WEBP", "WebP")
        return f"{kind}, {self.width:,} × {self.height:,}" + (f", {self.note}" if self.note else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a document."""

    number: int
    """From 1."""
    text: str
    picture: Fitted | None = None
    """The picture that fills it, where it has no text: a scan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Some pages of a document."""

    pages: tuple[Page, ...]
    total: int
    """Pages in all."""


async def fit_picture(data: bytes, shown: str) -> Fitted:
    """A picture as models take it: upright, in a form and a size that all of them accept. Raises ToolError.

    `shown` is its name for people.
    """
    return Fitted(**await _parsed("picture", data, shown))


async def read_pages(data: bytes, shown: str, first: int, last: int) -> Pages:
    """The text of pages `first` to `last` of a PDF document, from 1, as far as there are so many. Raises ToolError."""
    found = await _parsed("pdf", data, shown, str(first), str(last))
    pages = (
        Page(
            number=each["number"],
            text=each["text"],
            picture=Fitted(**each["picture"]) if each.get("picture") else None,
        )
        for each in found["pages"]
    )
    return Pages(pages=tuple(pages), total=found["total"])


async def _parsed(kind: str, data: bytes, shown: str, *words: str) -> Mapping[str, Any]:
    if len(data) > MOST_INPUT:
        raise ToolError(f"{shown} has {len(data):,} bytes, more than the {MOST_INPUT:,} that are looked at.", _SMALLER)
    output = await _run([sys.executable, "-P", "-m", __name__, kind, *words], data, shown)
    try:
        told: Any = json.loads(output)
    except ValueError as error:
        raise ToolError(f"{shown} cannot be read: it takes more memory or time than it may.", _SMALLER) from error
    if problem := told.get("problem"):
        raise ToolError(f"{shown} cannot be read: {problem}", "Check the file, or convert it with a shell command.")
    return told


_SMALLER = "Make a smaller copy with a shell command, and use that."


async def _run(command: Sequence[str], data: bytes, shown: str) -> bytes:
    """What the process says; empty where it was ended for what it took."""
    environment = {name: value for name in ("PATH", "PYTHONPATH", "LANG") if (value := os.environ.get(name))}
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=environment, cwd="/"
        )
    except OSError as error:
        raise ToolError(f"{shown} cannot be read: no process can be started: {error}", "Try again later.") from error
    try:
        async with asyncio.timeout(SECONDS):
            output, _ = await asyncio.gather(_output(process), _feed(process, data))
            await process.wait()
        return output
    except TimeoutError:
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _feed(process: asyncio.subprocess.Process, data: bytes) -> None:
    if process.stdin is None:
        return
    try:
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it ended before it read all; what it said tells why


async def _output(process: asyncio.subprocess.Process) -> bytes:
    output = bytearray()
    while process.stdout is not None and len(output) <= MOST_OUTPUT:
        piece = await process.stdout.read(1 << 16)
        if not piece:
            return bytes(output)
        output += piece
    return b""
