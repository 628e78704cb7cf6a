"""The layout as it is remembered between sessions: a small file in the state folder."""

import json
import os
import secrets
from pathlib import Path
from typing import Any, cast

from claw_core.error import ConfigError
from claw_tui.layout import HEIGHTS, SHARES, Arrangement

LARGEST = 64 * 1024
"""Bytes that are read of it."""


def recall(path: Path, arrangement: Arrangement) -> None:
    """Arrange as the file says; panes that are gone are left out, and without a file nothing changes.

    Raises ConfigError for a file that is no layout; then nothing changed, either.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(f"The layout {path} cannot be read: {error.strerror}.", "The usual one is used.") from error
    try:
        said: Any = json.loads(data)
        share, closed, chosen, heights = _checked(said)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError(
            f"The layout {path} is none, so the usual one is used.", "It is written anew when you change something."
        ) from error
    arrangement.share = share
    arrangement.closed = closed & set(arrangement.names)
    if len(arrangement.closed) == len(arrangement.names):
        arrangement.closed.discard(arrangement.main)
    arrangement.chosen = chosen if chosen in arrangement.sides else ""
    arrangement.heights = {name: height for name, height in heights.items() if name in arrangement.sides}


def _checked(said: Any) -> tuple[int, set[str], str, dict[str, int]]:
    share = min(max(int(said["share"]), SHARES[0]), SHARES[1])
    heights = {str(name): min(max(int(rows), HEIGHTS[0]), HEIGHTS[1]) for name, rows in said["heights"].items()}
    return share, {str(name) for name in cast("list[object]", said["closed"])}, str(said["chosen"]), heights


def remember(path: Path, arrangement: Arrangement) -> None:
    """Write it, all or nothing. Raises OSError."""
    said = {
        "share": arrangement.share,
        "closed": sorted(arrangement.closed),
        "chosen": arrangement.chosen,
        "heights": arrangement.heights,
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(json.dumps(said) + "\n")
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
