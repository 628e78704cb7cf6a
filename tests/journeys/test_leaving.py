"""What is left behind: the terminal as it was, no process, a sound log, and a plain word where there is no terminal."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.journeys.command import Leash, claw, running, wait_until
from tests.journeys.terminal import Terminal
from tests.loopback import serving

MODEL = ("--model", "openai/tiny", "--permission-mode", "bypass")
LONG = ScriptedReply(text="It takes a while.", calls=(ScriptedCall(name="bash", input={"command": Leash.LONG}),))
DONE = ScriptedReply(text="All is well.")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def assert_as_before(terminal: Terminal) -> None:
    """Nothing of the screen's modes is left on, and what the terminal itself does is as it was."""
    assert terminal.modes() == terminal.modes_before
    for on, off, what in (
        (b"\x1b[?1049h", b"\x1b[?1049l", "the alternate screen"),
        (b"\x1b[?25l", b"\x1b[?25h", "the hidden cursor"),
        (b"\x1b[?1003h", b"\x1b[?1003l", "the mouse"),
        (b"\x1b[?2004h", b"\x1b[?2004l", "bracketed paste"),
        (b"\x1b[>1u", b"\x1b[<u", "the keyboard protocol"),
    ):
        assert terminal.output.rfind(off) > terminal.output.rfind(on), f"{what} is left on"


def assert_sound(home: Path, outcome: str) -> None:
    """The log of the only session is whole, and says how its last call ended."""
    assert json.loads(claw("sessions", "check", "latest", "--json", home=home).stdout)["problems"] == []
    (log,) = home.rglob("log.jsonl")
    events = [json.loads(line)["event"] for line in log.read_bytes().splitlines()]
    assert [event["outcome"] for event in events if event["kind"] == "call.finished"] == [outcome]
    assert events[-1]["kind"] == "session.ended"


@pytest.mark.parametrize("keys", [("ctrl+q",), ("ctrl+c", "ctrl+c")], ids=["^Q", "^C ^C"])
def test_the_terminal_is_as_it_was(tmp_path: Path, project: Path, keys: Sequence[str]) -> None:
    with (
        serving([DONE]) as server,
        Terminal(*MODEL, "say something", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url) as terminal,
    ):
        terminal.wait_for("All is well.")
        terminal.wait_for("── done")
        terminal.press(*keys)
        assert terminal.ended() == 0
        assert_as_before(terminal)
    (log,) = tmp_path.rglob("log.jsonl")
    assert json.loads(log.read_bytes().splitlines()[-1])["event"]["kind"] == "session.ended"


def test_the_window_has_the_workspaces_name_meanwhile_and_its_own_afterwards(tmp_path: Path, project: Path) -> None:
    with Terminal(
        "--model", "openai/tiny", home=tmp_path, cwd=project, OPENAI_BASE_URL="http://127.0.0.1:9"
    ) as terminal:
        terminal.wait_for("tiny")
        terminal.wait_for(lambda: b"\x1b]2;claw \xc2\xb7 project\x1b\\" in terminal.output)
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
        assert terminal.output.count(b"\x1b[22;2t") == terminal.output.count(b"\x1b[23;2t") == 1


def test_a_session_in_which_nothing_was_asked_leaves_nothing(tmp_path: Path, project: Path) -> None:
    with (
        serving() as server,
        Terminal(*MODEL, home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url) as terminal,
    ):
        terminal.wait_for("tiny")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
        assert terminal.screen().strip() == ""
        assert_as_before(terminal)
    assert list(tmp_path.rglob("log.jsonl")) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=["TERM", "HUP", "INT"])
def test_a_signal_ends_what_runs_and_leaves_the_terminal_as_it_was(
    tmp_path: Path, project: Path, number: signal.Signals
) -> None:
    with (
        contextlib.closing(Leash(project)) as leash,
        serving([LONG]) as server,
        Terminal(*MODEL, "take your time", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url) as terminal,
    ):
        terminal.wait_for(leash.begun)
        terminal.signal(number)
        assert terminal.ended() == 128 + number
        wait_until(leash.gone)
        assert_as_before(terminal)
    assert_sound(tmp_path, "interrupted")


def test_a_terminal_that_is_closed_ends_everything(tmp_path: Path, project: Path) -> None:
    with (
        contextlib.closing(Leash(project)) as leash,
        serving([LONG]) as server,
        Terminal(*MODEL, "take your time", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url) as terminal,
    ):
        terminal.wait_for(leash.begun)
        pid = terminal.pid
        terminal.hang_up()
        wait_until(leash.gone)
        wait_until(lambda: not _runs(pid))
    assert_sound(tmp_path, "interrupted")


def test_a_screen_that_nobody_would_see_is_not_opened(tmp_path: Path) -> None:
    program = ("sh", "-c", '"$@" 2>complaint', "sh", sys.executable, "-m", "claw_tui")
    with Terminal("--model", "openai/tiny", home=tmp_path, program=program) as terminal:
        assert terminal.ended() == 1
        assert terminal.output == b""
    assert "There is no terminal to show the workspace on." in next(tmp_path.rglob("complaint")).read_text()


def test_what_cannot_be_understood_is_said_before_any_screen(tmp_path: Path) -> None:
    with Terminal("--permission-mode", "yolo", home=tmp_path) as terminal:
        assert terminal.ended() == 2
        assert terminal.screen().startswith("claw: ")
        assert terminal.modes() == terminal.modes_before
        assert b"\x1b" not in terminal.output


@pytest.mark.parametrize("redirected", ["</dev/null", "<&-", ">/dev/null", "| cat"])
def test_without_a_terminal_it_says_so_and_what_works_instead(tmp_path: Path, redirected: str) -> None:
    program = ("sh", "-c", f'"$@" {redirected}', "sh", sys.executable, "-m", "claw_tui")
    with Terminal("--model", "openai/tiny", home=tmp_path, program=program) as terminal:
        status = terminal.ended()
        assert "There is no terminal to show the workspace on." in terminal.screen()
        assert "claw run" in terminal.screen()
        assert "Traceback" not in terminal.screen()
        assert b"\x1b[?1049h" not in terminal.output
    assert status == (0 if "|" in redirected else 1), "a pipe's status is that of its last command"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["INT", "TERM", "HUP"])
def test_a_signal_to_a_run_without_a_screen_ends_all_that_it_started(
    tmp_path: Path, project: Path, number: signal.Signals
) -> None:
    with (
        contextlib.closing(Leash(project)) as leash,
        serving([LONG]) as server,
        running("run", *MODEL, "go", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url) as process,
    ):
        wait_until(leash.begun)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=180)
        wait_until(leash.gone)
    assert (process.returncode, complaints) == (130, "")
    assert_sound(tmp_path, "interrupted")


def _runs(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked about does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.strip().startswith("Z")
