"""No command outlives who started it: not in another session, not orphaned, not when claw is killed without a word."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from claw_core.native.shell import run

ENV = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        os.closerange(0, 3)
        time.sleep(300)
    os._exit(0)
time.sleep(300)
"""

ESCAPES = [
    "sleep 300 & echo $!; wait",
    "setsid sh -c 'echo $$; exec sleep 300' & wait",
    "(setsid sh -c 'trap \"\" HUP INT TERM; echo $$; while :; do sleep 9; done' &); sleep 300",
    "nohup sleep 300 >/dev/null 2>&1 & echo $!; sleep 300",
    "(sh -c '(setsid sh -c \"(setsid sleep 300 & echo \\$!; wait)\" &)' &); sleep 300",
    f"{sys.executable} -c '{DAEMON}'",
]
"""Command lines that print the id of a process which does its best to stay."""

CLAW = """
import asyncio, os, sys
from claw_core.native.shell import run
def tell(text): print(text, end="", flush=True)
asyncio.run(run(sys.argv[1], cwd="/", env=dict(os.environ), progress=tell))
"""


def ended(watch: int) -> bool:
    """Whether the process behind a pidfd ends within a long while."""
    readable, _, _ = select.select([watch], [], [], 20)
    os.close(watch)
    return bool(readable)


@pytest.mark.parametrize("command", ESCAPES)
def test_when_claw_is_killed_nothing_is_left(command: str) -> None:
    claw = subprocess.Popen([sys.executable, "-c", CLAW, command], stdout=subprocess.PIPE, text=True)
    assert claw.stdout is not None
    watch = os.pidfd_open(int(claw.stdout.readline()))
    claw.kill()
    assert ended(watch)
    claw.stdout.close()
    claw.wait()


@pytest.mark.parametrize("command", ESCAPES)
async def test_when_a_command_is_stopped_nothing_is_left(command: str) -> None:
    heard: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def hear(text: str) -> None:
        if not heard.done():
            heard.set_result(int(text.split(maxsplit=1)[0]))

    running = asyncio.ensure_future(run(command, cwd="/", env=ENV, progress=hear))
    watch = os.pidfd_open(await asyncio.wait_for(heard, 60))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended(watch)


async def test_when_a_command_ends_what_it_left_in_another_session_is_ended(tmp_path: Path) -> None:
    command = "(setsid sh -c 'echo $$ > pid; exec sleep 300' &); while [ ! -s pid ]; do sleep 0.01; done; exit 5"
    ended_so = await run(command, cwd=tmp_path, env=ENV)
    assert ended_so.exit_code == 5
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


async def test_who_kills_the_nursery_ends_its_commands_and_the_next_one_has_a_new_nursery() -> None:
    nursery = await run("ps -o ppid= -p $PPID", cwd="/", env=ENV)
    os.kill(int(nursery.output), signal.SIGKILL)
    again = await run("ps -o ppid= -p $PPID; ps -o comm= -p $PPID", cwd="/", env=ENV)
    number, warden = again.output.split()
    assert (number != nursery.output.strip(), warden) == (True, "claw-warden")


async def test_who_kills_the_warden_that_waits_does_not_keep_the_next_command_from_running() -> None:
    nursery = await run("ps -o ppid= -p $PPID", cwd="/", env=ENV)
    killed = 1
    while killed != 0:  # it may not be there yet
        killed = await (await asyncio.create_subprocess_exec("pkill", "-KILL", "-P", nursery.output.strip())).wait()
    again = await run("ps -o ppid= -p $PPID", cwd="/", env=ENV)
    assert (again.exit_code, again.output) == (0, nursery.output)


async def test_no_key_that_claw_holds_is_in_reach_of_a_command() -> None:
    ballast = [f"key-{number}-that-nobody-shall-see" for number in range(50_000)]
    command = "for each in $PPID $(ps -o ppid= -p $PPID); do cat /proc/$each/statm; done"
    seen = await run(command, cwd="/", env=ENV)
    data = [int(line.split()[5]) * os.sysconf("SC_PAGE_SIZE") for line in seen.output.splitlines()]
    assert ballast
    assert len(data) == 2
    assert max(data) < 8 << 20
