"""Everything that can be done, to be found by typing."""

from claw_tui.command import ScreenFace
from claw_tui.palette import open_palette


async def run(face: ScreenFace, words: str) -> None:
    """Actions with their keys, and commands."""
    open_palette(face)
