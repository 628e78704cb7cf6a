"""What a tool is. The tools themselves lie in `tools/`, one a file, named as the model names them.

A tool's module holds

    a docstring                                           what the model reads about it
    class Input(BaseModel)                                its arguments, as the model fills them in
    def wants(input) -> tuple[Want, ...]                  what it would touch, for the gate; pure
    def target(input) -> str                              what it is about, in a few words, for people
    def settle(input, context) -> Input                   where needed: fills in what the call leaves to the session,
                                                          so that the gate judges what will be done
    async def run(input, context) -> ToolResult           does it
or, for one that changes files,
    async def propose(input, context) -> Proposal         says what the files would hold; changes nothing

A proposal is shown as a diff, answered hunk by hunk, and written by the workspace: no tool writes files by itself.
Both raise `ToolError` with words for the model when the call cannot work.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from claw_core.ask import Allow, Deny, Question
from claw_core.block import Block, Todo
from claw_core.error import InvalidInput, UsageError
from claw_core.message import JsonObject, Shown, Text
from claw_core.plain_function import read_function, shown

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

    from claw_core.sandbox.profile import Walls
    from claw_core.workspace import Workspace

Action = Literal["read", "write", "run", "fetch", "delegate", "interact"]
"""What can be wanted: reading or writing a path, running a shell line, fetching an address, handing work to an agent,
talking to the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One thing a call would touch."""

    action: Action
    subject: str = ""
    """The path as the model gave it, the shell line, the address, the agent's name; empty for `interact`."""
    variables: tuple[str, ...] = ()
    """What is set where a shell line runs, `NAME=value`, beside the environment of every line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one file holds, and what it would hold."""

    path: str
    """Absolute."""
    before: str | None
    """Its text with its own line endings; None where there is no file."""
    after: str | None
    """None to remove it."""
    moved_to: str | None = None
    """Where it goes, absolute, with its mode; None where it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Changes that are made all together, or not at all."""

    changes: tuple[Change, ...]
    note: str = ""
    """Something the model should hear beside the outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a call gave: parts for the model, blocks for people."""

    parts: tuple[Shown, ...]
    blocks: tuple[Block, ...] = ()
    summary: str = ""
    """Its size in a few words: `212 lines`, `12 hits in 4`."""
    outcome: Literal["ok", "error", "timeout"] = "ok"

    @classmethod
    def of(cls, text: str, *blocks: Block, summary: str = "") -> "ToolResult":
        """The common case: one text for the model."""
        return cls(parts=(Text(text=text),), blocks=blocks, summary=summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a sub-agent is sent to do."""

    agent: str
    """Its name."""
    prompt: str
    """All that it is told."""
    model: str = ""
    """Another model than its own; empty for that one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a sub-agent came back with."""

    text: str
    """Its last words."""
    calls: int
    """Model calls it took."""
    cut: str = ""
    """Why it ended before it was done; empty where it was."""


class ToolContext(Protocol):
    """What a running call may use. The harness makes one for each call."""

    @property
    def call(self) -> str:
        """The call's id."""
        ...

    @property
    def agent(self) -> str:
        """Who makes the call."""
        ...

    @property
    def workspace(self) -> "Workspace":
        """The folder, and what was read in it."""
        ...

    def forbids(self, path: "Path") -> bool:
        """Whether a permission rule is about reading a file that was found, so that nothing of it may be told."""
        ...

    def progress(self, text: str) -> None:
        """Show what the call printed since the last time."""
        ...

    def plan(self, todos: tuple[Todo, ...]) -> None:
        """The todo list is now this one."""
        ...

    async def walls(self) -> "Walls | None":
        """What the commands of this call are held to; None where they run with all rights. Raises ToolError."""
        ...

    async def leave_sandbox(self, refused: str) -> Allow | Deny:
        """Ask the person for one run outside the sandbox, telling what was refused inside."""
        ...

    async def ask(self, questions: tuple[Question, ...]) -> tuple[tuple[str, ...], ...]:
        """Put questions to the person; the answers, question by question. Raises ToolError where nobody can answer."""
        ...

    async def delegate(self, errand: Errand) -> Report:
        """Have a sub-agent do it. Raises ToolError where there is none of that name, or its model cannot be had."""
        ...


Run = Callable[[Any, ToolContext], Awaitable[ToolResult]]
Propose = Callable[[Any, ToolContext], Awaitable[Proposal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool, ready for use."""

    name: str
    description: str
    """What the model reads."""
    input: "type[BaseModel]"
    wants: Callable[[Any], tuple[Want, ...]]
    target: Callable[[Any], str]
    run: Run | None = None
    propose: Propose | None = None
    """Exactly one of `run` and `propose` is there."""
    settle: Callable[[Any, ToolContext], Any] | None = None
    reads_only: bool = False
    """It changes nothing, so that several may run side by side."""
    parallel: bool = False
    """It may run beside others of its reply though it may change something."""
    source: str = "built in"
    """Where it comes from, for people."""
    schema: JsonObject = field(init=False)
    """The arguments' JSON schema."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "schema", json_schema(self.input))

    def parse(self, arguments: JsonObject) -> "BaseModel":
        """The arguments as an `Input`. Raises InvalidInput, naming each field that does not fit and how."""
        from pydantic import ValidationError

        try:
            return self.input.model_validate(dict(arguments))
        except ValidationError as error:
            lines = [f"- {'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()]
            raise InvalidInput(
                f"The arguments of {self.name} do not fit its schema:\n" + "\n".join(lines),
                "Call it again with arguments that fit the schema.",
            ) from error

    def prepare(self, arguments: JsonObject, context: ToolContext) -> "BaseModel":
        """The arguments of a call that is about to be judged and done. Raises InvalidInput, as `parse` does."""
        input = self.parse(arguments)
        return input if self.settle is None else self.settle(input, context)


def from_module(module: ModuleType, name: str, source: str = "built in") -> Tool:
    """The tool that a module holds, by the convention above."""
    return Tool(
        name=name,
        description=inspect.cleandoc(module.__doc__ or ""),
        input=module.Input,
        wants=module.wants,
        target=module.target,
        run=getattr(module, "run", None),
        propose=getattr(module, "propose", None),
        settle=getattr(module, "settle", None),
        reads_only=getattr(module, "READS_ONLY", False),
        parallel=getattr(module, "PARALLEL", False),
        source=source,
    )


def from_function(function: Callable[..., Any], *, reads_only: bool = False) -> Tool:
    """A tool made from a plain typed function: its name, docstring and signature say everything.

    The function may be async. What it returns is shown to the model: text as it is, what can be JSON as JSON, a
    `ToolResult` as it says. Since nobody knows what it touches, the gate asks for each call unless `reads_only` vouches
    for it or a rule allows it. Raises UsageError for what no model can call.
    """
    plain = read_function(function)

    async def run(input: "BaseModel", context: ToolContext) -> ToolResult:
        value = await plain.call(input)
        return value if isinstance(value, ToolResult) else ToolResult.of(await asyncio.to_thread(shown, value))

    def wants(input: "BaseModel") -> tuple[Want, ...]:
        return () if reads_only else (Want(action="run", subject=""),)

    def target(input: "BaseModel") -> str:
        given = input.model_dump(exclude_unset=True)
        return ", ".join(f"{name}={value!r}" for name, value in given.items())

    try:
        return Tool(
            name=plain.name,
            description=plain.description,
            input=plain.input,
            wants=wants,
            target=target,
            run=run,
            reads_only=reads_only,
            source=plain.module,
        )
    except RecursionError as error:
        raise UsageError(f"An argument of {plain.name} may hold itself.", "Flatten it; models fail at such.") from error


def json_schema(model: "type[BaseModel]") -> JsonObject:
    """A model's JSON schema as small models read it best: no titles, and nothing that has to be looked up elsewhere."""
    whole: dict[str, Any] = model.model_json_schema()
    definitions: dict[str, Any] = whole.pop("$defs", {})

    def plain(value: Any, *, names_fields: bool = False) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in cast("list[Any]", value)]
        if not isinstance(value, dict):
            return value
        items = cast("dict[str, Any]", value)
        if "$ref" in items and not names_fields:
            return plain({**definitions[items["$ref"].rpartition("/")[2]], **_without(items, "$ref")})
        return {
            key: plain(item, names_fields=key == "properties" and not names_fields)
            for key, item in items.items()
            if key != "title" or names_fields
        }

    return _without(plain(whole), "description")


def _without(items: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: item for key, item in items.items() if key != name}
