"""A file as text, and back: every byte that was not changed stays as it was.

Line endings are never translated. An encoding is told by its byte order mark, else it is UTF-8, else Latin-1, in which
any bytes survive the way to text and back. What holds a NUL, or mostly control characters, is no text.
"""

import difflib
import errno
import os
import stat
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from claw_core.characters import whole_characters
from claw_core.checkpoint import content_hash
from claw_core.error import BinaryFile, FileMissing, FileTooLarge, NotAFile, WorkspaceError

Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "latin-1"]
"""`utf-8-sig` and both of UTF-16 begin with a byte order mark, which is no part of the text."""

MAX_TEXT_BYTES = 32 * 1024 * 1024
"""Larger files are not held as text; a window of their lines can still be read."""

_UTF16: tuple[tuple[bytes, Encoding], ...] = ((BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))
_CONTROLS = bytes(range(32)).translate(None, b"\t\n\r\f\b\x1b")


_FORBIDDEN = ("permission denied", "Its owner or mode forbids it. Ask the person to change that, or work elsewhere.")
_FULL = ("the disk is full", "Nothing was changed. Free some space, then try again.")
_THROUGH_A_FILE = ("a part of its path is a file, not a folder", "Choose another path.")
_REASONS = {
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: ("it would be larger than this system allows", "Nothing was changed. Write less."),
    errno.ENOTDIR: _THROUGH_A_FILE,
    errno.EEXIST: _THROUGH_A_FILE,
    errno.EROFS: ("the disk is read-only", "Work in another folder."),
    errno.ENAMETOOLONG: ("its name is too long", "Choose a shorter name."),
    errno.ELOOP: ("its symbolic links lead in a circle", "Name the file they were meant for."),
}
"""What the operating system says, in words, and what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """What a text file holds."""

    text: str
    """With its own line endings, without a byte order mark."""
    encoding: Encoding
    size: int
    """Bytes in the file."""
    digest: str
    """Content hash of those bytes."""

    @property
    def line_ending(self) -> Literal["\n", "\r\n", "mixed"]:
        """How its lines end; `\\n` where it has none."""
        feeds, pairs = self.text.count("\n"), self.text.count("\r\n")
        if pairs == 0:
            return "\n"
        return "\r\n" if pairs == feeds else "mixed"


def decode(data: bytes) -> tuple[str, Encoding] | None:
    """Bytes as text and the encoding that gives the same bytes again; None where they are no text."""
    for mark, encoding in _UTF16:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            return None if text is None or "\0" in text else (text, encoding)
    if b"\0" in data:
        return None
    if data.startswith(BOM_UTF8) and (text := _strict(data[len(BOM_UTF8) :], "utf-8")) is not None:
        return text, "utf-8-sig"
    if (text := _strict(data, "utf-8")) is not None:
        return text, "utf-8"
    sample = data[:65536]
    strange = len(sample) - len(sample.translate(None, _CONTROLS))
    return None if strange * 20 > len(sample) else (data.decode("latin-1"), "latin-1")


def encode(text: str, encoding: Encoding) -> bytes:
    """Text as bytes, with the encoding's byte order mark. Raises UnicodeEncodeError."""
    for mark, name in _UTF16:
        if encoding == name:
            return mark + text.encode(name)
    return text.encode(encoding)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def load(path: Path, shown: str, limit: int = MAX_TEXT_BYTES, *, near: bool = False) -> bytes:
    """The bytes of a file of at most `limit` bytes.

    `shown` is the path as people know it; for `near` see `explain`. Raises FileMissing, NotAFile, FileTooLarge, and
    WorkspaceError where it cannot be read. Never waits: a pipe or device is refused without being opened.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise NotAFile(f"{shown} is {kind_of(status.st_mode)}, not a file.", "Name a file.")
        if status.st_size > limit:
            raise FileTooLarge(
                f"{shown} has {status.st_size:,} bytes, more than the {limit:,} that can be held as text.",
                "Search it with grep, read a part of it with offset and limit, or work on it with a shell command.",
            )
        return path.read_bytes()
    except OSError as error:
        raise explain(error, path, shown, "read", near=near) from error


def parse(data: bytes, shown: str) -> FileText:
    """The bytes of a file as text. Raises BinaryFile."""
    found = decode(data)
    if found is None:
        raise BinaryFile(
            f"{shown} is a binary file of {len(data):,} bytes, not text.",
            "Look at it with a shell command such as `file`, `xxd` or `strings`.",
        )
    text, encoding = found
    return FileText(text=text, encoding=encoding, size=len(data), digest=content_hash(data))


def kind_of(mode: int) -> str:
    """What a file mode stands for, in words: `a folder`, `a named pipe`."""
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "something special")


def explain(error: OSError, path: Path, shown: str, verb: str, *, near: bool = False) -> WorkspaceError:
    """What the operating system said, in words for the model. `verb` is what was tried: `read`, `written`.

    With `near`, names that are like a missing one are told. They come from its folder, which has to be one that may be
    listed without asking.
    """
    if error.errno == errno.ENOENT:
        return FileMissing(f"{shown} does not exist.", whole_characters(_near(path)) if near else "Check its path.")
    if error.errno == errno.EISDIR:
        return NotAFile(f"{shown} is a folder, not a file.", "Name a file.")
    reason, hint = _REASONS.get(error.errno or 0, (error.strerror or str(error), "Check the path and the disk."))
    return WorkspaceError(f"{shown[:300]} cannot be {verb}: {reason}.", hint)


def _near(path: Path) -> str:
    """What a person may have meant by a path where nothing is."""
    folder = path.parent
    if not folder.is_dir():
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        return f"Its folder does not exist either; the nearest one that does is {folder}. Find files with glob."
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, 5000)]
    except OSError:
        names = []
    by_lower = {name.lower(): name for name in names}
    close = difflib.get_close_matches(path.name.lower(), by_lower, n=3, cutoff=0.6)
    if not close:
        return f"Nothing in {folder} has a name like it. Find files with glob."
    return f"Did you mean {' or '.join(str(folder / by_lower[name]) for name in close)}?"
