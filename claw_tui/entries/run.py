"""`claw run`: one task without a screen."""

import argparse
import asyncio
import signal
import sys

from claw_core.error import UsageError
from claw_core.headless import run_headless
from claw_core.intent import Interrupt
from claw_core.opening import open_session
from claw_tui.entries.workspace import options

PROMPT_LIMIT = 10 * 1024 * 1024
"""Bytes of standard input taken as a prompt."""


def enter(arguments: argparse.Namespace) -> int:
    """Do it; the exit status says how it ended."""
    return asyncio.run(_run(arguments, _prompt(arguments.prompt)))


async def _run(arguments: argparse.Namespace, prompt: str) -> int:
    session = await open_session(options(arguments, attended=False))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, session.send, Interrupt())
    return await run_headless(session, prompt, output=arguments.output_format)


def _prompt(given: str | None) -> str:
    """The task: what was typed, and what came in by standard input where nothing, or `-`, was typed."""
    if given and given != "-":
        return given
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        raise UsageError("There is no task.", 'Say what is to be done: claw run "fix the failing test"')
    text = sys.stdin.buffer.read(PROMPT_LIMIT + 1)
    if len(text) > PROMPT_LIMIT:
        raise UsageError("The task on standard input is larger than 10 MiB.", "Put it into a file and name that.")
    prompt = text.decode(errors="replace").strip()
    if not prompt:
        raise UsageError(
            "The task on standard input is empty.", 'Say what is to be done: claw run "fix the failing test"'
        )
    return prompt
