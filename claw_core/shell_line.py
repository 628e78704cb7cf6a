"""A shell line of the person's own: run at once, beside whatever the agent does.

It is their act, so the gate is not asked and no sandbox holds it. Like any command it gets no secrets from the
environment, since what it prints is told to the model with the next prompt, and it ends with all that it started.
"""

import asyncio
import os
import secrets
import signal as signals
from collections.abc import Callable
from dataclasses import replace

from claw_core.block import TerminalBlock
from claw_core.event import Event, NoticeRaised, ShellFinished, ShellProgressed, ShellStarted
from claw_core.message import Text
from claw_core.native.shell import Finished, finished, start
from claw_core.permissions.outside import outside
from claw_core.printed_styles import styles_of
from claw_core.shell_environment import shell_environment
from claw_core.tool import Want
from claw_core.truncation import shorten_output, spill_file
from claw_core.workspace import Workspace


class ShellLines:
    """The person's own shell lines, one at a time."""

    def __init__(
        self, workspace: Workspace, tell: Callable[[Event], object], is_trusted: Callable[[], bool] = lambda: True
    ) -> None:
        """`tell` records what happens. `is_trusted`: whether the person vouched for the folder."""
        self._workspace = workspace
        self._tell = tell
        self._is_trusted = is_trusted
        self._running: asyncio.Task[ShellFinished] | None = None
        self.is_latest = False
        """Whether it was begun after the turn that runs."""

    def run(self, line: str) -> None:
        """Start it; what comes of it is told."""
        if self._running is not None:
            self._tell(NoticeRaised(level="warning", message="A shell line runs already.", hint="Esc stops it."))
            return
        id = f"shell-{secrets.token_hex(4)}"
        self._tell(ShellStarted(id=id, line=line))

        def printed(text: str) -> None:
            self._tell(ShellProgressed(id=id, text=text))

        self._running = asyncio.ensure_future(run_line(id, line, self._workspace, printed))
        self._running.add_done_callback(lambda ended: self._ended(id, line, ended))
        self.is_latest = True

    def stop(self) -> bool:
        """Stop the one that runs; whether one did."""
        if self._running is None:
            return False
        self._running.cancel()
        return True

    async def close(self) -> None:
        """Stop it, and wait until it is gone."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    def _ended(self, id: str, line: str, ended: "asyncio.Task[ShellFinished]") -> None:
        self._running, self.is_latest = None, False
        error = None if ended.cancelled() else ended.exception()
        if ended.cancelled() or error is not None:
            why = f"{error}" if error else "stopped"
            self._tell(ShellFinished(id=id, outcome="error" if error else "interrupted", parts=(), summary=why))
        else:
            wants = (Want(action="run", subject=line),)
            source = outside("bash", wants, (line,), trusted=self._is_trusted(), offline=False)
            self._tell(replace(ended.result(), outside=source))


async def run_line(id: str, line: str, workspace: Workspace, progress: Callable[[str], None]) -> ShellFinished:
    """Runs it in the workspace folder until it ends; cancelling stops it, which is an outcome and not an error.

    Raises OSError where no process can be started.
    """
    spill = await asyncio.to_thread(spill_file, workspace.scratch, "shell")
    env = shell_environment({**os.environ, "HOME": str(workspace.home)})
    command = start(line, cwd=workspace.root, env=env, spill=spill, progress=progress, is_open=True)
    was_stopped = False
    try:
        with workspace.background.takes_keys(id, command):
            await command.ended()
    except asyncio.CancelledError:
        was_stopped = True
    finally:
        await command.stop()
    ended = finished(command)
    output = await asyncio.to_thread(shorten_output, ended, workspace.scratch, name="shell")
    return _finished(id, line, ended, output.text, was_stopped)


def _finished(id: str, line: str, ended: Finished, output: str, was_stopped: bool) -> ShellFinished:
    if was_stopped:
        how = "stopped"
    elif ended.signal is not None:
        how = signals.Signals(ended.signal).name
    else:
        how = f"exit {ended.exit_code}"
    told = f"[The person ran a shell line:]\n$ {line}\n{output.rstrip()}".rstrip()
    told += "" if how == "exit 0" else f"\n[It ended: {how}.]"
    styles = styles_of(output, ended.seen)
    block = TerminalBlock(command=line, output=output, exit_code=ended.exit_code, styles=styles)
    return ShellFinished(
        id=id,
        outcome="interrupted" if was_stopped else "ok" if ended.exit_code == 0 else "error",
        parts=(Text(text=told),),
        blocks=(block,),
        summary=how,
        elapsed=ended.elapsed,
    )
