"""Watches files that were changed, and says which of them hold something else by now."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from claw_core.drift import drifted

MOST = 200
"""Files that are watched, those that were changed last."""
SETTLED = 200
"""Milliseconds without another change after which files are looked at."""


class DiskWatch:
    """What became of some files on disk."""

    def __init__(self, root: Path, tell: Callable[[frozenset[str]], None]) -> None:
        """`tell` is told the paths of those that changed, whenever those are others."""
        self._root = root
        self._tell = tell
        self._files: dict[str, str | None] = {}
        self._known: frozenset[str] = frozenset()
        self._others = asyncio.Event()

    def follow(self, files: Mapping[str, str | None]) -> bool:
        """From now on watch these, by their paths with the content they were left with. Whether they are others."""
        wanted = dict(list(files.items())[-MOST:])
        if wanted == self._files:
            return False
        self._files = wanted
        self._others.set()
        return True

    async def run(self) -> None:
        """Watch until it is cancelled."""
        while True:
            self._others.clear()
            await self._look()
            folders = await asyncio.to_thread(self._folders)
            if not folders:
                await self._others.wait()
                continue
            from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]  it speaks of an event of anyio's

            async for _ in awatch(*folders, recursive=False, debounce=SETTLED, stop_event=self._others):
                await self._look()

    async def _look(self) -> None:
        found = await asyncio.to_thread(drifted, self._root, self._files)
        if found != self._known:
            self._known = found
            self._tell(found)

    def _folders(self) -> list[Path]:
        """Where they lie, as far as that is there."""
        return [folder for folder in {(self._root / path).parent for path in self._files} if folder.is_dir()]
