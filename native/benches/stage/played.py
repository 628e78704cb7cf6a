"""What a session can ask of its screen: to be long, to be fast, to have large diffs, to be far away."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from native.benches.row import Row
from native.benches.stage.play import mark
from native.benches.stage.talk import Stage, staged
from native.benches.stage.terminal import ROWS, Terminal

KB = 1000


def long_session(home: Path) -> Iterator[Row]:
    count = 10_000
    with staged(home) as stage:
        terminal, first, last = stage.terminal, mark(29), mark(19)
        stage.ask("messages", count)
        yield Row(name=f"{count:,} messages opened", ours=stage.until("open", mark(count // 3 % 29)), goal=0.06)
        terminal.quiet(1.5)
        added = [stage.until("append", mark(number), number) for number in range(20)]
        yield Row(name=f"one more of {count:,} shows", ours=median(added), goal=0.016)
        stage.press("\x1bOQ", "search")
        jumps = [stage.press(*way) for way in (("g", first), ("G", last)) * 3]
        yield Row(name=f"to the first and the last of {count:,}", ours=median(jumps), goal=0.02)
        terminal.quiet()
        yield Row(name=f"{count:,} in another width", ours=_rewrap(terminal), goal=0.05)
        terminal.type("\x1b")
        terminal.quiet()
        focus = [terminal.echo("\x1b[O\x1b[I") for _ in range(11)]
        yield Row(name="the window loses and gets the keys, then a key shows", ours=median(focus), goal=0.02)
        stage.ask("think", count)
        terminal.rest(1.0)
        yield Row(name="processor, while a model thinks", ours=terminal.load(6.0), goal=3, unit="%")
        yield Row(name="widgets", ours=float(stage.ask("widgets")), goal=60, unit="widgets")


def _rewrap(terminal: Terminal) -> float:
    times: list[float] = []
    for columns in (112, 120) * 4:
        since = len(terminal.data)
        pulled = terminal.resize(columns, ROWS)
        times.append(terminal.wait(mark(19), since) - pulled)
        terminal.quiet(0.3)
    return median(times)


def trace(home: Path) -> Iterator[Row]:
    count = 100_000
    with staged(home) as stage:
        terminal = stage.terminal
        stage.ask("open")
        stage.ask("spans", count)
        stage.until("span", mark(20), 20)  # it shows when all before it is folded
        added = [stage.until("span", mark(number), number) for number in range(20)]
        yield Row(name=f"one more node of {count:,} shows", ours=median(added), goal=0.033)
        terminal.type("\x1bOR")
        terminal.quiet()
        unfolded: list[float] = []
        for _ in range(5):
            terminal.type("-")
            terminal.quiet()
            unfolded.append(stage.press("+", mark(19)))
        yield Row(name=f"{count:,} nodes unfolded", ours=median(unfolded), goal=0.1)
        late, load, frames, _ = _while(stage, "flood", 20_000)
        yield Row(name="20,000 records of calls a second: processor", ours=load, goal=30, unit="%")
        yield Row(name="20,000 records of calls a second: painted", ours=frames, goal=40, unit="frames/s")
        yield Row(name="20,000 records of calls a second: the loop is late by, 95 of 100", ours=late)


def _while(stage: Stage, word: str, rate: int) -> tuple[float, float, float, float]:
    """What it costs while that happens: how late the loop is (s), processor (%), frames a second, bytes a second."""
    terminal = stage.terminal
    terminal.quiet()
    stage.ask("late")
    stage.ask(word, rate)
    terminal.rest(0.3)
    since, at = len(terminal.data), terminal.type("")
    load = terminal.load(3.4)
    took = terminal.type("") - at
    drawn = len(terminal.data) - since
    return stage.ask("late"), load, terminal.frames(since) / took, drawn / took


def diff(home: Path) -> Iterator[Row]:
    with staged(home) as stage:
        stage.ask("open")
        stage.ask("messages", 3)
        stage.press("\x1bOS", "side by side")
        stage.terminal.quiet()
        took = stage.until("diff", mark(0), 100)
        yield Row(name="a diff of 5,000 lines, 100 hunks", ours=took, goal=0.1)
        stage.press("\x0f", mark(0))
        stage.terminal.quiet()
        sides = [stage.press("u", mark(0)) for _ in range(6)]
        yield Row(name="the same side by side", ours=median(sides[::2]), goal=0.1)


def flood(home: Path) -> Iterator[Row]:
    with staged(home) as stage:
        stage.ask("open")
        before = stage.terminal.memory
        late, load, frames, _ = _while(stage, "output", 20_000)
        grown = stage.terminal.memory - before
        yield Row(name="a command prints 20,000 lines/s: painted", ours=frames, goal=30, unit="frames/s")
        yield Row(name="a command prints 20,000 lines/s: memory grows by", ours=grown, goal=30, unit="MiB")
        yield Row(name="a command prints 20,000 lines/s: processor", ours=load, unit="%")
        yield Row(name="a command prints 20,000 lines/s: the loop is late by, 95 of 100", ours=late)


def slow_line(home: Path) -> Iterator[Row]:
    for rate in (100 * KB, 30 * KB):
        with staged(home, rate) as stage:
            stage.ask("open")
            stage.ask("messages", 30)
            late, _, _, drawn = _while(stage, "stream", 1000)
            what = f"a line of {rate // KB} kB/s, 1,000 chunks/s"
            yield Row(name=f"{what}: the loop is late by, 95 of 100", ours=late, goal=0.025)
            yield Row(name=f"{what}: drawn", ours=drawn / 1024, unit="KiB/s")


def hour(home: Path) -> Iterator[Row]:
    """What comes together in an hour, at once; then it shall be as it was at the beginning."""
    what = "100,000 records, 10,000 messages, 50,000 lines"
    with staged(home) as stage:
        terminal = stage.terminal
        stage.ask("open")
        stage.ask("messages", 10_000)
        stage.ask("spans", 35_000)
        stage.ask("output", 12_500)  # a second, for four
        stage.until("append", mark(20), 20)
        terminal.rest(5.0)
        stage.ask("stream", 100)
        terminal.rest(0.3)
        echoes: list[float] = []
        for _ in range(40):
            echoes.append(terminal.echo())
            terminal.rest(0.06)
        echoes.sort()
        yield Row(name=f"{what}: a key shows, 95 of 100", ours=echoes[int(len(echoes) * 0.95)], goal=0.033)
        stage.ask("finish", 1)
        terminal.quiet(2.0)
        yield Row(name=f"{what}: memory", ours=terminal.memory, goal=200, unit="MiB")
        yield Row(name=f"{what}: processor, idle", ours=terminal.load(8.0), goal=1, unit="%")


PARTS = (long_session, trace, diff, flood, slow_line, hour)
