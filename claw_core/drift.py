"""Drift: files that hold something else than they were left with. Somebody else changed them since."""

import stat
from collections.abc import Mapping
from pathlib import Path

from claw_core.checkpoint import content_hash

LARGEST = 16 * 1024 * 1024
"""Bytes of a file that is compared."""


def drifted(root: Path, files: Mapping[str, str | None]) -> frozenset[str]:
    """Those of these files, by their paths, that hold something else than the content hash says; None: no file.

    Reads files. What cannot be compared (a link, a large file, one that may not be read) counts as unchanged, and so
    does everything where the workspace itself is not there.
    """
    if not root.is_dir():
        return frozenset()
    return frozenset(path for path, left in files.items() if left != "" and _differs(root / path, left))


def _differs(path: Path, left: str | None) -> bool:
    try:
        known = path.lstat()
    except FileNotFoundError:
        return left is not None
    except OSError:
        return False
    if not stat.S_ISREG(known.st_mode) or known.st_size > LARGEST:
        return False
    try:
        return left is None or content_hash(path.read_bytes()) != left
    except OSError:
        return False
