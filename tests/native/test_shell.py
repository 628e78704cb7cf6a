"""What a command on its own terminal promises: its end, its output, and that nothing of it stays behind."""

import asyncio
import hashlib
import os
import select
import signal
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from claw_core.native.shell import Finished, plain, run

ENV = {"PATH": os.environ["PATH"], "TERM": "dumb", "LC_ALL": "C.UTF-8"}

Shell = Callable[..., Coroutine[Any, Any, Finished]]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return partial(run, cwd=tmp_path, env=ENV)


async def test_output_and_exit_code_are_told(shell: Shell) -> None:
    ended = await shell("echo out; echo err >&2; exit 3")
    assert (ended.exit_code, ended.signal) == (3, None)
    assert ended.output == "out\nerr\n"
    assert (ended.total, ended.omitted, ended.timed_out) == (8, 0, False)
    assert ended.elapsed > 0


async def test_the_signal_that_ended_it_is_told(shell: Shell) -> None:
    ended = await shell("kill -SEGV $$")
    assert (ended.exit_code, ended.signal) == (None, signal.SIGSEGV)


async def test_it_runs_in_its_folder_with_exactly_its_environment(shell: Shell, tmp_path: Path) -> None:
    ended = await shell("pwd; /usr/bin/env", env={"ONLY": "this"})
    folder, *names = ended.output.splitlines()
    assert Path(folder) == tmp_path
    assert "ONLY=this" in names
    assert {name.split("=")[0] for name in names} <= {"ONLY", "PWD", "SHLVL", "_", "OLDPWD"}


async def test_it_sees_a_terminal_of_the_size_asked_for(shell: Shell) -> None:
    ended = await shell("stty size; test -t 0 && test -t 1 && test -t 2 && echo terminal", rows=33, columns=101)
    assert ended.output == "33 101\nterminal\n"


async def test_whoever_reads_finds_the_end_of_the_input_at_once(shell: Shell) -> None:
    ended = await shell("cat; cat; read line; echo status $?", timeout=10)
    assert ended.output == "status 1\n"


async def test_what_is_given_to_read_comes_through_a_pipe_to_the_byte(shell: Shell) -> None:
    data = bytes(range(256)) * 2000
    ended = await shell("sha256sum", stdin=data)
    assert ended.output.split()[0] == hashlib.sha256(data).hexdigest()


async def test_a_reader_that_stops_early_is_no_problem(shell: Shell) -> None:
    ended = await shell("head -c 5", stdin=b"x" * 1_000_000)
    assert (ended.exit_code, ended.output) == (0, "xxxxx")


async def test_the_end_of_one_command_is_not_taken_for_that_of_a_later_one(shell: Shell, tmp_path: Path) -> None:
    for name in ("first", "second"):
        os.mkfifo(tmp_path / name)
    ready = asyncio.Event()

    def up(_: str) -> None:
        ready.set()

    first = asyncio.ensure_future(shell("echo up; read x <first", stdin=b"", progress=up))
    await ready.wait()  # its pipe is closed, so that the second gets descriptors of those numbers
    ready.clear()
    second = asyncio.ensure_future(shell("echo up; read x <second", stdin=b"", progress=up))
    await ready.wait()
    for name, running in (("first", first), ("second", second)):
        await asyncio.to_thread((tmp_path / name).write_text, "go\n")
        assert (await asyncio.wait_for(running, 60)).exit_code == 0


async def test_bytes_that_are_not_utf8_are_replaced(shell: Shell) -> None:
    pieces: list[str] = []
    ended = await shell(r"printf 'a\xffb\xc3'", progress=pieces.append)
    assert ended.output == "a\ufffdb\ufffd"
    assert "".join(pieces) == ended.output


async def test_progress_comes_while_it_runs_in_whole_characters(shell: Shell, tmp_path: Path) -> None:
    pieces: list[str] = []
    heard = asyncio.Event()

    def progress(text: str) -> None:
        pieces.append(text)
        heard.set()

    fifo = tmp_path / "go"
    os.mkfifo(fifo)
    running = asyncio.ensure_future(shell(rf"printf 'ready\xc3'; read x <{fifo}; printf '\xa9\n'", progress=progress))
    await asyncio.wait_for(heard.wait(), 60)
    assert pieces == ["ready"]
    await asyncio.to_thread(fifo.write_text, "go\n")
    assert (await running).output == "readyé\n"
    assert "".join(pieces) == "readyé\n"


async def test_what_progress_raises_comes_out_after_the_end_of_the_command(shell: Shell) -> None:
    def refuse(text: str) -> None:
        raise RuntimeError(text.strip())

    started = time.monotonic()
    with pytest.raises(RuntimeError, match="stop"):
        await shell("echo stop; sleep 60", progress=refuse)
    assert time.monotonic() - started < 50


async def test_much_output_is_held_head_and_tail_and_spilled_whole(shell: Shell, tmp_path: Path) -> None:
    spill = tmp_path / "whole"
    ended = await shell("seq 1 2600000", spill=spill, keep=10_000)
    whole = spill.read_text()
    assert len(whole) == ended.total > 19_000_000
    assert ended.spilled == spill
    assert not ended.spill_capped
    assert len(ended.output) <= 10_000
    assert ended.omitted == ended.total - len(ended.output)
    assert ended.head == whole[: len(ended.head)]
    assert whole.endswith(ended.tail)
    assert ended.tail.endswith("2600000\n")


async def test_little_output_needs_no_file(shell: Shell, tmp_path: Path) -> None:
    ended = await shell("echo short", spill=tmp_path / "whole")
    assert ended.spilled is None
    assert not (tmp_path / "whole").exists()


async def test_the_file_has_a_limit_and_says_so(shell: Shell, tmp_path: Path) -> None:
    ended = await shell("seq 1 10000", spill=tmp_path / "whole", keep=100, spill_limit=1000)
    assert ended.spill_capped
    assert (tmp_path / "whole").stat().st_size == 1000


async def test_a_file_that_cannot_be_written_costs_only_the_file(shell: Shell, tmp_path: Path) -> None:
    ended = await shell("seq 1 10000", spill=tmp_path / "no" / "folder", keep=100)
    assert (ended.exit_code, ended.spilled, ended.spill_capped) == (0, None, True)


async def test_the_cut_between_head_and_tail_is_never_inside_a_character(shell: Shell) -> None:
    for keep in range(10, 16):
        ended = await shell("printf 'é日%.0s' {1..50}", keep=keep)
        assert "\ufffd" not in ended.output
        assert ended.omitted + len(ended.output.encode()) == ended.total == 250


async def test_after_its_time_the_whole_group_is_gone(shell: Shell) -> None:
    group = Group()
    ended = await shell("sleep 100 & sleep 100 & echo $! $$; wait", timeout=1, progress=group.watch)
    assert ended.timed_out
    assert group.is_gone()


async def test_who_ignores_int_and_term_is_killed(shell: Shell) -> None:
    group = Group()
    command = "trap '' INT TERM; (trap '' INT TERM; sleep 100; sleep 100) & echo $! $$; while :; do sleep 9; done"
    ended = await shell(command, timeout=1, progress=group.watch)
    assert (ended.timed_out, ended.signal) == (True, signal.SIGKILL)
    assert group.is_gone()


async def test_who_cleans_up_on_interrupt_may(shell: Shell) -> None:
    pieces: list[str] = []
    heard = asyncio.Event()

    def progress(text: str) -> None:
        pieces.append(text)
        heard.set()

    command = "trap 'echo bye; exit 7' INT; echo hello; while :; do sleep 0.05; done"
    running = asyncio.ensure_future(shell(command, progress=progress))
    await asyncio.wait_for(heard.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert "".join(pieces) == "hello\nbye\n"


async def test_a_cancelled_command_is_gone_with_its_group_before_the_cancellation_goes_on(shell: Shell) -> None:
    group = Group()
    running = asyncio.ensure_future(shell("sleep 100 & echo $! $$; wait", progress=group.watch))
    await asyncio.wait_for(group.seen.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert group.is_gone()


async def test_cancelling_twice_leaves_nothing_behind_either(shell: Shell) -> None:
    group = Group()
    running = asyncio.ensure_future(shell("trap '' INT TERM; echo $$; while :; do sleep 9; done", progress=group.watch))
    await asyncio.wait_for(group.seen.wait(), 60)
    running.cancel()
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert group.is_gone()


async def test_a_child_in_the_background_does_not_hold_it_up(shell: Shell) -> None:
    group = Group()
    # Ignored before it begins, so that it is there when the shell that leads its session has ended.
    command = "trap '' HUP; (sleep 100; sleep 100) & echo $!; exit 4"
    ended = await shell(command, timeout=90, progress=group.watch)
    assert (ended.exit_code, ended.timed_out) == (4, False)
    assert group.is_gone()


async def test_output_that_is_all_there_at_the_end_is_all_told(shell: Shell) -> None:
    for _ in range(20):
        ended = await shell("seq 1 3000")
        assert ended.output.endswith("\n2999\n3000\n")
        assert ended.total == 13893


async def test_two_hundred_commands_run_at_once_and_leave_no_descriptor_open(shell: Shell) -> None:
    await shell("true")
    before = open_descriptors()
    ended = await asyncio.gather(*(shell(f"echo {number}; exit {number}") for number in range(200)))
    assert [result.exit_code for result in ended] == list(range(200))
    assert [result.output for result in ended] == [f"{number}\n" for number in range(200)]
    async with asyncio.timeout(60):
        while open_descriptors() > before:  # noqa: ASYNC110 (the thread that reads lets go a moment later; nobody says so)
            await asyncio.sleep(0.01)


async def test_no_descriptor_of_ours_reaches_the_command(shell: Shell) -> None:
    ended = await shell("ls /dev/fd | grep -v '^[0-3]$' || echo none")
    assert ended.output == "none\n"


async def test_a_folder_that_is_not_there_is_named(shell: Shell, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        await shell("true", cwd=tmp_path / "nowhere")


async def test_a_shell_that_is_not_there_is_replaced_by_the_one_that_always_is(shell: Shell) -> None:
    assert (await shell("echo $0", shell="/no/such/shell")).output == "/bin/sh\n"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("10%\r50%\r100%\ndone\n", "100%\ndone\n"),
        ("long line\rshort\n", "shortline\n"),
        ("long line\r\x1b[Kshort\n", "short\n"),
        ("\x1b[1;31mred\x1b[0m and \x1b]0;title\x07plain\n", "red and plain\n"),
        ("abc\b\bX\n", "aXc\n"),
        ("a\tb\r\nc\r\n", "a\tb\nc\n"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[3Cindented", "   indented"),
        ("cut off \x1b[", "cut off "),
        ("\x1b(B\x0e\x0fset\x7f", "set"),
    ],
)
def test_plain_text_is_what_a_person_would_have_seen(text: str, seen: str) -> None:
    assert plain(text) == seen


def open_descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


class Group:
    """Processes whose ids a command prints, watched from the moment they are heard of."""

    def __init__(self) -> None:
        self.seen = asyncio.Event()
        self._watches: list[int] = []

    def watch(self, text: str) -> None:
        """Takes the first line of output: ids."""
        if not self.seen.is_set():
            self._watches = [os.pidfd_open(int(word)) for word in text.split()]
            self.seen.set()

    def is_gone(self) -> bool:
        """Whether all of them have ended (or do so now; the system needs a moment after a kill)."""
        for watch in self._watches:
            readable, _, _ = select.select([watch], [], [], 2)
            os.close(watch)
            if not readable:
                return False
        return bool(self._watches)
