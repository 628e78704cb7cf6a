"""The public Python face: `Agent(...).run(task)`.

from claw_code import Agent, Tools
agent = Agent(model="gpt-5.4", tools=Tools.default())
result = agent.run("Refactor src/auth.py to use async/await throughout")
for step in result.trace:
    print(f"[{step.type}] {step.description}")
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any, overload

from claw_core.ask import Allow, Answer, Ask, Deny
from claw_core.event import Mode
from claw_core.intent import Interrupt, Prompt
from claw_core.opening import open_session
from claw_core.options import Options, workspace_folder
from claw_core.provider import Provider
from claw_core.result import RunResult, result_of
from claw_core.session.session import Session
from claw_core.tool import Tool, from_function

Permission = Callable[[Ask], Answer | bool | Awaitable[Answer | bool]]
"""Answers in a person's place: an `Answer`, or True for yes and False for no. May be async."""


class Tools(Sequence[Tool]):
    """What an agent may use: an immutable list of tools."""

    def __init__(self, tools: Iterable[Tool | Callable[..., Any]] = ()) -> None:
        """Takes tools, and plain typed functions, which become tools: name, docstring and signature say everything."""
        self._tools = tuple(tool if isinstance(tool, Tool) else from_function(tool) for tool in tools)

    @classmethod
    def default(cls) -> "Tools":
        """The tools that claw has."""
        from claw_core.opening import default_tools

        return cls(default_tools())

    def with_(self, *more: Tool | Callable[..., Any]) -> "Tools":
        """These, and more."""
        return Tools((*self._tools, *more))

    def only(self, *names: str) -> "Tools":
        """Those of these that have one of the names."""
        return Tools(tool for tool in self._tools if tool.name in names)

    @overload
    def __getitem__(self, index: int) -> Tool: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Tool, ...]: ...
    def __getitem__(self, index: int | slice) -> Tool | tuple[Tool, ...]:
        return self._tools[index]

    def __len__(self) -> int:
        return len(self._tools)

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools)


class Agent:
    """An agent with its model, tools and permissions. Each run is a session of its own, with its log.

    Edits in the workspace are allowed (`permission_mode="edits"`), what else needs permission is asked of `permission`;
    without it, it is denied, and the model hears so.
    """

    def __init__(  # noqa: PLR0913 - the public face: each is a thing a person may want to say
        self,
        model: str | None = None,
        *,
        tools: Iterable[Tool | Callable[..., Any]] | None = None,
        base_url: str | None = None,
        cwd: str | PathLike[str] | None = None,
        permission: Permission | None = None,
        permission_mode: Mode = "edits",
        allow: Sequence[str] = (),
        deny: Sequence[str] = (),
        max_turns: int | None = None,
        max_budget: float | None = None,
        provider: Provider | None = None,
    ) -> None:
        """`model`: a bare name or `provider/name`; `base_url`: any server that speaks Chat Completions.

        `provider` takes the place of both for a provider of your own, or a scripted one.
        """
        self.tools = Tools.default() if tools is None else Tools(tools)
        self._options = Options(
            cwd=workspace_folder(Path(cwd) if cwd is not None else None),
            model=model,
            base_url=base_url,
            mode=permission_mode,
            allow=tuple(allow),
            deny=tuple(deny),
            max_turns=max_turns,
            max_budget=max_budget,
            tools=tuple(self.tools),
            provider=provider,
            answerer=_answerer(permission) if permission is not None else None,
        )

    async def run_async(self, task: str) -> RunResult:
        """Do a task. Cancelling interrupts it. What fails on the way is told in the result (`stop`, `error`).

        Raises ClawError where the run cannot even begin: no model, no key, a folder that is not there.
        """
        session = await open_session(self._options)
        try:
            session.send(Prompt(text=task))
            await session.rest()
        except asyncio.CancelledError:
            session.send(Interrupt())
            raise
        finally:
            await _to_the_end(session)
        return result_of(session.id, session.fresh_records)

    def run(self, task: str) -> RunResult:
        """`run_async` for programs that are not async. Works inside a running event loop, too, as in a notebook."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(self.run_async(task))
        return _in_own_thread(self.run_async(task))


async def _to_the_end(session: Session) -> None:
    """Close, even where the caller was cancelled."""
    await asyncio.shield(asyncio.ensure_future(session.close()))


def _answerer(permission: Permission) -> Callable[[Ask], Awaitable[Answer]]:
    async def answer(ask: Ask) -> Answer:
        said = permission(ask)
        if isinstance(said, Awaitable):
            said = await said
        if isinstance(said, bool):
            return Allow() if said else Deny()
        return said

    return answer


def _in_own_thread(work: Coroutine[Any, Any, RunResult]) -> RunResult:
    """Do it on an event loop of its own. What interrupts the wait for it (^C in a notebook) interrupts the work."""
    result: Future[RunResult] = Future()
    running: Future[Any] = Future()

    async def working() -> RunResult:
        task = asyncio.ensure_future(work)
        running.set_result((asyncio.get_running_loop(), task))
        return await task

    def target() -> None:
        try:
            result.set_result(asyncio.run(working()))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            result.set_exception(error)

    thread = threading.Thread(target=target, name="claw", daemon=True)
    thread.start()
    try:
        wait((result,))  # not Thread.join: once interrupted, that takes the thread for ended
    except BaseException:
        wait((running, result), return_when=FIRST_COMPLETED)
        if running.done():
            loop, task = running.result()
            with suppress(RuntimeError):  # the loop is closed: it has just ended
                loop.call_soon_threadsafe(task.cancel)
        wait((result,))
        thread.join()
        raise
    thread.join()
    return result.result()
