"""The person's own browser, for addresses that they chose to open."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

from claw_core.error import UsageError
from claw_tui.reference import is_address

SOON = 3.0
"""Seconds in which a program that cannot open an address says so."""


def opener(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Sequence[str] | None:
    """The program that opens addresses; None where there is none, or no display to show them on."""
    if platform == "darwin":
        names: Sequence[str] = ("open",)
    else:
        shown = any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"))
        names = ("wslview", "xdg-open") if shown else ()
    found = (shutil.which(name, path=environ.get("PATH")) for name in names)
    return next(([path] for path in found if path), None)


def open_address(address: str, environ: Mapping[str, str] = os.environ) -> None:
    """Hand it to the system. Blocks for `SOON` at most; raises UsageError.

    What was started is the person's from then on: their browser outlives claw.
    """
    words = opener(environ)
    if words is None or not is_address(address):
        raise UsageError("There is nothing here to open addresses with.", "Copy it, and open it where you are.")
    try:
        process = subprocess.Popen(
            [*words, address],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UsageError(f"{words[0]} cannot be started: {error}", "Copy the address instead.") from error
    try:
        status = process.wait(SOON)
    except subprocess.TimeoutExpired:
        threading.Thread(target=process.wait, name="browser", daemon=True).start()
        return
    if status:
        raise UsageError(f"{words[0]} could not open it (status {status}).", "Copy the address instead.")
