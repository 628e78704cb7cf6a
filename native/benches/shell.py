"""Commands on a terminal: how fast output comes through as a person would have seen it, in how much memory, and what a
start costs; against pexpect, which sees bytes only, and a bare reader, which shows what the system itself gives."""

import asyncio
import os
import resource
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pexpect

from claw_core.native import shell
from native.benches.row import Row, timed

PEXPECT: Any = pexpect  # its types say little
MEGABYTES = 100
STARTS = 100
ROUNDS = 5
STOPS = 20


def rows(folder: Path) -> Iterator[Row]:
    """A file of coloured lines with progress bars among them is printed by `cat`."""
    file = folder / "output.ansi"
    with file.open("wb") as out:
        while out.tell() < MEGABYTES * 1_000_000:
            out.write(PIECE)
    size = file.stat().st_size
    yield from _through(file, size)
    grown = subprocess.run(
        [sys.executable, "-m", "native.benches.shell", str(file)], check=True, capture_output=True, text=True
    ).stdout
    yield Row(name=f"memory growth while {MEGABYTES} MB come through", ours=float(grown), goal=64, unit="MiB")
    stops = [asyncio.run(_stopping(file)) for _ in range(STOPS)]
    yield Row(name="a command that prints all it can, from its stop to its end", ours=median(stops), goal=0.02)
    yield from _starting(folder)


def _through(file: Path, size: int) -> Iterator[Row]:
    sides = (lambda: through(file), lambda: _bare(file, size), lambda: _by_pexpect(file, size))
    taken = [[timed(side) for side in sides] for _ in range(ROUNDS)]
    rate, bare, pexpects = (size / 1e6 / median(times) for times in zip(*taken, strict=True))
    name = f"{MEGABYTES} MB through a terminal, with emulation"
    yield Row(name=name, ours=rate, goal=150, unit="MB/s")
    note = "reads in a loop and does nothing with it: what the system gives"
    yield Row(name=name, ours=rate, rival="a bare reader", theirs=bare, unit="MB/s", note=note)
    note = "pexpect hands on bytes, and emulates nothing"
    yield Row(name=name, ours=rate, rival="pexpect", theirs=pexpects, unit="MB/s", note=note)


def through(file: Path) -> None:
    """All of it, to the text that a model gets."""
    done = asyncio.run(shell.run(f"cat {file}", cwd=file.parent, env=dict(os.environ)))
    assert done.exit_code == 0
    assert done.total >= file.stat().st_size
    assert shell.plain(done.tail)


async def _stopping(file: Path) -> float:
    """Seconds from the moment that a command in full flow is called off until nothing of it is left."""
    printed = asyncio.Event()
    line = f"while cat {file}; do :; done"
    running = asyncio.ensure_future(
        shell.run(line, cwd=file.parent, env=dict(os.environ), progress=lambda _: printed.set())
    )
    await printed.wait()
    begun = time.perf_counter()
    running.cancel()
    await asyncio.wait([running])
    return time.perf_counter() - begun


def _bare(file: Path, size: int) -> None:
    """The same program on the same kind of terminal, whose other side is read and forgotten."""
    ours, theirs = os.openpty()
    modes = termios.tcgetattr(theirs)
    modes[1] &= ~(termios.OPOST | termios.ONLCR)
    termios.tcsetattr(theirs, termios.TCSANOW, modes)
    with subprocess.Popen(["cat", str(file)], stdin=theirs, stdout=theirs, start_new_session=True):
        os.close(theirs)
        read = 0
        while read < size:
            read += len(os.read(ours, 65536))
    os.close(ours)


def _by_pexpect(file: Path, size: int) -> None:
    child = PEXPECT.spawn("cat", [str(file)], timeout=600, maxread=65536)
    read = 0
    while read < size:
        read += len(child.read_nonblocking(65536, timeout=600))
    child.close()


def _starting(folder: Path) -> Iterator[Row]:
    environment = dict(os.environ)
    ours: list[float] = []
    theirs: list[float] = []
    plain: list[float] = []

    async def start() -> None:
        for _ in range(STARTS):
            begun = time.perf_counter()
            await shell.run("true", cwd=folder, env=environment)
            ours.append(time.perf_counter() - begun)
            theirs.append(timed(_start_by_pexpect))
            plain.append(timed(lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True)))

    asyncio.run(start())
    name = "from the start of `true` to its end"
    yield Row(name=name, ours=median(ours), goal=0.003)
    yield Row(name=name, ours=median(ours), rival="pexpect", theirs=median(theirs))
    yield Row(name=name, ours=median(ours), rival="subprocess", theirs=median(plain), note="without a terminal")


def _start_by_pexpect() -> None:
    child = PEXPECT.spawn("/bin/sh", ["-c", "true"])
    child.expect(PEXPECT.EOF)
    child.close()


def _peak() -> float:
    """The most memory that this process has held, in MiB."""
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # where there is no /proc, it is in bytes
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


PIECE = (
    b"\x1b[32m   Compiling\x1b[0m some-crate v1.2.3 (/home/somebody/src/project/crates/some-crate)\r\n" * 200
    + b"".join(b"\r\x1b[K\x1b[36m    Building\x1b[0m [====>        ] %d/200: words" % number for number in range(200))
    + b"\r\n"
    + b"plain words of a log line, as most output is, with a number 12345 and a path src/main.rs:42\r\n" * 400
)

if __name__ == "__main__":
    asyncio.run(shell.run("true", cwd=".", env=dict(os.environ)))
    started_with = _peak()
    through(Path(sys.argv[1]))
    print(_peak() - started_with)
