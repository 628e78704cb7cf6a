"""The workspace as a person uses it: keys in a real terminal, a real server that streams, real files."""

import asyncio
import contextlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.journeys.command import Leash, wait_until
from tests.journeys.terminal import Terminal, go_to_the_queue, say
from tests.loopback import Answer, Loopback, Told, Wait, chunk, completion, cut, serving

WORDS = "\n".join(f"line {number}" for number in range(1, 41)) + "\n"
THREE = WORDS.replace("line 2\n", "line two\n").replace("line 20\n", "line twenty\n").replace("line 39\n", "line end\n")
READ = ScriptedReply(text="I read it first.", calls=(ScriptedCall(name="read", input={"path": "words.txt"}),))
WRITE = ScriptedReply(
    text="Three hunks.", calls=(ScriptedCall(name="write", input={"path": "words.txt", "content": THREE}),)
)
DONE = ScriptedReply(text="All is **well**.")

Opened: TypeAlias = Callable[..., contextlib.AbstractContextManager[tuple[Terminal, Loopback]]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "words.txt").write_text(WORDS)
    return folder


@pytest.fixture
def opened(project: Path) -> Opened:
    """The workspace on a small project, with a server that gives these answers."""

    @contextlib.contextmanager
    def open_it(answers: Sequence[Told], *words: str, columns: int = 160, rows: int = 50) -> Any:
        with (
            serving(answers) as server,
            Terminal(
                "--model", "openai/tiny", *words,
                home=project.parent, cwd=project, columns=columns, rows=rows, OPENAI_BASE_URL=server.url,
            ) as terminal,
        ):  # fmt: skip
            terminal.wait_for("tiny")
            yield terminal, server

    return open_it


def begun(*pieces: str) -> bytes:
    """The beginning of an answer."""
    return b"".join(chunk({"content": piece}) for piece in pieces)


def results(request: Any) -> list[str]:
    """What a request tells the model of its calls."""
    return [message["content"] for message in request.json["messages"] if message["role"] == "tool"]


@pytest.mark.parametrize(("columns", "rows"), [(160, 50), (100, 30), (80, 24)])
def test_a_prompt_is_answered_with_a_tool_on_the_way(opened: Opened, columns: int, rows: int) -> None:
    with opened([READ, DONE], columns=columns, rows=rows) as (terminal, server):
        say(terminal, "look at the words")
        screen = terminal.wait_for("All is well.")
        assert "› look at the words" in screen
        assert re.search(r"● read   words\.txt +40 lines ", screen)
        terminal.wait_for("── done")
        assert results(server.requests[1])[0].count("line ") == 40
        terminal.press("f3")
        terminal.wait_for("w waterfall")  # its keys are named: it has them
        assert "● model" in terminal.wait_for("turn 1 look at")


@pytest.mark.parametrize("size", [1, 3, 7])
def test_an_answer_cut_at_awkward_places_reads_as_it_was_written(opened: Opened, size: int) -> None:
    text = "Zwölf Boxkämpfer — 漢字 und 🦀 «fertig».\n\n- one\n- two ✓\n"
    answer = Answer(pieces=cut(completion(text, letters=1), size))
    with opened([answer]) as (terminal, _):
        say(terminal, "go")
        terminal.wait_for("two ✓")
        assert "Zwölf Boxkämpfer — 漢字 und 🦀 «fertig»." in terminal.row("Zwölf")


def test_an_answer_is_seen_while_it_comes(opened: Opened) -> None:
    rest = completion("and now the rest.")
    wait = Wait(asyncio.Event())
    with opened([Answer(pieces=(begun("Half of it ", "is here, "), wait, rest))]) as (terminal, server):
        say(terminal, "go")
        terminal.wait_for("Half of it is here,")
        server.release(wait)
        terminal.wait_for("and now the rest.")


def test_an_edit_is_asked_about_and_allowed_with_y(opened: Opened, project: Path) -> None:
    with opened([READ, WRITE, DONE]) as (terminal, server):
        say(terminal, "three changes")
        go_to_the_queue(terminal)
        assert (project / "words.txt").read_text() == WORDS
        terminal.press("y")
        terminal.wait_for("All is well.")
        assert (project / "words.txt").read_text() == THREE
        terminal.wait_gone("waiting for you")
        assert "Changed words.txt (+3 −3)." in results(server.requests[2])[1]


def test_two_of_three_hunks_are_taken_and_the_model_is_told_which(opened: Opened, project: Path) -> None:
    with opened([READ, WRITE, DONE]) as (terminal, server):
        say(terminal, "three changes")
        go_to_the_queue(terminal)
        terminal.press("space")
        terminal.wait_for("Tab queue  j next")
        terminal.press("j")
        terminal.wait_for("hunk 2 of 3")
        terminal.press("space")
        terminal.wait_for("left out [ ]")
        terminal.press("enter")
        terminal.wait_for("All is well.")
        text = (project / "words.txt").read_text()
        assert text == THREE.replace("line twenty\n", "line 20\n")
        heard = results(server.requests[2])[1]
        assert "did not take 1 hunk" in heard
        assert "+line twenty" in heard
        assert "+line two\n" not in heard


def test_no_with_a_reason_reaches_the_model(opened: Opened, project: Path) -> None:
    with opened([READ, WRITE, DONE]) as (terminal, server):
        say(terminal, "three changes")
        go_to_the_queue(terminal)
        terminal.press("N")
        terminal.wait_for("no, because ─")
        terminal.type("keep line 20")
        terminal.wait_for("keep line 20")
        terminal.press("enter")
        terminal.wait_for("All is well.")
        assert (project / "words.txt").read_text() == WORDS
        assert "keep line 20" in results(server.requests[2])[1]


def test_words_typed_faster_than_their_dialog_opens_are_not_lost_and_answer_nothing(
    opened: Opened, project: Path
) -> None:
    with opened([READ, WRITE, DONE]) as (terminal, server):
        say(terminal, "three changes")
        go_to_the_queue(terminal)
        terminal.type("Nyes, A?\r")
        terminal.wait_for("All is well.")
        assert (project / "words.txt").read_text() == WORDS
        assert "yes, A?" in results(server.requests[2])[1]


def test_what_was_said_in_an_earlier_session_is_said_again(opened: Opened) -> None:
    with opened([DONE, DONE]) as (terminal, _):
        say(terminal, "water the plants")
        terminal.wait_for("All is well.")
    with opened([DONE]) as (terminal, server):
        terminal.type("half a draft")
        terminal.wait_for("half a draft")
        terminal.press("ctrl+r")
        terminal.wait_for("what you said before ─")
        terminal.wait_for("water the plants")
        terminal.type("plants")
        terminal.press("enter")
        terminal.wait_for("│› water the plants")
        terminal.wait_for("1 draft aside")
        terminal.press("enter")
        terminal.wait_for("All is well.")
        terminal.wait_for("› half a draft")
        assert [message["content"] for message in server.requests[0].json["messages"][1:]] == ["water the plants"]


def test_esc_stops_a_slow_answer_and_the_conversation_goes_on(opened: Opened) -> None:
    with opened([Answer(pieces=(begun("This will ", "take long"), Wait(asyncio.Event()))), DONE]) as (terminal, server):
        say(terminal, "go")
        terminal.wait_for("This will take long")
        terminal.press("esc")
        terminal.wait_for("interrupted")
        wait_until(server.requests[0].gone.is_set)
        say(terminal, "and now?")
        terminal.wait_for("All is well.")
        roles = [message["role"] for message in server.requests[1].json["messages"]]
        assert roles[0] == "system"
        assert roles[-1] == "user"
        assert "and now?" in server.requests[1].json["messages"][-1]["content"]


def test_esc_stops_a_command_and_all_that_it_started(opened: Opened, project: Path) -> None:
    slow = ScriptedReply(calls=(ScriptedCall(name="bash", input={"command": Leash.LONG}),))
    with (
        contextlib.closing(Leash(project)) as leash,
        opened([slow, DONE], "--permission-mode", "bypass") as (terminal, server),
    ):
        say(terminal, "go")
        terminal.wait_for(leash.begun)
        terminal.press("esc")
        terminal.wait_for(leash.gone)
        terminal.wait_for("interrupted")
        say(terminal, "and now?")
        terminal.wait_for("All is well.")
        assert "This call was stopped while it ran." in results(server.requests[1])[0]


def test_what_is_said_while_the_agent_works_is_delivered_between_its_calls(opened: Opened, project: Path) -> None:
    slow = ScriptedReply(
        calls=(ScriptedCall(name="bash", input={"command": "until [ -e go ]; do sleep 0.02; done; echo gone"}),)
    )
    with opened([slow, DONE], "--permission-mode", "bypass") as (terminal, server):
        say(terminal, "first")
        terminal.wait_for("until [ -e go ]")
        say(terminal, "and keep the names")
        terminal.wait_for("queued: 1")
        assert len(server.requests) == 1
        (project / "go").touch()
        terminal.wait_for("All is well.")
        terminal.wait_gone("queued")
        said = [m["content"] for m in server.requests[1].json["messages"] if m["role"] in ("tool", "user")]
        assert [("gone" in text, "keep the names" in text) for text in said[-2:]] == [(True, False), (False, True)]
        assert len(server.requests) == 2


def test_an_ask_takes_no_key_that_was_meant_for_the_prompt(opened: Opened, project: Path) -> None:
    with opened([READ, WRITE, DONE]) as (terminal, _):
        say(terminal, "three changes")
        terminal.type("yes and yay")
        terminal.wait_for("yes and yay")
        go_to_the_queue(terminal)
        terminal.press("esc")
        terminal.wait_for("Tab queue")
        terminal.type(", too")
        terminal.wait_for("yes and yay, too")
        assert (project / "words.txt").read_text() == WORDS
        assert "waiting for you" in terminal.screen()


def test_shift_tab_goes_round_the_modes_and_the_gate_follows(opened: Opened, project: Path) -> None:
    with opened([READ, WRITE, DONE]) as (terminal, _):
        for mode in ("edits", "auto", "plan", "ask", "edits"):
            terminal.press("shift+tab")
            terminal.wait_for(lambda mode=mode: f"  {mode}  ─╮" in terminal.screen())
        say(terminal, "three changes")
        terminal.wait_for("All is well.")
        assert (project / "words.txt").read_text() == THREE


@pytest.mark.parametrize(
    ("command", "shows"),
    [
        ("/status", ("openai/tiny", "permission mode", "records")),
        ("/cost", ("cost ─", "No model was called yet.")),
        ("/model", ("openai/tiny-coder", "now")),
        ("/help", ("keys and commands", "Send it")),
    ],
)
def test_a_command_shows_its_page_and_esc_goes_back(opened: Opened, command: str, shows: tuple[str, ...]) -> None:
    with opened([DONE], columns=100, rows=30) as (terminal, server):
        say(terminal, command)
        for words in (*shows, "Esc back"):
            terminal.wait_for(words)
        terminal.press("esc")
        terminal.wait_gone("Esc back")
        assert server.requests == []


def test_another_model_answers_from_now_on(opened: Opened) -> None:
    with opened([DONE, DONE]) as (terminal, server):
        say(terminal, "/model openai/tiny-coder")
        terminal.wait_for("tiny-coder · ask")
        say(terminal, "go")
        terminal.wait_for("All is well.")
        assert server.requests[0].json["model"] == "tiny-coder"


def test_what_was_changed_is_shown_and_a_new_session_begins(opened: Opened) -> None:
    with opened([READ, WRITE, DONE, DONE], "--permission-mode", "edits", columns=100, rows=30) as (terminal, server):
        say(terminal, "three changes")
        terminal.wait_for("── done")
        say(terminal, "/diff")
        terminal.wait_for("+ line two")
        terminal.wait_for("Esc prompt")
        terminal.press("esc")
        terminal.wait_for("Enter send")
        say(terminal, "/clear")
        terminal.wait_gone("three changes")
        terminal.wait_gone("+ line two")
        say(terminal, "anew")
        terminal.wait_for(lambda: len(server.requests) == 4)
        assert [message["role"] for message in server.requests[-1].json["messages"]] == ["system", "user"]


def test_a_mistyped_command_is_suggested_and_never_sent(opened: Opened) -> None:
    with opened([DONE]) as (terminal, server):
        say(terminal, "/statsu")
        terminal.wait_for("There is no command /statsu.")
        terminal.wait_for(lambda: "/status" in terminal.screen().replace("/statsu", ""))
        assert "/statsu" in terminal.row("›"), "the draft stays, to be mended"
        terminal.press("ctrl+c")
        terminal.wait_for(lambda: "/statsu" not in terminal.row("›"))
        say(terminal, "go")
        terminal.wait_for("All is well.")
        assert len(server.requests) == 1
        assert "statsu" not in str(server.requests[0].json)


def test_exit_leaves(opened: Opened) -> None:
    with opened([DONE]) as (terminal, _):
        say(terminal, "go")
        terminal.wait_for("── done")
        say(terminal, "/exit")
        assert terminal.ended() == 0


def test_f1_shows_keys_and_the_palette_runs_what_is_looked_for(opened: Opened) -> None:
    with opened([DONE], columns=100, rows=30) as (terminal, _):
        terminal.type("a draft")
        terminal.wait_for("› a draft")
        terminal.press("f1")
        assert "The permission mode" not in terminal.wait_for("keys and commands")
        terminal.press("esc")
        terminal.wait_gone("keys and commands")
        terminal.press("ctrl+p")
        terminal.wait_for("what would you like to do?")
        terminal.type("cost")
        terminal.wait_for("▸ /cost")
        terminal.press("enter")
        terminal.wait_for("No model was called yet.")
        terminal.press("esc")
        terminal.wait_gone("No model was called yet.")
        terminal.wait_for("› a draft")  # which is as it was


@pytest.mark.parametrize(("columns", "rows"), [(20, 5), (40, 10), (1, 1), (200, 3)])
def test_a_tiny_terminal_does_not_crash_and_is_usable_again_when_it_grows(
    opened: Opened, columns: int, rows: int
) -> None:
    with opened([READ, WRITE, DONE], columns=80, rows=24) as (terminal, server):
        terminal.type("three")
        terminal.resize(columns, rows)
        terminal.type(" changes")
        terminal.press("enter", "tab")
        terminal.wait_for(lambda: server.requests)
        terminal.resize(100, 30)
        terminal.wait_for("› three changes")
        terminal.wait_for("waiting for you")
        terminal.wait_for(lambda: re.search(r"▸ .* [1-9]\d*s +│", terminal.screen()))


def test_it_opens_in_a_tiny_terminal(project: Path) -> None:
    with (
        serving([DONE]) as server,
        Terminal(
            "--model", "openai/tiny", home=project.parent, cwd=project, columns=20, rows=5, OPENAI_BASE_URL=server.url
        ) as terminal,
    ):
        terminal.wait_for("›")
        terminal.type("go")
        terminal.wait_for("go")
        terminal.press("enter")
        terminal.wait_for(lambda: server.requests)
        terminal.resize(80, 24)
        terminal.wait_for("All is well.")


def test_permissions_can_be_chosen(opened: Opened) -> None:
    with opened([DONE], columns=100, rows=30) as (terminal, _):
        say(terminal, "/permissions")
        terminal.wait_for("reads only; nothing is changed")
        terminal.press("esc")
        terminal.wait_gone("reads only; nothing is changed")


def test_a_new_session_shows_its_own_words(opened: Opened) -> None:
    with opened([READ, DONE, ScriptedReply(text="Anew.")]) as (terminal, _):
        say(terminal, "look")
        terminal.wait_for("── done")
        say(terminal, "/clear")
        terminal.wait_gone("I read it first.")
        say(terminal, "and now?")
        terminal.wait_for(lambda: "│ › and now?" in terminal.screen())


def test_after_the_last_hunk_is_applied_the_prompt_has_the_keys(opened: Opened) -> None:
    with opened([READ, WRITE, DONE]) as (terminal, _):
        say(terminal, "three changes")
        go_to_the_queue(terminal)
        terminal.press("space")
        terminal.wait_for("Tab queue  j next")
        terminal.press("enter")
        terminal.wait_for("── done")
        terminal.type("thanks")
        terminal.wait_for("› thanks")


def test_a_person_types_into_a_command_that_runs(opened: Opened) -> None:
    asks = r"printf '\033[32mName?\033[0m '; read name; echo hello $name; sleep 60"
    run = ScriptedReply(
        text="I start it.", calls=(ScriptedCall(name="bash", input={"command": asks, "background": True}),)
    )
    with opened([run, DONE], "--permission-mode", "bypass") as (terminal, _):
        say(terminal, "start it")
        terminal.wait_for("All is well.")
        terminal.press("f9")
        terminal.wait_for("keys go to the command")
        terminal.wait_for(lambda: re.search(r"│ *Name\?", terminal.screen()))  # it asks, and does not only begin
        terminal.type("Ada")
        terminal.wait_for("Name? Ada")
        terminal.press("enter")
        terminal.wait_for("hello Ada")
        terminal.press("ctrl+c")
        terminal.wait_for("ended by signal 2")
        terminal.press("esc")
        terminal.wait_for("Enter send")
        terminal.type("done")
        terminal.wait_for("› done")
