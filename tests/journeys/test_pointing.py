"""A file that an answer names is opened in the person's editor, at its line, in a real terminal."""

from pathlib import Path

from claw_core.scripting import ScriptedReply
from tests.journeys.terminal import Terminal
from tests.loopback import serving


def test_a_file_that_is_named_opens_in_the_editor_and_claw_comes_back(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / "src/auth.py").write_text("import os\n\nclass Auth: ...\n")
    vim = tmp_path / "vim"
    vim.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {tmp_path}/told\necho "an editor is here"; read answer\n')
    vim.chmod(0o755)
    with (
        serving([ScriptedReply(text="It is in `src/auth.py:3`; see https://example.com/x.")]) as server,
        Terminal(
            "--model",
            "openai/tiny",
            "where is it",
            home=tmp_path,
            cwd=project,
            OPENAI_BASE_URL=server.url,
            EDITOR=str(vim),
        ) as terminal,
    ):
        terminal.wait_for("── done")
        terminal.press("f2")
        terminal.wait_for("/ search")  # its keys are named: it has them
        terminal.press("up", "o")
        terminal.wait_for("src/auth.py:3  ")
        terminal.wait_for("example.com/x  ")
        terminal.press("enter")
        terminal.wait_for("open it in vim")
        terminal.press("enter")
        terminal.wait_for("an editor is here")
        assert (tmp_path / "told").read_text() == f"+3|{project}/src/auth.py|"
        terminal.press("enter")
        terminal.wait_for("── done")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


def test_the_mouse_opens_it_too(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "notes.md").write_text("# The notes\n")
    with (
        serving([ScriptedReply(text="Look at notes.md now.")]) as server,
        Terminal(
            "--model", "openai/tiny", "where is it", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url
        ) as terminal,
    ):
        terminal.wait_for("── done")
        row = next(at for at, row in enumerate(terminal.screen().splitlines(), 1) if "notes.md" in row)
        column = terminal.screen().splitlines()[row - 1].index("notes.md") + 3
        terminal.type(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
        terminal.wait_for("look at it here")
        terminal.press("down", "up", "esc")
        terminal.wait_gone("look at it here")
