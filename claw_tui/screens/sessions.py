"""Earlier sessions, the newest first, to pick from."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from claw_tui.picker import Entry, Picker
from claw_tui.theme import Theme

if TYPE_CHECKING:
    from claw_core.session.shelf import Summary


class SessionsScreen(Picker[str]):
    """Returns the id of a session."""

    def __init__(self, theme: Callable[[], Theme], summaries: "Sequence[Summary]") -> None:
        super().__init__(theme, "sessions", session_entries(summaries), placeholder="type to narrow by title or folder")


def session_entries(summaries: "Sequence[Summary]") -> list[Entry[str]]:
    """Title, folder, when and how long."""
    return [
        Entry(
            label=one.title or one.id,
            detail=f"{one.project} · {one.started:%Y-%m-%d %H:%M} · {one.records:,} records",
            value=one.id,
        )
        for one in summaries
    ]
