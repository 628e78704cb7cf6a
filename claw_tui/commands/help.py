"""All keys and commands."""

from claw_tui.command import ScreenFace, helps
from claw_tui.screens.help import HelpScreen


async def run(face: ScreenFace, words: str) -> None:
    """Those of the place that has the keys come first."""
    face.open(HelpScreen(lambda: face.look, place=words or face.place, commands=helps()))
