"""An hour of work in moments: the real screen on a session that goes on and on, at a real terminal.

`make soak` tells the whole of it: 5,000 turns, 1,000 requests, 100 other sizes; the suite tells a part.
"""

import os
import sys
from pathlib import Path

import pytest

from native.benches.stage.play import mark
from native.benches.stage.talk import Stage, staged
from native.benches.stage.terminal import COLUMNS, ROWS

TURNS = int(os.environ.get("CLAW_SOAK", "250"))
SIZES = ((40, 10), (80, 24), (200, 50), (COLUMNS, ROWS))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_hours_of_work_leave_memory_widgets_and_keys_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    with staged(tmp_path) as stage:
        terminal = stage.terminal
        stage.ask("open")
        work(stage, TURNS // 5, 0)
        grown_with, widgets = stage.terminal.memory, stage.ask("widgets")
        work(stage, TURNS, TURNS)
        growth = terminal.memory - grown_with
        print(f"{growth:.1f} MiB for {TURNS:,} turns, {widgets} widgets, {len(terminal.data) / 2**20:.1f} MiB drawn")
        assert growth < 8 + TURNS * 0.04, "what a turn leaves is its records, and little more"
        assert stage.ask("widgets") <= max(widgets, 60)
        assert stage.ask("waiting") == 0
        terminal.type("\x1b")
        terminal.echo()
        terminal.echo("\x1b[O\x1b[I")


def work(stage: Stage, turns: int, first: int) -> None:
    """So many turns, each with an answer that streams; requests in between, and other sizes."""
    for number in range(first, first + turns, 10):
        stage.ask("work", 10)
        if number % max(10, turns // 100 // 10 * 10) == 0:
            stage.terminal.resize(*SIZES[number // 10 % len(SIZES)])
        stage.terminal.rest(0.01)
    stage.terminal.resize(COLUMNS, ROWS)
    stage.until("append", mark(first % 29), first % 29)
    stage.terminal.quiet()
