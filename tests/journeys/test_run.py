"""`claw run`: the command as scripts use it, against a real server on a real socket."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.journeys.command import claw, environment, kinds, lines
from tests.loopback import Answer, breaks_off, refuses, says, serving, streamed

WRITE = ScriptedReply(
    text="I write it.", calls=(ScriptedCall(name="write", input={"path": "hello.txt", "content": "héllo\n"}),)
)
DONE = ScriptedReply(text="It says héllo now.")
MODEL = ("--model", "openai/tiny")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def test_text_is_the_final_answer_and_nothing_else(tmp_path: Path, project: Path) -> None:
    with serving([WRITE, DONE]) as server:
        done = claw(
            "run",
            *MODEL,
            "--permission-mode",
            "edits",
            "say hello",
            home=tmp_path,
            cwd=project,
            OPENAI_BASE_URL=server.url,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "It says héllo now.\n", "")
    assert (project / "hello.txt").read_text() == "héllo\n"


def test_json_is_one_object(tmp_path: Path, project: Path) -> None:
    with serving([WRITE, DONE]) as server:
        done = claw(
            "-p", "say hello", *MODEL, "--permission-mode", "bypass", "--output-format", "json",
            "--base-url", server.url, home=tmp_path, cwd=project,
        )  # fmt: skip
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["text"] == "It says héllo now."
    assert told["files"] == ["hello.txt"]
    assert told["turns"] == 2
    assert told["stop"] == "done"
    assert set(told) == {"session", "text", "usage", "cost", "turns", "files", "stop"}
    listed = json.loads(claw("sessions", "list", "--json", home=tmp_path).stdout)
    assert [one["id"] for one in listed] == [told["session"]]
    assert set(listed[0]) == {"id", "title", "project", "started", "records", "cost"}
    assert listed[0]["title"] == "say hello"


def test_stream_json_is_a_record_a_line_and_the_log_holds_the_same(tmp_path: Path, project: Path) -> None:
    with serving([WRITE, DONE]) as server:
        done = claw(
            "run", "--output-format", "stream-json", "--permission-mode", "bypass", *MODEL, "say hello",
            home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-secret-1234567890",
        )  # fmt: skip
    records = lines(done.stdout)
    assert kinds(records)[:2] == ["session.started", "context.loaded"]
    for kind in ("prompt.submitted", "model.called", "model.replied", "call.started", "ask.answered", "file.changed"):
        assert kind in kinds(records)
    assert kinds(records)[-1] == "session.ended"
    assert [record["seq"] for record in records] == sorted({record["seq"] for record in records})
    session = records[0]["event"]["session"]
    checked = json.loads(claw("sessions", "check", session, "--json", home=tmp_path).stdout)
    assert checked["problems"] == []
    assert checked["records"] == len(kinds(records))
    assert checked["last_seq"] == records[-1]["seq"]
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"sk-secret" not in everything, "a key never reaches a log"
    assert server.requests[0].headers["authorization"] == "Bearer sk-secret-1234567890"


def test_the_request_that_is_shown_is_the_one_that_was_sent(tmp_path: Path, project: Path) -> None:
    from claw_core.replay import Replay

    with serving([WRITE, DONE]) as server:
        claw(
            "run",
            *MODEL,
            "--permission-mode",
            "bypass",
            "say hello",
            home=tmp_path,
            cwd=project,
            OPENAI_BASE_URL=server.url,
        )
        sent = [request.body for request in server.requests]
    (log,) = tmp_path.rglob("log.jsonl")
    replay = Replay.of(log.parent)
    called = [record for record in replay.records if record.event.kind == "model.called"]
    assert [replay.request_bytes(record) for record in called] == sent


def test_the_task_can_come_by_standard_input(tmp_path: Path, project: Path) -> None:
    with serving([DONE]) as server:
        done = claw("run", *MODEL, home=tmp_path, cwd=project, stdin="say hello\n", OPENAI_BASE_URL=server.url)
        assert done.returncode == 0
        assert server.requests[0].json["messages"][-1]["content"] == "say hello"


def test_without_anybody_to_ask_an_edit_is_denied_and_the_model_hears_of_it(tmp_path: Path, project: Path) -> None:
    with serving([WRITE, ScriptedReply(text="I was not allowed to.")]) as server:
        done = claw("run", *MODEL, "say hello", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url)
        assert "Not allowed" in json.dumps(server.requests[1].json["messages"])
    assert done.returncode == 3
    assert done.stdout == "I was not allowed to.\n"
    assert list(project.iterdir()) == []


def test_the_end_of_standard_input_is_no_yes(tmp_path: Path, project: Path) -> None:
    """What asks where nobody is there is denied, whatever a reader would make of an empty line or of `y` in a pipe."""
    run = ScriptedReply(text="I run it.", calls=(ScriptedCall(name="bash", input={"command": "touch ran"}),))
    for words in ("", "\n\n", "y\nyes\n" * 20):
        with serving([run, ScriptedReply(text="I was not allowed to.")]) as server:
            done = claw("run", *MODEL, "go", home=tmp_path, cwd=project, stdin=words, OPENAI_BASE_URL=server.url)
            assert "Not allowed" in json.dumps(server.requests[1].json["messages"])
        assert done.returncode == 3
        assert list(project.iterdir()) == []


def test_a_rule_allows_and_a_rule_denies(tmp_path: Path, project: Path) -> None:
    with serving([WRITE, DONE]) as server:
        done = claw(
            "run", *MODEL, "--allow", "Edit(/hello.txt)", "go", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url
        )
        assert done.returncode == 0
        assert (project / "hello.txt").exists()
    with serving([WRITE, DONE]) as server:
        done = claw(
            "run", *MODEL, "--permission-mode", "bypass", "--deny", "Write", "go",
            home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url,
        )  # fmt: skip
        assert done.returncode == 3


def test_a_limit_on_model_calls_ends_with_status_3(tmp_path: Path, project: Path) -> None:
    look = ScriptedReply(calls=(ScriptedCall(name="glob", input={"pattern": "*"}),))
    with serving([look] * 9) as server:
        done = claw("run", *MODEL, "--max-turns", "2", "go", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url)
        assert done.returncode == 3
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refuses(401, "Incorrect API key provided: sk-wrong"), "key"),
        (refuses(404, "The model `tiny` does not exist"), "tiny"),
        (streamed(b"data: {nonsense\n\n"), "no Chat Completions stream"),
        (breaks_off("Half an ans"), "answer"),
    ],
    ids=["wrong key", "unknown model", "garbage", "closed in the middle"],
)
def test_a_server_that_fails_is_a_clear_error(tmp_path: Path, project: Path, answer: Answer, said: str) -> None:
    with serving(lambda _: answer) as server:
        done = claw(
            "run", *MODEL, "go", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="sk-wrong"
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert said in done.stderr
    assert "sk-wrong" not in done.stderr
    assert "Traceback" not in done.stderr


def test_no_model_is_a_usage_error_that_says_what_to_do(tmp_path: Path) -> None:
    done = claw("run", "go", home=tmp_path)
    assert done.returncode == 2
    assert "model" in done.stderr


def test_no_key_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    done = claw("run", "--model", "openai/gpt-5.4", "go", home=tmp_path)
    assert done.returncode == 1
    assert "OPENAI_API_KEY" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("modles",), ("run", "--permission-mode", "yolo", "x"), ("run",), ("sessions",), ("run", "--max-turns", "0", "x")],
)
def test_what_cannot_be_understood_is_status_2_and_never_a_prompt(tmp_path: Path, words: tuple[str, ...]) -> None:
    with serving([DONE]) as server:
        done = claw(*words, home=tmp_path, OPENAI_BASE_URL=server.url, CLAW_MODEL="openai/tiny")
        assert server.requests == []
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("claw: ")


def test_a_mistyped_command_is_suggested(tmp_path: Path) -> None:
    assert "claw models" in claw("modles", home=tmp_path).stderr


def test_a_folder_that_is_not_there_or_cannot_be_written(tmp_path: Path) -> None:
    assert (
        "nowhere"
        in claw("run", *MODEL, "--cwd", "nowhere", "x", home=tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9").stderr
    )
    (tmp_path / "file").write_text("")
    done = claw(
        "run", *MODEL, "x", home=tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9", XDG_DATA_HOME=str(tmp_path / "file")
    )
    assert done.returncode == 1
    assert "XDG_DATA_HOME" in done.stderr


def test_an_interrupt_ends_with_130_and_a_sound_log(tmp_path: Path, project: Path) -> None:
    slow = ScriptedReply(calls=(ScriptedCall(name="bash", input={"command": "touch started; sleep 60"}),))
    with serving([slow, DONE]) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "claw_tui", "run", *MODEL, "--permission-mode", "bypass",
             "--output-format", "stream-json", "go"],
            env=environment(tmp_path, OPENAI_BASE_URL=server.url), cwd=project,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["event"]["kind"] == "ask.answered":
                break
        os.kill(process.pid, signal.SIGINT)
        rest, complaints = process.communicate(timeout=180)
    assert process.returncode == 130
    assert complaints == ""
    events = [json.loads(line)["event"] for line in rest.splitlines()]
    assert [event["outcome"] for event in events if event["kind"] == "call.finished"] == ["interrupted"]
    assert "turn.interrupted" in [event["kind"] for event in events]
    assert json.loads(claw("sessions", "check", "latest", "--json", home=tmp_path).stdout)["problems"] == []


def test_a_session_is_continued_where_it_was_and_a_killed_one_is_repaired(tmp_path: Path, project: Path) -> None:
    with serving([DONE, says("We said hello.")]) as server:
        claw("run", *MODEL, "say hello", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url)
        (log,) = tmp_path.rglob("log.jsonl")
        with log.open("ab") as file:
            file.write(b'{"seq": 99, "at": "2026')
        done = claw(
            "run",
            *MODEL,
            "--resume",
            "latest",
            "what did we do?",
            home=tmp_path,
            cwd=project,
            OPENAI_BASE_URL=server.url,
        )
        assert done.stdout == "We said hello.\n"
        assert "torn" in done.stderr
        asked = server.requests[1].json["messages"]
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "user"]
    assert json.loads(claw("sessions", "check", "latest", "--json", home=tmp_path).stdout)["problems"] == []
