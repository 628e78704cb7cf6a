"""`claw replay`: the workspace on a session that has happened, or the session done again and compared."""

import argparse
import asyncio
import json
from contextlib import ExitStack
from dataclasses import asdict

from claw_core.opening import open_replay
from claw_core.options import Options
from claw_core.replay import Replay
from claw_tui.entries.doors import doors
from claw_tui.entries.workspace import looks, require_terminal, show


def enter(arguments: argparse.Namespace) -> int:
    """Open it, and stay until the person leaves; or run it again."""
    replay = open_replay(arguments.id)
    if arguments.rerun or arguments.json:
        return _rerun(replay, arguments)
    require_terminal()
    from claw_tui.app import ClawApp

    options = Options(attended=True)
    how = looks(options)
    with ExitStack() as leftovers:
        more = doors(options, leftovers)
        return show(ClawApp(None, root=replay.root, replay=replay, doors=more, **how))


def _rerun(replay: Replay, arguments: argparse.Namespace) -> int:
    """Exit status 1 where something came out otherwise."""
    from claw_core.rerun import rerun

    done = asyncio.run(rerun(replay, arguments.rerun or "all", arguments.model))
    if arguments.json:
        print(json.dumps(asdict(done), ensure_ascii=False))
        return 1 if done.diverged else 0
    print(f"{done.matched} of {done.calls} calls came out as they did then.")
    for one in done.diverged:
        print(f"{one.name} {one.target}: {one.what}\n  then: {_line(one.then)}\n  now:  {_line(one.now)}")
    return 1 if done.diverged else 0


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:159]}…"
