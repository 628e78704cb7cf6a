"""The prompt at a real terminal: mentions, pastes, shell lines of ones own, and a draft that outlives its process."""

import contextlib
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from claw_core.scripting import ScriptedReply
from tests.core.pictures import picture
from tests.journeys.command import wait_until
from tests.journeys.terminal import Terminal
from tests.loopback import Loopback, Told, serving

DONE = ScriptedReply(text="All is **well**.")
LONG = "\n".join(f"pasted row {number}" for number in range(1, 31))

Opened: TypeAlias = Callable[..., contextlib.AbstractContextManager[tuple[Terminal, Loopback]]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "cart.py").write_text("total = 3\n")
    return folder


@pytest.fixture
def opened(project: Path) -> Opened:
    """The workspace on a small project, with a server that gives these answers."""

    @contextlib.contextmanager
    def open_it(answers: Sequence[Told] = (), *, columns: int = 100, rows: int = 30) -> Any:
        with (
            serving(answers) as server,
            Terminal(
                "--model", "openai/tiny",
                home=project.parent, cwd=project, columns=columns, rows=rows, OPENAI_BASE_URL=server.url,
            ) as terminal,
        ):  # fmt: skip
            terminal.wait_for("tiny")
            yield terminal, server

    return open_it


def told(request: Any) -> str:
    """What a request says, all of it."""
    return str(request.json["messages"])


def test_a_mention_is_completed_and_what_it_names_goes_along(opened: Opened) -> None:
    with opened([DONE]) as (terminal, server):
        terminal.type("look at @cart")
        terminal.wait_for("▸ src/cart.py")
        terminal.press("tab")
        terminal.wait_for("look at @src/cart.py")
        terminal.type("please")
        terminal.press("enter")
        terminal.wait_for("All is well.")
        terminal.wait_for("▤ src/cart.py  1 line")
        assert "total = 3" in told(server.requests[0])
        assert "look at @src/cart.py please" in told(server.requests[0])


def test_a_shell_line_of_ones_own_runs_and_the_model_hears_of_it(opened: Opened) -> None:
    with opened([DONE]) as (terminal, server):
        terminal.type("!echo $((40+2)) apples")
        terminal.wait_for("$ !echo")
        terminal.press("enter")
        terminal.wait_for("42 apples")
        terminal.wait_for("exit 0")
        assert server.requests == []
        terminal.type("and now?")
        terminal.press("enter")
        terminal.wait_for("All is well.")
        assert "The person ran a shell line" in told(server.requests[0])
        assert "42 apples" in told(server.requests[0])


def test_a_shell_line_is_stopped_by_escape(opened: Opened) -> None:
    with opened() as (terminal, _):
        terminal.type("!echo begun; sleep 1000")
        terminal.press("enter")
        terminal.wait_for("│ begun")
        terminal.press("esc")
        terminal.wait_for("stopped")


def test_a_long_paste_and_a_picture_are_chips_and_go_along_whole(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(picture(60, 30))
    with opened([DONE]) as (terminal, server):
        paste(terminal, LONG.replace("\n", "\r"))
        terminal.wait_for("[pasted text #1, 30 lines]")
        paste(terminal, str(tmp_path / "shot.png"))
        terminal.wait_for("[image #2, shot.png]")
        terminal.type("why?")

        def sent() -> bool:
            terminal.press("enter")
            return "All is well." in terminal.screen()

        terminal.wait_for(sent)
        assert "pasted row 30" in told(server.requests[0])
        assert "data:image/png;base64," in told(server.requests[0])
        terminal.wait_for(lambda: "… " in terminal.row("more lines, Enter shows them"))


def paste(terminal: Terminal, text: str) -> None:
    """As a terminal pastes where it was asked to say so."""
    terminal.type(f"\x1b[200~{text}\x1b[201~")


@pytest.mark.parametrize("text", ["漢字と🦀", "e\u0301tude 👨‍👩‍👧 ok", "שלום עולם", "ไทย ภาษา"])
def test_letters_of_every_script_are_typed_moved_over_and_sent_as_they_are(opened: Opened, text: str) -> None:
    with opened([DONE]) as (terminal, server):
        terminal.type(f"{text}x")
        terminal.press("backspace")
        terminal.press("home", "end")
        terminal.type("!")
        terminal.press("enter")
        terminal.wait_for("All is well.")
        assert server.requests[0].json["messages"][-1]["content"] == f"{text}!"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM], ids=["KILL", "HUP", "TERM"])
def test_a_draft_outlives_its_process(opened: Opened, tmp_path: Path, number: signal.Signals) -> None:
    with opened() as (terminal, _):
        paste(terminal, LONG)
        terminal.type(" half a thought")
        terminal.wait_for("half a thought")
        wait_until(lambda: any("thought" in path.read_text() for path in tmp_path.rglob("draft.json")))
        terminal.signal(number)
        assert terminal.ended() == 128 + number
    with opened([DONE]) as (terminal, server):
        terminal.wait_for("[pasted text #1, 30 lines] half a thought")
        terminal.press("enter")
        terminal.wait_for("All is well.")
        assert "pasted row 30" in told(server.requests[0])
        wait_until(lambda: not list(tmp_path.rglob("draft.json")))


def test_a_draft_that_is_being_written_in_another_terminal_stays_there(opened: Opened, tmp_path: Path) -> None:
    with opened() as (first, _):
        first.type("mine")
        wait_until(lambda: any("mine" in path.read_text() for path in tmp_path.rglob("draft.json")))
        with opened() as (second, _):
            second.type("theirs")
            second.wait_for("› theirs")
            assert "mine" not in second.screen()
