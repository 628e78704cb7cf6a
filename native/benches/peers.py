"""claw beside other agents for the terminal, all of them on one model server that answers from a script.

The bench that starts them is not ours and not in this repository: `BENCH_PEERS` names its folder, else it is looked
for beside the repository. Those of its agents that are installed take part, in turns with us.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, cast

from native.benches.row import Row, Unit, program

PLACE = Path(__file__).parents[3] / "shared" / "bench"
ROUNDS = 3
MEASURES = "hello,turns,stream,tui"
US = "claw"

Run = Mapping[str, Any]
"""One run of one agent, as the bench writes it: `peer`, `measure`, and what was measured."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that the bench measures of each."""

    name: str
    measure: str
    keys: tuple[str, ...]
    unit: Unit = "s"
    scale: float = 1.0


FIGURES = (
    Figure("from the start to the first request", "hello", ("cold",)),
    Figure("between an answer and the next request", "turns", ("gap_ms_median",), scale=0.001),
    Figure("memory for 50 turns", "turns", ("peak_rss",), "MiB", 2**-20),
    Figure("processor for an answer of 20,000 chunks", "stream", ("cpu",)),
    Figure("the prompt is on the screen", "tui", ("ready",)),
    Figure("a key shows", "tui", ("echo_ms",), scale=0.001),
    Figure("processor, idle", "tui", ("idle_cpu_pct",), "%"),
    Figure("memory with the screen", "tui", ("rss",), "MiB", 2**-20),
    Figure("100 chunks/s: processor", "tui", ("stream_cpu_pct",), "%"),
    Figure("100 chunks/s: to the terminal", "tui", ("stream", "bytes_per_s"), "KiB/s", 1 / 1024),
)


def rows(folder: Path) -> Iterator[Row]:
    """A row for each figure and each of the others that has it; none where there is nobody to compare with."""
    bench = Path(os.environ.get("BENCH_PEERS") or PLACE) / "run_peer.py"
    if not bench.is_file() or os.geteuid() != 0:
        print("peers: not measured: the bench of peers is not here, or this is not root", file=sys.stderr)
        return
    others = [name for name in _told(bench, "list").split() if name != US and _installed(bench, name)]
    if not others:
        print("peers: not measured: none of them is installed", file=sys.stderr)
        return
    _told(bench, "bench", "--rounds", str(ROUNDS), "--measures", MEASURES, "--out", str(folder), US, *others)
    runs: list[Run] = [json.loads(line) for line in (folder / "runs.jsonl").read_text().splitlines()]
    versions = {run["peer"]: str(run["version"]).strip() for run in runs if run["measure"] == "meta"}
    for figure in FIGURES:
        ours = _median(runs, US, figure)
        for name in others:
            theirs = _median(runs, name, figure)
            if ours is not None and theirs is not None:
                rival = f"{name} {versions.get(name, '')}".strip()
                yield Row(name=figure.name, ours=ours, rival=rival, theirs=theirs, unit=figure.unit)


def _told(bench: Path, *words: str) -> str:
    claw = program(US) or US
    return subprocess.run(
        [sys.executable, str(bench), *words],
        env=os.environ | {"BENCH_CLAW": claw},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if words[0] == "shell" else None,
        text=True,
        check=True,
    ).stdout


def _installed(bench: Path, name: str) -> bool:
    try:
        argv: Sequence[str] = json.loads(_told(bench, "shell", name))["argv"]
    except subprocess.CalledProcessError:  # one that does nothing without a screen
        return False
    return shutil.which(argv[0]) is not None


def _median(runs: Sequence[Run], name: str, figure: Figure) -> float | None:
    """Of those of its runs that came to their end."""
    found: list[float] = []
    for run in runs:
        if run["peer"] == name and run["measure"] == figure.measure and "error" not in run and not run.get("rc"):
            value: Any = run
            for key in figure.keys:
                value = cast("Run", value).get(key) if isinstance(value, dict) else None
            if isinstance(value, (int, float)):
                found.append(value * figure.scale)
    return median(found) if found else None
