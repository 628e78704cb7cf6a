"""`claw run`: one task without a screen."""

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from claw_core.characters import whole_characters
from claw_core.error import UsageError
from claw_core.headless import run_headless
from claw_core.opening import open_session
from claw_core.result import EXIT_STATUS
from claw_tui.entries.workspace import options

PROMPT_LIMIT = 10 * 1024 * 1024
"""Bytes of standard input taken as a prompt."""

OPENING = 5.0
"""Seconds in which a session that is half open when an interrupt comes may be opened, to be closed properly."""

SAY_IT = 'Say what is to be done: claw run "fix the failing test"'

T = TypeVar("T")


def enter(arguments: argparse.Namespace) -> int:
    """Do it; the exit status says how it ended."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup leaves it
        signals.append(signal.SIGHUP)
    for number in signals:
        signal.signal(number, signal.default_int_handler)
    return asyncio.run(_run(arguments, signals))


async def _run(arguments: argparse.Namespace, signals: list[signal.Signals]) -> int:
    stop = asyncio.Event()
    for number in signals:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    prompt = await _unless(stop, _prompt(arguments.prompt))
    if prompt is None:
        return EXIT_STATUS["interrupted"]
    session = await _unless(stop, open_session(options(arguments, attended=False)), patience=OPENING)
    if session is None:
        return EXIT_STATUS["interrupted"]
    if stop.is_set():
        await session.close()
        return EXIT_STATUS["interrupted"]
    return await run_headless(session, prompt, output=arguments.output_format, stop=stop)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T], *, patience: float = 0) -> T | None:
    """What comes of the work; None where `stop` came first, and the work did not end within `patience` seconds."""
    working = asyncio.create_task(work)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    await asyncio.wait({working}, timeout=patience)
    working.cancel()
    try:
        return await working
    except asyncio.CancelledError:
        return None


async def _prompt(given: str | None) -> str:
    """The task: what was typed, and what came in by standard input where nothing, or `-`, was typed."""
    if given is not None and given != "-":
        if not given.strip():
            raise UsageError("The task is empty.", SAY_IT)
        return whole_characters(given)
    if sys.stdin.isatty():
        raise UsageError("There is no task.", SAY_IT)
    text = await _standard_input()
    if len(text) > PROMPT_LIMIT:
        raise UsageError("The task on standard input is larger than 10 MiB.", "Put it into a file and name that.")
    prompt = text.decode(errors="replace").strip()
    if not prompt:
        raise UsageError("The task on standard input is empty.", SAY_IT)
    return prompt


async def _standard_input() -> bytes:
    """All of it, up to a little more than the limit.

    Read by a thread that holds nothing of Python's: when nothing comes, an interrupt is heard, and exit does not wait.
    """
    reading: Future[bytes] = Future()

    def read() -> None:
        reading.set_running_or_notify_cancel()
        text = bytearray()
        try:
            while len(text) <= PROMPT_LIMIT and (piece := os.read(0, 1024 * 1024)):
                text += piece
        except OSError as error:
            reading.set_exception(error)
        else:
            reading.set_result(bytes(text))

    threading.Thread(target=read, name="claw input", daemon=True).start()
    return await asyncio.wrap_future(reading)
