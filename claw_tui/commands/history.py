"""What was asked in this folder before, to be said again."""

from claw_tui.command import ScreenFace
from claw_tui.picker import Entry, Picker

TITLE = "what you said before"


async def run(face: ScreenFace, words: str) -> None:
    """The one that is picked is put into the prompt, to be changed and sent."""
    said = await face.prompts()
    if not said:
        face.tell("Nothing was asked in this folder before.")
        return

    def picked(text: str | None) -> None:
        if text is not None:
            face.draft(text)

    face.open(Picker(lambda: face.look, TITLE, [Entry(label=text, value=text) for text in said]), picked)
