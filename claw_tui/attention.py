"""Attention: what the terminal's window says of a session while nobody looks: its title, its progress, a bell.

Pure: states in, what to write out. Titles and bells are what every terminal has; progress (OSC 9;4) is sent only to
those that are known to draw it, since others take it for a notification.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from claw_tui.views.status import StatusView

Call = Literal["none", "bell", "notification"]
"""How a person who looks elsewhere is called."""

DEFAULT: Call = "bell"

State = Literal["idle", "running", "waiting"]

LONGEST = 120
"""Characters of a title or a notification."""

_SIGNS: Mapping[State, str] = {"idle": "", "running": "● ", "waiting": "◐ "}
_PROGRESS: Mapping[State, int] = {"idle": 0, "running": 3, "waiting": 4}
"""None; some, nobody knows how much; held up."""

KEEP_TITLE, GIVE_TITLE_BACK = "\x1b[22;2t", "\x1b[23;2t"
"""The terminal's own stack of titles: the shell's is there again afterwards."""


@dataclass(slots=True)
class Attention:
    """What the window was told last."""

    call: Call
    progress: bool
    """Whether this terminal draws progress."""
    state: State = "idle"
    title: str = ""

    def news(self, view: StatusView, *, watched: bool) -> str:
        """What to write now that the session is so; empty where nothing changed. `watched`: the window has the keys."""
        state: State = "waiting" if view.waiting else "running" if view.running else "idle"
        name = f"{_SIGNS[state]}claw · {view.title or view.root.name}"
        told = ""
        if name != self.title:
            told += ("" if self.title else KEEP_TITLE) + f"\x1b]2;{_safe(name)}\x1b\\"
        if state != self.state:
            told += self._progress(state)
            if not watched and state != "running":
                told += self._called("waits for your answer" if state == "waiting" else "is done", view)
        self.state, self.title = state, name
        return told

    def goodbye(self) -> str:
        """What leaves the window as it was."""
        return (self._progress("idle") if self.state != "idle" else "") + (GIVE_TITLE_BACK if self.title else "")

    def _progress(self, state: State) -> str:
        return f"\x1b]9;4;{_PROGRESS[state]}\x1b\\" if self.progress else ""

    def _called(self, what: str, view: StatusView) -> str:
        match self.call:
            case "bell":
                return "\a"
            case "notification":
                return f"\x1b]9;{_safe(f'claw {what}: {view.title or view.root.name}')}\x1b\\"
            case "none":
                return ""


def draws_progress(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is one of those that draw OSC 9;4."""
    drawing = environ.get("TERM_PROGRAM", "").lower() in ("ghostty", "wezterm")
    return drawing or "WT_SESSION" in environ or environ.get("ConEmuANSI") == "ON"


def _safe(text: str) -> str:
    """What came from a model or a folder's name cannot end the sequence it stands in, or begin another."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)[:LONGEST]
