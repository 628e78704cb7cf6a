"""Hand a piece of work to a sub-agent: it works in a conversation of its own and gives you a report.

Use it for what takes many steps of which you need only the outcome: finding out how something works across many
files, a separable part of a change, a review of what you did. Not for what one or two calls do, nor for what you have
to know word for word. Several `task` calls in one reply run side by side: give each its own files, since they share
the workspace.

The sub-agent knows nothing of this conversation and cannot be asked back: its `prompt` has to say everything, the
goal, the paths and names that you know, what to leave alone, and what to report. Its report comes to you and is not
shown as your answer: say yourself what matters of it. Check what it claims before you build on it. It asks the person
for permission like you do.
"""

from pydantic import Field

from claw_core.block import TextBlock
from claw_core.subagent import DEFAULT
from claw_core.tool import Errand, ToolContext, ToolResult, Want
from claw_core.tool_input import ToolInput, also

PARALLEL = True


class Input(ToolInput):
    """Arguments of `task`."""

    description: str = Field(
        default="",
        description="The errand in three to five words.",
        validation_alias=also("description", "title", "name", "summary"),
    )
    prompt: str = Field(
        min_length=1,
        description="All that the sub-agent has to know.",
        validation_alias=also("prompt", "task", "instructions", "message", "query"),
    )
    agent: str = Field(
        default=DEFAULT,
        description="Which sub-agent; they are listed above.",
        validation_alias=also("agent", "subagent_type", "subagent", "agent_type", "agent_name", "type"),
    )
    model: str = Field(
        default="", description="Another model than the sub-agent's own; only where the person asked for it."
    )


def wants(input: Input) -> tuple[Want, ...]:
    """It sets another agent to work, whose calls are judged like any others."""
    return (Want(action="delegate", subject=input.agent),)


def target(input: Input) -> str:
    """Who, and what for."""
    first = input.prompt.strip().partition("\n")[0][:60]
    return f"{input.agent} {input.description or first}".strip()


async def run(input: Input, context: ToolContext) -> ToolResult:
    """The sub-agent's report."""
    report = await context.delegate(Errand(agent=input.agent, prompt=input.prompt, model=input.model))
    told = report.text or "(It said nothing.)"
    if report.cut:
        told += f"\n\n[It was stopped before it was done: {report.cut}.]"
    summary = f"{report.calls} model call{'s' * (report.calls != 1)}"
    return ToolResult.of(told, TextBlock(text=told, language="markdown"), summary=summary)
