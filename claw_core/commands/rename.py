"""Give the session a title: `/rename the auth refactoring`."""

from typing import TYPE_CHECKING

from claw_core.error import UsageError
from claw_core.intent import Rename

if TYPE_CHECKING:
    from claw_core.session.session import Session


async def run(session: "Session", words: str) -> str:
    """Takes the words as the title."""
    title = " ".join(words.split())
    if not title:
        raise UsageError("A title is missing.", "`/rename the auth refactoring`")
    session.send(Rename(title=title))
    return f"This session is now *{title}*."
