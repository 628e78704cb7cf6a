"""A reply while it is written: deltas become items, and the whole reply settles them.

Words stream in as pieces of Markdown. When the whole message comes it is compared with what streamed; where they are
the same nothing is made anew, so nothing flickers, and a log without deltas gives the same items.
"""

from collections.abc import Callable

from claw_core.event import CallDelta, ModelReplied
from claw_core.message import Call, Message, Refusal, Text, Thought
from claw_tui.code_parts import AHEAD
from claw_tui.item import AnswerItem, AnyItem, CallItem, NoticeItem, Stamp, ThoughtItem
from claw_tui.markdown import Piece, Splitter, split


class Reply:
    """What one answer of a model has become so far, at the end of `items`."""

    def __init__(self, items: list[AnyItem], stamp: Callable[[], Stamp]) -> None:
        self._items = items
        self._stamp = stamp
        self.start = len(items)
        """The index of its first item."""
        self._splitter: Splitter | None = None
        self._message = 0
        self._shown = 0
        """Pieces that have their item."""
        self._tail: AnswerItem | None = None
        self._thought: ThoughtItem | None = None
        self._said: list[str] = []
        self._mused: list[str] = []

    def words(self, text: str) -> None:
        """More of the answer."""
        self._close_thought()
        self._said.append(text)
        if self._splitter is None:
            self._splitter, self._message, self._shown = Splitter(), 0, 0
        self._splitter.feed(text)
        self._show(self._splitter)

    def muse(self, text: str) -> None:
        """More of a thought."""
        self._close_words()
        self._mused.append(text)
        if self._thought is None:
            self._thought = ThoughtItem(stamp=self._stamp(), text="", open=True)
            self._items.append(self._thought)
        self._thought.text += text
        self._thought.version += 1

    def call(self, delta: CallDelta, known: CallItem | None) -> CallItem:
        """More of a call's arguments."""
        self.close()
        if known is None:
            known = CallItem(stamp=self._stamp(), call=delta.id, name=delta.name)
            self._items.append(known)
        known.name = delta.name or known.name
        known.written += len(delta.fragment)
        known.version += 1
        return known

    def close(self) -> None:
        """No more words for now: what was open is settled."""
        self._close_words()
        self._close_thought()

    def drop(self) -> list[AnyItem]:
        """Take back what was shown; the items that went."""
        gone = self._items[self.start :]
        del self._items[self.start :]
        return gone

    def settle(self, replied: ModelReplied) -> list[AnyItem]:
        """The whole reply is there. The items that went because it differs from what streamed."""
        self.close()
        message = replied.message
        thoughts = "".join(part.text for part in message.parts if isinstance(part, Thought))
        same = "".join(self._said) == message.text and "".join(self._mused) == thoughts
        if same and (self._said or self._mused or not (message.text or thoughts)):
            self._refusals(message)
            return []
        gone = self.drop()
        kept = {item.call: item for item in gone if isinstance(item, CallItem)}
        for part in message.parts:
            match part:
                case Text(text=text) if text.strip():
                    add_pieces(self._items, self._stamp, text)
                case Thought(text=text) if text.strip():
                    self._items.append(ThoughtItem(stamp=self._stamp(), text=text))
                case Call(id=call) if call in kept:
                    self._items.append(kept.pop(call))
                case _:
                    pass
        self._refusals(message)
        return list(kept.values())

    def _refusals(self, message: Message) -> None:
        for part in message.parts:
            if isinstance(part, Refusal):
                self._items.append(NoticeItem(stamp=self._stamp(), level="warning", message=part.text))

    def _show(self, splitter: Splitter) -> None:
        for piece in splitter.pieces[self._shown :]:
            self._put(piece)
            self._recolour(piece)
            self._tail = None
            self._shown += 1
        tail = splitter.tail
        if tail is not None:
            self._put(tail)
        elif self._tail is not None:
            self._items.remove(self._tail)
            self._tail = None

    def _recolour(self, piece: Piece) -> None:
        """More code may change the colours of the parts just before it."""
        for item in self._items[-AHEAD - 1 : -1]:
            if isinstance(item, AnswerItem) and piece.code is not None and item.piece.code is piece.code:
                item.version += 1

    def _put(self, piece: Piece) -> None:
        """Into the item that is open, or a new one."""
        if self._tail is not None:
            self._tail.piece = piece
            self._tail.version += 1
            return
        stamp = self._stamp()
        self._message = self._message or stamp.id
        self._tail = AnswerItem(stamp=stamp, message=self._message, piece=piece)
        self._items.append(self._tail)

    def _close_words(self) -> None:
        if self._splitter is not None:
            self._splitter.finish()
            self._show(self._splitter)
            self._splitter = None
            self._tail = None

    def _close_thought(self) -> None:
        if self._thought is not None:
            self._thought.open = False
            self._thought.version += 1
            self._thought = None


def add_pieces(items: list[AnyItem], stamp: Callable[[], Stamp], text: str) -> None:
    """A whole Markdown text as items."""
    message = 0
    for piece in split(text):
        at = stamp()
        message = message or at.id
        items.append(AnswerItem(stamp=at, message=message, piece=piece))


def join_pieces(pieces: list[Piece]) -> str:
    """The source that was cut into these pieces, but for spare blank lines."""
    parts: list[str] = []
    for number, piece in enumerate(pieces):
        if number:
            parts.append("" if piece.glued else "\n\n" if piece.gap else "\n")
        if piece.kind == "fence":
            opening = f"```{piece.language}\n" if piece.starts else ""
            parts.append(opening + piece.source + ("\n```" if piece.ends else ""))
        else:
            parts.append(piece.source)
    return "".join(parts)


def whole_block(pieces: list[Piece], at: int) -> str:
    """The source of the block that the piece at `at` belongs to; of code, without its fence."""
    first, last = at, at
    while first > 0 and not pieces[first].starts:
        first -= 1
    while last < len(pieces) - 1 and not pieces[last].ends:
        last += 1
    block = pieces[first : last + 1]
    return "".join(
        piece.source + ("" if number == len(block) - 1 or block[number + 1].glued else "\n")
        for number, piece in enumerate(block)
    )
