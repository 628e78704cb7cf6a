"""Headless: one task without a screen. Its output is read from the same stream as everything else.

Working and printing know nothing of each other: the session goes on while a reader stalls, and hears an interrupt then.
"""

import asyncio
import json
import sys
from typing import Literal, TextIO

from claw_core.characters import whole_characters
from claw_core.event import (
    MAIN,
    ModelProgressed,
    ModelRetried,
    ModelSwitched,
    NoticeRaised,
    Record,
    TurnFailed,
    record_adapter,
)
from claw_core.intent import Interrupt, Prompt
from claw_core.outlet import Outlet
from claw_core.result import EXIT_STATUS, result_of
from claw_core.session.session import Session
from claw_core.session.stream import Cursor

OutputFormat = Literal["text", "json", "stream-json"]

WORTH_SAYING = 5.0
"""Seconds of a wait that a person at a terminal should hear of."""

PATIENCE = 2.0
"""Seconds without anybody reading, after which an interrupted run gives up what is still to be printed."""


async def run_headless(
    session: Session,
    task: str,
    *,
    output: OutputFormat,
    out: TextIO | None = None,
    err: TextIO | None = None,
    stop: asyncio.Event | None = None,
) -> int:
    """Do one task, print what `output` says, and return the exit status. Closes the session.

    Nothing but the answer, the object or the records goes to `out` (else standard output); words for people go to
    `err` (else standard error). While somebody reads, however slowly, nothing is lost. `stop` interrupts the run, and
    so does a reader of `out` that goes away: nobody would hear of the rest.

    Raises OSError where `out` cannot be written for another reason; the session is closed then, too.
    """
    outlet = Outlet(out or sys.stdout, err or sys.stderr)
    printing = asyncio.create_task(_print(session, session.stream.cursor(after=session.continued_from), output, outlet))
    working = asyncio.create_task(_work(session, task))
    stopped = asyncio.create_task((stop or asyncio.Event()).wait())
    try:
        await asyncio.wait({printing, outlet.failed, stopped}, return_when=asyncio.FIRST_COMPLETED)
        session.send(Interrupt())
        if outlet.failed.done():
            await session.close("nobody reads the output")
        await working
        if await _printed(printing, outlet):
            return EXIT_STATUS[result_of(session.id, session.fresh_records).stop]
        return EXIT_STATUS["interrupted"]
    finally:
        session.send(Interrupt())
        printing.cancel()
        stopped.cancel()
        await asyncio.wait({working, printing, stopped})
        outlet.close()


async def _work(session: Session, task: str) -> None:
    """The task from start to finish. Whatever happens, the stream ends."""
    try:
        session.send(Prompt(text=task))
        await session.rest()
        await session.close()
    finally:
        session.stream.end()


async def _printed(printing: asyncio.Task[None], outlet: Outlet) -> bool:
    """Whether everything was printed, once nobody is left who could read on. Raises OSError, see `run_headless`."""
    taken = -1
    while not printing.done() and taken != outlet.taken:
        taken = outlet.taken
        await asyncio.wait({printing}, timeout=PATIENCE)
    if not printing.done():
        return False
    try:
        await printing
    except BrokenPipeError:
        return False
    return True


async def _print(session: Session, cursor: Cursor, output: OutputFormat, outlet: Outlet) -> None:
    """Print the records as they come, and the result at their end. Raises OSError where nobody can read it."""
    while await cursor.wait():
        lines: list[str] = []  # what came together is printed together
        for record in cursor.take():
            if output == "stream-json":
                lines.append(_line(record))
            if words := _complaint(record):
                await outlet.put("".join(lines))
                await outlet.complain(words)
                lines.clear()
        await outlet.put("".join(lines))
    result = result_of(session.id, session.fresh_records)
    if output == "json":
        await outlet.put(json.dumps(result.as_json(), ensure_ascii=False) + "\n")
    elif output == "text" and result.text:
        await outlet.put(result.text + "\n")
    await outlet.drain()


def _line(record: Record) -> str:
    """A record as a line of JSON, as the log writes it."""
    try:
        return record_adapter().serializer.to_json(record).decode() + "\n"
    except ValueError:  # half a character, as the names of files may hold
        plain = record_adapter().dump_python(record, mode="json")
        return whole_characters(json.dumps(plain, ensure_ascii=False, separators=(",", ":"))) + "\n"


def _complaint(record: Record) -> str:
    match record.event:
        case TurnFailed(message=message, hint=hint) if record.agent == MAIN:
            return f"claw: {message}" + (f"\n      {hint}" if hint else "") + "\n"
        case ModelProgressed(doing=doing, percent=int(percent)) if doing != "reading" and percent % 10 == 0:
            return f"claw: {doing}: {percent} %\n"
        case ModelRetried(message=message, wait=wait) if wait >= WORTH_SAYING:
            return f"claw: {message} Again in {wait:.0f} s.\n"
        case ModelSwitched(provider=provider, model=model, reason=reason) if reason:
            return f"claw: {reason} From now on {provider}/{model} answers.\n"
        case NoticeRaised(level="warning" | "error", message=message, hint=hint):
            return f"claw: {message}" + (f" {hint}" if hint else "") + "\n"
        case _:
            return ""
