"""Make room in the model's window: `/compact [what to keep]`, `/compact preview`, `/compact undo`."""

from typing import TYPE_CHECKING

from claw_core.error import UsageError

if TYPE_CHECKING:
    from claw_core.session.session import Session


async def run(session: "Session", words: str) -> str:
    """Takes what is to be kept above all; `preview` only says what would go, `undo` brings the last of it back."""
    if session.running:
        raise UsageError("A turn runs.", "Room is made by itself when it is needed; or stop the turn first.")
    system = await session.system()
    match words.split():
        case ["preview"]:
            return session.compaction.preview(system)
        case ["undo"]:
            return session.compaction.undo(system)
        case _:
            made = await session.compaction.make_room(system, "asked", words.strip())
            return "" if made else "There is nothing to make room with yet."
