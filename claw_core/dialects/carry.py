"""Carrying a conversation to another model: what it cannot take is turned into what it can.

Signatures are read only by those who made them, some models see no pictures, and APIs differ in which ids they take.
What is changed here depends on the messages alone, so that the same conversation is the same bytes each time.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from string import ascii_letters, digits

from claw_core.message import Call, Image, Message, Part, Result, Shown, Text, Thought

UNSEEN = "(An image stands here, which this model cannot see.)"
ALPHABET = digits + ascii_letters


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIds:
    """Which ids of calls an API takes."""

    pattern: re.Pattern[str] = re.compile(r"[a-zA-Z0-9_-]{1,64}")
    length: int = 24
    """Characters of an id that stands for one that it does not take."""

    def fit(self, id: str) -> str:
        """The id, or one that stands for it: the same one each time."""
        if self.pattern.fullmatch(id):
            return id
        number = int.from_bytes(blake2b(id.encode(errors="surrogatepass")).digest())
        letters: list[str] = []
        for _ in range(self.length):
            number, place = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[place])
        return "".join(letters)


CALL_IDS = CallIds()
"""Those that nearly every API takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Who is to go on with a conversation."""

    origin: str
    """`provider/model`: whose signatures it can read."""
    images: bool = True
    """Whether it sees pictures."""
    ids: CallIds = CALL_IDS


def carried(messages: Sequence[Message], taker: Taker) -> tuple[Message, ...]:
    """The messages as the model can take them.

    Of another's thoughts the words go along within the turn that is under way, as something that was said. Those of
    earlier turns stay behind, as vendors leave out even their own.
    """
    under_way = _turn_start(messages)
    return tuple(_carried(message, taker, index >= under_way) for index, message in enumerate(messages))


def _turn_start(messages: Sequence[Message]) -> int:
    """Where the turn that is under way begins: at the last words of the person."""
    starts = (index for index in range(len(messages) - 1, -1, -1) if messages[index].role == "user")
    return next((index for index in starts if any(not isinstance(p, Result) for p in messages[index].parts)), 0)


def _carried(message: Message, taker: Taker, under_way: bool) -> Message:
    parts = tuple(taken for part in message.parts for taken in _part(part, taker, under_way))
    return message if parts == message.parts else replace(message, parts=parts)


def _part(part: Part, taker: Taker, under_way: bool) -> Iterable[Part]:
    match part:
        case Thought(text=text) if _foreign(part, taker):
            return (Text(text=text),) if under_way and text.strip() else ()
        case Call(by=by):
            signature = part.signature if by == taker.origin else ""
            return (replace(part, id=taker.ids.fit(part.id), signature=signature),)
        case Result(parts=shown):
            seen: tuple[Shown, ...] = tuple(_seen(each, taker) for each in shown)
            return (replace(part, id=taker.ids.fit(part.id), parts=seen),)
        case Image():
            return (_seen(part, taker),)
        case _:
            return (part,)


def _foreign(thought: Thought, taker: Taker) -> bool:
    return thought.by not in {"", taker.origin}


def _seen(part: Text | Image, taker: Taker) -> Text | Image:
    return Text(text=UNSEEN) if isinstance(part, Image) and not taker.images else part


def changed(messages: Sequence[Message], taker: Taker) -> tuple[str, ...]:
    """What is turned into something else or stays behind, each in a few words for people."""
    parts = [part for message in messages for part in message.parts]
    shown = [part for part in parts if isinstance(part, Image)]
    shown += [each for part in parts if isinstance(part, Result) for each in part.parts if isinstance(each, Image)]
    foreign = sum(isinstance(part, Thought) and _foreign(part, taker) for part in parts)
    renamed = sum(isinstance(part, Call) and taker.ids.fit(part.id) != part.id for part in parts)
    told: list[str] = []
    if foreign:
        told.append(f"{_number(foreign, 'thought')} of another model, without their signatures")
    if shown and not taker.images:
        told.append(f"{_number(len(shown), 'image')} as a note, since it sees none")
    if renamed:
        told.append(f"{_number(renamed, 'call')} under another id")
    return tuple(told)


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
