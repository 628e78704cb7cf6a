"""What is proposed, and what was changed."""

from claw_tui.command import ScreenFace


async def run(face: ScreenFace, words: str) -> None:
    """Shows the diff pane and gives it the keys."""
    face.go_to("diffs")
