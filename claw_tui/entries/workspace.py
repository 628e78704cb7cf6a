"""`claw`: the full-screen workspace on a folder."""

import argparse
from pathlib import Path

from claw_core.opening import Options


def options(arguments: argparse.Namespace) -> Options:
    """What the command line says about a session."""
    return Options(
        cwd=arguments.cwd or Path.cwd(),
        model=arguments.model,
        base_url=arguments.base_url,
        mode=arguments.permission_mode,
        allow=arguments.allow,
        deny=arguments.deny,
        max_turns=arguments.max_turns,
        max_budget=arguments.max_budget,
        resume=arguments.resume,
    )
