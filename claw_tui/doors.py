"""Doors: what the app can open beside the session it begins with. The entry that starts the app hands them over."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from claw_tui.feed import ReplayFace, SessionFace

if TYPE_CHECKING:
    from claw_core.foreign_shelf import ForeignSummary
    from claw_core.reach import Reach
    from claw_core.session.shelf import Summary
    from claw_tui.own_settings import OwnSettings

OpenSession = Callable[[], Awaitable[SessionFace]]
"""Opens a session. Raises ClawError for whatever stands in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Each raises ClawError where it cannot be opened."""

    fresh: OpenSession
    """A new session in the same folder."""
    with_model: Callable[[str], OpenSession]
    """A new session with that model: `provider/name`, or a provider alone."""
    demo: OpenSession
    """The demo."""
    replay: Callable[[str], Awaitable[ReplayFace]]
    """A session that has happened, by its id."""
    fork: Callable[[str, int], Awaitable[OpenSession]]
    """A new session that shares the records of another up to one, to be opened."""
    reachable: "Callable[[], Awaitable[Sequence[Reach]]]"
    """Whom we could talk to."""
    summaries: "Callable[[], Awaitable[Sequence[Summary]]]"
    """All sessions, the newest first."""
    foreign: "Callable[[], Awaitable[Sequence[ForeignSummary]]]"
    """Sessions of other agents on this machine, the newest first."""
    prompts: Callable[[], Awaitable[Sequence[str]]]
    """What was asked in this folder, in all sessions, the newest first."""
    keep_key: Callable[[str, str], Awaitable[str]]
    """Keep a key under the variable it is looked for in; where it went, for the person."""
    verify: Callable[[str], Awaitable[str]] | None = None
    """Does a session again from what was recorded, and says how that went."""
    settings: "Callable[[], OwnSettings] | None" = None
    """The person's settings, to be changed."""
    drafts: Callable[[Path], Path] | None = None
    """Where the drafts of a workspace are kept, by its folder; None to keep none."""
