"""The terminal's own scrollback: a text is printed there, to be searched and copied with the terminal's own means."""

import asyncio
import select
import sys
import termios
from contextlib import suppress

from claw_core.error import UsageError
from claw_tui.editor import Lender
from claw_tui.line import clean

PROMPT = "\n[Press Enter to go back to claw.]\n"


async def print_in(lender: Lender, text: str) -> None:
    """Print a text to the terminal, and give it back when the person presses Enter. Raises UsageError.

    The agent works on meanwhile; only the screen stands still.
    """
    from textual.app import SuspendNotSupported

    try:
        with lender.suspend(), lender.batch_update():
            await asyncio.to_thread(_print, clean(text))
    except SuspendNotSupported as error:
        raise UsageError("This terminal cannot be lent.", "Copy the message instead, or open it in $EDITOR.") from error


def _print(text: str) -> None:
    """Foreign text was cleaned: no sequence of it reaches the terminal."""
    with suppress(OSError):
        sys.__stdout__.write(text.rstrip("\n") + "\n" + PROMPT)  # pyright: ignore[reportOptionalMemberAccess]  a terminal is there, or nothing could be lent
        sys.__stdout__.flush()  # pyright: ignore[reportOptionalMemberAccess]  the same
        _wait_for_enter()


def _wait_for_enter() -> None:
    terminal = sys.__stdin__
    if terminal is None:
        return
    with suppress(termios.error):
        termios.tcflush(terminal, termios.TCIFLUSH)
    select.select([terminal], [], [])
    terminal.readline()
