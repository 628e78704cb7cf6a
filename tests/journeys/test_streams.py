"""What surrounds the command: readers that stall or go, streams that are closed or not UTF-8, signals at any time."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from claw_core.scripting import ScriptedCall, ScriptedReply
from tests.journeys.command import Leash, claw, environment, kinds, lines, python, running, wait_until
from tests.loopback import serving

CLAW = f"{sys.executable} -m claw_tui"
MODEL = ("--model", "openai/tiny")
DONE = ScriptedReply(text="It says héllo → now.")
LONG = ScriptedReply(text="word " * 60_000, chunk=50)
"""More than a pipe holds, with each delta a record of its own."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def shell(line: str, *, home: Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """A shell line in which `$CLAW` is the command."""
    return subprocess.run(
        ["sh", "-c", line.replace("$CLAW", CLAW)],
        env=environment(home, **more),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=180,
        check=False,
    )


def sound(home: Path) -> bool:
    """Whether the only session's log is whole."""
    return json.loads(claw("sessions", "check", "latest", "--json", home=home).stdout)["problems"] == []


def wait_for(words: bytes, home: Path) -> None:
    """Until the only session's log holds these words."""
    wait_until(lambda: any(words in log.read_bytes() for log in home.rglob("log.jsonl")))


@contextlib.contextmanager
def reading(line: str, home: Path, **more: str) -> "Generator[subprocess.Popen[bytes]]":
    """A shell line whose command is reading its standard input, which has no end yet."""
    with subprocess.Popen(
        ["sh", "-c", line.replace("$CLAW", CLAW)],
        env=environment(home, **more),
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as process:
        try:
            assert process.stdin is not None
            for _ in range(16):  # more than a pipe holds: somebody reads when the last of it is written
                process.stdin.write(b"x" * 64 * 1024)
            yield process
        finally:
            process.kill()


# ---- readers


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_is_heard_while_a_reader_stalls(tmp_path: Path, project: Path, number: signal.Signals) -> None:
    with (
        serving([LONG]) as server,
        running(
            "run", *MODEL, "--output-format", "stream-json", "go",
            home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url,
        ) as process,
    ):  # fmt: skip
        wait_for(b'"model.replied"', tmp_path)
        process.send_signal(number)
        assert process.wait(timeout=180) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert sound(tmp_path)


def test_a_reader_that_is_slow_misses_nothing(tmp_path: Path, project: Path) -> None:
    with (
        serving([LONG]) as server,
        running(
            "run", *MODEL, "--output-format", "stream-json", "go",
            home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url,
        ) as process,
    ):  # fmt: skip
        wait_for(b'"session.ended"', tmp_path)
        out, err = process.communicate(timeout=180)
    records = lines(out)
    assert (process.returncode, err) == (0, "")
    assert kinds(records)[-1] == "session.ended"
    spoken = [record["event"]["text"] for record in records if record["event"]["kind"] == "text.delta"]
    assert "".join(spoken) == LONG.text


def test_a_reader_that_goes_away_ends_the_run(tmp_path: Path, project: Path) -> None:
    endless = ScriptedReply(calls=(ScriptedCall(name="glob", input={"pattern": "*"}),))
    with serving(lambda _: endless) as server:
        done = shell(
            f"($CLAW run {' '.join(MODEL)} --output-format stream-json go; echo $? >&2) | head -n 1",
            home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url,
        )  # fmt: skip
    assert done.stderr == b"130\n"
    assert sound(tmp_path)


def test_a_full_disk_is_said(tmp_path: Path, project: Path) -> None:
    with serving([DONE]) as server:
        done = shell(
            f"$CLAW run {' '.join(MODEL)} go >/dev/full", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url
        )
    assert (done.returncode, done.stderr) == (1, b"claw: No space left on device.\n")
    assert shell("$CLAW --help >/dev/full", home=tmp_path, cwd=project).stderr == b"claw: No space left on device.\n"


# ---- streams


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_nobody_to_read(tmp_path: Path, project: Path, closed: str) -> None:
    with serving([DONE]) as server:
        done = shell(f"$CLAW run {' '.join(MODEL)} go {closed}", home=tmp_path, cwd=project, OPENAI_BASE_URL=server.url)
    shown = b"" if ">&- " in f"{closed} ".replace("2>&-", "") else DONE.text.encode() + b"\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, shown, b"")
    assert sound(tmp_path)


def test_errors_never_go_to_standard_output(tmp_path: Path, project: Path) -> None:
    done = shell("$CLAW modles 2>&-", home=tmp_path, cwd=project)
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("coding", ["ascii", "latin-1"])
def test_output_is_utf8_whatever_the_surroundings_say(tmp_path: Path, project: Path, coding: str) -> None:
    with serving([DONE]) as server:
        done = shell(
            f"$CLAW run {' '.join(MODEL)} go", home=tmp_path, cwd=project,
            OPENAI_BASE_URL=server.url, PYTHONIOENCODING=coding,
        )  # fmt: skip
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, DONE.text + "\n", b"")
    listed = shell("$CLAW sessions show latest", home=tmp_path, cwd=project, PYTHONIOENCODING=coding)
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert "héllo →" in listed.stdout.decode()


def test_bytes_that_are_no_text_are_mended(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"pro\xffject")
    folder.mkdir()
    with serving([DONE, DONE]) as server:
        for form, stdout in (("text", DONE.text + "\n"), ("stream-json", "")):
            done = subprocess.run(
                [sys.executable, "-m", "claw_tui", "run", *MODEL, "--output-format", form, b"a\xffb"],
                env=environment(tmp_path, OPENAI_BASE_URL=server.url), cwd=folder, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=180, check=False,
            )  # fmt: skip
            assert (done.returncode, done.stderr) == (0, b"")
            assert not stdout or done.stdout.decode() == stdout
        assert [request.json["messages"][-1]["content"] for request in server.requests] == ["a\ufffdb"] * 2
    records = lines(done.stdout.decode())
    assert records[0]["event"]["cwd"].endswith("/pro\ufffdject")


# ---- beginnings


@pytest.mark.parametrize("task", ["", "  \n"])
def test_an_empty_task_is_none(tmp_path: Path, task: str) -> None:
    with running("run", *MODEL, task, home=tmp_path) as process:
        out, err = process.communicate(timeout=180)
    assert (process.returncode, out) == (2, "")
    assert "empty" in err


@pytest.mark.parametrize("words", [("run", *MODEL, "go"), ("run", *MODEL, "--cwd", "sub", "go")])
def test_a_folder_that_is_gone_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "gone").mkdir()
    done = shell(
        f"cd gone; rmdir ../gone; $CLAW {' '.join(words)}",
        home=tmp_path, cwd=tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"claw: The folder that claw was started in is gone.")


def test_a_folder_of_nobody_is_said(tmp_path: Path) -> None:
    done = claw("run", *MODEL, "--cwd", "~nobody-of-that-name/x", "go", home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Nobody knows whose home" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_before_the_session_is_open(tmp_path: Path, project: Path, number: signal.Signals) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text('#!/bin/sh\ntouch "$HOME/asked"\nexec sleep 300\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    with running(
        "run", *MODEL, "go", home=tmp_path, cwd=project, PATH=path, OPENAI_BASE_URL="http://127.0.0.1:9"
    ) as process:
        wait_until((tmp_path / "asked").exists)
        process.send_signal(number)
        out, err = process.communicate(timeout=180)
    assert (process.returncode, out, err) == (130, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_while_the_task_is_read(tmp_path: Path, number: signal.Signals) -> None:
    with reading("exec $CLAW run --model openai/tiny", tmp_path) as process:
        process.send_signal(number)
        assert process.wait(timeout=180) == 130
        assert process.stdout is not None
        assert process.stderr is not None
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")


def test_nohup_is_respected(tmp_path: Path) -> None:
    with (
        serving([DONE]) as server,
        reading("trap '' HUP; exec $CLAW run --model openai/tiny", tmp_path, OPENAI_BASE_URL=server.url) as process,
    ):
        process.send_signal(signal.SIGHUP)
        out, err = process.communicate(timeout=180)
    assert (process.returncode, out.decode(), err) == (0, DONE.text + "\n", b"")


# ---- the Python API


def test_an_interrupted_cell_of_a_notebook_leaves_no_agent_running(tmp_path: Path, project: Path) -> None:
    leash = Leash(project)
    script = """\
import asyncio, json, threading
from claw_code import Agent
async def cell():
    try:
        Agent(model="tiny", permission_mode="bypass").run("go")
    except KeyboardInterrupt:
        print(json.dumps([thread.name for thread in threading.enumerate()]))
loop = asyncio.new_event_loop()
loop.run_until_complete(cell())
loop.close()
"""
    long = ScriptedReply(calls=(ScriptedCall(name="bash", input={"command": Leash.LONG}),))
    with (
        serving([long, DONE]) as server,
        subprocess.Popen(
            [sys.executable, "-c", script], env=environment(tmp_path, OPENAI_BASE_URL=server.url), cwd=project,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process,
    ):  # fmt: skip
        wait_until(leash.begun)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=180)
        assert (process.returncode, json.loads(out), err) == (0, ["MainThread"], "")
        assert leash.gone()
        assert len(server.requests) == 1
    leash.close()
    assert sound(tmp_path)
    assert "interrupted" in claw("sessions", "show", "latest", home=tmp_path).stdout


def test_a_program_in_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    script = """\
import os, tempfile
from claw_code import Agent, UsageError
gone = tempfile.mkdtemp(); os.chdir(gone); os.rmdir(gone)
try:
    Agent(model="tiny")
except UsageError as error:
    print(error)
"""
    done = python(script, home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The folder that claw was started in is gone." in done.stdout
