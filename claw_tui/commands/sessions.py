"""Earlier sessions, also those of other agents, to be looked at again."""

from claw_tui.command import ScreenFace
from claw_tui.screens.sessions import SessionsScreen


async def run(face: ScreenFace, words: str) -> None:
    """The one that is picked opens as a replay."""

    def picked(session: str | None) -> None:
        if session:
            face.replay(session)

    face.open(SessionsScreen(lambda: face.look, await face.summaries(), await face.foreign_sessions()), picked)
