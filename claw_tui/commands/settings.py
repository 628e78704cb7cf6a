"""Every setting: what holds, who says so, and how to change it."""

from typing import TYPE_CHECKING, cast

from claw_core.intent import SwitchMode, SwitchModel
from claw_tui import theme
from claw_tui.command import ScreenFace
from claw_tui.own_settings import Held
from claw_tui.screens.settings import SettingsScreen

if TYPE_CHECKING:
    from claw_core.event import Mode


async def run(face: ScreenFace, words: str) -> None:
    """Words narrow the list from the start."""
    own = face.settings
    if own is None:
        face.tell("There are no settings to change here.", wrong=True)
        return

    def holds(held: Held) -> bool:
        nonlocal before
        taken = take_over(face, held)
        before = face.look
        return taken

    def preview(name: str | None) -> None:
        face.use_theme(theme.named(name, theme.own_folder()) if name is not None else before)

    before = face.look
    themes = tuple(theme.files(theme.own_folder()))
    face.open(SettingsScreen(lambda: face.look, own, themes=themes, holds=holds, preview=preview, typed=words))


def take_over(face: ScreenFace, held: Held) -> bool:
    """Let what was changed hold at once; False where it holds from the next start on."""
    match held.setting.key, held.value:
        case "theme", value:
            face.use_theme(theme.named(str(value or theme.DEFAULT), theme.own_folder()))
        case "ui.attention" | "ui.reduced_motion" as key, value:
            face.settle(key, value)
        case "model", str(value) if face.session is not None:
            face.send(SwitchModel(model=value))
        case "effort", value if face.session is not None:
            face.run_command("effort", str(value or "off"))
        case "permission_mode", ("plan" | "ask" | "edits" | "auto") as mode if face.session is not None:
            face.send(SwitchMode(mode=cast("Mode", mode)))
        case _:
            return False
    return True
