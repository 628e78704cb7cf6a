"""The calls of one reply: in the model's order, those that only read side by side, each ended exactly once."""

import asyncio
from dataclasses import dataclass, field

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
    """Run the calls of one reply, in order; neighbours that only read run side by side. False: a person said stop.

    Each call ends in exactly one `call.finished`, also when this is cancelled.
    """
    batch = _Batch(harness, emit)
    try:
        for group in _groups(harness, calls):
            if batch.stopped:
                break
            await batch.run_side_by_side(group)
    finally:
        for call in calls:
            batch.abandon(call)
    return not batch.stopped


def _groups(harness: Harness, calls: tuple[Call, ...]) -> list[list[Call]]:
    groups: list[list[Call]] = []
    reading = False
    for call in calls:
        tool = _find(harness, call.name)
        reads = tool is not None and tool.reads_only
        if reads and reading:
            groups[-1].append(call)
        else:
            groups.append([call])
        reading = reads
    return groups


def _find(harness: Harness, name: str) -> Tool | None:
    return harness.tools.get(name) or harness.tools.get(canonical(name))


@dataclass(slots=True)
class _Batch:
    """The calls of one reply on their way."""

    harness: Harness
    emit: Emit
    stopped: bool = False
    started: set[str] = field(default_factory=set[str])
    finished: set[str] = field(default_factory=set[str])

    async def run_side_by_side(self, group: list[Call]) -> None:
        """All of them, until the last has finished."""
        if len(group) == 1:
            return await self.run(group[0])
        try:
            async with asyncio.TaskGroup() as tasks:
                for call in group:
                    tasks.create_task(self.run(call))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several

    async def run(self, call: Call) -> None:
        """One call, from start to finish."""
        tool = _find(self.harness, call.name)
        one = ToolCall(self.harness, call, tool, self.emit)
        self.started.add(call.id)
        self.emit(CallStarted(id=call.id, name=tool.name if tool else call.name, input=call.input, target=one.target()))
        try:
            result = await one.handle()
            self._finish(call, result.outcome, result, one.ran())
        except Denied as denied:
            self.stopped = self.stopped or denied.stop
            self._finish(call, "denied", ToolResult.of(denied.told), one.ran())
        except ToolError as error:
            self._finish(call, "error", ToolResult.of(str(error), summary=_first_line(error.message)), one.ran())

    def _finish(self, call: Call, outcome: Outcome, result: ToolResult, elapsed: float) -> None:
        self.finished.add(call.id)
        self.emit(
            CallFinished(
                id=call.id,
                outcome=outcome,
                parts=result.parts,
                blocks=result.blocks,
                summary=result.summary,
                elapsed=elapsed,
            )
        )

    def abandon(self, call: Call) -> None:
        """End a call that will not go on any more."""
        if call.id in self.finished:
            return
        if call.id not in self.started:
            tool = _find(self.harness, call.name)
            target = ToolCall(self.harness, call, tool, self.emit).target()
            self.emit(CallStarted(id=call.id, name=tool.name if tool else call.name, input=call.input, target=target))
            self._finish(call, "interrupted", ToolResult.of(NOT_RUN), 0.0)
        else:
            self._finish(call, "interrupted", ToolResult.of(STOPPED), 0.0)


def _first_line(text: str) -> str:
    return text.splitlines()[0][:80] if text else ""
