"""Going back as a person does it: Esc Esc in a real terminal, real files, and the next request as it is sent."""

from pathlib import Path

from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.journeys.command import wait_until
from tests.journeys.terminal import Terminal
from tests.loopback import serving

DONE = ScriptedReply(text="All is **well**.")


def write(words: str) -> ScriptedReply:
    return ScriptedReply(calls=(ScriptedCall(name="write", input={"path": "new.txt", "content": words}),))


def test_esc_esc_takes_back_the_talk_and_the_files_and_that_can_be_taken_back(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    file = project / "new.txt"
    answers = [write("first\n"), DONE, ScriptedReply(text="Now otherwise.")]
    with (
        serving(answers) as server,
        Terminal(
            "--model", "openai/tiny", "--permission-mode", "edits",
            home=tmp_path, cwd=project, columns=120, rows=40, OPENAI_BASE_URL=server.url,
        ) as terminal,
    ):  # fmt: skip
        terminal.wait_for("tiny")
        terminal.type("make the file")
        terminal.wait_for("make the file")
        terminal.press("enter")
        terminal.wait_for("── done")
        assert file.read_text() == "first\n"

        terminal.press("esc")
        terminal.wait_for("Esc again: rewind")
        terminal.press("esc")
        terminal.wait_for("go back to before")
        assert "new.txt" in terminal.wait_for("removed")
        assert file.exists(), "looking changes nothing"
        terminal.press("enter")
        wait_until(lambda: not file.exists())
        terminal.wait_for("│› make the file")  # it can be said anew
        terminal.press("enter")
        terminal.wait_for("Now otherwise.")
        said = [message["content"] for message in server.requests[-1].json["messages"]]
        assert len([words for words in said if words and "make the file" in str(words)]) == 1
        assert "All is" not in str(said), "what was taken back is not sent"
        terminal.wait_for(lambda: terminal.screen().count("── done") == 2)  # the first turn stays in sight

        terminal.type("/rewind")
        terminal.wait_for("│› /rewind")
        terminal.press("enter")
        terminal.wait_for("go back to before")
        terminal.press("up")
        terminal.wait_for("made again")
        terminal.press("f")
        wait_until(file.exists)
        assert file.read_text() == "first\n"
