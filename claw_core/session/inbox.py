"""The inbox: what a person said that is not delivered yet, in the order it was said.

What a prompt names is read when it is sent; the prompt waits for that, and those after it wait for it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from claw_core.event import Attachment, PromptSteered, PromptSubmitted
from claw_core.intent import Prompt

ReadNamed = Callable[[tuple[str, ...]], Awaitable[tuple[Attachment, ...]]]
"""Reads what a prompt names."""


@dataclass(slots=True, eq=False)
class Said:
    """A prompt, and what it names, once that is read."""

    prompt: Prompt
    attachments: tuple[Attachment, ...] = ()
    reading: "asyncio.Future[tuple[Attachment, ...]] | None" = field(default=None)

    @property
    def submitted(self) -> PromptSubmitted:
        """As a task."""
        return PromptSubmitted(text=self.prompt.text, images=self.prompt.images, attachments=self.attachments)

    @property
    def steered(self) -> PromptSteered:
        """As words for the turn that runs."""
        return PromptSteered(text=self.prompt.text, images=self.prompt.images, attachments=self.attachments)


class Inbox:
    """What waits to be delivered."""

    def __init__(self, read: ReadNamed, deliver: Callable[[], None]) -> None:
        """`deliver` is called when something that was waited for is read."""
        self._read = read
        self._deliver = deliver
        self._said: deque[Said] = deque()

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of all that waits."""
        return tuple(said.prompt.text for said in self._said)

    @property
    def is_reading(self) -> bool:
        """Whether something is still read."""
        return any(said.reading is not None for said in self._said)

    def put(self, prompt: Prompt) -> None:
        """It was said now."""
        said = Said(prompt)
        self._said.append(said)
        if prompt.named:
            said.reading = asyncio.ensure_future(self._read(prompt.named))
            said.reading.add_done_callback(lambda reading: self._was_read(said, reading))

    def _was_read(self, said: Said, reading: "asyncio.Future[tuple[Attachment, ...]]") -> None:
        said.reading = None
        if reading.cancelled():
            return
        error = reading.exception()
        named = ", ".join(said.prompt.named)
        said.attachments = (
            reading.result() if error is None else (Attachment(path=named, parts=(), problem=f"{error}"),)
        )
        if said in self._said:
            self._deliver()

    def take(self) -> Said | None:
        """The oldest, out of the box, where it is ready."""
        return self._said.popleft() if self._said and self._said[0].reading is None else None

    def put_back(self, said: Said) -> None:
        """It could not be delivered."""
        self._said.appendleft(said)

    def take_back(self) -> bool:
        """The person takes the latest back; whether there was one."""
        if not self._said:
            return False
        said = self._said.pop()
        if said.reading is not None:
            said.reading.cancel()
        return True

    def clear(self) -> None:
        """Nothing of it will be delivered."""
        while self.take_back():
            pass

    async def read(self) -> None:
        """Until nothing is being read."""
        while reading := [said.reading for said in self._said if said.reading is not None]:
            await asyncio.wait(reading)
