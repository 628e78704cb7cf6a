"""The real program where much is there: a long session that is opened or replayed, a workspace of many files."""

import contextlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from claw_core.event import SessionStarted
from claw_core.session.log import Log
from claw_core.session.stream import Stream
from native.benches.row import Row
from native.benches.stage.play import mark, turn
from native.benches.stage.talk import environment
from native.benches.stage.terminal import Terminal

NOBODY = "http://127.0.0.1:9/v1"
RECORDS_OF_A_TURN = 6
WORDS = ("zebra", "quokka", "jackal", "wombat")


def _claw(home: Path, work: Path, *words: str) -> Terminal:
    program = (sys.executable, "-m", "claw_tui", *words)
    return Terminal(program, env=environment(home) | {"OPENAI_BASE_URL": NOBODY}, cwd=work)


def _keep(home: Path, name: str, turns: int) -> None:
    """A session of so many turns, three messages each, as it lies on the disk."""
    folder = home / ".local/share/claw/sessions" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(Log.create(folder)) as log:
        stream = Stream(write=log.write)
        started = SessionStarted(session=name, format=1, cwd=str(home / "work"), version="1")
        stream.append(started, turn=0)
        for number in range(1, turns + 1):
            for event in turn(number):
                stream.append(event, turn=number)


# ---- a replay


def seek(home: Path) -> Iterator[Row]:
    """Keys of the replay's bar, until what was so there shows."""
    turns = 100_000 // RECORDS_OF_A_TURN
    _keep(home, "20260101-120000-000000001", turns)
    with _claw(home, home / "work", "replay", "20260101-120000-000000001") as terminal:
        terminal.wait("0 of")
        early = _seek(terminal, turns // 2)
        while terminal.load(1.0) > 10:  # it makes ready
            pass
        chosen = random.Random(1).sample(range(1, turns), 15)
        took = [_seek(terminal, number) for number in chosen]
        grown = terminal.memory
    yield Row(name="seek in 100,000 records, as soon as they are there", ours=early, goal=0.1)
    yield Row(name="seek in 100,000 records, anywhere", ours=median(took), goal=0.1)
    yield Row(name="seek in 100,000 records, anywhere: at worst", ours=max(took), goal=0.1)
    yield Row(name="a replay of 100,000 records: memory", ours=grown, unit="MiB")


def _seek(terminal: Terminal, number: int) -> float:
    """To the end of a turn, by its record's number; seconds until its answer shows."""
    terminal.type("g")
    terminal.wait("go to", len(terminal.data))
    terminal.type(str(1 + RECORDS_OF_A_TURN * number))
    terminal.quiet()
    since = len(terminal.data)
    pressed = terminal.type("\r")
    took = terminal.wait(f"module {number} {mark(number % 29)}", since) - pressed
    terminal.quiet()
    return took


# ---- a session that goes on


def resume(home: Path) -> Iterator[Row]:
    """Keys while 10,000 messages are opened: what holds up the event loop holds up them."""
    count = 10_000
    _keep(home, "20260101-120000-000000002", count // 3)
    last = mark(count // 3 % 29)
    with _claw(home, home / "work", "--model", "openai/bench") as terminal:
        terminal.wait("bench")
        terminal.quiet(1.0)
        terminal.type("/sessions\r")
        terminal.wait(mark(29))  # what it began with
        terminal.rest(1.0)
        took = _shown(terminal, "\r", "0 of")
        yield Row(name=f"{count:,} messages picked in /sessions are there", ours=took)
    with _claw(home, home / "work", "--resume", "20260101-120000-000000002", "--model", "openai/bench") as terminal:
        terminal.wait("send")  # the workspace is there, which a row of its own tells of
        worst = _echoes(terminal, last)
        yield Row(name=f"{count:,} messages go on: a key shows meanwhile, at worst", ours=worst, goal=0.033)


def _echoes(terminal: Terminal, last: str) -> float:
    """Letters one after the other until a text shows, and a little longer; the slowest of them in seconds."""
    since = len(terminal.data)
    found: list[float] = []
    while terminal.data.find(last.encode(), since) < 0 or len(found) < 20:
        found.append(terminal.echo())
        terminal.rest(0.02)
    for _ in range(40):  # its beginning is folded behind its end
        found.append(terminal.echo())
        terminal.rest(0.01)
    return max(found)


# ---- many files


def mention(home: Path) -> Iterator[Row]:
    """From `@` and each letter behind it until what fits shows."""
    made = 0
    for count, goal in ((50_000, 0.005), (150_000, 0.010)):
        root = home / "many"
        for number in range(made, count):
            folder = root / f"part_{number % 50}" / f"module_{number % 1000}"
            if number < 1000:
                folder.mkdir(parents=True)
            (folder / f"file_{number}.py").touch()
        made = count
        _mark(root)
        with _claw(home, root, "--model", "openai/bench") as terminal:
            terminal.wait("bench")
            terminal.quiet(1.0)
            firsts: list[float] = []
            keys: list[float] = []
            for word in WORDS:
                firsts.append(_shown(terminal, "@", "part_"))
                keys += [_shown(terminal, letter, mark(at)) for at, letter in enumerate(word)]
                terminal.type("\x1b\x15")
                terminal.quiet()
        yield Row(name=f"`@` among {count:,} files: the first popup", ours=firsts[0], goal=0.06)
        yield Row(name=f"`@` among {count:,} files: a key, until what fits shows", ours=median(keys), goal=goal)


def _mark(root: Path) -> None:
    """For each beginning of each word a file that fits it best."""
    for word in WORDS:
        for at in range(len(word)):
            (root / f"{word[: at + 1]}{mark(at)}").touch()


def _shown(terminal: Terminal, key: str, text: str) -> float:
    since = len(terminal.data)
    pressed = terminal.type(key)
    took = terminal.wait(text, since) - pressed
    terminal.quiet()
    return took


PARTS = (seek, resume, mention)
