"""`claw`: the full-screen workspace on a folder."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from claw_core.error import NoTerminal
from claw_core.intent import Prompt
from claw_core.opening import Options, open_session
from claw_core.session.session import Session

if TYPE_CHECKING:
    from claw_tui.app import ClawApp


def enter(arguments: argparse.Namespace) -> int:
    """Open the workspace and stay until the person leaves."""
    require_terminal()
    chosen = options(arguments)
    prompt = " ".join(arguments.prompt)
    from claw_tui.app import ClawApp

    return show(ClawApp(opener(chosen, prompt), root=(chosen.cwd or Path.cwd()).expanduser().resolve()))


def options(arguments: argparse.Namespace, *, attended: bool = True) -> Options:
    """What the command line says about a session."""
    return Options(
        cwd=arguments.cwd,
        model=arguments.model,
        base_url=arguments.base_url,
        mode=arguments.permission_mode,
        allow=arguments.allow,
        deny=arguments.deny,
        max_turns=arguments.max_turns,
        max_budget=arguments.max_budget,
        resume=arguments.resume,
        attended=attended,
    )


def opener(options: Options, prompt: str = "") -> Callable[[], Awaitable[Session]]:
    """Opens the session once the screen is there, and gives it its first task."""

    async def open_it() -> Session:
        session = await open_session(options)
        if prompt:
            session.send(Prompt(text=prompt))
        return session

    return open_it


def show(app: "ClawApp") -> int:
    """Run the app until the person leaves or the terminal goes; the exit status."""
    status = asyncio.run(_show(app))
    if app.session is not None and app.session.title:
        print(f"Session {app.session.id}. Continue it: claw --resume {app.session.id}")
    return status


async def _show(app: "ClawApp") -> int:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, app.exit, 128 + number)
    return await app.run_async() or app.return_code or 0


def require_terminal() -> None:
    """Raises NoTerminal where there is nothing to draw on or to press keys at."""
    for stream in (sys.stdin, sys.stdout):
        if stream is None or stream.closed or not stream.isatty():
            raise NoTerminal(
                "There is no terminal to show the workspace on.", 'Without one, use: claw run "fix the failing test"'
            )
