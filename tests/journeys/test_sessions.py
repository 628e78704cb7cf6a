"""`claw sessions`, `--resume` and `claw replay`: what is kept of a session, and how one goes on from it."""

import contextlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.journeys.command import Leash, claw, running, wait_until
from tests.journeys.terminal import Terminal, say
from tests.loopback import serving

WRITE = ScriptedReply(
    text="I write it.", calls=(ScriptedCall(name="write", input={"path": "hello.txt", "content": "hello\n"}),)
)
DONE = ScriptedReply(text="It says hello now.")
ON = ScriptedReply(text="On we go.")
RUN = ("run", "--model", "openai/tiny", "--permission-mode", "bypass")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def log(tmp_path: Path, project: Path) -> Path:
    """The log of a session in which a file was written."""
    with serving([WRITE, DONE]) as server:
        done = claw(*RUN, "say hello", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url)
    assert done.returncode == 0, done.stderr
    (found,) = tmp_path.rglob("log.jsonl")
    return found


def sessions(home: Path, *words: str) -> Any:
    """What `claw sessions WORDS --json` prints."""
    done = claw("sessions", *words, "--json", home=home)
    assert done.stderr == ""
    return json.loads(done.stdout)


def resume(home: Path, project: Path, session: str) -> tuple["subprocess.CompletedProcess[str]", list[Any]]:
    """Continue a session; how that went, and what was asked of the model."""
    with serving([ON]) as server:
        words = ("--resume", session, "go on")
        done = claw(*RUN, *words, home=home, cwd=project, OPENAI_BASE_URL=server.url)
        return done, [request.json["messages"] for request in server.requests]


def well_formed(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every call in a request has its result, right behind it."""
    waiting: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                return False
            waiting.remove(message["tool_call_id"])
        elif waiting:
            return False
        waiting += [call["id"] for call in message.get("tool_calls") or ()]
    return not waiting


def test_sessions_are_listed_shown_and_checked_for_people_and_for_programs(tmp_path: Path, log: Path) -> None:
    session = log.parent.name
    (listed,) = sessions(tmp_path, "list")
    assert (listed["id"], listed["title"]) == (session, "say hello")
    assert listed["project"] == str(tmp_path / "project")
    assert listed["records"] == len(log.read_bytes().splitlines())
    assert re.search(rf"{session} .*{listed['records']} records .* say hello\n", _said(tmp_path, "list"))

    shown = sessions(tmp_path, "show", session[:-2])
    assert [step["type"] for step in shown[:3]] == ["prompt", "model", "permission"]
    assert f"{shown[0]['seq']:>6}  [prompt] say hello\n" in _said(tmp_path, "show", "latest")

    checked = sessions(tmp_path, "check", "latest")
    assert checked == {"id": session, "records": listed["records"], "last_seq": checked["last_seq"], "problems": []}
    assert _said(tmp_path, "check", session).startswith(f"{session}: {listed['records']} records")


def test_why_a_call_was_allowed_is_told_again(tmp_path: Path, log: Path) -> None:
    call = next(
        event["id"]
        for line in log.read_text().splitlines()
        if (event := json.loads(line)["event"])["kind"] == "call.started"
    )
    done = claw("permissions", "why", call[:4], "--json", home=tmp_path)
    told = json.loads(done.stdout)
    assert (told["session"], told["call"], told["tool"], told["target"]) == (
        log.parent.name,
        call,
        "write",
        "hello.txt",
    )
    assert (told["decision"], told["by"]["kind"], told["asked"]) == ("allow", "mode", None)
    assert told["input"] == {"path": "hello.txt", "content": "hello\n"}
    said = claw("permissions", "why", call, "--session", log.parent.name, home=tmp_path).stdout
    assert said.startswith("write  hello.txt\nallow at ")
    missing = claw("permissions", "why", "nothing", home=tmp_path)
    assert (missing.returncode, missing.stdout) == (2, "")
    assert f"The last ones are: {call}." in missing.stderr


def test_a_session_is_forked_and_deleted(tmp_path: Path, project: Path, log: Path) -> None:
    session = log.parent.name
    fork = sessions(tmp_path, "fork", session)["id"]
    early = re.search(r"claw --resume (\S+)", _said(tmp_path, "fork", session, "--at", "4"))
    assert early is not None
    assert {one["id"] for one in sessions(tmp_path, "list")} >= {session, fork}
    done, (asked,) = resume(tmp_path, project, fork)
    assert done.stdout == "On we go.\n"
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "tool", "assistant", "user"]
    assert sessions(tmp_path, "delete", fork) == {"id": fork}
    assert _said(tmp_path, "delete", early.group(1)) == f"{early.group(1)} is deleted.\n"
    assert [one["id"] for one in sessions(tmp_path, "list")] == [session]
    assert sessions(tmp_path, "check", session)["problems"] == []


def test_what_is_not_there_is_said_with_where_to_look(tmp_path: Path, log: Path) -> None:
    assert claw("sessions", "list", home=tmp_path / "project").stdout == "There are no sessions yet.\n"
    for words in (("show", "nope"), ("check", "nope"), ("fork", "nope"), ("delete", "nope"), ("delete", "")):
        done = claw("sessions", *words, home=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert "claw sessions list" in done.stderr
    assert log.exists()


def test_a_second_process_is_told_that_a_session_is_open_and_can_fork_it(tmp_path: Path, project: Path) -> None:
    os.mkfifo(project / "gate")
    slow = ScriptedReply(calls=(ScriptedCall(name="bash", input={"command": "touch started; cat gate"}),))
    with (
        serving([slow, DONE]) as server,
        running(*RUN, "wait for me", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url) as first,
    ):
        wait_until((project / "started").exists)
        session = sessions(tmp_path, "list")[0]["id"]
        done, asked = resume(tmp_path, project, session)
        assert (done.returncode, done.stdout, asked) == (1, "", [])
        assert "open in another process" in done.stderr
        assert f"claw sessions fork {session}" in done.stderr
        assert claw("sessions", "delete", session, home=tmp_path).returncode == 1

        fork = sessions(tmp_path, "fork", session)["id"]
        done, (messages,) = resume(tmp_path, project, fork)
        assert (done.returncode, done.stdout) == (0, "On we go.\n")
        assert well_formed(messages)

        (project / "gate").write_text("go\n")
        told, complaints = first.communicate(timeout=180)
    assert (first.returncode, told, complaints) == (0, "It says hello now.\n", "")
    assert sessions(tmp_path, "check", session)["problems"] == []


@pytest.mark.parametrize("torn", [0, 7], ids=["between two lines", "in the middle of a line"])
def test_a_run_that_was_killed_in_the_middle_of_a_call_goes_on_well_formed(
    tmp_path: Path, project: Path, torn: int
) -> None:
    both = ScriptedReply(
        text="Two at once.",
        calls=(
            ScriptedCall(name="glob", input={"pattern": "*"}),
            ScriptedCall(name="bash", input={"command": Leash.LONG}),
        ),
    )
    with (
        contextlib.closing(Leash(project)) as leash,
        serving([both]) as server,
        running(*RUN, "wait for me", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url) as process,
    ):
        wait_until(leash.begun)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=180)
        wait_until(leash.gone)
    (log,) = tmp_path.rglob("log.jsonl")
    whole = log.read_bytes()
    if torn:
        log.write_bytes(whole[:-torn])
    checked = claw("sessions", "check", "latest", "--json", home=tmp_path)
    assert checked.returncode == (1 if torn else 0)
    assert ["torn" in problem for problem in json.loads(checked.stdout)["problems"]] == [True] * bool(torn)

    done, (asked,) = resume(tmp_path, project, "latest")
    assert (done.returncode, done.stdout) == (0, "On we go.\n")
    assert ("torn" in done.stderr) == bool(torn)
    assert well_formed(asked)
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "tool", "tool", "user"]
    assert "did not finish" in asked[4]["content"]
    assert log.read_bytes().startswith(whole[: whole.rfind(b"\n", 0, -1) + 1]), "nothing that was whole is lost"
    assert sessions(tmp_path, "check", "latest")["problems"] == []


def test_a_log_from_a_newer_version_is_left_alone(tmp_path: Path, project: Path, log: Path) -> None:
    head, _, rest = log.read_text().partition("\n")
    newer = json.loads(head)
    newer["event"] |= {"format": 999, "version": "99.0"}
    written = json.dumps(newer) + "\n" + rest
    log.write_text(written)
    for words in (("sessions", "check", "latest"), ("sessions", "show", "latest"), (*RUN, "--resume", "latest", "go")):
        done = claw(*words, home=tmp_path, cwd=project, OPENAI_BASE_URL="http://127.0.0.1:9/v1")
        assert (done.returncode, done.stdout) == (1, "")
        assert "99.0" in done.stderr
        assert "Update claw" in done.stderr
    assert log.read_text() == written


@pytest.mark.parametrize("left", [0, 40], ids=["empty", "half a line"])
def test_a_log_with_no_whole_record_is_told_and_can_only_be_deleted(tmp_path: Path, log: Path, left: int) -> None:
    log.write_bytes(log.read_bytes()[:left])
    for words in (("check", "latest"), ("fork", "latest"), ("show", "latest")):
        done = claw("sessions", *words, home=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert "no whole record" in done.stderr
        assert "Traceback" not in done.stderr
    assert claw("sessions", "list", home=tmp_path).returncode == 0


def test_a_damaged_line_is_named_and_a_fork_goes_on_without_it(tmp_path: Path, project: Path, log: Path) -> None:
    rows = log.read_bytes().splitlines(keepends=True)
    rows[4] = b"\x00 garbage \xff\n"
    log.write_bytes(b"".join(rows))
    checked = claw("sessions", "check", "latest", "--json", home=tmp_path)
    assert checked.returncode == 1
    (problem,) = json.loads(checked.stdout)["problems"]
    assert problem.startswith("line 5: ")

    done, asked = resume(tmp_path, project, "latest")
    assert (done.returncode, asked) == (1, [])
    assert f"claw sessions fork {log.parent.name}" in done.stderr
    fork = sessions(tmp_path, "fork", "latest")["id"]
    done, (messages,) = resume(tmp_path, project, fork)
    assert (done.returncode, done.stdout) == (0, "On we go.\n")
    assert well_formed(messages)


def test_a_record_of_a_kind_to_come_is_a_notice(tmp_path: Path, project: Path, log: Path) -> None:
    last = json.loads(log.read_bytes().splitlines()[-1])
    last |= {"seq": last["seq"] + 1, "event": {"kind": "dream.dreamt", "of": "sheep"}}
    with log.open("a") as file:
        file.write(json.dumps(last) + "\n")
    assert sessions(tmp_path, "check", "latest")["problems"] == []
    assert "dream.dreamt" in _said(tmp_path, "show", "latest")
    done, _ = resume(tmp_path, project, "latest")
    assert (done.returncode, done.stdout) == (0, "On we go.\n")


def test_a_replay_steps_through_what_happened(tmp_path: Path, log: Path) -> None:
    before = log.read_bytes()
    with Terminal("replay", "latest", home=tmp_path, columns=120, rows=36) as terminal:
        total = len(before.splitlines())
        terminal.wait_for(f" 0 of {total}")
        terminal.press("right", "right", "right")
        terminal.wait_for(f" 3 of {total}")
        terminal.wait_for("say hello")
        terminal.press("left")
        terminal.wait_for(f" 2 of {total}")
        terminal.press("end")
        terminal.wait_for("It says hello now.")
        terminal.wait_for(f" {total} of {total}")
        terminal.press("home")
        terminal.wait_gone("It says hello now.")
        terminal.press("+", "+", "+", "+", "+", "+", "space")
        terminal.wait_for("It says hello now.")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
    assert log.read_bytes() == before, "a replay is only read"


def test_from_a_moment_of_a_replay_a_live_session_goes_on(tmp_path: Path, log: Path) -> None:
    before = log.read_bytes()
    with (
        serving([ON]) as server,
        Terminal("replay", "latest", home=tmp_path, columns=120, rows=36, OPENAI_BASE_URL=server.url) as terminal,
    ):
        terminal.wait_for(" 0 of ")
        terminal.press("g")
        terminal.wait_for("go to ─")
        terminal.type("soon\r")
        terminal.wait_for("A record's number (120)")
        terminal.press("esc")
        terminal.wait_gone("go to ─")
        terminal.press(".")
        terminal.wait_for("call.started")
        terminal.press("F")
        terminal.wait_for("⇧Tab mode")
        terminal.wait_for("say hello")
        terminal.type("go on")
        terminal.wait_for("› go on")
        terminal.press("enter")
        terminal.wait_for("On we go.")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0
        assert well_formed(server.requests[0].json["messages"])
    assert log.read_bytes() == before
    assert len(sessions(tmp_path, "list")) == 2


def test_an_earlier_session_is_picked_and_opens_as_a_replay(tmp_path: Path, project: Path, log: Path) -> None:
    with (
        serving([ON]) as server,
        Terminal(
            "--model", "openai/tiny", home=tmp_path, cwd=project, columns=120, rows=36, OPENAI_BASE_URL=server.url
        ) as terminal,
    ):
        terminal.wait_for("tiny")
        say(terminal, "/sessions")
        terminal.wait_for("say hello")
        terminal.press("enter")
        terminal.wait_for(f" 0 of {len(log.read_bytes().splitlines())}")
        terminal.press("end")
        terminal.wait_for("It says hello now.")
        terminal.press("F")
        terminal.wait_for("⇧Tab mode")
        terminal.press("ctrl+q")
        assert terminal.ended() == 0


def test_a_replay_of_nothing_says_so_before_any_screen(tmp_path: Path) -> None:
    with Terminal("replay", "latest", home=tmp_path) as terminal:
        assert terminal.ended() == 1
        assert "There is no session" in terminal.screen()
        assert b"\x1b[?1049h" not in terminal.output


def _said(home: Path, *words: str) -> str:
    done = claw("sessions", *words, home=home)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
