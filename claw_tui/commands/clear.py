"""Begin a new session in the same folder; this one is kept."""

from claw_core.error import UsageError
from claw_tui.command import ScreenFace


async def run(face: ScreenFace, words: str) -> None:
    """Not while a turn runs: what it does would go on unseen."""
    if face.session is None:
        raise UsageError("There is no session to leave behind.", "Type a prompt, or leave with /exit.")
    if face.session.running:
        raise UsageError("The agent is at work.", "Stop it first (Esc), then /clear.")
    face.start_over()
