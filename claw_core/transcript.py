"""The transcript: the messages to send, folded from records.

Always well formed, whatever was interrupted or killed: messages alternate, and every call has its result, in the
order of the calls. What was rewound or compacted away is in the log, and not here.
"""

from dataclasses import dataclass
from typing import Literal

from claw_core.event import (
    MAIN,
    CallFinished,
    ContextCompacted,
    ModelReplied,
    PromptSteered,
    PromptSubmitted,
    Record,
    SessionRewound,
    TurnInterrupted,
)
from claw_core.message import Call, Image, Message, Part, Result, Text

LOST = "This call did not finish: claw was stopped while it ran. Check what it did before you repeat it."
INTERRUPTED = "[The person interrupted you here.]"


@dataclass(frozen=True, slots=True)
class _Piece:
    seq: int
    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]


class Transcript:
    """What one agent has said and heard so far."""

    def __init__(self, agent: str = MAIN) -> None:
        self.agent = agent
        self._pieces: list[_Piece] = []

    def add(self, record: Record) -> None:
        """Take a record into account; other agents' records change nothing."""
        if record.agent != self.agent:
            return
        match record.event:
            case PromptSubmitted(text=text, images=images) | PromptSteered(text=text, images=images):
                self._push(record, "user", _words(text, images))
            case ModelReplied(message=message):
                self._push(record, "assistant", message.parts)
            case CallFinished(id=call, parts=parts, outcome=outcome):
                self._push(record, "user", (Result(id=call, parts=parts, is_error=outcome != "ok"),))
            case TurnInterrupted():
                self._push(record, "user", (Text(text=INTERRUPTED),))
            case SessionRewound(seq=seq):
                self._pieces = [piece for piece in self._pieces if piece.seq <= seq]
            case ContextCompacted(seq=seq, summary=summary):
                kept = [piece for piece in self._pieces if piece.seq > seq]
                self._pieces = [_Piece(seq, "user", (Text(text=summary),)), *kept]
            case _:
                pass

    def _push(self, record: Record, role: Literal["user", "assistant"], parts: tuple[Part, ...]) -> None:
        if parts:
            self._pieces.append(_Piece(record.seq, role, parts))

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages to send, oldest first; the first is the user's."""
        merged: list[Message] = []
        for piece in self._pieces:
            if merged and merged[-1].role == piece.role:
                merged[-1] = Message(role=piece.role, parts=merged[-1].parts + piece.parts)
            else:
                merged.append(Message(role=piece.role, parts=piece.parts))
        return tuple(_answer_every_call(merged))


def _words(text: str, images: tuple[Image, ...]) -> tuple[Part, ...]:
    return (*images, Text(text=text)) if text else images


def _answer_every_call(messages: list[Message]) -> list[Message]:
    """Results follow their calls at once, in the calls' order; what has none gets one that says so."""
    answered: list[Message] = []
    for index, message in enumerate(messages):
        if message.role == "assistant":
            answered.append(message)
            if message.calls and (index + 1 == len(messages)):
                answered.append(Message(role="user", parts=_results(message.calls, ())))
            continue
        calls = messages[index - 1].calls if index else ()
        others = tuple(part for part in message.parts if not isinstance(part, Result))
        answered.append(Message(role="user", parts=_results(calls, message.parts) + others))
    return answered


def _results(calls: tuple[Call, ...], parts: tuple[Part, ...]) -> tuple[Part, ...]:
    found = {part.id: part for part in parts if isinstance(part, Result)}
    lost = (Text(text=LOST),)
    return tuple(found.get(call.id) or Result(id=call.id, parts=lost, is_error=True) for call in calls)
