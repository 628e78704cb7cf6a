"""Searches in a large tree, against the `rg` program started as peers start it, the twin, and `re` over `os.walk`."""

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from claw_core.native import search as door
from claw_core.parity.areas.search import OPTIONS
from claw_core.reference import search as twin
from native.benches.row import Rival, Row, compare, program

FOLDERS, FILES = 400, 60
STOPS = 20
WORDS = [
    "value",
    "total",
    "count",
    "index",
    "reader",
    "writer",
    "session",
    "record",
    "stream",
    "parse",
    "result",
    "error",
    "option",
    "state",
    "layer",
]
"""Of these the lines are made."""
PATTERNS = {"a rare word": "needle_[0-9]+", "a word of every file": r"session\.\w+_count"}
Found = list[tuple[str, int, str]]
"""Path, line number and text of each line, in order."""


def rows(folder: Path) -> Iterator[Row]:
    """The same lines by everybody, in order, as Python data."""
    write_tree(folder)
    rg = program("rg")
    for told, pattern in PATTERNS.items():
        name = f"{told}, in {FOLDERS * FILES:,} files"
        ours = partial(by_ours, pattern, folder)
        rivals = [
            Rival("rg", partial(by_rg, rg, pattern, folder) if rg else None, goal=1 / 0.9),
            Rival("the twin", partial(by_twin, pattern, folder), goal=20),
            Rival("re over os.walk", partial(by_walk, pattern, folder), note="knows no ignore files"),
        ]
        for rival in rivals[:2]:
            assert rival.run is None or rival.run() == ours(), rival.name
        yield from compare(name, ours, *rivals)
    stops = [asyncio.run(_stopping(folder)) for _ in range(STOPS)]
    yield Row(name="a search, from its stop to its end", ours=median(stops), goal=0.02)


async def _stopping(folder: Path) -> float:
    """Seconds from the moment that a search is called off in the middle until it is over."""
    running = asyncio.ensure_future(door.search(r"session\.\w+_count", folder))
    await asyncio.sleep(0.02)
    begun = time.perf_counter()
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
    return time.perf_counter() - begun


def by_ours(pattern: str, folder: Path) -> Found:
    """Through the door."""
    found = asyncio.run(door.search(pattern, folder))
    return [(line.path, line.line_number, line.text) for line in found.lines]


def by_rg(rg: str, pattern: str, folder: Path) -> Found:
    """The program, and what it prints read."""
    words = [rg, "--no-config", "--line-number", "--no-heading", "--color=never", "--null", "-e", pattern, "."]
    told = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True).stdout
    found: Found = []
    for line in told.splitlines():
        path, _, rest = line.partition("\0")
        number, _, text = rest.partition(":")
        found.append((path.removeprefix("./"), int(number), text))
    return sorted(found)


def by_twin(pattern: str, folder: Path) -> Found:
    """The twin, with what the door asks of the engine."""
    page = twin.Search(pattern, folder, **OPTIONS).take(sys.maxsize, None)
    assert page is not None
    return [(path, number, text) for path, number, text, _ in page[0].between(0, len(page[0]))]


def by_walk(pattern: str, folder: Path) -> Found:
    """What a script would do."""
    expression = re.compile(pattern)
    found: Found = []
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where, name)
            text = path.read_text()
            if expression.search(text):
                shown = path.relative_to(folder).as_posix()
                lines = enumerate(text.splitlines(), 1)
                found += [(shown, number, line) for number, line in lines if expression.search(line)]
    return sorted(found)


def write_tree(folder: Path) -> None:
    """Folders in two depths with sources, some of them ignored, as a repository has them."""
    chance = random.Random(3)
    lines = [" ".join(chance.choices(WORDS, k=7)) + f"  # {number}\n" for number in range(500)]
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("*.log\nbuild/\n!keep.log\n")
    for number in range(FOLDERS):
        where = folder / f"part{number % 20}" / f"unit{number}"
        where.mkdir(parents=True)
        for file in range(FILES):
            text = "".join(chance.choices(lines, k=chance.choice([15, 40, 120])))
            rare = f"needle_{number}\n" if chance.random() < 0.005 else ""
            suffix = chance.choice(["py", "py", "rs", "md", "log"])
            (where / f"file{file}.{suffix}").write_text(f"{text}call session.open_count\n{rare}")
