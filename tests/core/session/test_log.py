"""The log: what was shown is on disk, whatever happens to the process."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claw_core.error import LogDamaged, LogTooNew, SessionError, SessionLocked, SessionNotFound
from claw_core.event import Event, NoticeRaised, PromptSubmitted, Record
from claw_core.session.log import LOG, Log, read_log
from tests.core.events import happenings, record, started


def write(folder: Path, *happened: Event) -> list[Record]:
    log = Log.create(folder)
    written = [record(seq, event) for seq, event in enumerate(happened, start=1)]
    for one in written:
        log.write(one)
    log.close()
    return written


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    written = write(tmp_path / "s", started(), PromptSubmitted(text="héllo\nworld"))
    assert list(read_log(tmp_path / "s").records) == written


@settings(max_examples=60, deadline=None)
@given(st.lists(happenings, max_size=6), st.data())
def test_a_log_cut_anywhere_keeps_every_whole_line_and_can_go_on(happened: list[Event], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        session = Path(folder) / "s"
        written = write(session, started(), *happened)
        whole = (session / LOG).read_bytes()
        first = whole.index(b"\n") + 1
        cut = data.draw(st.integers(first, len(whole)))
        (session / LOG).write_bytes(whole[:cut])
        lines = whole[:cut].count(b"\n")

        log, content = Log.resume(session)
        assert list(content.records) == written[:lines]
        assert content.torn == cut - content.sound
        after = record(99, PromptSubmitted(text="on"))
        log.write(after)
        log.close()
        assert list(read_log(session).records) == [*written[:lines], after]


def test_a_process_killed_without_warning_loses_nothing_it_said_was_written(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from claw_core.session.log import Log
from tests.core.events import record, started
from claw_core.event import PromptSubmitted
log = Log.create(Path({str(tmp_path / "s")!r}))
log.write(record(1, started()))
for seq in range(2, 10**9):
    log.write(record(seq, PromptSubmitted(text="x" * (seq % 5000))))
    print(seq, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(200)]
        os.kill(process.pid, signal.SIGKILL)
        said += [int(line) for line in process.stdout]
    log, content = Log.resume(tmp_path / "s")
    log.close()
    assert content.records[-1].seq >= said[-1]
    assert [one.seq for one in content.records] == list(range(1, content.records[-1].seq + 1))


def test_one_process_writes_a_session_at_a_time(tmp_path: Path) -> None:
    first = Log.create(tmp_path / "s")
    first.write(record(1, started()))
    with pytest.raises(SessionLocked) as told:
        Log.resume(tmp_path / "s")
    assert "claw sessions fork s" in told.value.hint
    first.close()
    second, _ = Log.resume(tmp_path / "s")
    second.close()


def test_a_record_of_an_unknown_kind_becomes_a_notice(tmp_path: Path) -> None:
    write(tmp_path / "s", started())
    with (tmp_path / "s" / LOG).open("a") as file:
        file.write(
            '{"seq":2,"at":"2027-01-01T00:00:00Z","turn":1,"agent":"main","event":{"kind":"moon.rose","phase":1}}\n'
        )
    notice = read_log(tmp_path / "s").records[1].event
    assert isinstance(notice, NoticeRaised)
    assert "moon.rose" in notice.message


def test_a_log_of_a_newer_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    write(tmp_path / "s", started(log_format=99))
    with pytest.raises(LogTooNew, match="99") as told:
        read_log(tmp_path / "s")
    assert "Update claw" in told.value.hint


def test_a_damaged_line_is_named_kept_readable_and_not_built_upon(tmp_path: Path) -> None:
    write(tmp_path / "s", started(), PromptSubmitted(text="a"), PromptSubmitted(text="b"))
    lines = (tmp_path / "s" / LOG).read_bytes().splitlines(keepends=True)
    (tmp_path / "s" / LOG).write_bytes(lines[0] + b'{"seq": 2, "at"\n' + lines[2])
    content = read_log(tmp_path / "s")
    assert [one.seq for one in content.records] == [1, 3]
    assert content.problems[0].startswith("line 2:")
    with pytest.raises(LogDamaged):
        Log.resume(tmp_path / "s")


@pytest.mark.parametrize("content", [b"", b"{", b"hello\n", b"\x00\xff\n\n"])
def test_what_is_no_log_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LOG).write_bytes(content)
    with pytest.raises(LogDamaged):
        read_log(tmp_path)


def test_a_missing_session_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(SessionNotFound):
        read_log(tmp_path / "nowhere")
    with pytest.raises(SessionNotFound):
        Log.resume(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SessionError) as told:
        Log.create(tmp_path / "file" / "s")
    assert "XDG_DATA_HOME" in told.value.hint
