"""`claw`: the full-screen workspace on a folder."""

import argparse
import asyncio
import gc
import signal
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypedDict

from claw_core.config.paths import Paths
from claw_core.error import NoTerminal
from claw_core.options import Options, settings_of, workspace_folder
from claw_tui import skeleton
from claw_tui.entries.doors import doors, opener

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from claw_tui.app import ClawApp
    from claw_tui.attention import Attention
    from claw_tui.doors import OpenSession
    from claw_tui.theme import Theme


SWITCH = 0.001
"""Seconds after which a thread that works gives way to the one that takes keys and paints."""


def enter(arguments: argparse.Namespace) -> int:
    """Open the workspace and stay until the person leaves."""
    chosen = options(arguments)
    if arguments.screen_reader or wants_lines(chosen):
        return speak(opener(chosen, " ".join(arguments.prompt)), chosen)
    require_terminal()
    gc.disable()  # until the app has loaded everything: nothing of it is garbage
    from claw_tui.app import ClawApp

    root = workspace_folder(chosen.cwd)
    how = looks(chosen)
    with ExitStack() as leftovers:
        first = opener(chosen, " ".join(arguments.prompt))
        return show(ClawApp(first, root=root, doors=doors(chosen, leftovers), **how))


def wants_lines(options: Options) -> bool:
    """Whether the person reads by ear or by hand, as they say by a variable or a setting."""
    said = options.environ.get("CLAW_SCREEN_READER", "")
    return said != "0" if said else bool(settings_of(options).ui.screen_reader)


def speak(open_session: "OpenSession", options: Options) -> int:
    """Hold a plain conversation; the exit status."""
    from claw_tui.linear import talk

    skeleton.remove()
    if options.environ.get("CLAW_SCREEN_READER") is None and settings_of(options).ui.screen_reader:
        skeleton.remember(None, options.environ)
    return asyncio.run(talk(open_session))


def options(arguments: argparse.Namespace, *, attended: bool = True) -> Options:
    """What the command line says about a session."""
    return Options(
        cwd=arguments.cwd,
        model=arguments.model,
        base_url=arguments.base_url,
        effort=arguments.effort,
        mode=arguments.permission_mode,
        allow=arguments.allow,
        deny=arguments.deny,
        max_turns=arguments.max_turns,
        max_budget=arguments.max_budget,
        fallback=arguments.fallback,
        resume=arguments.resume,
        attended=attended,
    )


class Looks(TypedDict):
    """How the app looks and calls, as the settings say; see `ClawApp`."""

    theme: "Theme"
    still: bool
    attention: "Attention"
    layout: "Path"
    own_keys: "Path"
    own_themes: "Path"


def looks(options: Options) -> Looks:
    """What the settings say of the screen. Raises UsageError."""
    from claw_tui.attention import DEFAULT as CALL
    from claw_tui.attention import Attention, draws_progress
    from claw_tui.theme import DEFAULT, named, own_folder

    settings = settings_of(options)
    theme = named(settings.theme or DEFAULT, own_folder(options.environ))
    skeleton.remember(theme.colours, options.environ)
    return Looks(
        theme=theme,
        still=bool(settings.ui.reduced_motion or options.environ.get("CLAW_REDUCED_MOTION", "0") not in ("", "0")),
        layout=Paths.of(options.environ).state / "layout.json",
        own_keys=Paths.of(options.environ).config / "keys.toml",
        own_themes=own_folder(options.environ),
        attention=Attention(call=settings.ui.attention or CALL, progress=draws_progress(options.environ)),
    )


def show(app: "ClawApp") -> int:
    """Run the app until the person leaves or the terminal goes; the exit status."""
    sys.setswitchinterval(SWITCH)
    status = asyncio.run(_show(app))
    last = app.last_session
    if last is not None and last.title:
        print(f"Session {last.id}. Continue it: claw --resume {last.id}")
    return status


async def _show(app: "ClawApp") -> int:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, app.exit, 128 + number)

    def interrupted(number: int, frame: "FrameType | None") -> None:
        loop.call_soon_threadsafe(app.exit, 128 + number)

    # Not through the loop, which would hear it also while it is for somebody else: an editor that has the terminal.
    signal.signal(signal.SIGINT, interrupted)
    return await app.run_async() or app.return_code or 0


def require_terminal() -> None:
    """Raises NoTerminal where there is nothing to draw on or to press keys at."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None or stream.closed or not stream.isatty():
            raise NoTerminal(
                "There is no terminal to show the workspace on.", 'Without one, use: claw run "fix the failing test"'
            )
