"""Who serves is decided once, and can be asked."""

import os
import subprocess
import sys
from pathlib import Path


def told(**environment: str) -> str:
    code = "from claw_core.native import backend, reason; print(backend(), '-', reason())"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()


def test_the_extension_serves_where_it_loads() -> None:
    assert told(CLAW_NATIVE="") == "rust - the extension is loaded"


def test_the_twins_serve_where_they_are_asked_for() -> None:
    assert told(CLAW_NATIVE="0") == "python - CLAW_NATIVE=0 asks for it"


def test_the_twins_keep_the_promises_of_the_doors() -> None:
    areas = ("search", "fuzzy", "patch", "shell", "command_line")
    stories = [str(Path(__file__).with_name(f"test_{name}.py")) for name in areas]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *stories],
        env={**os.environ, "CLAW_NATIVE": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout[-4000:]


def test_the_twins_have_no_sandbox_and_say_so() -> None:
    code = """
from pathlib import Path
from claw_core.native.sandbox import confinement, support
print(support().confines, support().problems[0][0])
try:
    confinement(writable=[Path.cwd()])
except ValueError as error:
    print(error)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CLAW_NATIVE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "False extension\nonly the extension can confine a command\n"
