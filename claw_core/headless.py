"""Headless: one task without a screen. Its output is read from the same stream as everything else."""

import json
import sys
from typing import Literal, TextIO

from claw_core.event import NoticeRaised, Record, TurnFailed, TurnFinished, TurnInterrupted, record_adapter
from claw_core.intent import Interrupt, Prompt
from claw_core.result import EXIT_STATUS, result_of
from claw_core.session.session import Session

OutputFormat = Literal["text", "json", "stream-json"]


async def run_headless(
    session: Session, task: str, *, output: OutputFormat, out: TextIO = sys.stdout, err: TextIO = sys.stderr
) -> int:
    """Do one task, print what `output` says, and return the exit status. Closes the session.

    Nothing but the answer, the object or the records goes to `out`; words for people go to `err`. When whoever reads
    `out` goes away, the run is interrupted: nobody would hear of the rest.
    """
    show = _show_line if output == "stream-json" else _show_nothing
    cursor = session.stream.cursor(after=session.continued_from)
    session.send(Prompt(text=task))
    listening = True
    try:
        while listening and await cursor.wait():
            for record in cursor.take():
                show(record, out)
                _complain(record, err)
                listening = listening and not isinstance(record.event, TurnFinished | TurnFailed | TurnInterrupted)
            out.flush()
        await session.close()
        for record in cursor.take():
            show(record, out)
    except BrokenPipeError:
        session.send(Interrupt())
        await session.close("nobody reads the output")
        return EXIT_STATUS["interrupted"]
    result = result_of(session.id, session.fresh_records)
    if output == "json":
        print(json.dumps(result.as_json(), ensure_ascii=False), file=out, flush=True)
    elif output == "text" and result.text:
        print(result.text, file=out, flush=True)
    return EXIT_STATUS[result.stop]


def _show_line(record: Record, out: TextIO) -> None:
    out.write(record_adapter().dump_json(record).decode() + "\n")


def _show_nothing(record: Record, out: TextIO) -> None:
    pass


def _complain(record: Record, err: TextIO) -> None:
    match record.event:
        case TurnFailed(message=message, hint=hint):
            print(f"claw: {message}" + (f"\n      {hint}" if hint else ""), file=err)
        case NoticeRaised(level="warning" | "error", message=message, hint=hint):
            print(f"claw: {message}" + (f" {hint}" if hint else ""), file=err)
        case _:
            pass
