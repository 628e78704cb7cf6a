"""The real `claw` command in a process of its own, in a home of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
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
        timeout=60,
        check=False,
    )


def python(script: str, *, home: Path, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program that uses the Python API to its end; what it leaves open is complained about."""
    return subprocess.run(
        [sys.executable, "-W", "default::ResourceWarning", "-c", script],
        env=environment(home, **more),
        cwd=cwd or home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def lines(output: str) -> list[dict[str, Any]]:
    """What `--output-format stream-json` printed."""
    return [json.loads(line) for line in output.splitlines()]


def kinds(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """The kinds of records, in order, without those that only pass."""
    passing = {"text.delta", "thought.delta", "call.delta", "call.progressed", "prompt.queued"}
    return [record["event"]["kind"] for record in records if record["event"]["kind"] not in passing]
