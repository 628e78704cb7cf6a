"""Patches: 1,000 changes in a file of 50,000 lines, as a diff, as an envelope and as edits; a diff of two files."""

import difflib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from claw_core.native import _native
from claw_core.native.patch import LOOKALIKES, apply_hunks, format_unified, make_hunks
from claw_core.reference import patch as twin
from native.benches.row import Rival, Row, compare, program

LINES = 50_000
CHANGES = 1_000
RULES = (list(LOOKALIKES.items()), 70, 25, 250_000)
DIFFED = 20_000


def rows(folder: Path) -> Iterator[Row]:
    """Against the twin, `git apply` and `patch` with their processes, and `difflib`."""
    before = [f"    value_{number} = compute({number % 97}, {number % 89})  # line\n" for number in range(LINES)]
    after = list(before)
    for number in range(CHANGES):
        at = number * (LINES // CHANGES) + 7
        after[at] = before[at].replace("compute", "recompute")
    old, new = "".join(before), "".join(after)
    hunks = make_hunks(old, new)
    yield from _diff_applied(folder, old, new, format_unified("a.py", hunks))
    # Nothing says where a change is but its lines: an envelope.
    lines = "".join("@@\n" + "".join(hunk.lines) for hunk in hunks)
    envelope = f"*** Begin Patch\n*** Update File: a.py\n{lines}*** End Patch\n"
    yield from _in_memory(f"{CHANGES:,} changes in {LINES:,} lines, an envelope", old, new, envelope)
    edits = [(one, other, False) for one, other in zip(before, after, strict=True) if one != other]
    yield from _edits(old, new, edits)
    yield from _diffs()


def _patched(engine: ModuleType, text: str, patch: str) -> str:
    ((_, _, _, chunks, ends),) = engine.parse_patch(patch)
    fits = engine.fit_chunks(text, chunks, ends, RULES, cancel=engine.CancelToken())
    return engine.apply_hunks(text, [hunk for _, _, _, hunk in fits], None)


def _diff_applied(folder: Path, old: str, new: str, diff: str) -> Iterator[Row]:
    file, patch = folder / "a.py", folder / "change.diff"
    patch.write_text(diff)

    def reset() -> None:
        file.write_text(old)

    def by(engine: ModuleType) -> None:
        file.write_text(_patched(engine, old, patch.read_text()))

    def run(*words: str) -> None:
        reset()
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
        assert file.stat().st_size == len(new)

    by(_native)
    assert file.read_text() == new
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    gnu = program("patch")
    yield from compare(
        f"{CHANGES:,} changes in {LINES:,} lines, a diff, file to file",
        lambda: (reset(), by(_native), file.stat()),
        Rival("git apply", lambda: run("git", "apply", "change.diff"), goal=1),
        Rival("GNU patch", (lambda: run(gnu, "-s", "-p1", "-i", "change.diff")) if gnu else None),
        Rival("the twin", lambda: (reset(), by(twin)), goal=30),
    )
    shutil.rmtree(folder / ".git")


def _in_memory(name: str, old: str, new: str, patch: str) -> Iterator[Row]:
    assert _patched(_native, old, patch) == new
    rival = Rival("the twin", lambda: _patched(twin, old, patch), goal=30)
    yield from compare(name, lambda: _patched(_native, old, patch), rival)


def _edits(old: str, new: str, edits: list[tuple[str, str, bool]]) -> Iterator[Row]:
    def by(engine: ModuleType) -> Any:
        return engine.replace(old, edits, RULES, cancel=engine.CancelToken())[0]

    assert by(_native) == new
    name = f"{CHANGES:,} edits in {LINES:,} lines, one after the other"
    yield from compare(name, lambda: by(_native), Rival("the twin", lambda: by(twin), goal=30))


def _diffs() -> Iterator[Row]:
    """Two versions of a file in which every tenth line is another, some are gone, and some are new."""
    before = [f"{'    ' * (number % 3)}name_{number % 4001} = {number}\n" for number in range(DIFFED)]
    after = [
        line.replace("name", "other") if number % 10 == 0 else line for number, line in enumerate(before) if number % 37
    ]
    old, new = "".join(before), "".join(after)
    assert apply_hunks(old, make_hunks(old, new)) == new
    yield from compare(
        f"diff of two files of {DIFFED:,} lines",
        lambda: make_hunks(old, new),
        Rival("difflib", lambda: list(difflib.unified_diff(before, after)), goal=30),
    )
