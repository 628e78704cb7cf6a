"""Look after commands that run in the background: those that `bash` started with `background`, or left running.

`read` gives what command `id` printed since you last asked. `write` types `text` into its terminal, with Enter unless
it ends with a control character, and gives what it printed then: answer a prompt with "y", press Ctrl-C with "\\u0003".
`wait` waits for its end, at most `timeout` seconds. `stop` ends it with all that it started. `list` names all commands.
They end with the session.
"""

import asyncio
from typing import Literal

from pydantic import Field

from claw_core.background import Job
from claw_core.block import TerminalBlock
from claw_core.error import ToolError
from claw_core.message import Text
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import ToolInput, also
from claw_core.truncation import shorten

ANSWER_TIME = 1.0
"""Seconds in which a command may answer what was typed."""


class Input(ToolInput):
    """Arguments of `job`."""

    action: Literal["list", "read", "write", "wait", "stop"] = Field(default="read", description="What to do.")
    id: int = Field(
        default=0,
        ge=0,
        description="The command's number, as `bash` or `list` told it.",
        validation_alias=also("id", "bash_id", "shell_id", "job_id", "session_id"),
    )
    text: str = Field(
        default="", description="What to type, for `write`.", validation_alias=also("text", "chars", "input")
    )
    timeout: float = Field(default=60, gt=0, le=600, description="Seconds, for `wait`.")


def wants(input: Input) -> tuple[Want, ...]:
    """What is typed into a program may do anything; the rest touches nothing."""
    return (Want(action="run"),) if input.action == "write" else ()


def target(input: Input) -> str:
    """What is done to which."""
    return f"{input.action} {input.id or ''}".strip()


async def run(input: Input, context: ToolContext) -> ToolResult:
    """What it printed, and how it stands."""
    background = context.workspace.background
    if input.action == "list":
        lines = [f"{job.number}: {_state(job)}: {job.line}" for job in background.jobs]
        return ToolResult.of("\n".join(lines) or "No command runs in the background.", summary=f"{len(lines)} commands")
    if not input.id:
        raise ToolError(f"{input.action} needs the `id` of a command.", "Ask for them with `list`.")
    job = background.job(input.id)
    match input.action:
        case "write":
            typed = input.text if input.text[-1:] < " " and input.text else input.text + "\n"
            if not job.write(typed.encode("utf-8", "replace")):
                raise ToolError(f"Command {job.number} reads no more: {_state(job)}.", "Start it again with `bash`.")
            await job.wait(ANSWER_TIME)
        case "wait":
            await job.wait(input.timeout)
        case "stop":
            await job.stop()
        case _:
            pass
    printed = await asyncio.to_thread(shorten, job.new_output(), context.workspace.scratch, name="job")
    ended = job.ended
    block = TerminalBlock(command=job.line, output=printed.text, exit_code=ended.exit_code if ended else None)
    told = printed.text.rstrip("\n") or "(It printed nothing new.)"
    return ToolResult(
        parts=(Text(text=f"{told}\n[Command {job.number}: {_state(job)}.]"),), blocks=(block,), summary=_state(job)
    )


def _state(job: Job) -> str:
    ended = job.ended
    if ended is None:
        return "running"
    if ended.exit_code is None:
        return f"ended by signal {ended.signal}"
    return f"exit {ended.exit_code}"
