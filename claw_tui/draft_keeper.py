"""Keeps a draft on disk while it is written, so that no crash, hang-up or kill loses it.

Each process has a folder of its own below that of the workspace, with a lock that ends with the process however it
ends. So a start finds the drafts that nobody holds any more, and never takes one that is being written in another
terminal. Writing is done off the event loop, a few times a second at most, by renaming a file that is whole.
"""

import asyncio
import fcntl
import json
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claw_core.message import Image
from claw_tui.chips import Chip, PastedText, Picture

PAUSE = 0.25
"""Seconds between two writes: what is typed within may be lost to a kill."""
LOCK, DRAFT, CHIPS = "lock", "draft.json", "chips.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What stands in a prompt, and beside it."""

    text: str = ""
    stash: str = ""
    """The draft that was put aside."""
    chips: tuple[Chip, ...] = ()
    """Those that stand in either."""


NOTHING = Kept()


class DraftKeeper:
    """Keeps the draft of one prompt."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds the drafts of the workspace; it is made when there is something to keep."""
        self._folder = folder
        self._own = folder / secrets.token_hex(6)
        self._lock: int | None = None
        self._latest = self._written = NOTHING
        self._writing: asyncio.Task[None] | None = None

    def note(self, kept: Kept) -> None:
        """This stands there now; it is written soon."""
        if kept == self._latest:
            return
        self._latest = kept
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_soon())

    async def _write_soon(self) -> None:
        try:
            while self._latest != self._written:
                kept = self._latest
                await asyncio.to_thread(self._write, kept)
                await asyncio.sleep(PAUSE)
        finally:
            self._writing = None

    async def close(self) -> None:
        """Write what is left; a draft that was not sent stays for the next start."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait([self._writing])
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        if self._latest != self._written:
            self._write(self._latest)
        if self._lock is not None and self._latest == NOTHING:
            shutil.rmtree(self._own, ignore_errors=True)
            with suppress(OSError):
                self._folder.rmdir()
        self.let_go()

    def let_go(self) -> None:
        """Hold what is written no longer, as the system does when the process ends."""
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def _write(self, kept: Kept) -> None:
        """A disk that is full or read-only keeps nothing; the prompt works on."""
        with suppress(OSError):
            if kept == NOTHING:
                for name in (DRAFT, CHIPS):
                    (self._own / name).unlink(missing_ok=True)
            else:
                self._open()
                if kept.chips != self._written.chips:
                    self._put(CHIPS, [_told(chip) for chip in kept.chips])
                self._put(DRAFT, {"text": kept.text, "stash": kept.stash})
        self._written = kept

    def _open(self) -> None:
        if self._lock is None:
            self._own.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = _locked(self._own)

    def _put(self, name: str, value: Any) -> None:
        fresh = self._own / f"{name}.new"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogatepass") as file:
            json.dump(value, file)
        fresh.rename(self._own / name)

    def restore(self) -> Kept:
        """What was left by processes that are gone, the newest first; older ones are put aside. Blocks.

        It is kept here before it is removed there.
        """
        try:
            folders = [each for each in self._folder.iterdir() if each != self._own]
        except OSError:
            return NOTHING
        locked = [(each, lock) for each in folders if (lock := _locked(each)) is not None]
        left = [(_changed(folder), folder, lock, _read(folder)) for folder, lock in locked]
        left.sort(key=lambda each: -each[0])
        found = _joined([kept for _, _, _, kept in left])
        if found != NOTHING:
            self._write(found)
            self._latest = found
        for _, folder, lock, _ in left:
            if found == NOTHING or (self._own / DRAFT).exists():
                shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
        return found


def _joined(left: list[Kept]) -> Kept:
    texts = [text for kept in left for text in (kept.text, kept.stash) if text.strip()]
    if not texts:
        return NOTHING
    chips = {chip.label: chip for kept in reversed(left) for chip in kept.chips}
    return Kept(text=texts[0], stash="\n\n".join(texts[1:]), chips=tuple(chips.values()))


def _locked(folder: Path) -> int | None:
    """The lock of a process's folder, taken; None where somebody holds it."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _changed(folder: Path) -> float:
    try:
        return (folder / DRAFT).stat().st_mtime
    except OSError:
        return 0.0


def _read(folder: Path) -> Kept:
    """What a folder holds; nothing where it cannot be understood."""
    try:
        draft = json.loads((folder / DRAFT).read_text(encoding="utf-8", errors="surrogatepass"))
        text, stash = str(draft["text"]), str(draft["stash"])
    except (OSError, ValueError, KeyError, TypeError):
        return NOTHING
    chips: list[Chip] = []
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads((folder / CHIPS).read_text(encoding="utf-8", errors="surrogatepass"))
        chips = [_chip(told) for told in found]
    return Kept(text=text, stash=stash, chips=tuple(chips))


def _told(chip: Chip) -> dict[str, Any]:
    match chip:
        case PastedText(number=number, text=text):
            return {"number": number, "text": text}
        case Picture(number=number, name=name, image=image):
            image = image or Image(media_type="", data="")
            return {"number": number, "name": name, "media_type": image.media_type, "data": image.data}


def _chip(told: dict[str, Any]) -> Chip:
    if "text" in told:
        return PastedText(number=int(told["number"]), text=str(told["text"]))
    image = Image(media_type=str(told["media_type"]), data=str(told["data"]))
    return Picture(number=int(told["number"]), name=str(told["name"]), image=image)
