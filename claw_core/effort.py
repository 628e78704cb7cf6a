"""How hard a model thinks: a level, or a number of tokens; a dialect says it in its provider's words."""

from difflib import get_close_matches

from claw_core.error import UsageError

LEVELS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""From not at all to as hard as it can; providers know some of them."""
MOST_TOKENS = 1_000_000


def checked_effort(words: str) -> str:
    """A level, or tokens to think with as a number. Raises UsageError."""
    effort = words.strip().lower().replace("_", "").replace(",", "")
    if effort in LEVELS or (effort.isascii() and effort.isdigit() and 0 < int(effort) <= MOST_TOKENS):
        return effort
    near = get_close_matches(effort, LEVELS, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"{words} is no effort.", f"{hint}There are {', '.join(LEVELS)}, or a number of tokens.")
