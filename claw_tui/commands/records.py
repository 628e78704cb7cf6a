"""Everything that happened, as it is kept."""

from claw_tui.command import ScreenFace


async def run(face: ScreenFace, words: str) -> None:
    """Shows the pane and gives it the keys."""
    face.go_to("records")
