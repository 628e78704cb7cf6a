"""Rerun: what a session did, done again, and where it comes out otherwise: a recorded session as a regression test.

Three things may be the recorded ones or live: `all` plays the model's answers and the results of its calls, so that
only claw itself is tried, and nothing runs. `model` plays the answers and runs the real tools on a scratch copy of the
workspace, as it was at the beginning. `live` asks the model, too. What people answered holds again: what was denied
stays denied, and of an edit the same hunks are taken. Commands run in mode `auto`, that is inside the sandbox or not
at all: a rerun pushes nothing and reaches no network.
"""

import asyncio
import os
import re
import shutil
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, cast

from claw_core.ask import Allow, Answer, Ask, Deny
from claw_core.dialects.chat_body import Quirks, chat_body
from claw_core.error import ToolError, UsageError
from claw_core.event import (
    MAIN,
    AskAnswered,
    CallFinished,
    CallStarted,
    FileChanged,
    ModelReplied,
    PromptSteered,
    PromptSubmitted,
    Record,
)
from claw_core.intent import Prompt
from claw_core.message import Call, Message, Text, Usage
from claw_core.opening import default_tools, open_session
from claw_core.options import Options
from claw_core.proposal import draft, take
from claw_core.provider import Body, ModelRequest, Network, Streamed
from claw_core.replay import Replay
from claw_core.rewind import Rewind
from claw_core.session.session import Session
from claw_core.subagent import TOOL as TASK
from claw_core.tool import Proposal, Propose, Run, Tool, ToolContext, ToolResult, Want
from claw_core.workspace import Workspace

What = Literal["model", "all", "live"]

MOST_COPIED = 2 * 1024 * 1024 * 1024
"""Bytes of a workspace that is copied."""
LEFT_OUT = (".venv", "node_modules", "__pycache__", "target")
"""Folders that are linked and not copied: what is in them can be made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """Where it came out otherwise."""

    call: str
    """The call's id."""
    name: str
    target: str
    what: str
    """What differs: `outcome`, `result`, `files`, `call`, `missing`, `extra`."""
    then: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """How it went."""

    session: str
    calls: int
    matched: int
    diverged: tuple[Divergence, ...] = field(default=())


@dataclass(slots=True)
class _Done:
    """One call, and what it did."""

    call: CallStarted
    finished: CallFinished | None = None
    files: dict[str, str | None] = field(default_factory=dict[str, str | None])


async def rerun(replay: Replay, what: What = "all", model: str | None = None) -> Rerun:
    """Do it again, and compare. Raises UsageError for what cannot be, and what opening a session raises."""
    if not replay.own:
        raise UsageError("Another agent's session cannot be run again.", "Its tools are not those of claw.")
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="claw-rerun-"))
    try:
        root = folder / "workspace"
        await asyncio.to_thread(_prepare, replay, root, copy=what != "all")
        if what != "all":
            await _as_at_the_beginning(replay, root, folder)
        again = await _again(replay, what, model, root, folder)
        return _compared(replay, again, root)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _prepare(replay: Replay, root: Path, *, copy: bool) -> None:
    root.mkdir()
    if not copy:
        return
    if not replay.root.is_dir():
        raise UsageError(f"The workspace {replay.root} is not there any more.", "`--rerun all` needs none.")
    size = 0
    for path in replay.root.rglob("*"):
        if not any(part in LEFT_OUT for part in path.relative_to(replay.root).parts) and not path.is_symlink():
            size += path.stat().st_size if path.is_file() else 0
        if size > MOST_COPIED:
            raise UsageError(f"The workspace is larger than {MOST_COPIED:,} bytes.", "`--rerun all` copies nothing.")
    shutil.copytree(replay.root, root, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in LEFT_OUT:
        if (replay.root / name).is_dir():
            (root / name).symlink_to(replay.root / name)


async def _as_at_the_beginning(replay: Replay, root: Path, folder: Path) -> None:
    """The copy holds what the workspace now holds; every change since is taken from it."""
    workspace = Workspace(root, home=folder, blobs=replay.blobs, scratch=folder / "scratch")
    rewind = Rewind(workspace, replay.records, lambda _: None)
    preview = await rewind.preview(0)
    over = {one.path: one.seen for one in preview.files}
    with suppress(UsageError):  # nothing to put back
        await rewind.go(0, talk=False, files=True, over=over)


async def _again(replay: Replay, what: What, model: str | None, root: Path, folder: Path) -> list[Record]:
    played = _Played(replay.records, str(replay.root), str(root))
    tools = default_tools()
    options = Options(
        cwd=root,
        mode="auto",
        model=model if what == "live" else "recorded",
        provider=None if what == "live" else played,
        answerer=played.answer,
        # Sending a sub-agent is claw's own work: what the sub-agent then does is stood in for, not the sending.
        tools=[played.stand_in(t) if what == "all" and t.name != TASK else played.held_to(t) for t in tools],
        environ=_environment(folder),
    )
    session = await open_session(options)
    played.steer = session.send
    try:
        for prompt in played.prompts:
            session.send(Prompt(text=prompt.text, images=prompt.images))
            await session.rest()
        return list(session.stream.records)
    finally:
        await _closed(session)


def _environment(folder: Path) -> dict[str, str]:
    """The person's own, but that the log of it is not theirs to keep."""
    return {**os.environ, "XDG_DATA_HOME": str(folder / "data"), "XDG_STATE_HOME": str(folder / "state")}


async def _closed(session: Session) -> None:
    await asyncio.shield(asyncio.ensure_future(session.close()))


class _Played:
    """The model, the person and the tools of a session, as they were. A provider, and an answerer."""

    name = "scripted"
    dialect = "chat_completions"
    url = "scripted:"

    def __init__(self, records: Sequence[Record], root: str, scratch: str) -> None:
        """What names the workspace's folder then, names the scratch copy now."""
        self.prompts = [r.event for r in records if isinstance(r.event, PromptSubmitted) and r.agent == MAIN]
        self.steer: Callable[[Prompt], None] = lambda _: None
        self._root, self._scratch = root, scratch
        self._agents = {
            r.event.text: r.agent for r in records if isinstance(r.event, PromptSubmitted) and r.agent != MAIN
        }
        self._replies: dict[str, deque[tuple[int, ModelReplied]]] = {}
        for r in records:
            if isinstance(r.event, ModelReplied):
                self._replies.setdefault(r.agent, deque()).append((r.seq, r.event))
        self._steered = [(r.seq, r.event) for r in records if isinstance(r.event, PromptSteered) and r.agent == MAIN]
        self._questions = {r.event.ask: r.event.answer for r in records if isinstance(r.event, AskAnswered)}
        self._allowed = {
            r.event.call: r.event.answer
            for r in records
            if isinstance(r.event, AskAnswered) and isinstance(r.event.answer, Allow)
        }
        self._results = {r.event.id: r.event for r in records if isinstance(r.event, CallFinished)}

    # ---- the person

    async def answer(self, ask: Ask) -> Answer:
        """Questions as they were answered then; nothing leaves the sandbox."""
        known = self._questions.get(ask.id)
        if ask.kind == "permission" or known is None:
            return Deny(reason="A rerun stays inside the sandbox, and asks nobody.")
        return known

    # ---- the tools

    def stand_in(self, tool: Tool) -> Tool:
        """It gives what it gave then, and does nothing."""

        async def run(input: object, context: ToolContext) -> ToolResult:
            then = self._results.get(context.call)
            if then is None:
                raise ToolError("This call was not recorded.")
            outcome = then.outcome if then.outcome in ("ok", "timeout") else "error"
            return ToolResult(parts=then.parts, blocks=then.blocks, summary=then.summary, outcome=outcome)

        def wants(input: object) -> tuple[Want, ...]:
            return ()

        return replace(tool, run=run, propose=None, wants=wants)

    def held_to(self, tool: Tool) -> Tool:
        """The tool itself, but for what people denied then, and what of a change they did not take."""
        run, propose = tool.run, tool.propose
        if run is not None:
            return replace(tool, run=self._run(tool, run))
        return tool if propose is None else replace(tool, propose=self._propose(tool, propose))

    def _run(self, tool: Tool, run: Run) -> Run:
        async def run_again(input: object, context: ToolContext) -> ToolResult:
            self._require_allowed(context.call)
            return await run(self._input(tool, input, context.call), context)

        return run_again

    def _propose(self, tool: Tool, propose: Propose) -> Propose:
        async def propose_again(input: object, context: ToolContext) -> Proposal:
            self._require_allowed(context.call)
            proposal = await propose(self._input(tool, input, context.call), context)
            allow = self._allowed.get(context.call)
            if allow is None or (allow.hunks is None and allow.portions is None):
                return proposal
            taken = await take(await draft(context.workspace, proposal), allow)
            return replace(proposal, changes=taken.changes)

        return propose_again

    def _require_allowed(self, call: str) -> None:
        then = self._results.get(call)
        if then is not None and then.outcome == "denied":
            raise ToolError("\n".join(part.text for part in then.parts if isinstance(part, Text)))

    def _input(self, tool: Tool, input: object, call: str) -> object:
        allow = self._allowed.get(call)
        return input if allow is None or allow.input is None else tool.parse(self._here(allow.input))

    def _here(self, value: Any) -> Any:
        """The same, with the folder of then named as that of now."""
        if isinstance(value, str):
            return value.replace(self._root, self._scratch)
        if isinstance(value, dict):
            return {name: self._here(each) for name, each in cast("dict[str, Any]", value).items()}
        if isinstance(value, list):
            return [self._here(each) for each in cast("list[Any]", value)]
        return value

    # ---- the model

    def through(self, network: Network) -> None:
        """Nothing travels."""

    def body(self, request: ModelRequest) -> Body:
        """As Chat Completions has it."""
        return chat_body(request, Quirks())

    async def stream(self, body: Body) -> AsyncIterator[Streamed]:
        """The next answer; words that were said after it then are said now."""
        replies = self._replies.get(self._agent(body)) or deque[tuple[int, ModelReplied]]()
        if not replies:
            yield ModelReplied(message=Message(role="assistant", parts=(Text(text=""),)), usage=Usage(), stop="end")
            return
        seq, reply = replies.popleft()
        following = replies[0][0] if replies else None
        for at, said in self._steered:
            if at > seq and (following is None or at < following):
                self.steer(Prompt(text=said.text, images=said.images))
        parts = tuple(
            replace(part, input=self._here(part.input)) if isinstance(part, Call) else part
            for part in reply.message.parts
        )
        yield replace(reply, message=replace(reply.message, parts=parts))

    def _agent(self, body: Body) -> str:
        """Who asks: a sub-agent is known by its task."""
        first = next((each for each in body.lists["messages"] if each.get("role") == "user"), None)
        said = str(first.get("content")) if first else ""
        return next((agent for text, agent in self._agents.items() if text and text in said), MAIN)

    async def models(self) -> tuple[str, ...]:
        """None by name."""
        return ()

    async def close(self) -> None:
        """Nothing is held."""


# ---- comparing


def _compared(replay: Replay, again: Sequence[Record], root: Path) -> Rerun:
    then = _done(replay.records)
    now = _done(again)
    diverged: list[Divergence] = []
    matched = 0
    for id, one in then.items():
        if one.finished is None or one.finished.outcome == "interrupted":
            continue
        found = _difference(one, now.get(id), str(root), str(replay.root))
        matched += found is None
        diverged += [] if found is None else [found]
    diverged += [
        Divergence(call=id, name=one.call.name, target=one.call.target, what="extra", then="", now="called")
        for id, one in now.items()
        if id not in then
    ]
    return Rerun(
        session=replay.id,
        calls=matched + sum(one.what != "extra" for one in diverged),
        matched=matched,
        diverged=tuple(diverged),
    )


def _done(records: Sequence[Record]) -> dict[str, _Done]:
    done: dict[str, _Done] = {}
    for record in records:
        match record.event:
            case CallStarted() as call:
                done[call.id] = _Done(call)
            case CallFinished(id=id) as finished if id in done:
                done[id].finished = finished
            case FileChanged(call=id, path=path, after=after) if id in done:
                done[id].files[path] = after
            case _:
                pass
    return done


def _difference(then: _Done, now: _Done | None, root: str, before: str) -> Divergence | None:
    """How a call came out otherwise; None where it did not."""

    def diverged(what: str, old: str, new: str) -> Divergence:
        call = then.call
        return Divergence(call=call.id, name=call.name, target=call.target, what=what, then=old[:2000], now=new[:2000])

    if then.finished is None or now is None or now.finished is None:
        return diverged("missing", "called", "not called")
    old, new = _outcome(then.finished), _outcome(now.finished)
    if old != new:
        return diverged("outcome", old, f"{new}: {_told(now.finished, root, before)}")
    differ = sorted(path for path in then.files if path in now.files and then.files[path] != now.files[path])
    if differ:
        return diverged("files", ", ".join(differ), "hold something else")
    said, says = _told(then.finished, root, before), _told(now.finished, root, before)
    by_hand = "did not take" in said or "by hand before" in said
    return None if said == says or by_hand else diverged("result", said, says)


def _outcome(finished: CallFinished) -> str:
    """What is denied comes back as an error where nobody is asked."""
    return "error" if finished.outcome == "denied" else finished.outcome


def _told(finished: CallFinished, root: str, before: str) -> str:
    """What the model was told, without what is another one each time: the folder, times, addresses."""
    text = "\n".join(part.text for part in finished.parts if isinstance(part, Text)).replace(root, before)
    text = re.sub(r"\b\d+(\.\d+)?\s?(ms|s|sec|seconds)\b", "<time>", text)
    return re.sub(r"0x[0-9a-f]{6,}", "<address>", text)
