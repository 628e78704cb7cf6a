"""The door to the file finder: the files of a folder, ranked by how well their paths fit what somebody types."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from claw_core.native import backend
from claw_core.native.search import in_thread

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import fuzzy as engine

FEW = 60_000 if backend() == "rust" else 0
"""So many files are ranked within two milliseconds: less than it takes to have a thread do it while others wait."""

NAME_BONUS = 8
"""What a word counts more that is found in the file's own name: as much as the beginning of a word."""


class Ranked(NamedTuple):
    """One file that fits."""

    path: str
    """Relative to the root, with slashes."""
    score: int
    """How well it fits: more is better."""
    positions: tuple[int, ...]
    """Which of the path's characters were found, in order: for whoever shows them."""


class Ranking(NamedTuple):
    """What a query found."""

    best: tuple[Ranked, ...]
    """The best first; of two that fit alike the shorter, then the first in order."""
    total: int
    """How many fit."""


class Index:
    """The files of a folder at one time. It does not change; `claw_core.finder` keeps one fresh."""

    def __init__(self, index: "engine.Index") -> None:
        self._index = index

    @classmethod
    def of(cls, paths: list[str]) -> "Index":
        """An index of paths, whatever they name."""
        return cls(engine.Index(paths))

    def __len__(self) -> int:
        return len(self._index)

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read when the folder was listed, each with why."""
        return tuple(self._index.problems)

    async def folders(self) -> "Index":
        """An index of the folders that these paths lie in, each once, without a slash at the end."""
        return Index(await in_thread(self._index.folders, lambda: None))

    async def rank(self, query: str, *, limit: int = 50) -> Ranking:
        """The files whose paths hold every word of the query, its letters in order; all for an empty one.

        A word with an upper-case letter tells cases apart. Cancelling the task stops the work at once.
        """
        token = engine.CancelToken()
        return await in_thread(lambda: self._ranked(query, limit, token), token.cancel)

    async def rank_soon(self, query: str, *, limit: int = 50) -> Ranking:
        """The same, without letting go of the event loop where there are few: for somebody who types and waits."""
        few = len(self) <= FEW
        return self._ranked(query, limit, engine.CancelToken()) if few else await self.rank(query, limit=limit)

    def _ranked(self, query: str, limit: int, cancel: "engine.CancelToken") -> Ranking:
        best, total, _ = self._index.rank(query, limit=limit, name_bonus=NAME_BONUS, cancel=cancel)
        return Ranking(tuple(Ranked(path, score, tuple(at)) for path, score, at in best), total)


async def index_of(root: str | Path, *, hidden: bool = True) -> Index:
    """The files below a folder as searches see them: nothing that is ignored, and `hidden` ones only where asked.

    Raises FileNotFoundError for a root that is not there. Cancelling the task stops the work at once.
    """
    token = engine.CancelToken()
    return Index(await in_thread(lambda: engine.Index.below(root, hidden=hidden, cancel=token), token.cancel))
