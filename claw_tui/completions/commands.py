"""Slash commands, with their line in the help."""

from collections.abc import Sequence

from claw_tui.command import completions
from claw_tui.completion import Ground, Offer

SIGN = "/"


def offers(typed: str, ground: Ground) -> Sequence[Offer]:
    """The commands that begin with what was typed, then those that hold it."""
    fits = completions(typed)
    wide = max((len(name) for name, _ in fits), default=0)
    return [Offer(label=f"/{name}".ljust(wide + 1), detail=says, value=f"/{name}") for name, says in fits]
