"""The screen at a real terminal: how soon it is there, how late a key shows, what it costs while much happens."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from native.benches.row import Row
from native.benches.stage import large, played, words
from native.benches.stage.model import Model, model
from native.benches.stage.talk import environment
from native.benches.stage.terminal import CLEAR, Terminal

STARTS = 7
TYPED = 100
"""Letters typed while an answer streams."""
PAUSE = 0.08
"""Seconds between two of them."""
KB = 1000


def rows(folder: Path) -> Iterator[Row]:
    """A start and answers from a model with the real program; then what a session can ask of its screen.

    `PART` in the environment names the parts to measure, by their functions; all without it.
    """
    wanted = os.environ.get("PART", "").split()
    for part in (_starting, _streaming, _idle, *played.PARTS, *large.PARTS):
        name = part.__name__.strip("_")
        if wanted and name not in wanted:
            continue
        home = folder / name  # its own: a draft that one leaves behind would be in the prompt of the next
        (home / "work").mkdir(parents=True)
        try:
            yield from part(home)
        except AssertionError as error:  # what should show did not: the other parts are measured all the same
            print(f"screen: not measured to its end: {name}: {error}", file=sys.stderr)


# ---- the real program


def _claw(home: Path, url: str, *, typed: str = "") -> Terminal:
    program = (sys.executable, "-m", "claw_tui", "--model", "openai/bench")
    return Terminal(program, env=environment(home) | {"OPENAI_BASE_URL": url}, cwd=home / "work", typed=typed)


def _starting(home: Path) -> Iterator[Row]:
    pixels: list[float] = []
    keys: list[float] = []
    taken: list[float] = []
    memory: list[float] = []
    for _ in range(STARTS + 1):
        with _claw(home, "http://127.0.0.1:9/v1", typed="Ж") as terminal:
            pixels.append(terminal.wait(" claw") - terminal.began)
            painted = terminal.data.find(b" claw")  # before it, the line itself echoes what is typed
            keys.append(terminal.wait("Ж", painted) - terminal.began)
            terminal.type("\x7fЙ")
            taken.append(terminal.wait("Й", painted) - terminal.began)  # who knows backspace
            terminal.wait("bench")
            terminal.quiet(1.0)
            memory.append(terminal.memory)
    yield Row(name="first pixels", ours=median(pixels[1:]), goal=0.025)
    yield Row(name="a key pressed before the start shows", ours=median(keys[1:]), goal=0.3)
    yield Row(name="keys pressed before the start are taken by the workspace", ours=median(taken[1:]), goal=0.3)
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
        yield Row(name="processor, idle", ours=terminal.load(8.0), goal=0.7, unit="%")
