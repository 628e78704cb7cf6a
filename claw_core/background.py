"""Commands that run: those that a call waits for, and those that go on while the conversation does.

They belong to the session, and end with it. A person can type into all of them.
"""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from claw_core.error import ToolError
from claw_core.event import Event, JobEnded, JobProgressed, JobStarted
from claw_core.native.shell import Command, Finished, finished

MOST = 32
"""Commands in the background at once."""


class Job:
    """A command in the background. A task of its own waits for its end, and sees to it that nothing of it stays."""

    def __init__(self, number: int, line: str, command: Command, over: Callable[["Job"], None]) -> None:
        self.number = number
        self.line = line
        self._command = command
        self._over = over
        self._read = 0
        self._screen = b""
        self._watch = asyncio.ensure_future(self._until_end())

    async def _until_end(self) -> None:
        await self._command.ended()
        await self._command.stop()
        self._over(self)

    @property
    def ended(self) -> Finished | None:
        """How it ended; None while it runs."""
        return finished(self._command) if self._command.exit is not None else None

    def new_output(self) -> str:
        """What it printed since this was last asked for. A line that was drawn again is told again."""
        output = self._command.output
        seen = output.seen()
        head, tail = seen.head.encode(), seen.tail.encode()
        before = len(head) + seen.omitted
        if self._read >= before and seen.omitted:
            text = tail[self._read - before :]
        elif seen.omitted:
            text = head[self._read :] + b"\n... %d bytes left out ...\n" % seen.omitted + tail
        else:
            text = head[self._read :]
        new = text.removeprefix(self._screen)
        if new is text and self._screen:
            same = next((at for at, (a, b) in enumerate(zip(text, self._screen, strict=False)) if a != b), 0)
            new = text[text.rfind(b"\n", 0, same) + 1 :]
        self._read, self._screen = output.scrolled, output.screen().encode()
        return new.decode("utf-8", "replace")

    def write(self, data: bytes) -> bool:
        """Types into its terminal; False where nobody can read it any more."""
        return self._command.write(data)

    async def wait(self, seconds: float) -> None:
        """Until it has ended, at most so long."""
        await asyncio.wait([self._watch], timeout=seconds)

    async def stop(self) -> None:
        """Ends it with all that it started."""
        await self._command.stop()
        await asyncio.wait([self._watch])


class Background:
    """The commands of one session."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._typed_into: dict[str, Command] = {}
        self.tell: Callable[[Event], object] = _nobody
        """Who records what becomes of the commands."""

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All of them, also those that have ended."""
        return tuple(self._jobs.values())

    def require_room(self) -> None:
        """Raises ToolError where too many run."""
        if sum(job.ended is None for job in self.jobs) >= MOST:
            raise ToolError(f"{MOST} commands run in the background already.", "Stop one with the tool `job` first.")

    def add(self, call: str, line: str, command: Command) -> Job:
        """The command of a call goes on in the background."""

        def over(job: Job) -> None:
            self._typed_into.pop(call, None)
            ended = job.ended
            code, number = (ended.exit_code, ended.signal) if ended else (None, None)
            self.tell(JobEnded(job=job.number, exit_code=code, signal=number))

        job = Job(len(self._jobs) + 1, line, command, over)
        self._jobs[job.number] = job
        self._typed_into[call] = command
        self.tell(JobStarted(job=job.number, call=call, command=line))
        return job

    def printed(self, job: Job, text: str) -> None:
        """It printed that."""
        self.tell(JobProgressed(job=job.number, text=text))

    @contextmanager
    def takes_keys(self, call: str, command: Command) -> Generator[None]:
        """While a call waits for its command, a person can type into it."""
        self._typed_into[call] = command
        try:
            yield
        finally:
            if self._typed_into.get(call) is command:
                del self._typed_into[call]

    def type_keys(self, call: str, data: bytes) -> bool:
        """Types into the command of a call; False where none runs, or it reads no more."""
        command = self._typed_into.get(call)
        return command is not None and command.type(data)

    def job(self, number: int) -> Job:
        """One of them. Raises ToolError where there is none of that number."""
        if number not in self._jobs:
            known = ", ".join(map(str, self._jobs)) or "none"
            raise ToolError(
                f"There is no command {number} in the background; there are: {known}.", "Name one of those."
            )
        return self._jobs[number]

    async def close(self) -> None:
        """Ends them all."""
        await asyncio.gather(*(job.stop() for job in self.jobs))


def _nobody(event: Event) -> None:
    """Nobody is told: there is no session."""
