"""Run a bash command line in the workspace, and see what it prints.

Use it to build, test, run programs and use git. For looking at code there are better tools: `read` instead of cat,
head or sed; `grep` instead of grep; `glob` instead of find; and `edit` or `write` instead of sed -i, echo > or
heredocs, since their changes are shown to the person and can be taken back.

Each call starts in the workspace root (or in `cwd`) in a fresh shell: a `cd`, a variable or a virtual environment
from an earlier call is gone, so chain what belongs together with `&&`. Nobody can type: no editors, pagers, prompts
or watch modes; pass flags such as `--yes` instead. Processes left in the background end with the call.

You get standard output and errors in one, as a terminal shows them, and the exit code where it is not 0. After
`timeout` seconds (120 unless you say, 600 at most) the command is stopped, and you get what it printed until then. Of
long output you get the beginning and the end, and the file that has all of it. Variables that look like keys, tokens
or passwords are not in the environment. Temporary files go to `$TMPDIR`. Where a sandbox refused something you are
told so, and the person was asked for you: do not try to get round it.
"""

import asyncio
import os
import signal as signals
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from claw_core.block import TerminalBlock
from claw_core.error import ToolError
from claw_core.message import Text
from claw_core.native.shell import Finished
from claw_core.native.shell import run as run_in_shell
from claw_core.sandbox.confined import run_confined
from claw_core.sandbox.profile import Walls
from claw_core.shell_environment import shell_environment
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import ToolInput, also
from claw_core.truncation import Shortened, join, scratch_file, shorten

DEFAULT_TIMEOUT = 120
LONGEST_TIMEOUT = 600


def _seconds(value: object) -> object:
    """Who says thousands means milliseconds, as other harnesses do; nobody may wait longer than the longest."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value >= 5000 else value
        return min(seconds, LONGEST_TIMEOUT)
    return value


class Input(ToolInput):
    """Arguments of `bash`."""

    command: str = Field(
        min_length=1,
        description="The command line.",
        validation_alias=also("command", "cmd", "script", "commands", "code", "command_line", "CommandLine"),
    )
    timeout: Annotated[float, BeforeValidator(_seconds)] = Field(
        default=DEFAULT_TIMEOUT,
        gt=0,
        le=LONGEST_TIMEOUT,
        description="Seconds after which it is stopped.",
        validation_alias=also("timeout", "timeout_seconds", "timeout_ms", "timeoutMs"),
    )
    cwd: str = Field(
        default="",
        description="The folder to run in, absolute or from the workspace root; the root if left out.",
        validation_alias=also("cwd", "workdir", "working_directory", "directory", "workingDirectory"),
    )
    description: str = Field(
        default="",
        description="What it does, in five to ten words, for the person.",
        validation_alias=also("description", "explanation", "purpose"),
    )


def wants(input: Input) -> tuple[Want, ...]:
    """It runs the command."""
    return (Want(action="run", subject=input.command),)


def target(input: Input) -> str:
    """The command's first line."""
    first, _, rest = input.command.strip().partition("\n")
    return f"{first} …" if rest else first


async def run(input: Input, context: ToolContext) -> ToolResult:
    """What it printed, and how it ended."""
    workspace = context.workspace
    cwd = workspace.resolve(input.cwd)
    if not await asyncio.to_thread(cwd.is_dir):
        raise ToolError(f"{workspace.show(cwd)} is not a folder, so nothing can run in it.", "Correct `cwd`.")
    spill = await asyncio.to_thread(_spill, workspace.scratch)

    async def once(walls: Walls | None) -> Finished:
        # `~` is for the shell what it was for the gate.
        env = shell_environment({**os.environ, "HOME": str(workspace.home)})
        if walls is not None and walls.temp is not None:
            env["TMPDIR"] = str(walls.temp)
        return await run_in_shell(
            input.command,
            cwd=cwd,
            env=env,
            timeout=input.timeout,
            spill=spill,
            progress=context.progress,
            stdin=b"",
            confinement=None if walls is None else walls.confinement,
        )

    ran = await run_confined(context, cwd, once, lambda ended: ended.output, _failed)
    output = await asyncio.to_thread(_output, ran.outcome, workspace.scratch)
    return _result(input, ran.outcome, output, ran.notes)


def _failed(finished: Finished) -> bool:
    return not finished.timed_out and finished.exit_code != 0


def _spill(scratch: Path) -> Path | None:
    try:
        return scratch_file(scratch, "bash")
    except OSError:
        return None


def _output(finished: Finished, scratch: Path) -> Shortened:
    if finished.omitted:
        return join(finished.head, finished.tail, finished.omitted, finished.spilled)
    return shorten(finished.output, scratch, name="bash")


def _result(input: Input, finished: Finished, output: Shortened, notes: tuple[str, ...]) -> ToolResult:
    told = output.text.rstrip("\n") or "(It printed nothing.)"
    ending, summary = _ending(input, finished)
    if finished.spill_capped and finished.spilled:
        told += "\n[Even the file lacks a part: it printed too much to keep.]"
    if ending:
        told += f"\n[{ending}]"
    told += "".join(f"\n[Sandbox: {note}]" for note in notes)
    block = TerminalBlock(command=input.command, output=output.text, exit_code=finished.exit_code)
    outcome = "timeout" if finished.timed_out else "ok" if finished.exit_code == 0 else "error"
    return ToolResult(parts=(Text(text=told),), blocks=(block,), summary=summary, outcome=outcome)


def _ending(input: Input, finished: Finished) -> tuple[str, str]:
    """How it ended, for the model and in a few words for people; nothing to tell the model where all went well."""
    if finished.timed_out:
        told = (
            f"Stopped after {input.timeout:g} s, its timeout; above is what it printed until then."
            f" Give it a longer timeout (at most {LONGEST_TIMEOUT}), or make it do less."
        )
        return told, f"timeout after {input.timeout:g} s"
    if finished.signal is not None:
        name = signals.Signals(finished.signal).name
        return f"Ended by {name}.", name
    if finished.exit_code:
        return f"Exit code {finished.exit_code}.", f"exit {finished.exit_code}"
    return "", "exit 0"
