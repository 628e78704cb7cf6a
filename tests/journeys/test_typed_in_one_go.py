"""Keys that reach the process all at once, as over a slow line, do what they do one by one."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.journeys.command import wait_until
from tests.journeys.terminal import KEYS, Terminal, go_to_the_queue
from tests.loopback import Loopback, Told, serving

Opened: TypeAlias = Callable[..., contextlib.AbstractContextManager[tuple[Terminal, Loopback]]]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """The workspace on an empty project, with a server that gives these answers."""
    (tmp_path / "project").mkdir()

    @contextlib.contextmanager
    def open_it(answers: Sequence[Told] = ()) -> Any:
        with (
            serving(answers) as server,
            Terminal(
                "--model", "openai/tiny",
                home=tmp_path, cwd=tmp_path / "project", columns=140, rows=30, OPENAI_BASE_URL=server.url,
            ) as terminal,
        ):  # fmt: skip
            terminal.wait_for("tiny")
            yield terminal, server

    return open_it


@pytest.mark.parametrize("to", ["f2", "f3", "f12"], ids=["a pane", "another pane", "one that has to be made first"])
def test_what_is_typed_behind_a_key_that_goes_to_a_pane_goes_there(opened: Opened, to: str) -> None:
    with opened() as (terminal, _):
        terminal.type(f"draft{KEYS[to]}/zebra")
        terminal.wait_for(lambda: not terminal.row("│› ").startswith("│› draft/") and "zebra" in terminal.screen())
        assert terminal.row("│› draft").rstrip("│ ") == "│› draft"


def test_tab_and_back_in_one_go_leaves_the_letters_in_the_draft(opened: Opened) -> None:
    with opened() as (terminal, _):
        terminal.type(f"one{KEYS['tab']}jk{KEYS['shift+tab']}two")
        terminal.wait_for("│› onetwo")


@pytest.mark.parametrize("opens", ["\x10", "\x12", "/palette\r"], ids=["the palette", "what was said", "a command"])
def test_what_is_typed_behind_a_key_that_opens_a_list_narrows_the_list(opened: Opened, opens: str) -> None:
    with opened([ScriptedReply(text="Hello.")]) as (terminal, _):
        terminal.type("zebra crossing\r")
        terminal.wait_for("── done")
        terminal.type(f"{opens}zzz")
        terminal.wait_for("nothing fits")
        terminal.press("esc")
        terminal.wait_gone("nothing fits")
        assert terminal.row("│› ").rstrip("│ ") == "│›"


def test_a_reason_typed_in_one_go_with_its_key_is_the_reason_and_answers_nothing_else(opened: Opened) -> None:
    call = ScriptedCall(name="write", input={"path": "new.txt", "content": "x\n"})
    with opened([ScriptedReply(calls=(call,)), ScriptedReply(text="As you say.")]) as (terminal, server):
        terminal.type("make it\r")
        go_to_the_queue(terminal, "new.txt")
        terminal.type("Nnay, ya know\rand more")
        wait_until(lambda: len(server.requests) == 2)
        assert "nay, ya know" in str(server.requests[1].json["messages"])
        terminal.wait_for("│› and more")


def test_keys_behind_the_one_that_leaves_hold_up_nothing(opened: Opened) -> None:
    with opened() as (terminal, _):
        terminal.type(f"draft\x11more{KEYS['f3']}/zebra\x10")
        assert terminal.ended() == 0
        assert b"Traceback" not in terminal.output
