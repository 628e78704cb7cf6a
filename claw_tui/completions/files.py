"""Files and folders: those of the workspace by parts of their paths, any others as far as their path is typed."""

import asyncio
import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from claw_core.mention import as_mention
from claw_tui.completion import MOST, Ground, Offer

SIGN = "@"
RANK = 1

MOST_ENTRIES = 5000
"""Entries of a folder outside the workspace that are looked at."""


async def offers(typed: str, ground: Ground) -> Sequence[Offer]:
    """What fits, best first."""
    if typed.startswith(("/", "~", "../")):
        return await asyncio.to_thread(_elsewhere, typed, ground.root)
    try:
        finder = await ground.finder()
    except OSError:
        return []
    ranking = await finder.find(typed.removeprefix("./"), limit=MOST, folders=True)
    return [_offer(ranked.path, ranked.positions) for ranked in ranking.best]


def _offer(path: str, places: tuple[int, ...]) -> Offer:
    goes_on = path.endswith("/")
    return Offer(label=path, value=as_mention(path, goes_on=goes_on), places=places, goes_on=goes_on)


def _elsewhere(typed: str, root: Path) -> list[Offer]:
    """What a folder holds whose path is typed as far as its last slash."""
    head, slash, begun = typed.rpartition("/")
    if not slash:
        return [_offer("~/", (0,))]
    folder = Path(root, os.path.expanduser(head + slash))  # noqa: PTH111 - `Path.expanduser` raises for unknown users
    try:
        with os.scandir(folder) as entries:
            found = [
                (entry.name, entry.is_dir())
                for entry in islice(entries, MOST_ENTRIES)
                if entry.name.lower().startswith(begun.lower()) and (begun or not entry.name.startswith("."))
            ]
    except OSError:
        return []
    places = tuple(range(len(typed)))
    named = sorted((name, "/" if is_folder else "") for name, is_folder in found)
    return [_offer(f"{head}/{name}{end}", places) for name, end in named[:MOST]]
