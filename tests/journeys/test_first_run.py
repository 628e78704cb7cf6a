"""The first minute: nothing is set up, and `claw` says what can be done about it."""

import contextlib
import socket
from collections.abc import Generator
from pathlib import Path

import pytest

from claw_core.scripting import ScriptedReply
from tests.journeys.terminal import Terminal, go_to_the_queue
from tests.loopback import serving


@pytest.fixture
def nobody() -> Generator[str]:
    """An address of this machine at which nobody answers, in place of the usual one of a local server."""
    with contextlib.closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize(("columns", "rows"), [(160, 50), (80, 24)])
def test_the_demo_starts_from_the_welcome_screen(tmp_path: Path, nobody: str, columns: int, rows: int) -> None:
    with Terminal(home=tmp_path, columns=columns, rows=rows, OLLAMA_HOST=nobody) as terminal:
        terminal.wait_for("No model is set up.")
        terminal.wait_for("+ Enter a key for OpenAI")
        terminal.wait_for("▸ ▶ The demo")
        terminal.press("d")
        go_to_the_queue(terminal, "shop/cart.py")
        terminal.press("n")
        terminal.wait_for("All right, I leave that.")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


def test_the_offers_are_chosen_with_the_arrows(tmp_path: Path, nobody: str) -> None:
    with Terminal(home=tmp_path, OLLAMA_HOST=nobody) as terminal:
        terminal.wait_for("▸ ▶ The demo")
        terminal.wait_for("+ Enter a key for OpenAI")
        terminal.press("down")
        terminal.wait_for("▸ + Enter a key")
        terminal.press("up")
        terminal.wait_for("▸ ▶ The demo")
        terminal.press("enter")
        terminal.wait_for("▸ write    shop/cart.py")


def test_leaving_is_as_easy(tmp_path: Path, nobody: str) -> None:
    with Terminal(home=tmp_path, OLLAMA_HOST=nobody) as terminal:
        terminal.wait_for("▸ ▶ The demo")
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.modes() == terminal.modes_before
    assert list(tmp_path.rglob("log.jsonl")) == []


def test_a_local_server_that_answers_is_offered_and_works(tmp_path: Path) -> None:
    with serving([ScriptedReply(text="All is well.")]) as server:
        host = server.url.removesuffix("/v1")
        with Terminal(home=tmp_path, columns=120, rows=40, OLLAMA_HOST=host) as terminal:
            terminal.wait_for("● ollama/tiny")
            terminal.wait_for("▸ ● ollama/tiny")
            terminal.press("enter")
            terminal.wait_for("tiny · ask")
            terminal.type("go")
            terminal.wait_for("› go")
            terminal.press("enter")
            terminal.wait_for("All is well.")
            assert server.requests[0].json["model"] == "tiny"


def test_a_key_is_entered_once_and_kept_for_this_person_alone(tmp_path: Path, nobody: str) -> None:
    with Terminal(home=tmp_path, OLLAMA_HOST=nobody) as terminal:
        terminal.wait_for("Enter a key for OpenAI")
        while "▸ + Enter a key for OpenAI" not in terminal.screen():
            before = terminal.row("▸")
            terminal.press("down")
            # Between two rows there may be a moment without the sign.
            terminal.wait_for(lambda before=before: terminal.row("▸") not in ("", before))
        terminal.press("enter")
        terminal.wait_for("Esc back")
        terminal.type("sk-only-for-me-0123456789")
        assert "sk-only-for-me" not in terminal.wait_for("•" * len("sk-only-for-me-0123456789"))
        terminal.press("enter")
        terminal.wait_for("● OpenAI")
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and b"sk-only-for-me" in path.read_bytes()]
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]


def test_the_welcome_screen_says_what_it_found(tmp_path: Path, nobody: str) -> None:
    with Terminal(home=tmp_path, OLLAMA_HOST=nobody) as terminal:
        terminal.wait_for("No key is set, and no local server answers.")
