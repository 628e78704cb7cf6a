"""Headless: what is printed, by whom it can be stopped, and what a reader does to it."""

import asyncio
import io
import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import TextIO

import pytest

from claw_core.error import Unauthorized
from claw_core.event import CallStarted, SessionEnded, TurnInterrupted
from claw_core.headless import run_headless
from claw_core.outlet import Outlet
from claw_core.scripting import ScriptedReply
from tests.core.acting import Acting, says

LONG = ScriptedReply(text="word " * 20_000, chunk=50)
"""More than a pipe holds, as records."""


@pytest.fixture
def pipe() -> Generator[tuple[int, TextIO]]:
    """A pipe: the end to read from, and a stream to write to."""
    read, write = os.pipe()
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        yield read, stream


async def test_text_is_the_answer_alone(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    acting = Acting(tmp_path, [says("I look.", ("glob", {"pattern": "*"})), says("Nothing there.")])
    assert await run_headless(acting.session, "look", output="text", out=out, err=err) == 0
    assert (out.getvalue(), err.getvalue()) == ("Nothing there.\n", "")


async def test_json_is_one_object(tmp_path: Path) -> None:
    out = io.StringIO()
    acting = Acting(tmp_path, [says("Well \ud83d.")])
    assert await run_headless(acting.session, "go", output="json", out=out, err=io.StringIO()) == 0
    told = json.loads(out.getvalue())
    assert (told["text"], told["stop"]) == ("Well \ufffd.", "done")


async def test_every_record_is_a_line_as_it_comes(tmp_path: Path) -> None:
    out = io.StringIO()
    acting = Acting(tmp_path, [says("Done.")])
    assert await run_headless(acting.session, "go", output="stream-json", out=out, err=io.StringIO()) == 0
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert told[0]["event"]["kind"] == "session.started"
    assert told[-1]["event"]["kind"] == "session.ended"
    assert [record["seq"] for record in told if record["event"]["kind"] != "text.delta"][-1] == told[-1]["seq"]


async def test_failures_are_for_people(tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    refused = ScriptedReply(error=Unauthorized("The key was refused.", "Set another one."))
    acting = Acting(tmp_path, [refused])
    assert await run_headless(acting.session, "go", output="text", out=out, err=err) == 1
    assert out.getvalue() == ""
    assert err.getvalue().startswith("claw: The key was refused.")


async def test_stopped_while_it_works(tmp_path: Path) -> None:
    stop = asyncio.Event()
    acting = Acting(tmp_path, [says("", ("bash", {"command": "sleep 300"}))])
    run = asyncio.create_task(
        run_headless(acting.session, "go", output="text", out=io.StringIO(), err=io.StringIO(), stop=stop)
    )
    await acting.until(CallStarted)
    stop.set()
    assert await run == 130
    assert acting.only(TurnInterrupted)


async def test_cancelled_it_leaves_a_closed_session(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("", ("bash", {"command": "sleep 300"}))])
    run = asyncio.create_task(run_headless(acting.session, "go", output="text", out=io.StringIO(), err=io.StringIO()))
    await acting.until(CallStarted)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert acting.only(SessionEnded)


async def test_nobody_reads_and_still_it_can_be_stopped(tmp_path: Path, pipe: tuple[int, TextIO]) -> None:
    read, out = pipe
    stop = asyncio.Event()
    acting = Acting(tmp_path, [LONG])
    run = asyncio.create_task(
        run_headless(acting.session, "go", output="stream-json", out=out, err=io.StringIO(), stop=stop)
    )
    await acting.until(SessionEnded)
    assert not run.done()
    stop.set()
    async with asyncio.timeout(60):
        assert await run == 130
    os.close(read)


async def test_who_reads_late_misses_nothing(tmp_path: Path, pipe: tuple[int, TextIO]) -> None:
    read, out = pipe
    acting = Acting(tmp_path, [LONG])
    run = asyncio.create_task(run_headless(acting.session, "go", output="stream-json", out=out, err=io.StringIO()))
    await acting.until(SessionEnded)
    reading = asyncio.create_task(asyncio.to_thread(Path(f"/dev/fd/{read}").read_text, encoding="utf-8"))
    assert await run == 0
    out.close()
    events = [json.loads(line)["event"] for line in (await reading).splitlines()]
    assert "".join(event["text"] for event in events if event["kind"] == "text.delta") == LONG.text
    assert events[-1]["kind"] == "session.ended"
    os.close(read)


async def test_a_reader_that_goes_stops_a_run_that_says_no_more(tmp_path: Path, pipe: tuple[int, TextIO]) -> None:
    read, out = pipe
    os.close(read)
    acting = Acting(tmp_path, [says("", ("bash", {"command": "sleep 300"}))])
    async with asyncio.timeout(60):
        assert await run_headless(acting.session, "go", output="stream-json", out=out, err=io.StringIO()) == 130
    assert acting.only(SessionEnded).reason == "nobody reads the output"


async def test_output_that_cannot_be_written_is_an_error_after_the_session_is_closed(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Done.")])
    out = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    with out, pytest.raises(OSError, match="Bad file descriptor"):
        await run_headless(acting.session, "go", output="text", out=out, err=io.StringIO())
    assert acting.only(SessionEnded)


async def test_an_outlet_holds_only_so_much(pipe: tuple[int, TextIO]) -> None:
    read, out = pipe
    outlet = Outlet(out, io.StringIO(), room=1000)
    await outlet.put("x" * 200_000)
    more = asyncio.create_task(outlet.put("y"))
    await asyncio.sleep(0)
    assert not more.done()
    taken = await asyncio.to_thread(os.read, read, 1)
    while len(taken) < 200_001:
        taken += await asyncio.to_thread(os.read, read, 65_536)
    await more
    await outlet.drain()
    outlet.close()
    assert taken == b"x" * 200_000 + b"y"
    os.close(read)


async def test_complaints_that_nobody_reads_stop_nothing(tmp_path: Path, pipe: tuple[int, TextIO]) -> None:
    read, err = pipe
    os.close(read)
    out = io.StringIO()
    outlet = Outlet(out, err)
    await outlet.complain("claw: oh\n")
    await outlet.put("fine\n")
    await outlet.complain("claw: oh\n")
    await outlet.drain()
    outlet.close()
    assert out.getvalue() == "fine\n"
