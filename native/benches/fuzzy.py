"""A key in the file finder, through the door: each query begins anew, so that none goes on from the one before."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from claw_core.native.fuzzy import Index
from native.benches.row import Row

WORDS = ("src", "core", "tests", "native", "search", "session", "stream", "config", "views", "parser", "model")
"""Of these the paths are made."""
GOALS = {100_000: 0.010, 1_000_000: 0.060}
"""Seconds a key, for so many files."""
QUERIES = ("s", "sess", "core main")


def rows(folder: Path) -> Iterator[Row]:
    """Keys among paths that fit nearly all, and some."""
    for count, goal in GOALS.items():
        index = Index.of([path_of(number) for number in range(count)])
        for query in QUERIES:
            yield Row(name=f"{query!r} typed, {count:,} files", ours=key(index, query), goal=goal)


def path_of(number: int) -> str:
    """Four words deep, 25 to 40 characters."""
    folders = [WORDS[number // step % len(WORDS)] for step in (1, 7, 31)]
    return f"{'/'.join(folders)}/{WORDS[number // 3 % len(WORDS)]}_{number}.py"


def key(index: Index, query: str) -> float:
    """Seconds until the ranking is there; the median of nine."""

    async def timed() -> float:
        loop = asyncio.get_running_loop()
        await index.rank("\x01")  # nothing goes on from that
        begun = loop.time()
        await index.rank(query)
        return loop.time() - begun

    return median(asyncio.run(timed()) for _ in range(9))
