"""The file finder: the files of a workspace, found by parts of their paths, and kept fresh while somebody types.

A listing is cheap and exact, so it is simply made anew when files come or go: whatever ignore files say is respected
without being said twice. How often is bounded by how long it takes. Where the system cannot watch the folder, a listing
that has become old is made anew when somebody asks, and `unwatched` says why.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from claw_core.native.fuzzy import Index, Ranking, index_of

RULES = frozenset({".gitignore", ".ignore", "exclude"})
"""Names of files that decide which others count."""
PAUSE = 0.3
"""Seconds between two listings, at least."""
REST = 9
"""Times as long as a listing took that the next one waits: the finder takes a tenth of one processor at most."""
OLD = 5.0
"""Seconds after which a listing is old where nobody watches."""

Watch = Callable[[Path, threading.Event], Iterable[bool]]
"""Yields once it watches, and then from time to time: True where files came or went, or rules changed. It ends when the
event is set. Raises OSError or RuntimeError where it cannot watch."""


class Finder:
    """Finds files below a folder. `async with` lists them, and watches until it is left."""

    def __init__(self, root: Path, *, hidden: bool = True, watch: Watch | None = None, old: float = OLD) -> None:
        """`old` is the seconds after which a listing is made anew where nobody watches."""
        self._root = root
        self._hidden = hidden
        self._watch = watch or watched_by_system
        self._old = old
        self._index = self._folders = Index.of([])
        self._listed = 0.0
        self._problem: str | None = None
        self._unwatched: str | None = None
        self._decided = asyncio.Event()
        self._stale = asyncio.Event()
        self._stopped = threading.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def __aenter__(self) -> Self:
        """Raises FileNotFoundError for a folder that is not there."""
        await self._list()
        self._listed = time.monotonic()
        loop = asyncio.get_running_loop()
        watching = asyncio.create_task(asyncio.to_thread(self._look, loop))
        self._tasks = (watching, asyncio.create_task(self._keep_fresh()))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        watching, refreshing = self._tasks
        refreshing.cancel()
        await asyncio.wait([watching, refreshing])
        watching.result()

    def __len__(self) -> int:
        return len(self._index)

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read at the last listing, each with why."""
        return (self._problem,) if self._problem else self._index.problems

    async def unwatched(self) -> str | None:
        """Why the folder cannot be watched; None where it is. Waits until that is known."""
        await self._decided.wait()
        return self._unwatched

    async def find(self, query: str, *, limit: int = 50, folders: bool = False) -> Ranking:
        """The files that fit, best first, of the last listing; with `folders` those that they lie in, too, with a slash
        at the end. Cancelling the task stops the work at once; where there are few files, it is done at once."""
        if self._unwatched is not None and time.monotonic() - self._listed > self._old:
            self._stale.set()
        if not folders:
            return await self._index.rank_soon(query, limit=limit)
        files = await self._index.rank_soon(query, limit=limit)
        around = await self._folders.rank_soon(query, limit=limit)
        slashed = (ranked._replace(path=f"{ranked.path}/") for ranked in around.best)
        best = sorted((*files.best, *slashed), key=lambda ranked: (-ranked.score, len(ranked.path), ranked.path))
        return Ranking(tuple(best[:limit]), files.total + around.total)

    async def _list(self) -> None:
        index = await index_of(self._root, hidden=self._hidden)
        self._index, self._folders = index, await index.folders()

    async def _keep_fresh(self) -> None:
        while True:
            await self._stale.wait()
            self._stale.clear()
            begun = time.monotonic()
            try:
                await self._list()
                self._problem = None
            except OSError as error:  # what was there stays findable; the folder may come back
                self._problem = f"{self._root}: {error.strerror}"
            self._listed = time.monotonic()
            await asyncio.sleep(max(PAUSE, REST * (self._listed - begun)))

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Runs in a thread: a large folder takes a while until it is watched."""
        is_first = True
        unwatched = None
        try:
            for changed in self._watch(self._root, self._stopped):
                if is_first:
                    # What came and went since the listing, while nobody watched yet, is in the next one.
                    _tell(loop, self._decided.set)
                if changed or is_first:
                    _tell(loop, self._stale.set)
                is_first = False
        except (OSError, RuntimeError) as error:
            unwatched = f"the folder cannot be watched: {error}"
        if not self._stopped.is_set():
            self._unwatched = unwatched or "the folder is no longer watched"
        _tell(loop, self._decided.set)


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop may be closed by now, and nobody waits
        loop.call_soon_threadsafe(what)


def watched_by_system(root: Path, stopped: threading.Event) -> Iterable[bool]:
    """Watches by what the system offers (inotify, FSEvents)."""
    from watchfiles import Change, watch

    def counts(change: Change, path: str) -> bool:
        where = Path(path)
        if where.name in RULES:
            return True
        return change is not Change.modified and ".git" not in where.parts

    changes = watch(
        root,
        watch_filter=counts,
        debounce=200,
        step=50,
        stop_event=stopped,
        rust_timeout=1000,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    return (bool(change) for change in changes)
