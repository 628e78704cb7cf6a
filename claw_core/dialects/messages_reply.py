"""The events of a streamed answer of the Messages API, put together.

Blocks come one after the other, thoughts, words and calls in any order, and are kept in theirs. Pure: any recorded
stream can be read again.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, cast

from claw_core.dialects.chat_calls import made_call
from claw_core.dialects.reply import StreamedReply
from claw_core.dialects.untrusted import Fields, Words, count, fields, objects, string
from claw_core.error import EmptyReply
from claw_core.event import CallDelta, TextDelta, ThoughtDelta
from claw_core.message import Citation, JsonObject, Message, Part, Refusal, StopReason, Text, Thought, Usage
from claw_core.provider import Delta, encode

STOPS: Mapping[str, StopReason] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "tool_use": "calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}
Kind = Literal["text", "thinking", "redacted_thinking", "tool_use"]
KINDS: tuple[Kind, ...] = ("text", "thinking", "redacted_thinking", "tool_use")
"""The blocks that are parts of ours; those of the vendor's own tools are not asked for."""


class Block:
    """One block as far as it has come."""

    def __init__(self, kind: Kind, block: Fields) -> None:
        self.kind: Kind = kind
        self.id, self.name = string(block.get("id")), string(block.get("name"))
        self.words = Words()
        self.signature = string(block.get("signature")) or string(block.get("data"))
        self.citations: list[Citation] = []
        self.input = block.get("input")
        """The arguments, where they came with the block's beginning."""

    def part(self, origin: str) -> Part | None:
        """The part that it is; None where it holds nothing."""
        text = self.words.whole
        match self.kind:
            case "text":
                return Text(text=text, citations=tuple(self.citations)) if text else None
            case "thinking":
                signed = Thought(text=text, signature=self.signature or None, by=origin)
                return signed if text or self.signature else None
            case "redacted_thinking":
                return Thought(text="", signature=self.signature, by=origin, redacted=True)
            case "tool_use":
                return made_call(self.id, self.name, text or _written(self.input)) if self.name else None


class MessagesReply(StreamedReply):
    """An answer as far as it has come."""

    def __init__(self, origin: str = "") -> None:
        """`origin`: `provider/model` of who answers."""
        super().__init__(origin)
        self._usage: dict[str, object] = {}
        self._blocks: list[Block] = []
        self._at: dict[object, Block] = {}

    def take(self, chunk: Fields) -> Iterator[Delta]:
        """Add an event; what is new in it."""
        match chunk.get("type"):
            case "message_start":
                message = fields(chunk.get("message"))
                self.model = string(message.get("model")) or self.model
                self.id = string(message.get("id")) or self.id
                self._count(message)
            case "content_block_start":
                yield from self._begin(chunk.get("index"), fields(chunk.get("content_block")))
            case "content_block_delta":
                if (block := self._at.get(chunk.get("index"))) is not None:
                    yield from self._delta(block, fields(chunk.get("delta")))
            case "content_block_stop":
                self._at.pop(chunk.get("index"), None)
            case "message_delta":
                self.finish = string(fields(chunk.get("delta")).get("stop_reason")) or self.finish
                self._count(chunk)
            case "error":
                self.fail(chunk.get("error"))
            case _:
                pass

    def take_whole(self, answer: Fields) -> Iterator[Delta]:
        """Add an answer that came in one piece."""
        if answer.get("type") == "error":
            self.fail(answer.get("error"))
            return
        yield from self.take({"type": "message_start", "message": answer})
        for index, block in enumerate(objects(answer.get("content"))):
            yield from self._begin(index, block)
        self.finish = string(answer.get("stop_reason"))

    def _begin(self, index: object, block: Fields) -> Iterator[Delta]:
        self._at.pop(index, None)
        kind: Kind | None = next((each for each in KINDS if block.get("type") == each), None)
        if kind is None:
            return
        begun = self._at[index] = Block(kind, block)
        self._blocks.append(begun)
        for citation in objects(block.get("citations")):
            begun.citations.append(_citation(citation))
        if kind == "tool_use":
            yield CallDelta(id=begun.id, name=begun.name, fragment="")
        elif kind != "redacted_thinking":
            yield from self._words(begun, string(block.get("text")) or string(block.get("thinking")))

    def _delta(self, block: Block, delta: Fields) -> Iterator[Delta]:
        match delta.get("type"):
            case "text_delta":
                yield from self._words(block, string(delta.get("text")))
            case "thinking_delta":
                yield from self._words(block, string(delta.get("thinking")))
            case "input_json_delta":
                if fragment := block.words.take(string(delta.get("partial_json"))):
                    yield CallDelta(id=block.id, name=block.name, fragment=fragment)
            case "signature_delta":
                block.signature += string(delta.get("signature"))
            case "citations_delta":
                block.citations.append(_citation(fields(delta.get("citation"))))
            case _:
                pass

    @staticmethod
    def _words(block: Block, piece: str) -> Iterator[Delta]:
        if words := block.words.take(piece):
            yield TextDelta(text=words) if block.kind == "text" else ThoughtDelta(text=words)

    def _count(self, holder: Fields) -> None:
        """What is said later holds, number by number."""
        self._usage |= {name: value for name, value in fields(holder.get("usage")).items() if value is not None}

    def settled(self) -> tuple[Message, StopReason, Usage]:
        """What came, why it ended and what it took. Raises EmptyReply where there is nothing in it to go on from."""
        parts = [part for block in self._blocks if (part := block.part(self.origin)) is not None]
        message = Message(role="assistant", parts=tuple(parts))
        stop = STOPS.get(self.finish, "other")
        if stop in {"end", "calls"}:
            stop = "calls" if message.calls else "end"
        if stop == "refusal" and not message.text.strip():
            refusal = Refusal(text="The provider's safety rules stopped the answer.")
            message = Message(role="assistant", parts=(*parts, refusal))
        elif stop != "length" and not (message.calls or message.text.strip()):
            raise EmptyReply("The model's answer is empty.", "Ask again, or try another model.")
        return message, stop, read_usage(self._usage)


def read_usage(usage: Fields) -> Usage:
    """The tokens that a `usage` object tells of; what the cache had or was given counts beside the rest."""
    cached, written = count(usage.get("cache_read_input_tokens")), count(usage.get("cache_creation_input_tokens"))
    return Usage(
        input=count(usage.get("input_tokens")) + cached + written,
        output=count(usage.get("output_tokens")),
        cached=cached,
        cache_write=written,
        reasoning=count(fields(usage.get("output_tokens_details")).get("thinking_tokens")),
    )


def _citation(told: Fields) -> Citation:
    title = string(told.get("document_title")) or string(told.get("title"))
    source = string(told.get("url")) or string(told.get("source")) or title
    return Citation(source=source, title=title, quote=string(told.get("cited_text")))


def _written(input: object) -> str:
    """Arguments that came at once, as JSON; nothing for none."""
    return encode(cast("JsonObject", input)).decode() if isinstance(input, dict) and input else ""
