"""`make bench`: runs the benches beside this file and prints what they measured as one table.

    python -m native.benches.table [NAME ...] [--write]

`--write` puts the table into docs/performance.md. A missed goal is told, and the exit status is 0 all the same: figures
of a busy machine are no verdict about a change.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from claw_core.native import backend, reason
from native.benches.row import Row, program

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "performance.md"
PLACE = "measured"
"""Where the page keeps the table."""
APART = ("peers", "screen")
"""Benches whose rows are a table of their own, in the place of their name."""
HEADING = ("what", "ours", "rival", "theirs", "times better", "goal", "")
RIVALS = {"rg": "--version", "git": "--version", "patch": "--version"}
"""Programs to compare with, and what makes them tell their version."""


def names() -> list[str]:
    """The benches there are: one file each."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in {"row", "table", "__init__"})


def measured(wanted: Iterable[str], folder: Path) -> Iterator[tuple[str, Row]]:
    """Every row of the wanted benches, as it is measured; each bench has a folder of its own below `folder`."""
    for name in wanted:
        place = folder / name
        place.mkdir()
        for row in import_module(f"native.benches.{name}").rows(place):
            yield name, row


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a table in columns."""
    table = [HEADING, *(_cells(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
        for cells in table
    ]
    lines.insert(1, "| " + " | ".join("-" * max(width, 3) for width in widths) + " |")
    notes = dict.fromkeys(f"- {row.name}, {row.rival or 'ours'}: {row.note}" for row in rows if row.note)
    return "\n".join([*lines, *([""] if notes else []), *notes]) + "\n"


def machine() -> str:
    """What the figures were measured on, and against which versions of the others."""
    versions = [f"Python {platform.python_version()}"]
    for rival, flag in RIVALS.items():
        if path := program(rival):
            told = subprocess.run([path, flag], capture_output=True, text=True, check=False).stdout
            versions.append(told.partition("\n")[0])
        else:
            versions.append(f"no {rival} on this machine")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    hardware = f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}"
    load = f"a load of {os.getloadavg()[0]:.1f} from others when it began"
    return f"{hardware} {platform.release().partition('-')[0]}, {load}; {', '.join(versions)}."


def write(page: str, table: str, place: str = PLACE) -> str:
    """The page with the table in the place of the one before. Raises ValueError where the page has no place for it."""
    first, last = f"<!-- {place}: begin -->\n", f"<!-- {place}: end -->\n"
    before, begin, rest = page.partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"the page has no {first.strip()} … {last.strip()}")
    return before + begin + "\n" + table + "\n" + end + after


def main(words: Sequence[str] | None = None) -> int:
    """Measures, prints, and writes where that is asked for."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"the benches to run (else all): {', '.join(names())}")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    arguments = parser.parse_args(words)
    if unknown := set(arguments.names) - set(names()):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    if backend() != "rust":
        print(f"make bench measures the extension, but {reason()}", file=sys.stderr)
        return 1
    measured_on = machine()
    rows: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory(prefix="claw-bench-") as folder:
        for name, row in measured(arguments.names or names(), Path(folder)):
            rows.setdefault(name if name in APART else PLACE, []).append(row)
            print(f"{name}: {' · '.join(filter(None, _cells(row)))}", file=sys.stderr, flush=True)
    for place, found in rows.items():
        table = f"{measured_on}\n\n{markdown(found)}"
        print(table)
        if arguments.write:
            PAGE.write_text(write(PAGE.read_text(), table, place))
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    times = f"{row.times:.3g}" if row.times is not None else ""
    theirs = _amount(row.theirs, row.unit) if row.theirs is not None else "not here" if row.rival else ""
    verdict = {True: "met", False: "**missed**", None: ""}[row.met]
    return row.name, _amount(row.ours, row.unit), row.rival, theirs, times, _goal(row), verdict


def _goal(row: Row) -> str:
    if row.goal is None:
        return ""
    if row.rival:
        return f"≥ {row.goal:.3g}"
    return f"{'≥' if row.more_is_better else '≤'} {_amount(row.goal, row.unit)}"


def _amount(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.3g} {unit}"
    scale, name = next((pair for pair in ((1, "s"), (1e3, "ms"), (1e6, "µs")) if value * pair[0] >= 1), (1e9, "ns"))
    return f"{value * scale:.3g} {name}"


def _processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return models[0] if models else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
