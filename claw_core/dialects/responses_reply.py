"""The events of a streamed answer of the Responses API, put together.

Every item comes three times: in fragments, whole when it is done, and once more when all is done. Fragments are shown
as they come; what is whole counts, and what a server never sent in fragments is shown then. Pure: any recorded stream
can be read again.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from claw_core.dialects.chat_calls import made_call
from claw_core.dialects.reply import StreamedReply
from claw_core.dialects.untrusted import Fields, Words, count, fields, objects, string
from claw_core.error import EmptyReply
from claw_core.event import CallDelta, TextDelta, ThoughtDelta
from claw_core.message import Citation, Message, Part, Refusal, StopReason, Text, Thought, Usage
from claw_core.provider import Delta

Kind = Literal["message", "reasoning", "function_call"]
KINDS: tuple[Kind, ...] = ("message", "reasoning", "function_call")
"""The items that are parts of ours; those of the vendor's own tools are not asked for."""
INCOMPLETE: Mapping[str, StopReason] = {"max_output_tokens": "length", "content_filter": "refusal"}
BETWEEN = "\n\n"
"""Between two parts of what was thought."""


class Item:
    """One item as far as it has come."""

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind
        self.id = self.call = self.name = self.phase = self.encrypted = ""
        self.words, self.refusal = Words(), Words()
        self.citations: tuple[Citation, ...] = ()
        self.whole: str | None = None
        """The arguments or words, once the server has said them in one piece."""

    def learn(self, item: Fields) -> None:
        """Take over what the server says of the item as a whole."""
        self.id = string(item.get("id")) or self.id
        self.call = string(item.get("call_id")) or self.call
        self.name = string(item.get("name")) or self.name
        self.phase = string(item.get("phase")) or self.phase
        self.encrypted = string(item.get("encrypted_content")) or self.encrypted
        noted = [note for part in objects(item.get("content")) for note in objects(part.get("annotations"))]
        self.citations = tuple(map(_citation, noted)) or self.citations

    def parts(self, origin: str, number: int) -> Iterator[Part]:
        """The parts that it is; none where it holds nothing."""
        text = self.words.whole if self.whole is None else self.whole
        match self.kind:
            case "message":
                if text:
                    yield Text(text=text, phase=self.phase, citations=self.citations)
                if self.refusal.whole:
                    yield Refusal(text=self.refusal.whole)
            case "reasoning":
                if text or self.encrypted:
                    yield Thought(text=text, signature=self.encrypted or None, by=origin, id=self.id)
            case "function_call":
                if self.name:
                    yield made_call(self.call or self.id or f"call_{number}", self.name, text)


class ResponsesReply(StreamedReply):
    """An answer as far as it has come."""

    def __init__(self, origin: str = "") -> None:
        """`origin`: `provider/model` of who answers."""
        super().__init__(origin)
        self._why = ""
        self._usage = Usage()
        self._items: dict[object, Item] = {}

    def take(self, chunk: Fields) -> Iterator[Delta]:
        """Add an event; what is new in it."""
        kind = string(chunk.get("type")).removeprefix("response.")
        if error := chunk.get("error"):
            self.fail(error)
        elif "response" in chunk:
            yield from self._response(kind, fields(chunk["response"]))
        elif kind == "error":
            self.failed = chunk
        elif kind == "output_item.added":
            yield from self._learn(_place(chunk), fields(chunk.get("item")), done=False)
        elif kind == "output_item.done":
            yield from self._learn(_place(chunk), fields(chunk.get("item")), done=True)
        elif (item := self._items.get(_place(chunk))) is not None:
            yield from self._fragment(item, kind, chunk)

    def take_whole(self, answer: Fields) -> Iterator[Delta]:
        """Add an answer that came in one piece."""
        if answer.get("object") == "response":
            yield from self._response(string(answer.get("status")), answer)
        elif error := fields(answer.get("error")):
            self.failed = error

    def _response(self, kind: str, response: Fields) -> Iterator[Delta]:
        """What is said of the answer as a whole; at its end, all its items."""
        self.model = string(response.get("model")) or self.model
        self.id = string(response.get("id")) or self.id
        if usage := fields(response.get("usage")):
            self._usage = read_usage(usage)
        if kind == "failed" or response.get("status") == "failed":
            self.failed = fields(response.get("error")) or {"message": "The answer failed."}
        elif kind in {"completed", "incomplete", "cancelled"}:
            for place, item in enumerate(objects(response.get("output"))):
                yield from self._learn(place, item, done=True)
            self.finish = kind
            self._why = string(fields(response.get("incomplete_details")).get("reason"))

    def _learn(self, place: object, told: Fields, *, done: bool) -> Iterator[Delta]:
        kind: Kind | None = next((each for each in KINDS if told.get("type") == each), None)
        if kind is None:
            return
        item = self._items.setdefault(place, Item(kind))
        begun = not item.name
        item.learn(told)
        if kind == "function_call" and begun and item.name:
            yield CallDelta(id=item.call, name=item.name, fragment="")
        if done:
            yield from self._settle(item, told)

    def _settle(self, item: Item, told: Fields) -> Iterator[Delta]:
        """Show what of a whole item was not shown in fragments."""
        contents = objects(told.get("content"))
        match item.kind:
            case "message":
                yield from self._rest(item, "".join(string(part.get("text")) for part in contents))
                refusal = "".join(string(part.get("refusal")) for part in contents)
                if words := item.refusal.take(refusal.removeprefix(item.refusal.whole)):
                    yield TextDelta(text=words)
            case "reasoning":
                pieces = [string(part.get("text")) for part in objects(told.get("summary"))] or [
                    string(part.get("text")) for part in contents
                ]
                yield from self._rest(item, BETWEEN.join(filter(None, pieces)))
            case "function_call":
                yield from self._rest(item, string(told.get("arguments")))

    def _rest(self, item: Item, whole: str) -> Iterator[Delta]:
        shown = item.words.whole
        if whole.startswith(shown):
            yield from self._words(item, whole[len(shown) :])
        elif whole and item.kind == "function_call":
            item.whole = whole

    def _fragment(self, item: Item, kind: str, chunk: Fields) -> Iterator[Delta]:
        delta = string(chunk.get("delta"))
        match kind:
            case "output_text.delta" | "function_call_arguments.delta":
                yield from self._words(item, delta)
            case "reasoning_summary_text.delta" | "reasoning_text.delta":
                yield from self._words(item, delta)
            case "reasoning_summary_part.added" | "reasoning_summary_part.begin" if item.words.whole:
                yield from self._words(item, BETWEEN)
            case "refusal.delta":
                if words := item.refusal.take(delta):
                    yield TextDelta(text=words)
            case _:
                pass

    @staticmethod
    def _words(item: Item, piece: str) -> Iterator[Delta]:
        if not (words := item.words.take(piece)):
            return
        match item.kind:
            case "message":
                yield TextDelta(text=words)
            case "reasoning":
                yield ThoughtDelta(text=words)
            case "function_call":
                yield CallDelta(id=item.call, name=item.name, fragment=words)

    def settled(self) -> tuple[Message, StopReason, Usage]:
        """What came, why it ended and what it took. Raises EmptyReply where there is nothing in it to go on from."""
        items = enumerate(self._items.values(), 1)
        parts = [part for number, item in items for part in item.parts(self.origin, number)]
        message = Message(role="assistant", parts=tuple(parts))
        refused = any(isinstance(part, Refusal) for part in parts)
        stop = INCOMPLETE.get(self._why, "other") if self.finish != "completed" else "calls" if message.calls else "end"
        stop = "refusal" if refused else stop
        if stop == "refusal" and not (refused or message.text.strip()):
            refusal = Refusal(text="The provider's content filter stopped the answer.")
            message = Message(role="assistant", parts=(*parts, refusal))
        elif stop != "length" and not (message.calls or message.text.strip() or refused):
            raise EmptyReply("The model's answer is empty.", "Ask again, or try another model.")
        return message, stop, self._usage


def _place(chunk: Fields) -> object:
    """Which item an event is about."""
    place = chunk.get("output_index")
    return place if isinstance(place, int) else string(chunk.get("item_id"))


def _citation(note: Fields) -> Citation:
    source = string(note.get("url")) or string(note.get("filename")) or string(note.get("file_id"))
    return Citation(source=source, title=string(note.get("title")))


def read_usage(usage: Fields) -> Usage:
    """The tokens that a `usage` object tells of."""
    read, written = fields(usage.get("input_tokens_details")), fields(usage.get("output_tokens_details"))
    return Usage(
        input=count(usage.get("input_tokens")),
        output=count(usage.get("output_tokens")),
        cached=count(read.get("cached_tokens")),
        cache_write=count(read.get("cache_write_tokens")),
        reasoning=count(written.get("reasoning_tokens")),
    )
