"""What fills the model's window, and what would go when it is full."""

from claw_tui.command import ScreenFace


async def run(face: ScreenFace, words: str) -> None:
    """Shows the pane and gives it the keys."""
    face.go_to("context")
