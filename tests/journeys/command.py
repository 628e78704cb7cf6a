"""The real `claw` command in a process of its own, in a home of its own."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "CLAW_NATIVE")


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a fresh machine's shell would hand on; everything of claw's lies below `home`."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**kept, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **more}


def claw(
    *words: str, home: Path, cwd: Path | None = None, stdin: str | None = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        [sys.executable, "-m", "claw_tui", *words],
        env=environment(home, **more),
        cwd=cwd or home,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@contextlib.contextmanager
def running(*words: str, home: Path, cwd: Path | None = None, **more: str) -> Generator[subprocess.Popen[str]]:
    """It runs meanwhile; what is left of it at the end is killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "claw_tui", *words],
        env=environment(home, **more),
        cwd=cwd or home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def python(script: str, *, home: Path, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program that uses the Python API to its end; what it leaves open is complained about."""
    return subprocess.run(
        [sys.executable, "-W", "default::ResourceWarning", "-c", script],
        env=environment(home, **more),
        cwd=cwd or home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def lines(output: str) -> list[dict[str, Any]]:
    """What `--output-format stream-json` printed."""
    return [json.loads(line) for line in output.splitlines()]


def wait_until(holds: Callable[[], object], timeout: float = 180) -> None:
    """Wait until something outside of claw is so: a file is there, a process is gone."""
    until = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < until, "what was waited for did not come"
        time.sleep(0.01)


class Leash:
    """A pipe that a command holds the other end of, which tells that it has begun, and that nothing of it is left."""

    LONG = "exec 9>leash; echo begun >&9; sleep 300"
    """A shell line that begins, and does not end by itself; run it in `folder`."""

    def __init__(self, folder: Path) -> None:
        os.mkfifo(folder / "leash")
        self._end = os.open(folder / "leash", os.O_RDONLY | os.O_NONBLOCK)

    def begun(self) -> bool:
        """Whether the command has begun."""
        try:
            return bool(os.read(self._end, 100))
        except BlockingIOError:
            return False

    def gone(self) -> bool:
        """After `begun`: whether the command is gone, and all that it started."""
        try:
            return not os.read(self._end, 100)
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Nobody holds it any more."""
        os.close(self._end)


def kinds(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """The kinds of records, in order, without those that only pass."""
    passing = {"text.delta", "thought.delta", "call.delta", "call.progressed", "prompt.queued"}
    return [record["event"]["kind"] for record in records if record["event"]["kind"] not in passing]
