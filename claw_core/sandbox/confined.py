"""A command inside the sandbox, and once more outside where a person allows it after something was refused.

The model cannot ask for that by itself: only what the sandbox refused makes the offer, and only a person, or a program
in a person's place, takes it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from claw_core.ask import Allow
from claw_core.sandbox.denial import Denial, find_denial
from claw_core.sandbox.profile import Walls, newly_made
from claw_core.tool import ToolContext

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran(Generic[R]):
    """How a command ran."""

    outcome: R
    """Of its last run."""
    notes: tuple[str, ...] = ()
    """What the model should know beside it, a sentence or two each."""


async def run_confined(
    context: ToolContext,
    cwd: Path,
    run: Callable[[Walls | None], Awaitable[R]],
    printed: Callable[[R], str],
    failed: Callable[[R], bool],
) -> Ran[R]:
    """Run a command as the gate wants it: inside the walls of its call, or with all rights where there are none.

    `printed` is what a run printed, `failed` whether it failed by itself; of one that did not nothing is offered.
    """
    walls = await context.walls()
    outcome = await run(walls)
    if walls is None:
        return Ran(outcome=outcome)
    root, home = context.workspace.root, context.workspace.home
    notes = [_told(made) for made in await asyncio.to_thread(newly_made, walls, root.resolve())]
    denial = await asyncio.to_thread(find_denial, printed(outcome), walls, cwd, home)
    if denial is None or not failed(outcome):
        notes += [denial.told] if denial and denial.certain else []
        return Ran(outcome=outcome, notes=tuple(notes))
    return await _outside(context, denial, run, outcome, notes)


async def _outside(
    context: ToolContext,
    denial: Denial,
    run: Callable[[Walls | None], Awaitable[R]],
    inside: R,
    notes: list[str],
) -> Ran[R]:
    offer = f"{denial.told} It ran inside and failed. Run it again from its start, once, with all your rights?"
    answer = await context.leave_sandbox(offer)
    if isinstance(answer, Allow):
        notes.append(f"{denial.told} The person then allowed this one run outside; this is what came of that.")
        if answer.comment:
            notes.append(f"The person adds: {answer.comment}")
        return Ran(outcome=await run(None), notes=tuple(notes))
    refused = f"{denial.told} It was not allowed to run outside. {answer.reason}".strip()
    notes.append(f"{refused} Find a way inside, or tell the person what you need.")
    return Ran(outcome=inside, notes=tuple(notes))


def _told(made: str) -> str:
    return f"It made {made}, which can run code or hold secrets: tell the person."
