"""What may be done without asking: `/permissions`, or `/permissions plan|ask|edits|auto`."""

from typing import cast, get_args

from claw_core.error import UsageError
from claw_core.event import Mode
from claw_core.intent import SwitchMode
from claw_tui.command import ScreenFace
from claw_tui.picker import Entry, Picker

MODES: dict[Mode, str] = {
    "plan": "reads only; nothing is changed until you approve a plan",
    "ask": "reads freely; asks before it changes or runs anything",
    "edits": "edits files in the workspace without asking; asks before it runs anything",
    "auto": "like edits, and commands run inside the sandbox",
}
"""What can be switched to; `bypass` only by flag."""


async def run(face: ScreenFace, words: str) -> None:
    """Without a mode: the modes, to pick from."""
    if not words:
        current = face.session.mode if face.session else "ask"
        entries: list[Entry[Mode]] = [
            Entry(label=mode, detail=f"{says}{' · now' if mode == current else ''}", value=mode)
            for mode, says in MODES.items()
        ]
        at = list(MODES).index(current) if current in MODES else 0
        face.open(Picker(lambda: face.look, "permission mode", entries, at=at), lambda mode: _switch(face, mode))
        return
    if words == "bypass":
        raise UsageError("bypass can only be chosen when claw is started.", "claw --permission-mode bypass")
    if words not in get_args(Mode):
        raise UsageError(f"There is no permission mode {words!r}.", f"Choose one of: {', '.join(MODES)}.")
    _switch(face, cast("Mode", words))


def _switch(face: ScreenFace, mode: Mode | None) -> None:
    if mode is not None:
        face.send(SwitchMode(mode=mode))
