"""Keep the list of what is to be done, which the person sees all the time.

Use it for work of three steps or more, or when the person gives you several things to do; not for a single step or a
question. Write it once you know the steps, and again whenever one changes. Each call replaces the whole list, so send
every item, also those that are done.

Keep exactly one item `in_progress` while you work: set it before you start on it, and set it `completed` as soon as
it is really done, tests passing and nothing left out. What turns out to be unnecessary, leave away; what you find on
the way, add. An item is a short sentence that says what will be true: `Config errors name the line`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from claw_core.block import Todo, TodoBlock
from claw_core.tool import ToolContext, ToolResult, Want
from claw_core.tool_input import ToolInput, also

_STATUSES = {
    "todo": "pending",
    "open": "pending",
    "not_started": "pending",
    "active": "in_progress",
    "doing": "in_progress",
    "started": "in_progress",
    "done": "completed",
    "complete": "completed",
    "finished": "completed",
}


def _status(value: object) -> object:
    if not isinstance(value, str):
        return value
    word = value.strip().lower().replace("-", "_").replace(" ", "_")
    return _STATUSES.get(word, word)


def _item(value: object) -> object:
    """A bare string is an item that is still to be done."""
    return {"content": value} if isinstance(value, str) else value


class Item(BaseModel):
    """One item of the list."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    content: str = Field(
        min_length=1,
        description="What is to be done.",
        validation_alias=also("content", "text", "task", "title", "step", "description", "activeForm"),
    )
    status: Annotated[Literal["pending", "in_progress", "completed"], BeforeValidator(_status)] = Field(
        default="pending", validation_alias=also("status", "state")
    )


class Input(ToolInput):
    """Arguments of `todo`."""

    todos: list[Annotated[Item, BeforeValidator(_item)]] = Field(
        description="The whole list, in order.", validation_alias=also("todos", "items", "plan", "tasks", "list")
    )


def wants(input: Input) -> tuple[Want, ...]:
    """It touches nothing."""
    return ()


def target(input: Input) -> str:
    """The item in progress, else how many there are."""
    active = next((item.content for item in input.todos if item.status == "in_progress"), "")
    return active or f"{len(input.todos)} item{'s' * (len(input.todos) != 1)}"


async def run(input: Input, context: ToolContext) -> ToolResult:
    """The list is now this one."""
    todos = tuple(Todo(content=item.content, status=item.status) for item in input.todos)
    context.plan(todos)
    return ToolResult.of(" ".join(_told(todos)), TodoBlock(todos=todos), summary=_progress(todos))


def _progress(todos: tuple[Todo, ...]) -> str:
    return f"{sum(todo.status == 'completed' for todo in todos)} of {len(todos)} done"


def _told(todos: tuple[Todo, ...]) -> list[str]:
    if not todos:
        return ["The list is empty."]
    statuses = [todo.status for todo in todos]
    done, active = statuses.count("completed"), statuses.count("in_progress")
    told = [f"The list has {len(todos)} item{'s' * (len(todos) != 1)}: {done} done, {active} in progress."]
    if active > 1:
        told.append("Work on one at a time: keep exactly one in progress.")
    elif not active and done < len(todos):
        told.append("Set the one you work on next to in_progress.")
    elif done == len(todos):
        told.append("All is done: check that it works, then tell the person.")
    return told
