"""Earlier sessions, the newest first, to pick from; below them those of other agents, marked as theirs."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from claw_tui.picker import Entry, Picker
from claw_tui.theme import Theme

if TYPE_CHECKING:
    from claw_core.foreign_shelf import ForeignSummary
    from claw_core.session.shelf import Summary


class SessionsScreen(Picker[str]):
    """Returns the id of a session; of another agent's, its file."""

    def __init__(
        self, theme: Callable[[], Theme], summaries: "Sequence[Summary]", foreign: "Sequence[ForeignSummary]" = ()
    ) -> None:
        entries = [*session_entries(summaries), *foreign_entries(foreign)]
        super().__init__(theme, "sessions", entries, placeholder="type to narrow by title, folder or agent")


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


def foreign_entries(foreign: "Sequence[ForeignSummary]") -> list[Entry[str]]:
    """The same, with whose it is first."""
    return [
        Entry(
            label=f"⇠ {one.title}",
            detail=" · ".join(filter(None, (one.source, one.project, f"{one.used:%Y-%m-%d %H:%M}"))),
            value=str(one.path),
        )
        for one in foreign
    ]
