"""The calls of one reply: in the model's order, those that may side by side, each ended exactly once."""

import asyncio

from claw_core.error import ToolError
from claw_core.event import CallFinished, CallStarted, Outcome
from claw_core.harness import Emit, Harness
from claw_core.message import Call
from claw_core.tool import Tool, ToolResult
from claw_core.tool_call import Denied, ToolCall
from claw_core.tool_names import canonical

NOT_RUN = "This call was not run: the turn was stopped first."
STOPPED = "This call was stopped while it ran. What it had done until then stays done."


async def run_calls(harness: Harness, calls: tuple[Call, ...], emit: Emit) -> bool:
    """Run the calls of one reply, in order; neighbours that may run side by side do. False: a person said stop.

    Each call ends in exactly one `call.finished`, also when this is cancelled.
    """
    batch = _Batch(harness, calls, emit)
    await batch.run()
    return not batch.stopped


class _Batch:
    """The calls of one reply on their way."""

    def __init__(self, harness: Harness, calls: tuple[Call, ...], emit: Emit) -> None:
        self._emit = emit
        self._calls = [ToolCall(harness, call, _find(harness, call.name), emit) for call in calls]
        self._started: set[ToolCall] = set()
        self._finished: set[ToolCall] = set()
        self.stopped = False
        """A person ended the turn."""

    async def run(self) -> None:
        """All of them, in groups of those that may run side by side."""
        try:
            for group in self._groups():
                if self.stopped:
                    break
                await self._side_by_side(group)
        finally:
            for call in self._calls:
                self._abandon(call)

    def _groups(self) -> list[list[ToolCall]]:
        groups: list[list[ToolCall]] = []
        beside = False
        for call in self._calls:
            if call.parallel and beside:
                groups[-1].append(call)
            else:
                groups.append([call])
            beside = call.parallel
        return groups

    async def _side_by_side(self, group: list[ToolCall]) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                for call in group:
                    tasks.create_task(self._one(call))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several

    async def _one(self, call: ToolCall) -> None:
        """One call, from start to finish."""
        self._start(call)
        try:
            result = await call.handle()
            self._finish(call, result.outcome, result)
        except Denied as denied:
            self.stopped = self.stopped or denied.stop
            self._finish(call, "denied", ToolResult.of(denied.told))
        except ToolError as error:
            self._finish(call, "error", ToolResult.of(str(error), summary=_first_line(error.message)))

    def _abandon(self, call: ToolCall) -> None:
        """End a call that will not go on any more."""
        if call in self._finished:
            return
        if call not in self._started:
            self._start(call)
        self._finish(call, "interrupted", ToolResult.of(STOPPED if call.allowed else NOT_RUN))

    def _start(self, call: ToolCall) -> None:
        self._started.add(call)
        call.began()
        self._emit(CallStarted(id=call.id, name=call.name, input=call.input, target=call.target()))

    def _finish(self, call: ToolCall, outcome: Outcome, result: ToolResult) -> None:
        self._emit(
            CallFinished(
                id=call.id,
                outcome=outcome,
                parts=result.parts,
                blocks=result.blocks,
                summary=result.summary,
                elapsed=call.ran(),
                outside=call.outside(result),
            )
        )
        self._finished.add(call)


def _find(harness: Harness, name: str) -> Tool | None:
    return harness.tools.get(name) or harness.tools.get(canonical(name))


def _first_line(text: str) -> str:
    return text.splitlines()[0][:80] if text else ""
