"""`claw replay`: the workspace on a session that has happened."""

import argparse
from contextlib import ExitStack

from claw_core.opening import Options, open_replay
from claw_tui.entries.doors import doors
from claw_tui.entries.workspace import looks, require_terminal, show


def enter(arguments: argparse.Namespace) -> int:
    """Open it, and stay until the person leaves."""
    replay = open_replay(arguments.id)
    require_terminal()
    from claw_tui.app import ClawApp

    options = Options(attended=True)
    how = looks(options)
    with ExitStack() as leftovers:
        more = doors(options, leftovers)
        return show(ClawApp(None, root=replay.root, replay=replay, doors=more, **how))
