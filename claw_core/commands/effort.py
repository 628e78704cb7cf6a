"""How hard the model thinks: `/effort high`, `/effort 8000` tokens, `/effort off` for its own way."""

from typing import TYPE_CHECKING

from claw_core.effort import checked_effort
from claw_core.error import UsageError

if TYPE_CHECKING:
    from claw_core.session.session import Session


async def run(session: "Session", words: str) -> str:
    """Takes a level or tokens; without words it says what holds."""
    match words.strip().lower():
        case "":
            return f"Effort: {session.effort or 'as the model likes'}."
        case "off" | "auto" | "default":
            session.think(None)
        case _:
            effort, known = checked_effort(words), session.card
            if known.thinking is False:
                raise UsageError(f"{session.model} does not think.", "Choose another model with /model.")
            if known.efforts and effort not in known.efforts and not effort.isdigit():
                raise UsageError(f"{session.model} knows no effort {effort}.", f"It knows {', '.join(known.efforts)}.")
            session.think(effort)
    return f"From the next call on, {session.model} thinks {_shown(session.effort)}."


def _shown(effort: str | None) -> str:
    if effort is None:
        return "as it likes"
    return f"with {int(effort):,} tokens" if effort.isdigit() else f"with effort {effort}"
