"""The screen at a real terminal: how soon it is there, how late a key shows, what it costs while much happens."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from native.benches.row import Row
from native.benches.stage import words
from native.benches.stage.model import Model, model
from native.benches.stage.play import mark
from native.benches.stage.talk import Stage, environment, staged
from native.benches.stage.terminal import CLEAR, ROWS, Terminal

STARTS = 7
TYPED = 100
"""Letters typed while an answer streams."""
PAUSE = 0.08
"""Seconds between two of them."""
KB = 1000


def rows(folder: Path) -> Iterator[Row]:
    """A start and answers from a model with the real program; then what a session can ask of its screen."""
    home = folder / "home"
    (home / "work").mkdir(parents=True)
    for part in (_starting, _streaming, _idle, _long_session, _trace, _diff, _flood, _slow_line):
        try:
            yield from part(home)
        except AssertionError as error:  # what should show did not: the other parts are measured all the same
            print(f"screen: not measured to its end: {part.__name__.strip('_')}: {error}", file=sys.stderr)


# ---- the real program


def _claw(home: Path, url: str, *, typed: str = "") -> Terminal:
    program = (sys.executable, "-m", "claw_tui", "--model", "openai/bench")
    return Terminal(program, env=environment(home) | {"OPENAI_BASE_URL": url}, cwd=home / "work", typed=typed)


def _starting(home: Path) -> Iterator[Row]:
    pixels: list[float] = []
    keys: list[float] = []
    memory: list[float] = []
    for _ in range(STARTS + 1):
        with _claw(home, "http://127.0.0.1:9/v1", typed="Ж") as terminal:
            pixels.append(terminal.wait(" claw") - terminal.began)
            painted = terminal.data.find(b" claw")  # before it, the line itself echoes what is typed
            keys.append(terminal.wait("Ж", painted) - terminal.began)
            terminal.wait("bench")
            terminal.quiet(1.0)
            memory.append(terminal.memory)
    yield Row(name="first pixels", ours=median(pixels[1:]), goal=0.025)
    yield Row(name="a key pressed before the start shows", ours=median(keys[1:]), goal=0.3)
    yield Row(name="memory, idle", ours=median(memory), goal=70, unit="MiB")


def _streaming(home: Path) -> Iterator[Row]:
    with model() as one:
        size = 50 * KB
        yield from _stream(home, one, words.mixed, size, 100, echo=0.033, cpu=25)
        yield from _stream(home, one, words.mixed, size, 1000, echo=0.033, cpu=40)
        for kind in (words.code, words.bullets, words.table):
            yield from _stream(home, one, kind, 20 * KB, 100, echo=0.033, cpu=25)


def _stream(
    home: Path, one: Model, kind: Callable[[int], str], size: int, rate: int, *, echo: float, cpu: float
) -> Iterator[Row]:
    seconds = TYPED * (PAUSE + 0.03)
    more = int(seconds * rate * 5)
    whole = kind(size + more)
    one.before, one.text, one.rate = whole[:size], whole[size:], rate
    one.began.clear()
    one.ended = None
    with _claw(home, one.url) as terminal:
        terminal.wait("bench")
        terminal.quiet()
        terminal.type("go\r")
        while not one.began.is_set():
            terminal.read(0.05)
        terminal.rest(1.0)
        since, spent, at = len(terminal.data), terminal.cpu, terminal.type("")
        echoes: list[float] = []
        while len(echoes) < TYPED and one.ended is None:
            echoes.append(terminal.echo())
            terminal.rest(PAUSE)
        took = terminal.type("") - at
        spent, drawn = terminal.cpu - spent, len(terminal.data) - since
        clears = terminal.data.count(CLEAR, since)
        late = terminal.wait(Model.END, since) - (one.ended or 0.0)
    echoes.sort()
    what = f"{rate:,} chunks/s into {size // KB} kB of {kind.__name__}"
    yield Row(name=f"{what}: a key shows, median", ours=median(echoes))
    yield Row(name=f"{what}: a key shows, 95 of 100", ours=echoes[int(len(echoes) * 0.95)], goal=echo)
    yield Row(name=f"{what}: processor", ours=100 * spent / took, goal=cpu, unit="%")
    yield Row(name=f"{what}: shown late by", ours=late, goal=0.1)
    yield Row(name=f"{what}: to the terminal", ours=drawn / took / 1024, goal=60, unit="KiB/s")
    yield Row(name=f"{what}: screen cleared", ours=clears, goal=0, unit="times")


def _idle(home: Path) -> Iterator[Row]:
    with _claw(home, "http://127.0.0.1:9/v1") as terminal:
        terminal.wait("bench")
        terminal.quiet(2.0)
        yield Row(name="processor, idle", ours=_load(terminal, 8.0), goal=0.7, unit="%")


def _load(terminal: Terminal, seconds: float) -> float:
    """Percent of a core."""
    spent, at = terminal.cpu, terminal.type("")
    terminal.rest(seconds)
    return 100 * (terminal.cpu - spent) / (terminal.type("") - at)


# ---- a session that is played


def _long_session(home: Path) -> Iterator[Row]:
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
        yield Row(name="processor, while a model thinks", ours=_load(terminal, 6.0), goal=3, unit="%")
        yield Row(name="widgets", ours=float(stage.ask("widgets")), goal=60, unit="widgets")


def _rewrap(terminal: Terminal) -> float:
    times: list[float] = []
    for columns in (112, 120) * 4:
        since = len(terminal.data)
        pulled = terminal.resize(columns, ROWS)
        times.append(terminal.wait(mark(19), since) - pulled)
        terminal.quiet(0.3)
    return median(times)


def _trace(home: Path) -> Iterator[Row]:
    count = 100_000
    with staged(home) as stage:
        terminal = stage.terminal
        stage.ask("open")
        stage.ask("spans", count)
        terminal.wait(mark(30))
        terminal.quiet(1.5)
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
        yield Row(name="20,000 nodes/s: processor", ours=load, goal=30, unit="%")
        yield Row(name="20,000 nodes/s: painted", ours=frames, goal=40, unit="frames/s")
        yield Row(name="20,000 nodes/s: the loop is late by, 95 of 100", ours=late)


def _while(stage: Stage, word: str, rate: int) -> tuple[float, float, float, float]:
    """What it costs while that happens: how late the loop is (s), processor (%), frames a second, bytes a second."""
    terminal = stage.terminal
    terminal.quiet()
    stage.ask("late")
    stage.ask(word, rate)
    terminal.rest(0.3)
    since, at = len(terminal.data), terminal.type("")
    load = _load(terminal, 3.4)
    took = terminal.type("") - at
    drawn = len(terminal.data) - since
    return stage.ask("late"), load, terminal.frames(since) / took, drawn / took


def _diff(home: Path) -> Iterator[Row]:
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


def _flood(home: Path) -> Iterator[Row]:
    with staged(home) as stage:
        stage.ask("open")
        before = stage.terminal.memory
        late, load, frames, _ = _while(stage, "output", 20_000)
        grown = stage.terminal.memory - before
        yield Row(name="a command prints 20,000 lines/s: painted", ours=frames, goal=30, unit="frames/s")
        yield Row(name="a command prints 20,000 lines/s: memory grows by", ours=grown, goal=30, unit="MiB")
        yield Row(name="a command prints 20,000 lines/s: processor", ours=load, unit="%")
        yield Row(name="a command prints 20,000 lines/s: the loop is late by, 95 of 100", ours=late)


def _slow_line(home: Path) -> Iterator[Row]:
    for rate in (100 * KB, 30 * KB):
        with staged(home, rate) as stage:
            stage.ask("open")
            stage.ask("messages", 30)
            late, _, _, drawn = _while(stage, "stream", 1000)
            what = f"a line of {rate // KB} kB/s, 1,000 chunks/s"
            yield Row(name=f"{what}: the loop is late by, 95 of 100", ours=late, goal=0.025)
            yield Row(name=f"{what}: drawn", ours=drawn / 1024, unit="KiB/s")
