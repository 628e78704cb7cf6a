"""Run a bash command line in the workspace, and see what it prints.

Use it to build, test, run programs and use git. For looking at code there are better tools: `read` instead of cat,
head or sed; `grep` instead of grep; `glob` instead of find; and `edit` or `write` instead of sed -i, echo > or
heredocs, since their changes are shown to the person and can be taken back.

Calls share a shell: each starts in the folder where the one before ended, with the variables that it exported (but not
its aliases, functions and options); the first starts in the workspace root. `cwd` runs one call elsewhere, and `clean`
starts anew. A call that was stopped, or runs in the background, leaves the shell as it was. The other tools know of
none of this: their paths are from the workspace root.

Nobody types into a call that you wait for: no editors, pagers, prompts or watch modes; pass flags such as `--yes`
instead. Processes left in the background end with the call. To start a server or a watcher, or what asks questions, say
`background`, and look after it with the tool `job`, which can also type into it.

You get standard output and errors in one, as a terminal shows them, and the exit code where it is not 0. After
`timeout` seconds (120 unless you say, 600 at most) the command is stopped, or with `on_timeout` "background" goes on
there with a terminal you can type into, and you get what it printed until then. Of
long output you get the beginning and the end, and the file that has all of it. Variables that look like keys, tokens
or passwords are not in the environment. Temporary files go to `$TMPDIR`. Where a sandbox refused something you are
told so, and the person was asked for you: do not try to get round it.
"""

import asyncio
import os
import signal as signals
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PrivateAttr

from claw_core.background import Job
from claw_core.block import TerminalBlock
from claw_core.error import ToolError
from claw_core.message import Text
from claw_core.native.shell import Command, Finished, finished, start
from claw_core.printed_styles import styles_of
from claw_core.sandbox.confined import run_confined
from claw_core.sandbox.profile import Walls
from claw_core.shell_environment import shell_environment
from claw_core.shell_state import FRESH, ShellState, read_notes, telling
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import ToolInput, also
from claw_core.truncation import Shortened, shorten_output, spill_file
from claw_core.workspace import Workspace

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
    background: bool = Field(
        default=False,
        description="Whether to leave it running and go on at once.",
        validation_alias=also("background", "run_in_background", "is_background"),
    )
    on_timeout: Literal["stop", "background"] = Field(default="stop", description="What happens when its time is over.")
    cwd: str = Field(
        default="",
        description="The folder to run this call in, absolute or from the workspace root; the shell's own if left out.",
        validation_alias=also("cwd", "workdir", "working_directory", "directory", "workingDirectory"),
    )
    clean: bool = Field(
        default=False,
        description="Whether to start anew: in the workspace root, with nothing that earlier calls exported.",
        validation_alias=also("clean", "restart", "fresh"),
    )
    description: str = Field(
        default="",
        description="What it does, in five to ten words, for the person.",
        validation_alias=also("description", "explanation", "purpose"),
    )
    _shell: ShellState = PrivateAttr(default=FRESH)
    """What it starts from. No argument, since values may be secrets, and arguments are recorded."""
    _notice: str = PrivateAttr(default="")

    def starting_from(self, shell: ShellState, cwd: str, notice: str) -> "Input":
        """This call in that shell, in that folder."""
        settled = self.model_copy(update={"cwd": cwd} if cwd else {})
        settled._shell, settled._notice = shell, notice
        return settled

    @property
    def shell(self) -> ShellState:
        """What it starts from."""
        return self._shell

    @property
    def notice(self) -> str:
        """What the model has to know of where it starts; empty where all is as it was."""
        return self._notice


def settle(input: Input, context: ToolContext) -> Input:
    """Fills in where the shell is, so that the gate judges the command by it."""
    workspace = context.workspace
    shell = FRESH if input.clean else workspace.shells.of(context.agent)
    folder, notice = shell.folder, ""
    if folder is not None and not folder.is_dir():
        notice = f"{workspace.show(folder)}, where the shell was, is gone: it is in the workspace root again."
        folder, shell = None, replace(shell, folder=None)
    cwd = input.cwd or ("" if folder is None else _named(workspace, folder))
    return input.starting_from(shell, cwd, notice)


def wants(input: Input) -> tuple[Want, ...]:
    """It runs the command."""
    return (Want(action="run", subject=input.command, variables=input.shell.assignments),)


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
    spill = await asyncio.to_thread(spill_file, workspace.scratch, "bash")
    fresh: dict[str, str] = {}

    async def once(walls: Walls | None) -> Finished | Job:
        nonlocal fresh
        # `~` is for the shell what it was for the gate.
        fresh = shell_environment({**os.environ, "HOME": str(workspace.home), "PWD": str(cwd)})
        if walls is not None and walls.temp is not None:
            fresh["TMPDIR"] = str(walls.temp)
        progress = _Until(context)
        told = telling(input.command, input.shell.environment(fresh))
        command = start(
            told.command,
            cwd=cwd,
            env=told.environment,
            notes=told.notes,
            spill=spill,
            progress=progress,
            stdin=None if stays else b"",
            is_open=stays,
            confinement=None if walls is None else walls.confinement,
        )
        return await _watched(input, context, progress, command)

    stays = input.background or input.on_timeout == "background"
    if stays:
        workspace.background.require_room()
    ran = await run_confined(context, cwd, once, _printed, _failed)
    where = "" if cwd == workspace.root else workspace.show(cwd)
    notices = tuple(f"[{each}]" for each in (input.notice,) if each)
    if isinstance(ran.outcome, Job):
        return _left_running(input, ran.outcome, where, (*notices, *_of_sandbox(ran.notes)))
    output = await asyncio.to_thread(shorten_output, ran.outcome, workspace.scratch, name="bash")
    left_in, changed = _leave_shell(input, context, cwd, ran.outcome, fresh)
    return _result(input, ran.outcome, output, (where, left_in), (*notices, *changed, *_of_sandbox(ran.notes)))


def _named(workspace: Workspace, folder: Path) -> str:
    """A folder as a call names it, so that it means that folder and no other."""
    shown = workspace.show(folder)
    return shown if workspace.resolve(shown) == folder else str(folder)


def _leave_shell(
    input: Input, context: ToolContext, cwd: Path, ended: Finished, fresh: Mapping[str, str]
) -> tuple[str | None, tuple[str, ...]]:
    """The next call starts where this one ended, unless it was stopped. Says where that is if it is somewhere else, and
    what the model has to know of it."""
    workspace = context.workspace
    is_stopped = ended.timed_out or ended.exit_code is None
    left = None if is_stopped else read_notes(ended.notes, fresh, workspace.root)
    if left is None:
        return None, ()
    state = left.state
    if cwd != (input.shell.folder or workspace.root):  # it was told to run elsewhere, this once
        state = replace(state, folder=input.shell.folder, before=input.shell.before)
    before = workspace.shells.of(context.agent).folder
    workspace.shells.leave(context.agent, state)
    lost = f"[Not kept for the next call: {', '.join(left.not_carried)}.]" if left.not_carried else ""
    if state.folder == before:
        return None, (lost,) if lost else ()
    shown = "" if state.folder is None else workspace.show(state.folder)
    return shown, tuple(each for each in (f"[The shell is now in {shown or 'the workspace root'}.]", lost) if each)


class _Until:
    """Hands on what is printed while the call lasts; afterwards its record is closed."""

    def __init__(self, context: ToolContext) -> None:
        self._tell: Callable[[str], None] | None = context.progress

    def __call__(self, text: str) -> None:
        if self._tell is not None:
            self._tell(text)

    def end(self, then: Callable[[str], None] | None = None) -> None:
        """The call hears nothing more; who does instead."""
        self._tell = then


async def _watched(input: Input, context: ToolContext, progress: _Until, command: Command) -> Finished | Job:
    """Waits for its end, or leaves it running."""
    background = context.workspace.background
    timed_out, job = False, None
    try:
        with background.takes_keys(context.call, command):
            async with asyncio.timeout(0 if input.background else input.timeout):
                await command.ended()
    except TimeoutError:
        if input.background or input.on_timeout == "background":
            job = background.add(context.call, input.command, command)
        timed_out = not input.background
    finally:
        if job is None:
            await command.stop()
    if job is not None:
        progress.end(partial(background.printed, job))
        return job
    command.raise_failure()
    return finished(command, timed_out=timed_out)


def _of_sandbox(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"[Sandbox: {note}]" for note in notes)


def _left_running(input: Input, job: Job, where: str, notes: tuple[str, ...]) -> ToolResult:
    printed = job.new_output()
    why = "" if input.background else f" Its {input.timeout:g} s are over."
    told = f"{printed.rstrip()}\n" if printed.strip() else ""
    told += f"[It runs in the background as command {job.number}.{why} Look after it with the tool `job`.]"
    told += "".join(f"\n{note}" for note in notes)
    block = TerminalBlock(command=input.command, output=printed, folder=where)
    return ToolResult(parts=(Text(text=told),), blocks=(block,), summary=f"background {job.number}")


def _printed(outcome: Finished | Job) -> str:
    return outcome.output if isinstance(outcome, Finished) else ""


def _failed(outcome: Finished | Job) -> bool:
    return isinstance(outcome, Finished) and not outcome.timed_out and outcome.exit_code != 0


def _result(
    input: Input, ended: Finished, output: Shortened, places: tuple[str, str | None], notes: tuple[str, ...]
) -> ToolResult:
    told = output.text.rstrip("\n") or "(It printed nothing.)"
    ending, summary = _ending(input, ended)
    if ended.spill_capped and ended.spilled:
        told += "\n[Even the file lacks a part: it printed too much to keep.]"
    if ending:
        told += f"\n[{ending}]"
    told += "".join(f"\n{note}" for note in notes)
    folder, left_in = places
    styles = styles_of(output.text, ended.seen)
    block = TerminalBlock(
        command=input.command,
        output=output.text,
        exit_code=ended.exit_code,
        folder=folder,
        left_in=left_in,
        styles=styles,
    )
    outcome = "timeout" if ended.timed_out else "ok" if ended.exit_code == 0 else "error"
    return ToolResult(parts=(Text(text=told),), blocks=(block,), summary=summary, outcome=outcome)


def _ending(input: Input, ended: Finished) -> tuple[str, str]:
    """How it ended, for the model and in a few words for people; nothing to tell the model where all went well."""
    if ended.timed_out:
        told = (
            f"Stopped after {input.timeout:g} s, its timeout; above is what it printed until then."
            f" Give it a longer timeout (at most {LONGEST_TIMEOUT}), or make it do less."
        )
        return told, f"timeout after {input.timeout:g} s"
    if ended.signal is not None:
        name = signals.Signals(ended.signal).name
        return f"Ended by {name}.", name
    if ended.exit_code:
        return f"Exit code {ended.exit_code}.", f"exit {ended.exit_code}"
    return "", "exit 0"
