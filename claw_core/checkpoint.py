"""Checkpoints: bytes kept by their content, so that the same bytes lie there once.

A session keeps here what files held before and after each change, and the bodies of the requests it sent. Records name
them by hash. A blob is written whole or not at all, is never rewritten, and is verified when it is read.
"""

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from claw_core.error import BlobLost, SessionError

DIGEST_BYTES = 16


def content_hash(data: bytes) -> str:
    """The name of these bytes: BLAKE2b of 16 bytes, in 32 hexadecimal digits."""
    return blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


class Blobs:
    """A content-addressed store in a folder, or in memory where there is none. Safe to use from several threads."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        """Made with the first blob; readable by its owner only, as everything in it."""
        self._memory: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """Keep these bytes; their hash. Raises SessionError where the folder cannot be written."""
        digest = content_hash(data)
        if self.folder is None:
            self._memory.setdefault(digest, data)
            return digest
        place = _place(self.folder, digest)
        try:
            if not _holds(place, len(data)):
                _write(place, data)
        except OSError as error:
            raise SessionError(
                f"A checkpoint could not be written to {self.folder}: {error.strerror}.",
                "Check that the folder can be written and that the disk is not full.",
            ) from error
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of that hash. Raises BlobLost where they are absent, or are no longer what they were."""
        if self.folder is None:
            data = self._memory.get(digest)
        else:
            try:
                data = _place(self.folder, digest).read_bytes()
            except OSError:
                data = None
        if data is None:
            raise BlobLost(
                f"The checkpoint {digest} is not there.",
                "Its file was removed, or the session was copied without its blobs.",
            )
        if content_hash(data) != digest:
            raise BlobLost(
                f"The checkpoint {digest} is damaged: it holds other bytes than were written.",
                "What it held is lost here; version control or a backup may have it.",
            )
        return data

    def has(self, digest: str) -> bool:
        """Whether bytes of that hash are there; `get` says whether they are sound."""
        return digest in self._memory if self.folder is None else _place(self.folder, digest).is_file()


def _place(folder: Path, digest: str) -> Path:
    """Two levels of 256 folders each, so that no folder grows large."""
    return folder / digest[:2] / digest[2:4] / digest


def _holds(place: Path, size: int) -> bool:
    """Whether the blob lies there whole. A lost power line may leave an empty file behind a finished rename."""
    try:
        return place.stat().st_size == size
    except FileNotFoundError:
        return False


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
