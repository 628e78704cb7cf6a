"""Talk to another model: `/model`, or `/model provider/name`."""

from claw_core.intent import SwitchModel
from claw_tui.command import ScreenFace
from claw_tui.screens.models import ModelsScreen


async def run(face: ScreenFace, words: str) -> None:
    """Without a name: those that can be talked to now, to pick from."""
    if words:
        face.send(SwitchModel(model=words))
        return

    def picked(model: str | None) -> None:
        if model:
            face.send(SwitchModel(model=model))

    session = face.session
    current = f"{session.provider}/{session.model}" if session else ""
    face.open(ModelsScreen(lambda: face.look, await face.reachable(), current=current), picked)
