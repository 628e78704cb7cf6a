"""What a paste is: words, a text too long to stand in a draft, or pictures by their paths, as terminals paste files."""

import asyncio
import re
import shlex
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from claw_core.error import ClawError
from claw_core.message import Image
from claw_tui.chips import Chips, is_long

if TYPE_CHECKING:
    from textual.widget import Widget

    from claw_tui.prompt_area import PromptArea

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"})
MOST_BYTES = 64 * 1024 * 1024
"""Of a picture's file."""
_LONGEST = 4096


def picture_paths(text: str) -> list[Path]:
    """The pictures that a paste names, by whole paths and nothing beside them; none where it is anything else."""
    text = text.strip()
    if not text or len(text) > _LONGEST or not re.match(r"""["']?(?:/|~/|file:///)""", text):
        return []
    try:
        words = shlex.split(text)
    except ValueError:
        words = [text]
    for found in ([_path(word) for word in words], [_path(text)]):
        if all(path.is_absolute() and path.suffix.lower() in PICTURES for path in found):
            return found
    return []


def _path(word: str) -> Path:
    if word.startswith("file://"):
        word = unquote(urlsplit(word).path)
    if word.startswith("~/"):
        return Path.home() / word[2:]
    return Path(word)


class Paste:
    """Puts what is pasted into a prompt."""

    def __init__(self, pane: "Widget", area: "PromptArea", chips: Chips, say: Callable[[str], None]) -> None:
        """`say` tells the person what cannot be pasted, and why."""
        self._pane = pane
        self._area = area
        self._chips = chips
        self._say = say

    def take(self, text: str) -> None:
        """This was pasted; terminals paste nothing where the clipboard holds a picture."""
        paths = picture_paths(text)
        if not text:
            self.ask_clipboard()
        elif paths:
            for path in paths:
                self._take_picture(path.name, partial(read_picture, path), str(path))
        else:
            self._area.put_here(self._chips.keep_text(text) if is_long(text) else text)
            self._area.focus()

    def ask_clipboard(self) -> None:
        """Paste what it holds, once that is known."""
        self._pane.run_worker(self._from_clipboard, group="paste", exit_on_error=False)

    async def _from_clipboard(self) -> None:
        from claw_tui.clipboard import Clip, read_clipboard

        own = self._pane.app.clipboard  # pyright: ignore[reportUnknownMemberType]  Textual leaves the app's type open
        try:
            clip = await asyncio.to_thread(read_clipboard)
        except ClawError as error:
            if not own:
                self._say(str(error))
                return
            clip = Clip(text=own)
        if clip.picture:
            self._take_picture("from the clipboard", partial(decode_picture, clip.picture, "The picture"), "")
        elif clip.text:
            self.take(clip.text)
        else:
            self._say("The clipboard is empty.")

    def _take_picture(self, name: str, read: Callable[[], Awaitable[Image]], instead: str) -> None:
        """A chip for a picture; `instead` stands there where it cannot be read."""
        label = self._chips.keep_picture(name)
        self._area.put_here(f"{label} ")
        self._pane.run_worker(partial(self._read, label, read, instead), group="pictures", exit_on_error=False)

    async def _read(self, label: str, read: Callable[[], Awaitable[Image]], instead: str) -> None:
        try:
            self._chips.seen(label, await read())
            self._area.post_message(self._area.Changed(self._area))  # there is more to keep
        except ClawError as error:
            self._area.put_for(label, instead)
            self._say(str(error))


async def read_picture(path: Path) -> Image:
    """A picture from its file, as models take it. Raises ToolError, and WorkspaceError where it cannot be read."""
    from claw_core.file_text import load

    return await decode_picture(await asyncio.to_thread(load, path, path.name, MOST_BYTES), path.name)


async def decode_picture(data: bytes, name: str) -> Image:
    """A picture from the bytes of a file, as models take it. Raises ToolError."""
    from claw_core.parsing import fit_picture

    fitted = await fit_picture(data, name)
    return Image(media_type=fitted.media_type, data=fitted.data)
