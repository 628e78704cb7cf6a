"""The way back: an earlier moment of a session, while no turn runs. What is said meanwhile waits."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from claw_core.error import UsageError
from claw_core.event import Event, Record, SessionForked, SessionRewound
from claw_core.intent import GoBack
from claw_core.rewind import Preview, Rewind
from claw_core.session.log import read_log
from claw_core.session.stream import Stream
from claw_core.workspace import Workspace


class WayBack:
    """Goes back in one session, to one moment at a time."""

    def __init__(
        self,
        workspace: Workspace,
        stream: Stream,
        emit: Callable[[Event], object],
        is_busy: Callable[[], bool],
        deliver: Callable[[], None],
    ) -> None:
        """`deliver` is called when what waited meanwhile can go on."""
        self._workspace = workspace
        self._stream = stream
        self._emit = emit
        self._is_busy = is_busy
        self._deliver = deliver
        self._over: asyncio.Event | None = None

    @property
    def under_way(self) -> bool:
        """Whether files are being put back."""
        return self._over is not None

    async def over(self) -> None:
        """Until that has ended."""
        if self._over is not None:
            await self._over.wait()

    async def preview(self, seq: int) -> Preview:
        """What going back to a record would do to files."""
        return await Rewind(self._workspace, self._stream.records, self._emit).preview(seq)

    async def go(
        self,
        seq: int,
        *,
        talk: bool = True,
        files: bool = True,
        over: Mapping[str, str] | None = None,
        records: Sequence[Record] | None = None,
    ) -> SessionRewound:
        """Take the conversation, files, or both back to what they were at a record; see `Rewind.go`.

        `records`: what happened to files since, where that is not in this session: those of the one it was forked from.
        Raises UsageError while a turn runs.
        """
        if self._is_busy() or self.under_way:
            raise UsageError("A turn runs.", "Stop it first, then go back.")
        self._over = asyncio.Event()
        try:
            rewind = Rewind(self._workspace, records or self._stream.records, self._emit)
            return await rewind.go(seq, talk=talk, files=files, over=over)
        finally:
            over_now, self._over = self._over, None
            self._deliver()
            over_now.set()

    async def as_at_fork(self) -> SessionRewound:
        """Files as they were where this session was forked from another. Raises UsageError where it was not."""
        forked = next((r.event for r in reversed(self._stream.records) if isinstance(r.event, SessionForked)), None)
        if forked is None:
            raise UsageError("This session was not forked from another.", "`/rewind` lists where it can go back to.")
        parent = self._workspace.scratch.parent.parent / forked.parent
        content = await asyncio.to_thread(read_log, parent)
        return await self.go(forked.seq, talk=False, records=content.records)

    async def follow(self, intent: GoBack) -> None:
        """As a person asks for it."""
        await self.go(intent.seq, talk=intent.talk, files=intent.files, over=intent.over)
