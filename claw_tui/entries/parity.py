"""`claw parity`: whether the Rust core and its plain-Python twins agree."""

import argparse
import json
import signal
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from claw_core.error import UsageError
from claw_core.parity.audit import Comparison, audit, extension
from claw_core.parity.bundled import write_bundled
from claw_core.parity.corpus import corpus_of

HEADING = ("function", "cases", "equal", "differing", "times faster")


def enter(arguments: argparse.Namespace) -> int:
    """Ask both about what is bundled, and about the folder where one is named; 1 where they differ."""
    rust = extension()
    folder: Path | None = arguments.folder
    if folder is not None and not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Name one whose files shall be asked about, or none.")
    with _folder_for_a_while() as bundled:
        corpora = [corpus_of(write_bundled(bundled))]
        if folder is not None:
            corpora.append(corpus_of(folder.resolve()))
        return tell(audit(corpora, rust=rust), as_json=arguments.json)


@contextmanager
def _folder_for_a_while() -> Generator[Path]:
    """An empty folder that is gone afterwards, also where an interrupt comes in the moment in which it is made."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with tempfile.TemporaryDirectory(prefix="claw-parity-") as folder:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            yield Path(folder)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def tell(comparisons: Iterable[Comparison], *, as_json: bool) -> int:
    """Print what was found, a function as soon as it is known; the exit status."""
    if as_json:
        found = list(comparisons)
        print(json.dumps({"functions": [each.as_json() for each in found]}, ensure_ascii=False))
    else:
        found = _table(comparisons)
    return 1 if any(each.differing for each in found) else 0


def _table(comparisons: Iterable[Comparison]) -> list[Comparison]:
    print(_row(*HEADING))
    found: list[Comparison] = []
    for each in comparisons:
        found.append(each)
        faster = "" if each.speedup is None else f"{each.speedup:.1f}"
        print(_row(each.name, f"{each.cases:,}", f"{each.equal:,}", f"{each.differing or '-'}", faster), flush=True)
    for each in found:
        if different := each.first_difference:
            print(f"\n{each.name}, {different.case}\n  rust    {different.rust}\n  python  {different.python}")
    differing = sum(each.differing for each in found)
    verdict = f"{differing:,} differ" if differing else "all equal"
    print(f"\n{sum(each.cases for each in found):,} cases, {verdict}")
    return found


def _row(name: str, *numbers: str) -> str:
    return f"{name:<18}" + "".join(f"{number:>14}" for number in numbers)
