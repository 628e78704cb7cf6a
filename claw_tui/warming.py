"""What the first answer will need is loaded before it comes, beside the event loop."""

import gc
from importlib import import_module

WARM = ("markdown_it", "pygments.lexers", "pygments.lexers.python", "claw_tui.markdown_lines", "claw_tui.painters.diff")
"""What an answer is drawn with; the commands are loaded beside it, for the first slash."""


def load() -> None:
    """Load all of that. What was loaded stays, and is never looked through for garbage."""
    from claw_tui.command import helps
    from claw_tui.syntax import coloured

    try:
        helps()
        for module in WARM:
            import_module(module)
        coloured("x = 1", path="a.py")  # what most fences hold: a language is read when it is first drawn
    finally:
        gc.freeze()
        gc.enable()
