"""Restoring: one file that is to hold again what it held before."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claw_core.error import StaleFile
from claw_core.file_text import explain
from claw_core.snapshot import Held, look_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """A file that is to hold again what it held before."""

    path: Path
    """Absolute; a symbolic link only where the link itself is meant."""
    shown: str
    """As the records name it."""
    now: Held | None
    """What has to stand there still; None for nothing."""
    to: Held | None
    """What shall; its contents lie in the blobs."""
    added: int = 0
    removed: int = 0


def require_held(one: Restore) -> tuple[Held | None, bytes]:
    """What stands there, and its bytes. Raises StaleFile where that is not what should."""
    try:
        held, data = look_at(one.path)
    except OSError as error:
        raise explain(error, one.path, one.shown, "put back") from error
    if not (held is None and one.now is None) and not (held is not None and held.same(one.now)):
        raise StaleFile(f"{one.shown} changed meanwhile.", "Look at what it holds, then go back anew.")
    return held, data


def drop_empty_folders(restores: Sequence[Restore], root: Path) -> None:
    """Folders below the root that held nothing but files that went."""
    for one in restores:
        folder = one.path.parent
        while one.to is None and folder != root and folder.is_relative_to(root):
            try:
                folder.rmdir()
            except OSError:
                break
            folder = folder.parent
