"""One tool call: prepare, decide, execute. Everything a model does to the world comes through here.

The gate is `ToolCall._allowed`, the only place that lets a call go on; whatever goes wrong before it ends the call.
"""

import asyncio
import json
import time
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from claw_core import proposal as proposals
from claw_core.ask import (
    Allow,
    Answer,
    Deny,
    PermissionAsk,
    Question,
    QuestionAsk,
    Reply,
    outside_id,
    permission_id,
    question_id,
)
from claw_core.asking import Overtaken, answer_to
from claw_core.block import Block, TerminalBlock, TextBlock, Todo
from claw_core.characters import whole_characters
from claw_core.config.load import remember_rule
from claw_core.error import ClawError, ConfigError, InvalidInput, StaleFile, ToolError, UnknownTool
from claw_core.event import AskAnswered, CallProgressed, NoticeRaised, PlanChanged
from claw_core.harness import Emit, Harness
from claw_core.message import Call, Text
from claw_core.permissions.outside import outside
from claw_core.permissions.path_gate import forbids_reading
from claw_core.permissions.policy import Decision
from claw_core.permissions.rule import Profile
from claw_core.proposal import Draft
from claw_core.reanchoring import about, is_stale, overtaking, reanchored
from claw_core.sandbox.profile import Walls, raise_walls
from claw_core.tool import Errand, Propose, Report, Run, Tool, ToolResult
from claw_core.workspace import Workspace

if TYPE_CHECKING:
    from pydantic import BaseModel

T = TypeVar("T")

ON_YOUR_OWN = "Go on as you think best, and say what you assumed."


@dataclass(slots=True, eq=False)
class Denied(Exception):
    """The gate said no."""

    told: str
    stop: bool = False


@dataclass(slots=True)
class CallContext:
    """What a running call may use; see `tool.ToolContext`."""

    call: str
    workspace: Workspace
    harness: Harness
    emit: Emit
    profile: Profile = "off"
    """What the gate holds the call's commands to."""
    outside: PermissionAsk | None = None
    """The ask for one run outside the sandbox, but for what was refused."""
    left: bool = False
    """The person let it run outside."""
    waited: float = 0.0
    """Seconds for which that was open."""

    @property
    def agent(self) -> str:
        return self.harness.agent

    def forbids(self, path: Path) -> bool:
        return forbids_reading(self.harness.policy, path)

    def progress(self, text: str) -> None:
        self.emit(CallProgressed(id=self.call, text=text))

    def plan(self, todos: tuple[Todo, ...]) -> None:
        self.emit(PlanChanged(todos=todos))

    async def walls(self) -> Walls | None:
        if self.profile == "off":
            return None
        try:
            return await asyncio.to_thread(raise_walls, self.profile, self.harness.grounds)
        except (OSError, ValueError) as error:
            raise ToolError(f"The sandbox for this command cannot be made: {error}", "Tell the person.") from error

    async def leave_sandbox(self, refused: str) -> Allow | Deny:
        if self.outside is None or not self.harness.asks.reachable:
            return Deny(reason="Nobody is there to allow it.")
        began = time.monotonic()
        try:
            answer = await answer_to(self.harness, replace(self.outside, reason=refused), self.emit)
        finally:
            self.waited += time.monotonic() - began
        match answer:
            case Allow():
                self.left = True
                return answer
            case Deny(reason=reason, stop=True):
                raise Denied(f"Not allowed outside the sandbox. {reason}".strip(), stop=True)
            case Deny():
                return answer
            case Reply():
                return Deny(reason="The answer was no decision.")

    async def delegate(self, errand: Errand) -> Report:
        return await self.harness.delegate(self.harness, self.emit, self.call, errand)

    async def ask(self, questions: tuple[Question, ...]) -> tuple[tuple[str, ...], ...]:
        ask = QuestionAsk(id=question_id(self.call), call=self.call, questions=questions)
        match await answer_to(self.harness, ask, self.emit):
            case Reply(answers=answers):
                return answers
            case Deny(reason=reason, stop=True):
                raise Denied(f"The person ended the turn instead of answering. {reason}".strip(), stop=True)
            case Deny(reason=reason):
                raise ToolError(f"There was no answer. {reason}".strip(), ON_YOUR_OWN)
            case Allow():
                raise ToolError("There was no answer.", ON_YOUR_OWN)


class ToolCall:
    """One call: prepare, decide, execute."""

    def __init__(self, harness: Harness, call: Call, tool: Tool | None, emit: Emit) -> None:
        self._harness = harness
        self._call = call
        self._tool = tool
        self._emit = emit
        self._context = CallContext(call.id, harness.workspace, harness, emit)
        self._began = 0.0
        self._waited = 0.0
        self.id = call.id
        self.name = tool.name if tool else call.name
        """The tool's own name, whatever the model called it."""
        self.input = call.input
        self.parallel = tool is not None and (tool.reads_only or tool.parallel)
        """It may run beside its neighbours."""
        self.allowed = False
        """The gate let it through."""

    def began(self) -> None:
        """The clock runs from here."""
        self._began = time.monotonic()

    def ran(self) -> float:
        """Seconds since then, without the wait for an answer."""
        return time.monotonic() - self._began - self._waited - self._context.waited

    def target(self) -> str:
        """What the call is about; empty where its arguments cannot be read."""
        try:
            return self._tool.target(self._tool.parse(self._call.input)) if self._tool else ""
        except InvalidInput:
            return ""

    def outside(self, result: ToolResult) -> str:
        """Where what it gave is from, if that is outside; empty for what was never done."""
        if self._tool is None or not self.allowed:
            return ""
        wants = self._tool.wants(self._tool.parse(self._call.input))
        ran = [want.subject for want in wants if want.action == "run" and want.subject]
        ran += [block.command for block in result.blocks if isinstance(block, TerminalBlock)]
        confined = self._context.profile != "off" and not self._context.left
        offline = confined and self._harness.grounds.network == "off"
        trusted = self._harness.policy.trusted
        return outside(self.name, wants, tuple(dict.fromkeys(ran)), trusted=trusted, offline=offline)

    async def handle(self) -> ToolResult:
        """The result. Raises Denied, or ToolError with words for the model."""
        tool = self._tool
        if tool is None:
            known = ", ".join(self._harness.tools)
            raise UnknownTool(f"There is no tool named {self._call.name!r}.", f"The tools are: {known}.")
        if self._call.malformed:
            raise InvalidInput(
                f"The arguments of {tool.name} are no JSON object: {self._call.malformed[:500]}",
                "Call it again with one JSON object that fits its schema.",
            )
        if tool.propose is not None:
            return await self._change(tool, tool.propose)
        if tool.run is not None:
            return await self._run(tool, tool.run)
        raise ToolError(f"The tool {tool.name} can do nothing: it has neither `run` nor `propose`.")

    async def _run(self, tool: Tool, run: Run) -> ToolResult:
        input = tool.prepare(self._call.input, self._context)
        allow = await self._allowed(tool, input, self._judge(tool, input))
        if allow.input is not None:
            input = tool.prepare(allow.input, self._context)
            self._judge(tool, input)
        if tool.reads_only or not any(want.action == "run" for want in tool.wants(input)):
            result = await _guarded(tool, run(input, self._context))
        else:
            async with self._harness.workspace.watched(self.id, self._emit):
                result = await _guarded(tool, run(input, self._context))
        return _with_words(result, allow)

    async def _change(self, tool: Tool, propose: Propose) -> ToolResult:
        input = tool.prepare(self._call.input, self._context)
        decision = self._judge(tool, input)
        if decision.decision == "ask" and not self._harness.asks.reachable:
            await self._allowed(tool, input, decision)
        draft = await self._draft(tool, propose, input)
        workspace = self._harness.workspace
        while True:
            allow, draft = await self._agreed(tool, input, decision, draft)
            if allow.input is not None:
                input = tool.prepare(allow.input, self._context)
                self._judge(tool, input)
                draft = await self._draft(tool, propose, input)
                allow = replace(allow, hunks=None, portions=None)
            taken = await proposals.take(draft, allow)
            try:
                changed = await workspace.apply(taken.changes, self.id, self._emit)
                break
            except StaleFile:
                # Between the last look and the write another agent, or somebody else, was quicker.
                asked = decision.decision == "ask" and allow.input is None
                if not (asked and await asyncio.to_thread(is_stale, workspace, draft)):
                    raise
                draft = await self._anew(draft)
        for change in taken.changes if draft.drifted else ():
            workspace.note_changed(Path(change.moved_to or change.path))
        return _with_words(proposals.outcome(draft, taken, changed), allow)

    async def _draft(self, tool: Tool, propose: Propose, input: "BaseModel") -> Draft:
        proposal = await _guarded(tool, propose(input, self._context))
        return await proposals.draft(self._harness.workspace, proposal)

    async def _agreed(self, tool: Tool, input: "BaseModel", decision: Decision, draft: Draft) -> tuple[Allow, Draft]:
        """The answer, and what it is about: where files change on disk, that is fitted to them and asked anew."""
        workspace = self._harness.workspace
        while True:
            try:
                allow = await self._allowed(tool, input, decision, draft)
            except Overtaken as overtaken:
                draft = overtaken.draft
                continue
            if decision.decision == "allow" or not await asyncio.to_thread(is_stale, workspace, draft):
                return allow, draft
            draft = await self._anew(draft)

    async def _anew(self, draft: Draft) -> Draft:
        """What was allowed fits no more: it is fitted to what the files hold now, and has to be asked about again."""
        self.allowed = False
        return await reanchored(self._harness.workspace, draft)

    def _judge(self, tool: Tool, input: "BaseModel") -> Decision:
        """What the policy says. Raises Denied: a call that may not be done is not even prepared, as that reads files.

        Arguments that a person changed come here, too: what a deny rule forbids stays forbidden.
        """
        decision = self._harness.policy.decide(tool.name, _arguments(input), tool.wants(input))
        self._context.profile = decision.profile
        self._context.outside = self._permission(tool, input, decision, outside_id(self.id), rule="")
        if decision.decision == "deny":
            self._record(Deny(reason=decision.reason), decision)
            raise Denied(f"Not allowed: {decision.reason}")
        return decision

    async def _allowed(self, tool: Tool, input: "BaseModel", decision: Decision, draft: Draft | None = None) -> Allow:
        """The gate. Returns when the call may go on; raises Denied otherwise."""
        allow = Allow()
        if decision.decision == "allow":
            self._record(allow, decision)
        else:
            allow = await self._asked(tool, input, decision, draft)
        self.allowed = True
        return allow

    async def _asked(self, tool: Tool, input: "BaseModel", decision: Decision, draft: Draft | None) -> Allow:
        ask = self._permission(tool, input, decision, permission_id(self.id), decision.proposed)
        overtaken = None
        if draft is not None:
            ask = about(ask, draft)
            overtaken = overtaking(self._harness.workspace, draft)
        began = time.monotonic()
        try:
            answer = await answer_to(self._harness, ask, self._emit, overtaken)
        finally:
            self._waited += time.monotonic() - began
        match answer:
            case Allow():
                await self._keep_rule(answer)
                return answer
            case Deny(reason=reason, stop=stop):
                raise Denied(f"Not allowed. {reason}".strip(), stop)
            case Reply():
                raise Denied("Not allowed: the answer was no decision.")

    def _permission(
        self,
        tool: Tool,
        input: "BaseModel",
        decision: Decision,
        id: str,
        rule: str,
    ) -> PermissionAsk:
        return PermissionAsk(
            id=id,
            call=self.id,
            tool=tool.name,
            target=tool.target(input),
            input=_arguments(input),
            reason=decision.reason,
            preview=_preview(tool, input),
            rule=rule,
            rule_file=str(self._harness.rule_file),
            dangerous=decision.dangerous,
            after=self._harness.provenance.before(self._harness.agent),
        )

    def _record(self, answer: Answer, decision: Decision) -> None:
        self._emit(
            AskAnswered(ask=permission_id(self.id), call=self.id, answer=answer, by=decision.by, reason=decision.reason)
        )

    async def _keep_rule(self, allow: Allow) -> None:
        """Make the rule that the answer asks for. A rule that cannot be made does not undo the answer."""
        if allow.scope == "once" or not allow.rule:
            return
        try:
            self._harness.standing.add_rule(allow.rule)
            if allow.scope == "always":
                await asyncio.to_thread(remember_rule, allow.rule, "allow", self._harness.rule_file)
        except ConfigError as error:
            notice = f"The call was allowed once; the rule was not kept. {error.message}"
            self._emit(NoticeRaised(level="error", message=notice, hint=error.hint))


async def _guarded(tool: Tool, work: Awaitable[T]) -> T:
    """The edge to code that is not ours: whatever a tool raises ends its call, never the session."""
    try:
        return await work
    except (Denied, ToolError):
        raise
    except ClawError as error:
        raise ToolError(error.message, error.hint) from error
    except (Exception, SystemExit) as error:  # a tool is a guest: its bugs are the call's, not ours
        raise ToolError(f"The tool {tool.name} failed: {type(error).__name__}: {error}") from error


def _arguments(input: "BaseModel") -> dict[str, Any]:
    """What was asked for, under the tool's own names, whatever names the model used."""
    return input.model_dump(mode="json", exclude_unset=True)


def _preview(tool: Tool, input: "BaseModel") -> tuple[Block, ...]:
    """What a call without a diff would do, whole."""
    runs = [want.subject for want in tool.wants(input) if want.action == "run" and want.subject]
    if runs:
        folder = _arguments(input).get("cwd", "")
        return tuple(TerminalBlock(command=command, output="", folder=str(folder)) for command in runs)
    return (TextBlock(text=json.dumps(_arguments(input), ensure_ascii=False, indent=2), language="json"),)


def _with_words(result: ToolResult, allow: Allow) -> ToolResult:
    """What the person changed and said belongs to what the model hears. No half characters go on from here."""
    parts = (replace(part, text=whole_characters(part.text)) if part.kind == "text" else part for part in result.parts)
    said: list[str] = []
    if allow.input is not None:
        changed = json.dumps(allow.input, ensure_ascii=False)
        said.append(f"The person changed the arguments before allowing it: {changed}")
    if allow.comment:
        said.append(f"The person adds: {allow.comment}")
    return replace(result, parts=(*parts, *(Text(text=words) for words in said)))
