"""The transcript: the messages to send, folded from records.

Always well formed, whatever was interrupted, killed or compacted: messages alternate, and every call has its result, in
the order of the calls. What was rewound or compacted away is in the log, and not here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from claw_core.event import (
    MAIN,
    Attachment,
    CallFinished,
    ContextCompacted,
    ContextLoaded,
    ContextRestored,
    ModelReplied,
    PromptSteered,
    PromptSubmitted,
    Record,
    SessionRewound,
    ShellFinished,
    TurnInterrupted,
)
from claw_core.lineage import Lineage
from claw_core.message import Call, Image, Message, Part, Result, Shown, Text

LOST = "This call did not finish: claw was stopped while it ran. Check what it did before you repeat it."
INTERRUPTED = "[The person interrupted you here.]"
DROPPED = "[{} characters were dropped here to make room. Call it again where you need them.]"
PUT_BACK = "[The person put these files back to what they held earlier: {}. Read them before you change them.]"
LEFT = "[The conversation was taken back to here, these files were not, and hold what was changed since: {}.]"
MOST_NAMED = 40
"""Files that are named to the model at once."""
NO_PICTURE = "[A picture was dropped here to make room.]"


@dataclass(frozen=True, slots=True)
class Piece:
    """What one record adds to the conversation."""

    seq: int
    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]
    stays: bool = False
    """The person's own words, and instructions: no summary takes their place."""


class Transcript:
    """What one agent has said and heard so far."""

    def __init__(self, agent: str = MAIN) -> None:
        self.agent = agent
        self._lineage = Lineage()
        self._all: list[Piece] = []
        self._pieces: list[Piece] = []
        """Those of all that still count."""
        self._prompts: list[int] = []
        self._all_aside: list[Piece] = []
        self._aside: list[Piece] = []
        """What the person did by themselves: told with their next words, so that no request changes behind itself."""
        self._made_room: list[tuple[int, ContextCompacted | ContextRestored]] = []
        self._compactions: dict[int, ContextCompacted] = {}

    def add(self, record: Record) -> None:
        """Take a record into account; other agents' records change nothing."""
        if record.agent != self.agent:
            return
        match record.event:
            case PromptSubmitted() | PromptSteered():
                self._prompt(record, record.event)
            case ShellFinished(parts=parts):
                self._all_aside.append(Piece(record.seq, "user", parts))
                self._aside.append(self._all_aside[-1])
            case ContextLoaded(text=text) if text:
                self._push(record, "user", (Text(text=text),), stays=True)
            case ModelReplied(message=message):
                self._push(record, "assistant", message.parts)
            case CallFinished(id=call, parts=parts, outcome=outcome):
                self._push(record, "user", (Result(id=call, parts=parts, is_error=outcome != "ok"),))
            case TurnInterrupted():
                self._push(record, "user", (Text(text=INTERRUPTED),))
            case SessionRewound() as rewound:
                self._rewind(record, rewound)
            case ContextCompacted() | ContextRestored():
                self._made_room.append((record.seq, record.event))
                self._make_room(record.seq, record.event)
            case _:
                pass

    def _rewind(self, record: Record, rewound: SessionRewound) -> None:
        if self._lineage.add(record):
            counts = self._lineage.counts
            self._pieces = [piece for piece in self._all if counts(piece.seq)]
            last = max((seq for seq in self._prompts if counts(seq)), default=0)
            self._aside = [piece for piece in self._all_aside if piece.seq > last and counts(piece.seq)]
            self._compactions.clear()
            for seq, event in self._made_room:
                if counts(seq):
                    self._make_room(seq, event)
        told = LEFT if rewound.talk else PUT_BACK
        if files := rewound.kept if rewound.talk else rewound.files:
            self._push(record, "user", (Text(text=told.format(_listed(files))),))

    def _make_room(self, seq: int, event: ContextCompacted | ContextRestored) -> None:
        if isinstance(event, ContextCompacted):
            self._compactions[seq] = event
        else:
            self._compactions.pop(event.seq, None)

    def _prompt(self, record: Record, said: PromptSubmitted | PromptSteered) -> None:
        """What the person did by themselves, what they attached, and their words, which alone stay for ever."""
        self._prompts.append(record.seq)
        for piece in self._aside:
            self._push(record, "user", piece.parts)
        self._aside.clear()
        self._push(record, "user", tuple(part for each in said.attachments for part in _attached(each)))
        self._push(record, "user", _words(said.text, said.images), stays=True)

    def _push(
        self, record: Record, role: Literal["user", "assistant"], parts: tuple[Part, ...], *, stays: bool = False
    ) -> None:
        if parts:
            piece = Piece(record.seq, role, parts, stays)
            self._all.append(piece)
            self._pieces.append(piece)

    @property
    def compactions(self) -> tuple[int, ...]:
        """The records of the compactions that hold, oldest first."""
        return tuple(self._compactions)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is to be sent, record by record, compacted as it was."""
        return self.pieces_without(0)

    def pieces_without(self, compaction: int) -> tuple[Piece, ...]:
        """What would be sent if the compaction of this record did not hold."""
        pieces: Iterable[Piece] = self._pieces
        for seq, compacted in self._compactions.items():
            pieces = pieces if seq == compaction else compacted_pieces(pieces, compacted)
        return tuple(pieces)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages to send, oldest first; the first is the user's."""
        return as_messages(self.pieces)


def as_messages(pieces: Iterable[Piece]) -> tuple[Message, ...]:
    """Pieces as messages that alternate, every call with its result."""
    merged: list[Message] = []
    for piece in pieces:
        if merged and merged[-1].role == piece.role:
            merged[-1] = Message(role=piece.role, parts=merged[-1].parts + piece.parts)
        else:
            merged.append(Message(role=piece.role, parts=piece.parts))
    return tuple(_answer_every_call(merged))


def compacted_pieces(pieces: Iterable[Piece], compacted: ContextCompacted) -> list[Piece]:
    """What is left of some pieces: of those that the summary covers the words that stay, then the summary; then the
    others, with their results shortened."""
    keep = {each.call: each.keep for each in compacted.shortened}
    older: list[Piece] = []
    newer: list[Piece] = []
    for piece in pieces:
        if piece.seq > compacted.seq:
            newer.append(replace(piece, parts=tuple(_shorter(part, keep) for part in piece.parts)) if keep else piece)
        elif piece.stays:
            older.append(replace(piece, parts=tuple(map(_without_picture, piece.parts))))
    summary = [Piece(compacted.seq, "user", (Text(text=compacted.summary),))] if compacted.summary else []
    return [*older, *summary, *newer]


def _shorter(part: Part, keep: dict[str, int]) -> Part:
    """A result as it is told from now on."""
    if not isinstance(part, Result) or part.id not in keep:
        return part
    left, shown = keep[part.id], list[Shown]()
    for inner in part.parts:
        match inner:
            case Text(text=text):
                cut = shortened(text, left)
                left = max(0, left - len(text))
                shown.append(Text(text=cut))
            case Image():
                shown.append(Text(text=NO_PICTURE))
    return replace(part, parts=tuple(shown))


def shortened(text: str, keep: int) -> str:
    """The beginning and the end of a text, `keep` characters together, and how much is missing between them."""
    note = DROPPED.format(f"{len(text) - keep:,}")
    if len(text) <= keep + len(note):
        return text
    head = keep * 2 // 3
    tail = text[len(text) - (keep - head) :] if keep > head else ""
    return "\n".join(piece for piece in (text[:head], note, tail) if piece)


def _without_picture(part: Part) -> Part:
    return Text(text=NO_PICTURE) if isinstance(part, Image) else part


def _attached(attachment: Attachment) -> tuple[Shown, ...]:
    """An attachment as the model reads it."""
    if attachment.problem:
        return (Text(text=f"[The person named {attachment.path}, which is not attached: {attachment.problem}]"),)
    return (Text(text=f"The person attached {attachment.path}:"), *attachment.parts)


def _listed(files: tuple[str, ...]) -> str:
    more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    return ", ".join(files[:MOST_NAMED]) + more


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
