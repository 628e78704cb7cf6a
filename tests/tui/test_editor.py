"""The person's own editor has the terminal; everything else goes on."""

import asyncio
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from claw_core.error import UsageError
from claw_tui.editor import at_line, edit, edit_in, visit


class Terminal:
    """Lends itself as a Textual app does: what is raised inside keeps it from coming back."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @contextmanager
    def suspend(self) -> Generator[None]:
        self.told.append("lent")
        yield
        self.told.append("back")

    @contextmanager
    def batch_update(self) -> Generator[None]:
        yield


def script(folder: Path, *lines: str) -> dict[str, str]:
    """An editor that does this to the file `$1`."""
    path = folder / "my editor"
    path.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o755)
    return {"EDITOR": f"'{path}'"}


def test_the_text_is_what_the_editor_made_of_it(tmp_path: Path) -> None:
    assert edit("one\n", environment=script(tmp_path, 'echo two >> "$1"')) == "one\ntwo\n"


async def test_the_agent_works_on_while_the_editor_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    door = tmp_path / "door"
    os.mkfifo(door)
    monkeypatch.setenv("VISUAL", script(tmp_path, f'cat {door} >> "$1"')["EDITOR"])
    terminal = Terminal()
    editing = asyncio.create_task(edit_in(terminal, "draft "))
    # Opening the door waits for the editor, and all of it happens while the editor waits for us.
    await asyncio.to_thread(door.write_text, "from the loop")
    assert await editing == "draft from the loop"
    assert terminal.told == ["lent", "back"]


async def test_an_interrupt_meant_for_the_editor_ends_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setenv("VISUAL", script(tmp_path, f"kill -INT {os.getpid()}", 'echo well > "$1"')["EDITOR"])
    assert await edit_in(Terminal(), "") == "well\n"
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.parametrize(("editor", "says"), [("false", "status 1"), ("/no/such/editor", "cannot be started")])
async def test_an_editor_that_fails_gives_the_terminal_back(
    editor: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", editor)
    terminal = Terminal()
    with pytest.raises(UsageError, match=says):
        await edit_in(terminal, "draft")
    assert terminal.told == ["lent", "back"]


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("vim", ["+7", "/w/a b.py"]),
        ("/usr/bin/nano", ["+7", "/w/a b.py"]),
        ("hx", ["/w/a b.py:7"]),
        ("code", ["--goto", "/w/a b.py:7"]),
        ("something", ["/w/a b.py"]),
    ],
)
def test_an_editor_is_told_the_line_as_it_wants_it(editor: str, words: list[str]) -> None:
    assert list(at_line(editor, Path("/w/a b.py"), 7)) == words
    assert list(at_line(editor, Path("/w/a b.py"), 0)) == ["/w/a b.py"]


def test_a_file_is_opened_itself(tmp_path: Path) -> None:
    file = tmp_path / "-rf.txt"
    file.write_text("one\n")
    visit(file, 3, environment=script(tmp_path, 'echo two >> "$1"'))
    assert file.read_text() == "one\ntwo\n"
