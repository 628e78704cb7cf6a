"""A real terminal is pulled about, suspended, typed at too early, scribbled on and told nonsense."""

import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from claw_core.scripting import ScriptedReply
from tests.journeys.command import wait_until
from tests.journeys.terminal import Terminal
from tests.loopback import serving

MODEL = ("--model", "openai/tiny")
NOBODY = "http://127.0.0.1:9/v1"
WORDS = "漢字 and 🙂 and e\u0301 and שלום and a | b.\n\n| col | wide |\n|---|---|\n| 漢字 | 🙂 |\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def terminal(tmp_path: Path, project: Path) -> Iterator[Terminal]:
    with Terminal(*MODEL, home=tmp_path, cwd=project, OPENAI_BASE_URL=NOBODY) as terminal:
        yield terminal


def test_what_is_typed_while_it_starts_lands_in_the_prompt(terminal: Terminal) -> None:
    terminal.wait_for("claw")  # the skeleton, which shows letters and keeps what is typed
    terminal.type("typed before anything was theer\x7f\x7fre")
    terminal.wait_for("› typed before anything was there")
    terminal.type(" and after")
    terminal.wait_for("› typed before anything was there and after")


def test_the_skeleton_is_taken_away_where_no_workspace_follows(tmp_path: Path, project: Path) -> None:
    with Terminal("--cwd", "nosuchfolder", home=tmp_path, cwd=project, OPENAI_BASE_URL=NOBODY) as terminal:
        status = terminal.ended()
        assert terminal.modes() == terminal.modes_before
        shown = terminal.screen()
    assert status != 0
    assert "nosuchfolder" in shown
    assert "╭" not in shown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=["TERM", "HUP", "INT"])
def test_a_signal_while_only_the_skeleton_is_there_leaves_the_terminal_as_it_was(
    tmp_path: Path, project: Path, number: signal.Signals
) -> None:
    program = (sys.executable, "-X", "importtime", "-m", "claw_tui")  # which takes longer to start, and tells so
    with Terminal(home=tmp_path, cwd=project, program=program, OPENAI_BASE_URL=NOBODY) as terminal:
        terminal.wait_for(lambda: b"\x1b[?1049h" in terminal.output)
        terminal.signal(number)
        assert terminal.ended() in (128 + number, 130)
        assert terminal.modes() == terminal.modes_before
        assert terminal.output.rfind(b"\x1b[?1049l") > terminal.output.rfind(b"\x1b[?1049h")


@pytest.mark.parametrize("key", ["ctrl+z", ""], ids=["by the key", "by the signal"])
def test_suspended_it_gives_the_terminal_back_and_continued_it_takes_it_again(terminal: Terminal, key: str) -> None:
    terminal.wait_for("tiny")
    terminal.type("half a draft")
    terminal.wait_for("› half a draft")
    if key:
        terminal.press(key)
    else:
        terminal.signal(signal.SIGTSTP)
    wait_until(lambda: _state(terminal.pid) == "T")
    terminal.wait_for(lambda: terminal.output.rfind(b"\x1b[?1049l") > terminal.output.rfind(b"\x1b[?1049h"))
    assert terminal.modes() == terminal.modes_before
    assert terminal.output.rfind(b"\x1b[?1003l") > terminal.output.rfind(b"\x1b[?1003h")
    terminal.signal(signal.SIGCONT)
    terminal.wait_for("› half a draft")
    terminal.wait_for("tiny")
    assert terminal.output.rfind(b"\x1b[?1049h") > terminal.output.rfind(b"\x1b[?1049l")
    terminal.type(", and the rest")
    terminal.wait_for("› half a draft, and the rest")
    terminal.press("ctrl+c", "ctrl+q")
    assert terminal.ended() == 0
    assert terminal.modes() == terminal.modes_before


def test_nonsense_from_the_mouse_is_no_word_of_the_draft(terminal: Terminal) -> None:
    terminal.wait_for("tiny")
    terminal.type("a\x1b[<0;NaN;NaNMb\x1b[<35;NaN;12mc\x1b[<35;99999;99999Md")
    terminal.wait_for("› abcd")
    terminal.press("ctrl+c", "ctrl+q")
    assert terminal.ended() == 0


def test_pulled_to_any_size_again_and_again_it_shows_the_last_one(terminal: Terminal) -> None:
    terminal.wait_for("tiny")
    terminal.type("draft")
    for columns, rows in ((40, 10), (400, 120), (80, 24), (41, 11), (200, 50), (120, 40), (79, 30), (119, 33)) * 3:
        terminal.resize(columns, rows)
        terminal.screen()
    terminal.resize(100, 30)
    terminal.wait_for(
        lambda: terminal.screen().splitlines()[-1].startswith("╰") and len(terminal.row("› draft")) == 100
    )
    assert terminal.row("› draft").endswith("│")


def test_wide_and_joined_characters_leave_every_border_in_its_column(tmp_path: Path, project: Path) -> None:
    with (
        serving([ScriptedReply(text=WORDS)]) as server,
        Terminal(
            "--model", "openai/tiny", "say it", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url
        ) as terminal,
    ):
        terminal.wait_for("── done")
        terminal.resize(90, 30)
        terminal.wait_for(lambda: _bordered(terminal, 90))
        assert any("漢字" in row for row in _inner(terminal))


def test_what_a_library_writes_to_standard_error_is_told_after_the_screen(tmp_path: Path, project: Path) -> None:
    script = (
        "import os, signal, sys; from claw_tui.__main__ import main;"
        "signal.signal(signal.SIGUSR1, lambda *_: os.write(2, b'scribble of a library')); sys.exit(main())"
    )
    program = (sys.executable, "-c", script)
    with Terminal(home=tmp_path, cwd=project, program=program, OPENAI_BASE_URL=NOBODY, CLAW_MODEL="openai/tiny") as one:
        one.wait_for("tiny")
        one.signal(signal.SIGUSR1)
        one.type("a draft")
        one.wait_for("› a draft")
        assert b"scribble" not in one.output
        one.press("ctrl+c", "ctrl+q")
        assert one.ended() == 0
        assert "scribble of a library" in one.screen()


def _inner(terminal: Terminal) -> list[str]:
    return [row for row in terminal.screen().splitlines() if row.startswith("│")]


def _bordered(terminal: Terminal, columns: int) -> bool:
    """Whether all rows between the borders end at the last column; what is wide is one letter in two columns."""
    return len(terminal.row("╰")) == columns and all(
        row.endswith("│") and cell_len(row) == columns for row in _inner(terminal)
    )


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_without_colours_no_colour_is_sent(tmp_path: Path, project: Path) -> None:
    with Terminal(*MODEL, home=tmp_path, cwd=project, OPENAI_BASE_URL=NOBODY, NO_COLOR="1") as terminal:
        terminal.wait_for("send")
        terminal.type("hello")
        terminal.wait_for("› hello")
        terminal.press("ctrl+p")
        terminal.wait_for("what would you like to do?")
        sent = re.findall(rb"\x1b\[([0-9;]*)m", terminal.output)
    assert sent
    assert not {code for codes in sent for code in codes.split(b";")} - {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"9"}
