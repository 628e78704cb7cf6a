"""Asks and answers: the core's questions to a person, and the replies.

Plain data; who waits for them lives in `session/asks.py`.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from claw_core.block import Block, Hunk
from claw_core.message import JsonObject, Tagged


def permission_id(call: str) -> str:
    """The id of the ask whether a call may run."""
    return f"{call}:permission"


def outside_id(call: str) -> str:
    """The id of the ask whether a call may run once outside the sandbox."""
    return f"{call}:outside"


def renewed_id(ask: str, number: int) -> str:
    """The id of the ask that takes the place of `ask`, since files changed on disk; `number` from 1."""
    return f"{ask}:{number + 1}"


def question_id(call: str) -> str:
    """The id of the ask by which a call puts questions."""
    return f"{call}:question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Text from outside that an agent has before it, and that may have told it what to do."""

    source: str
    """Where it is from, in a few words: `the web: example.com`, `the server github`, `the network: curl`."""
    what: str = ""
    """What gave it: a tool and its target, or files."""
    call: str = ""
    """The id of the call that gave it; empty for instruction files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A hunk of a proposal that fits no more, since its file changed on disk; it is left out."""

    path: str
    hunk: Hunk
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionAsk:
    """May this call run?"""

    kind: Literal["permission"] = "permission"
    id: str
    """Unique in a session."""
    call: str
    """The call's id."""
    tool: str
    target: str
    """What the call is about, in a few words: a path, a command, an address."""
    input: JsonObject
    reason: str
    """Why no rule or mode decided it."""
    preview: tuple[Block, ...]
    """What would happen, shown whole: the diff, the command."""
    rule: str = ""
    """The narrowest rule that would allow this and what is like it; empty where none should be offered."""
    rule_file: str = ""
    """The settings file that `always` writes the rule to."""
    dangerous: bool = False
    """Never part of a batch; answered by typing `yes`."""
    after: tuple[Outside, ...] = ()
    """Text from outside that the agent has before it, the latest first; of each source the latest."""
    renews: str = ""
    """The id of the ask in whose place it stands, since files changed on disk while that was open."""
    drifted: tuple[str, ...] = ()
    """Those files."""
    conflicts: tuple[Conflict, ...] = ()
    """What was proposed at first and fits no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a question."""

    label: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question a model puts to the person."""

    question: str
    header: str = ""
    options: tuple[Choice, ...] = ()
    """None: any words will do."""
    multiple: bool = False
    """More than one option may be chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsk:
    """What would you like?"""

    kind: Literal["question"] = "question"
    id: str
    call: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsk:
    """Shall this plan be carried out?"""

    kind: Literal["plan"] = "plan"
    id: str
    call: str
    plan: str
    """Markdown."""


Ask: TypeAlias = Annotated[PermissionAsk | QuestionAsk | PlanAsk, Tagged()]
"""Every kind of ask; closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A hunk of an edit, or a piece of one, as a person left it."""

    of: int
    """Which hunk of its diff it is, or was cut from; from 0."""
    hunk: Hunk
    taken: bool = True
    edited: bool = False
    """The person changed it by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """Yes."""

    kind: Literal["allow"] = "allow"
    scope: Literal["once", "session", "always"] = "once"
    rule: str = ""
    """The rule this makes, for `session` and `always`, as the person left it."""
    comment: str = ""
    """For the model, beside the result."""
    hunks: tuple[tuple[int, ...], ...] | None = None
    """Of an edit: for each diff of the preview, the indices of its hunks that were taken; None for all."""
    portions: tuple[tuple[Portion, ...], ...] | None = None
    """Of an edit whose hunks were split or changed by hand: for each diff of the preview all its portions, in order,
    in place of `hunks`."""
    input: JsonObject | None = None
    """The arguments as the person changed them; None for as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deny:
    """No."""

    kind: Literal["deny"] = "deny"
    reason: str = ""
    """For the model."""
    stop: bool = False
    """End the turn of the agent that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The person's words."""

    kind: Literal["reply"] = "reply"
    answers: tuple[tuple[str, ...], ...]
    """For each question, the labels chosen or the words typed."""


Answer: TypeAlias = Annotated[Allow | Deny | Reply, Tagged()]
"""Every kind of answer; closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who or what answered."""

    kind: Literal["person", "rule", "mode", "hook", "sandbox", "policy"]
    """`policy` is what holds without rule or mode: reading the workspace is free; nobody there to ask is a denial."""
    name: str = ""
    """The rule's text, the mode's or hook's name, the person's (or program's) way of answering."""
