"""Counting tokens without a tokenizer: an estimate by kinds of characters, put right by what the provider counts.

The estimate alone is good to a fifth; the meter is good to a few hundredths, since it builds on the last exchange as
the provider counted it, and only what came since is estimated. Nothing is ever downloaded for it.
"""

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from claw_core.event import (
    MAIN,
    CallFinished,
    ContextCompacted,
    ContextLoaded,
    ContextRestored,
    ModelCalled,
    ModelReplied,
    ModelSwitched,
    PromptSteered,
    PromptSubmitted,
    Record,
    SessionRewound,
    ShellFinished,
)
from claw_core.lineage import Lineage
from claw_core.message import Call, Image, Message, Part, Refusal, Result, Text, Thought
from claw_core.provider import ToolSpec, encode

_LETTERS, _DIGITS = string.ascii_letters.encode(), string.digits.encode()
_SPACES, _HIGH = string.whitespace.encode(), bytes(range(128, 256))

PER_LETTER, PER_DIGIT, PER_SIGN, PER_SPACE, PER_HIGH_BYTE = 0.25, 0.7, 0.9, 0.2, 0.35
"""Tokens of a character (of a byte, beyond ASCII); fitted to recorded sessions of a current model."""
PER_PART = 4.0
"""Tokens by which a message's part is told apart from the next."""
PER_IMAGE = 1500.0
"""Tokens of a picture; between what a small and a large one take."""

_PRIOR = 500.0
"""Tokens that the plain estimate weighs against what was measured."""


def tokens(text: str) -> float:
    """About how many tokens a text has."""
    data = text.encode(errors="replace")
    plain = data.translate(None, _HIGH)
    letters = len(plain) - len(plain.translate(None, _LETTERS))
    digits = len(plain) - len(plain.translate(None, _DIGITS))
    spaces = len(plain) - len(plain.translate(None, _SPACES))
    signs = len(plain) - letters - digits - spaces
    high = len(data) - len(plain)
    return PER_LETTER * letters + PER_DIGIT * digits + PER_SIGN * signs + PER_SPACE * spaces + PER_HIGH_BYTE * high


def tokens_of(parts: Iterable[Part]) -> float:
    """About how many tokens some parts have. Thoughts count nothing: few servers take them back."""
    return sum(PER_PART + _of_part(part) for part in parts)


def _of_part(part: Part) -> float:
    match part:
        case Text(text=text) | Refusal(text=text):
            return tokens(text)
        case Call(name=name):
            return tokens(name) + tokens(part.malformed or encode(part.input).decode())
        case Result(parts=parts):
            return sum(_of_part(inner) for inner in parts)
        case Image():
            return PER_IMAGE
        case Thought():
            return 0.0


def tokens_of_request(system: str, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> float:
    """About how many tokens a request has."""
    told = sum(tokens(tool.name) + tokens(tool.description) + tokens(encode(tool.schema).decode()) for tool in tools)
    return tokens(system) + told + sum(tokens_of(message.parts) for message in messages)


@dataclass(slots=True)
class Meter:
    """How much of the window one agent's conversation fills, folded from records."""

    agent: str = MAIN
    _base: float = 0.0
    """Tokens after the last exchange, as the provider counted it."""
    _added: float = 0.0
    """Estimated tokens of what came since."""
    _asked: float = 0.0
    """Estimated tokens of the request under way."""
    _counted: float = _PRIOR
    _estimated: float = _PRIOR
    _marks: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    """What the base was after which record, for going back."""
    _lineage: Lineage = field(default_factory=Lineage)

    @property
    def ratio(self) -> float:
        """How many tokens the provider counts for one that is estimated."""
        return self._counted / self._estimated

    @property
    def context(self) -> int:
        """Tokens of the next request, without what is said until then; 0 before the first."""
        return round(self._base + self._added * self.ratio) if self._base else 0

    def add(self, record: Record) -> None:
        """Take a record into account."""
        if record.agent != self.agent:
            return
        match record.event:
            case ModelCalled(estimate=estimate):
                self._asked = float(estimate)
            case ModelReplied():
                self._reply(record.seq, record.event)
            case PromptSubmitted() | PromptSteered():
                said = record.event
                attached = (part for each in said.attachments for part in each.parts)
                self._added += tokens_of((Text(text=said.text), *said.images, *attached))
            case CallFinished(parts=parts) | ShellFinished(parts=parts):
                self._added += tokens_of(parts)
            case ContextLoaded(text=text) if text:
                self._added += tokens(text)
            case ModelSwitched():
                self._counted = self._estimated = _PRIOR
            case ContextCompacted(after=after) | ContextRestored(after=after):
                self._settle(record.seq, float(after))
            case SessionRewound():
                if self._lineage.add(record):
                    counted = [base for seq, base in self._marks if self._lineage.counts(seq)]
                    self._base, self._added = (counted[-1] if counted else 0.0), 0.0
            case _:
                pass

    def _reply(self, seq: int, reply: ModelReplied) -> None:
        used = reply.usage
        written = float(used.output - used.reasoning) or tokens_of(reply.message.parts)
        if not used.input:
            self._settle(seq, (self.context or self._asked * self.ratio) + written)
            return
        if self._base:
            fresh = used.input - self._base
            if self._added > 50 and fresh > 0:
                self._learn(fresh, self._added)
        elif self._asked:
            weight = min(1.0, _PRIOR / self._asked)  # most of a first request is prose; what follows is code
            self._learn(used.input * weight, self._asked * weight)
        self._settle(seq, used.input + written)

    def _learn(self, counted: float, estimated: float) -> None:
        """Never more than twice or less than half: further off are requests that hold what is not seen here."""
        self._counted += min(max(counted, estimated / 2), estimated * 2)
        self._estimated += estimated

    def _settle(self, seq: int, base: float) -> None:
        self._base, self._added = base, 0.0
        self._marks.append((seq, base))
