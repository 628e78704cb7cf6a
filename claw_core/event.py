"""Events and records: everything that happens, in one closed vocabulary.

An event is a fact; a record is a fact with its place in the session. The screen, the headless output, replay, resume,
cost and the next model request are all read from the same list of records; what is shown is in it.

Plain data only: frozen dataclasses with a `kind` of the form `noun.verb`, cheap to build. `record_adapter()` turns them
into JSON and back, and is the only place that needs pydantic.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from claw_core.ask import Answer, Ask, By
from claw_core.block import Block, Todo
from claw_core.error import ClawError
from claw_core.instant import Instant
from claw_core.message import Image, JsonObject, Message, Shown, StopReason, Tagged, Usage

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 1
"""The log format that this version writes. It rises when an older version could misread a log."""

Mode = Literal["plan", "ask", "edits", "auto", "bypass"]
"""How permissions are decided where no rule speaks."""

MAIN = "main"
"""The agent a person talks to. A sub-agent is named by the id of the call that started it."""
COMPACTION = "compaction"
"""Who writes the brief when a conversation is compacted: the same model, asked beside the conversation."""


# ---- session


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted:
    """A process opened the session for writing: first for a new one, again for each time it is continued."""

    kind: Literal["session.started"] = "session.started"
    session: str
    """The session's id."""
    format: int
    """The log format, see `FORMAT`."""
    cwd: str
    """The workspace folder, absolute."""
    version: str
    """The version of claw that wrote what follows."""
    git_head: str = ""
    """The commit checked out in the workspace, and its branch: `1a2b3c main`. Empty outside git."""
    model: str = ""
    """`provider/model` that answers first; empty in logs of older versions."""
    mode: Mode | None = None
    """How permissions are decided at first; None in logs of older versions."""
    effort: str | None = None
    """How hard the model thinks at first; None for its own way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionNamed:
    """The session got a title."""

    kind: Literal["session.named"] = "session.named"
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionForked:
    """The records up to here came from another session."""

    kind: Literal["session.forked"] = "session.forked"
    parent: str
    """Its id."""
    seq: int
    """The last of its records that this one shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRewound:
    """A person went back to an earlier moment: the conversation, files, or both. What lies between is kept."""

    kind: Literal["session.rewound"] = "session.rewound"
    seq: int
    """The moment: the last record that counts. A rewind is taken back by one to the record before it."""
    talk: bool = True
    """The conversation continues from there, as it stood at that record."""
    files: tuple[str, ...] = ()
    """Files that were put back to what they held then; a `file.changed` follows for each."""
    kept: tuple[str, ...] = ()
    """Files that were changed since then and hold that still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """The process that wrote the session closed it."""

    kind: Literal["session.ended"] = "session.ended"
    reason: str = ""


# ---- prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What goes along with a prompt, because the person named it."""

    path: str
    """Relative to the workspace where it lies in it, else absolute."""
    parts: tuple[Shown, ...]
    """What the model is told, as it was when the prompt was sent."""
    summary: str = ""
    """Its size in a few words: `212 lines`, `3 pages`."""
    problem: str = ""
    """Why nothing of it goes along; empty where it does."""
    outside: str = ""
    """Where its text is from, where nobody here wrote it: a folder that is not trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSubmitted:
    """A person or a program gave a task."""

    kind: Literal["prompt.submitted"] = "prompt.submitted"
    text: str
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSteered:
    """Words given while a turn ran were delivered to it."""

    kind: Literal["prompt.steered"] = "prompt.steered"
    text: str
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptQueued:
    """What waits to be delivered while a turn runs, all of it; empty when nothing does."""

    kind: Literal["prompt.queued"] = "prompt.queued"
    texts: tuple[str, ...]


# ---- shell


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellStarted:
    """The person runs a shell line of their own. No model asked for it, and nobody is asked about it."""

    kind: Literal["shell.started"] = "shell.started"
    id: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellProgressed:
    """A shell line of the person's printed something. Not written."""

    kind: Literal["shell.progressed"] = "shell.progressed"
    id: str
    text: str
    """What it printed since the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellFinished:
    """A shell line of the person's ended."""

    kind: Literal["shell.finished"] = "shell.finished"
    id: str
    outcome: Literal["ok", "error", "interrupted"]
    parts: tuple[Shown, ...]
    """What the model is told with the next prompt."""
    blocks: tuple[Block, ...] = ()
    """What people are shown."""
    summary: str = ""
    """How it ended, in a word or two: `exit 0`."""
    elapsed: float = 0.0
    """Seconds it ran."""
    outside: str = ""
    """Where its text is from, where nobody here wrote it: the network, a folder that is not trusted."""


# ---- turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted:
    """An agent set to work."""

    kind: Literal["turn.started"] = "turn.started"


TurnStop = Literal["done", "max_turns", "max_budget", "denied", "length", "refusal"]
"""Why a turn came to rest.

The model was done, a limit was reached, a person said stop, the answer was cut, or the model declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFinished:
    """The agent rests."""

    kind: Literal["turn.finished"] = "turn.finished"
    stop: TurnStop
    elapsed: float
    """Seconds since `turn.started`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnInterrupted:
    """The turn was stopped from outside."""

    kind: Literal["turn.interrupted"] = "turn.interrupted"
    stopped: tuple[str, ...] = ()
    """What was under way, in words: `bash pytest -q`, `model gpt-5.4`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailed:
    """The turn could not go on."""

    kind: Literal["turn.failed"] = "turn.failed"
    error: str
    """The type's name, one of those in `error.py`."""
    message: str
    hint: str = ""

    @classmethod
    def of(cls, error: BaseException) -> "TurnFailed":
        """What went wrong, in words; anything that is no error of ours is a bug of ours."""
        if isinstance(error, ClawError):
            return cls(error=type(error).__name__, message=error.message, hint=error.hint)
        message = f"{type(error).__name__}: {error}"
        return cls(error="Bug", message=message, hint="This is a bug in claw; please report it.")


# ---- model


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSwitched:
    """From now on another model answers."""

    kind: Literal["model.switched"] = "model.switched"
    provider: str
    model: str
    reason: str = ""
    """Why, where nobody asked for it: the model before could not be had. What it had streamed is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentList:
    """One list of a request body (messages, tools), as what changed since the agent's previous request."""

    keep: int
    """How many leading elements are those of the previous request; 0 for the first."""
    then: tuple[str, ...]
    """The content hashes of the elements that follow; the bodies lie in the session's blobs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCalled:
    """A request was sent to a model; with the blobs, its body can be shown byte for byte."""

    kind: Literal["model.called"] = "model.called"
    provider: str
    model: str
    dialect: str
    url: str
    parameters: JsonObject
    """The body's plain fields, in the order sent."""
    lists: Mapping[str, SentList]
    """The body's list fields, in the order sent, after `parameters`."""
    size: int
    """Bytes of the whole body."""
    estimate: int = 0
    """Tokens, as counted here before it was sent; 0 where nobody counted."""
    window: int | None = None
    """Tokens that the model can take in; None where nobody knew, and in logs of older versions."""
    compact_at: float = 0.0
    """The share of the window at which room is made; 0 in logs of older versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProgressed:
    """A model in this process is made ready: fetched, loaded, or reading what it was sent. Not written."""

    kind: Literal["model.progressed"] = "model.progressed"
    doing: str
    """What, in a few words: `fetching NAME (1.9 GB)`, `loading NAME`, `reading`."""
    done: int = 0
    """Bytes or tokens."""
    total: int = 0
    """0 where it is not known how much there is to do."""

    @property
    def percent(self) -> int | None:
        """How much of it is done; None where that is not known."""
        return self.done * 100 // self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRetried:
    """A request failed in a way that may pass; it will be sent again."""

    kind: Literal["model.retried"] = "model.retried"
    attempt: int
    """The attempt that failed, from 1."""
    error: str
    message: str
    wait: float
    """Seconds until the next attempt. What streamed so far is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReplied:
    """A model's whole answer."""

    kind: Literal["model.replied"] = "model.replied"
    message: Message
    usage: Usage
    stop: StopReason
    model: str = ""
    """The model's name as the server gave it."""
    request_id: str = ""
    """The provider's id of the exchange."""
    first_token: float | None = None
    """Seconds from sending to the first piece of the answer."""
    elapsed: float = 0.0
    """Seconds from sending to the end."""
    cost: float | None = None
    """US dollars, by the model card of that day; None where the price is unknown."""


# ---- delta (shown as they come, not written: the whole follows)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """Words of an answer that is being written."""

    kind: Literal["text.delta"] = "text.delta"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThoughtDelta:
    """Words of a thought."""

    kind: Literal["thought.delta"] = "thought.delta"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDelta:
    """A fragment of a call's arguments."""

    kind: Literal["call.delta"] = "call.delta"
    id: str
    name: str
    fragment: str
    """Characters of the arguments' JSON."""


# ---- call

Outcome = Literal["ok", "error", "denied", "interrupted", "timeout"]
"""How a call ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted:
    """A tool call is being handled; it may still have to be allowed."""

    kind: Literal["call.started"] = "call.started"
    id: str
    name: str
    input: JsonObject
    target: str = ""
    """What it is about, in a few words: a path, a pattern, a command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgressed:
    """A call has something to show before it ends. Not written."""

    kind: Literal["call.progressed"] = "call.progressed"
    id: str
    text: str
    """What it printed since the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFinished:
    """A call ended."""

    kind: Literal["call.finished"] = "call.finished"
    id: str
    outcome: Outcome
    parts: tuple[Shown, ...]
    """What the model is told."""
    blocks: tuple[Block, ...] = ()
    """What people are shown."""
    summary: str = ""
    """The result's size in a few words: `212 lines`, `12 hits in 4`, `+18 −11`."""
    elapsed: float = 0.0
    """Seconds it ran, without the wait for an answer."""
    outside: str = ""
    """Where its text is from, where nobody here wrote it: the web, a server, a folder that is not trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted:
    """A command goes on in the background."""

    kind: Literal["job.started"] = "job.started"
    job: int
    """Its number, from 1."""
    call: str
    """The id of the call that started it."""
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgressed:
    """A command in the background printed something. Not written."""

    kind: Literal["job.progressed"] = "job.progressed"
    job: int
    text: str
    """What it printed since the last one, control sequences included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnded:
    """A command in the background ended, or was stopped."""

    kind: Literal["job.ended"] = "job.ended"
    job: int
    exit_code: int | None = None
    """None where a signal ended it."""
    signal: int | None = None


# ---- ask


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOpened:
    """Somebody has to answer."""

    kind: Literal["ask.opened"] = "ask.opened"
    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAnswered:
    """It is decided. Every call's permission has one; without `ask.opened` where nobody had to be asked."""

    kind: Literal["ask.answered"] = "ask.answered"
    ask: str
    """The ask's id."""
    call: str
    """The id of the call it was about."""
    answer: Answer
    by: By
    reason: str = ""
    """Why, in a sentence."""


# ---- context, file, plan, mode


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionFile:
    """A file whose text is part of the system prompt."""

    path: str
    size: int
    """Bytes taken over."""
    cut: int = 0
    """Bytes left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextLoaded:
    """Instruction files were read: for the system prompt, or later, when a file near them was touched."""

    kind: Literal["context.loaded"] = "context.loaded"
    files: tuple[InstructionFile, ...]
    text: str = ""
    """What the model is told of them now; empty where the system prompt holds it."""
    outside: str = ""
    """Where some of it is from, where that is outside: a folder that is not trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """A result of which the model is told less from now on."""

    call: str
    """The call's id."""
    keep: int = 0
    """Characters that are left of it, from its beginning and its end; 0 for a note in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextCompacted:
    """Room was made in the model's window. The person's own words stay, and so do instruction files."""

    kind: Literal["context.compacted"] = "context.compacted"
    summary: str
    """What stands in place of the older messages; empty where results were only shortened."""
    seq: int
    """The last record that the summary covers; 0 for none."""
    shortened: tuple[Shortened, ...] = ()
    cause: Literal["asked", "full", "refused"] = "asked"
    """Somebody wanted it, the window was nearly full, or the provider refused a request as too long."""
    told: str = ""
    """What was dropped, in words."""
    before: int = 0
    """Tokens of the conversation, as far as they are known; 0 where they are not."""
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextRestored:
    """A compaction was undone: what it covered is sent again."""

    kind: Literal["context.restored"] = "context.restored"
    seq: int
    """The `context.compacted` record that no longer holds."""
    after: int = 0
    """Tokens of the conversation now; 0 where they are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanged:
    """A file of the workspace was written, made or removed: by a call, or put back by a rewind."""

    kind: Literal["file.changed"] = "file.changed"
    path: str
    """Relative to the workspace where it lies in it, else absolute; of a file that a link led to, its own."""
    before: str | None
    """Content hash of what it held; None where it did not exist. The bytes lie in the session's blobs. Of a symbolic
    link it is where it leads; empty where it was too large to be kept."""
    after: str | None
    """Content hash of what it holds; None where it was removed."""
    call: str
    """The call's id; empty where no call did it."""
    added: int = 0
    removed: int = 0
    before_mode: int = 0
    """Its type and permissions, as `st_mode` has them; 0 where it did not exist, or where that is not known."""
    after_mode: int = 0
    by_others: bool = False
    """Found after a command in the background may have done it; so may a person have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged:
    """The todo list as it stands."""

    kind: Literal["plan.changed"] = "plan.changed"
    todos: tuple[Todo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSwitched:
    """Permissions are decided otherwise from now on."""

    kind: Literal["mode.switched"] = "mode.switched"
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortSwitched:
    """The model thinks more or less hard from now on."""

    kind: Literal["effort.switched"] = "effort.switched"
    effort: str | None
    """A level, or tokens as digits; None for the model's own way."""


# ---- hook, mcp, notice, command


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRan:
    """A hook was consulted."""

    kind: Literal["hook.ran"] = "hook.ran"
    hook: str
    point: str
    verdict: str
    elapsed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class McpChanged:
    """An MCP server's state changed."""

    kind: Literal["mcp.changed"] = "mcp.changed"
    server: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRaised:
    """Something a person should know that is no answer and no failure of the turn."""

    kind: Literal["notice.raised"] = "notice.raised"
    level: Literal["info", "warning", "error"]
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRan:
    """A slash command ran."""

    kind: Literal["command.ran"] = "command.ran"
    name: str
    words: str = ""
    output: str = ""
    """Markdown."""


Event: TypeAlias = Annotated[
    SessionStarted
    | SessionNamed
    | SessionForked
    | SessionRewound
    | SessionEnded
    | PromptSubmitted
    | PromptSteered
    | PromptQueued
    | ShellStarted
    | ShellProgressed
    | ShellFinished
    | TurnStarted
    | TurnFinished
    | TurnInterrupted
    | TurnFailed
    | ModelSwitched
    | ModelCalled
    | ModelProgressed
    | ModelRetried
    | ModelReplied
    | TextDelta
    | ThoughtDelta
    | CallDelta
    | CallStarted
    | CallProgressed
    | CallFinished
    | JobStarted
    | JobProgressed
    | JobEnded
    | AskOpened
    | AskAnswered
    | ContextLoaded
    | ContextCompacted
    | ContextRestored
    | FileChanged
    | PlanChanged
    | ModeSwitched
    | EffortSwitched
    | HookRan
    | McpChanged
    | NoticeRaised
    | CommandRan,
    Tagged(),
]
"""Every kind of event; closed, so that a `match` over it is checked."""

Passing = (
    ModelProgressed
    | TextDelta
    | ThoughtDelta
    | CallDelta
    | CallProgressed
    | JobProgressed
    | ShellProgressed
    | PromptQueued
)
"""Events that are shown as they come and not written: what they add up to is written later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A fact with its place in a session."""

    seq: int
    """From 1, without gaps among the records of one process; passing events take numbers too, so a log has gaps."""
    at: Instant
    """When, in UTC: `2026-01-31T12:00:00.123456Z`."""
    turn: int
    """The turn it belongs to, from 1; 0 before the first."""
    agent: str
    """`main`, or the id of the call that started the sub-agent."""
    event: Event


@cache
def record_adapter() -> "TypeAdapter[Record]":
    """The one door between records and JSON. Building it takes a moment; do that off the event loop."""
    from pydantic import TypeAdapter

    return TypeAdapter(Record)
