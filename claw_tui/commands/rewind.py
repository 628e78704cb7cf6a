"""Go back to before a prompt, talk or files or both: /rewind, /rewind 2 files, /rewind undo."""

from claw_core.intent import GoBack, RunCommand
from claw_core.rewind import points
from claw_tui.command import ScreenFace
from claw_tui.screens.rewind import Choice, RewindScreen


async def run(face: ScreenFace, words: str) -> None:
    """Shows the moments; with words it goes back at once. A prompt that is taken back can be said anew."""
    session = face.session
    if session is None:
        face.tell("There is nothing to go back in: no session is open.", wrong=True)
        return
    if words:
        face.send(RunCommand(name="rewind", words=words))
        return
    if session.running:
        face.tell("A turn runs. Stop it first with Esc, then go back.", wrong=True)
        return
    found = points(session.stream.records)
    if not found:
        face.tell("Nothing was asked yet, so there is nothing to go back to.")
        return

    def chosen(choice: Choice | None) -> None:
        if choice is None:
            return
        face.send(GoBack(seq=choice.point.seq, talk=choice.talk, files=choice.files, over=choice.over))
        if choice.talk and choice.point.text:
            face.draft(choice.point.text)

    face.open(RewindScreen(lambda: face.look, found, session.rewind.preview), chosen)
