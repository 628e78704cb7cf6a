"""Close the session and leave. It is kept, and can be continued."""

from claw_tui.command import ScreenFace


async def run(face: ScreenFace, words: str) -> None:
    """Now."""
    face.leave()
