"""A real workspace in a temporary folder, and calls to tools as the loop makes them."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from claw_core.ask import Allow, Deny, Question
from claw_core.block import Todo
from claw_core.error import ToolError
from claw_core.event import FileChanged
from claw_core.message import Text
from claw_core.sandbox.profile import Grounds, Held, Walls, raise_walls
from claw_core.tool import Errand, Proposal, Report, Tool, ToolResult, from_module
from claw_core.workspace import Workspace


@dataclass
class Context:
    """A call's context that keeps what it is told, and answers questions from a list."""

    workspace: Workspace
    call: str = "call-1"
    agent: str = "main"
    printed: list[str] = field(default_factory=list[str])
    todos: tuple[Todo, ...] = ()
    asked: tuple[Question, ...] = ()
    answers: tuple[tuple[str, ...], ...] | None = None
    grounds: Grounds | None = None
    profile: Held = "workspace-write"
    refused: list[str] = field(default_factory=list[str])
    """What was told when a run outside was asked for."""
    outside: Allow | Deny = field(default_factory=Deny)
    forbidden: frozenset[Path] = frozenset()
    """Files that a permission rule is about."""
    sent: list[Errand] = field(default_factory=list[Errand])
    """What sub-agents were sent to do."""
    report: Report = field(default_factory=lambda: Report(text="All is well.", calls=1))

    def forbids(self, path: Path) -> bool:
        return path in self.forbidden

    def progress(self, text: str) -> None:
        self.printed.append(text)

    def plan(self, todos: tuple[Todo, ...]) -> None:
        self.todos = todos

    async def walls(self) -> Walls | None:
        return None if self.grounds is None else await asyncio.to_thread(raise_walls, self.profile, self.grounds)

    async def leave_sandbox(self, refused: str) -> Allow | Deny:
        self.refused.append(refused)
        return self.outside

    async def ask(self, questions: tuple[Question, ...]) -> tuple[tuple[str, ...], ...]:
        self.asked = questions
        if self.answers is None:
            raise ToolError("Nobody is there to answer.")
        return self.answers

    async def delegate(self, errand: Errand) -> Report:
        self.sent.append(errand)
        return self.report


@dataclass
class Bench:
    """The tools, on one workspace."""

    root: Path
    context: Context

    @property
    def workspace(self) -> Workspace:
        return self.context.workspace

    def tool(self, name: str) -> Tool:
        return from_module(import_module(f"claw_core.tools.{name}"), name)

    async def run(self, name: str, **arguments: Any) -> ToolResult:
        """Run a tool that reads or runs."""
        tool = self.tool(name)
        assert tool.run is not None
        return await tool.run(tool.prepare(arguments, self.context), self.context)

    async def propose(self, name: str, **arguments: Any) -> Proposal:
        tool = self.tool(name)
        assert tool.propose is not None
        return await tool.propose(tool.parse(arguments), self.context)

    async def change(self, name: str, **arguments: Any) -> tuple[FileChanged, ...]:
        """Run a tool that changes files, and write what it proposes."""
        proposal = await self.propose(name, **arguments)
        return await self.workspace.apply(proposal.changes, self.context.call)

    def files(self, contents: Mapping[str, str | bytes]) -> None:
        """Put files into the workspace."""
        for path, content in contents.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def bytes_of(self, path: str) -> bytes:
        return (self.root / path).read_bytes()


def told(result: ToolResult) -> str:
    """What the model reads."""
    return "\n".join(part.text for part in result.parts if isinstance(part, Text))


async def refusal(work: Awaitable[object]) -> ToolError:
    """The error a call ends with."""
    with pytest.raises(ToolError) as raised:
        await work
    return raised.value
