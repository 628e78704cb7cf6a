"""The chunks of a streamed Chat Completions answer, put together.

Dozens of servers speak this API, each a little differently: nothing in a chunk is trusted to be there, or to be of the
type the documentation gives. Pure, so that any recorded stream can be read again.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from claw_core.dialects.chat_calls import Calls
from claw_core.dialects.chat_details import Details
from claw_core.dialects.reply import StreamedReply
from claw_core.dialects.text_calls import TextCall, TextCalls
from claw_core.dialects.untrusted import Fields, Words, count, fields, objects, string
from claw_core.error import EmptyReply
from claw_core.event import TextDelta, ThoughtDelta
from claw_core.message import Citation, Message, Part, Refusal, StopReason, Text, Thought, Usage
from claw_core.provider import Delta

STOPS: Mapping[str, StopReason] = {
    "stop": "end",
    "eos": "end",
    "end_turn": "end",
    "tool_calls": "calls",
    "tool_use": "calls",
    "function_call": "calls",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "content_filter": "refusal",
    "refusal": "refusal",
}

CACHED = ("prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens")
"""Where DeepSeek, Moonshot and Mistral say how much was read from the cache."""


class ChatReply(StreamedReply):
    """An answer as far as it has come."""

    def __init__(self, origin: str = "", tools: frozenset[str] = frozenset()) -> None:
        """`origin`: `provider/model` of who answers; `tools`: the names of those that were offered."""
        super().__init__(origin)
        self._in_text = TextCalls(tools)
        self.usage = Usage()
        self._text = Words()
        self._thought = Words()
        self._details = Details()
        self._citations: dict[str, Citation] = {}
        self._refusal = Words()
        self._calls = Calls()

    def take(self, chunk: Fields) -> Iterator[Delta]:
        """Add a chunk; what is new in it."""
        if error := chunk.get("error"):
            self.fail(error)
            return
        self.model = string(chunk.get("model")) or self.model
        self.id = string(chunk.get("id")) or self.id
        self._count(chunk)
        if cited := chunk.get("citations"):
            self._cite(cited)
        for choice in objects(chunk.get("choices")):
            if choice.get("index") not in {None, 0}:
                continue
            self._count(choice)
            yield from self._delta(fields(choice.get("delta")))
            if finish := string(choice.get("finish_reason")):
                self.finish = finish
                yield from self._sifted(self._in_text.end())

    def take_whole(self, answer: Fields) -> Iterator[Delta]:
        """Add an answer that came in one piece: its message is all there is."""
        choices = [{**choice, "delta": choice.get("message")} for choice in objects(answer.get("choices"))]
        yield from self.take({**answer, "choices": choices})
        if choices:
            self.finish = self.finish or "stop"

    def _delta(self, delta: Fields) -> Iterator[Delta]:
        thought, text = _thought_and_text(delta.get("content"))
        details = self._details.take(objects(told)) if (told := delta.get("reasoning_details")) else ""
        thought += string(delta.get("reasoning_content")) or string(delta.get("reasoning")) or details
        if noted := delta.get("annotations"):
            self._cite(noted)
        if thought and (thought := self._thought.take(thought)):
            yield ThoughtDelta(text=thought)
        if text:
            yield from self._sifted(self._in_text.take(text))
        if (refusal := delta.get("refusal")) and (refusal := self._refusal.take(string(refusal))):
            yield TextDelta(text=refusal)
        calls = objects(delta.get("tool_calls"))
        if not calls and (older := fields(delta.get("function_call"))):
            calls = [{"index": 0, "function": older}]
        if calls:
            yield from self._calls.take(calls)

    def _sifted(self, found: Iterable[str | TextCall]) -> Iterator[Delta]:
        """Words, and the calls that stood among them."""
        for each in found:
            if isinstance(each, str):
                if words := self._text.take(each):
                    yield TextDelta(text=words)
            else:
                yield from self._calls.take_text(each.name, each.arguments)

    def _count(self, holder: Fields) -> None:
        """Usage may come in the last chunk, in every one, or beside the choice; the last word counts."""
        usage = fields(holder.get("usage"))
        if not usage and "x_groq" in holder:
            usage = fields(fields(holder["x_groq"]).get("usage"))
        if usage:
            self.usage = read_usage(usage)

    def _cite(self, told: object) -> None:
        """Citations are addresses beside the answer, or annotations within it."""
        for address in cast("list[object]", told) if isinstance(told, list) else []:
            cited = fields(fields(address).get("url_citation"))
            source = string(address) or string(cited.get("url"))
            if source:
                title, quote = string(cited.get("title")), string(cited.get("content"))
                self._citations[source] = Citation(source=source, title=title, quote=quote)

    def settled(self) -> tuple[Message, StopReason, Usage]:
        """What came, why it ended and what it took. Raises EmptyReply where there is nothing in it to go on from."""
        for _ in self._sifted(self._in_text.end()):
            pass  # of an answer that ended without a reason
        calls, text, refusal = self._calls.whole(self.origin), self._text.whole, self._refusal.whole
        stop = STOPS.get(self.finish, "other") if self.finish else "end"
        if stop in {"end", "calls"}:
            stop = "calls" if calls else "end"
        if refusal:
            stop = "refusal"
        elif stop == "refusal" and not text.strip():
            refusal = "The provider's content filter stopped the answer."
        if not (calls or text.strip() or refusal) and stop != "length":
            raise EmptyReply(*_nothing(thought=bool(self._thought.whole)))
        parts: list[Part] = []
        if self._thought.whole or self._details.signed:
            parts.append(Thought(text=self._thought.whole, signature=self._details.signed, by=self.origin))
        if text:
            parts.append(Text(text=text, citations=tuple(self._citations.values())))
        if refusal:
            parts.append(Refusal(text=refusal))
        return Message(role="assistant", parts=(*parts, *calls)), stop, self.usage


def _nothing(*, thought: bool) -> tuple[str, str]:
    if thought:
        return "The model only thought, and gave no answer.", "Ask again, or try another model."
    return "The model's answer is empty.", "Ask again, or try another model."


def read_usage(usage: Fields) -> Usage:
    """The tokens that a `usage` object tells of, in the words of this API and of those that extend it."""
    prompt, completion = fields(usage.get("prompt_tokens_details")), fields(usage.get("completion_tokens_details"))
    read, written = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
    reasoning = count(completion.get("reasoning_tokens"))
    if reasoning and count(usage.get("total_tokens")) == read + written + reasoning:
        written += reasoning  # xAI counts thoughts beside what was written
    return Usage(
        input=read,
        output=written,
        cached=count(prompt.get("cached_tokens")) or max(count(usage.get(name)) for name in CACHED),
        cache_write=count(prompt.get("cache_write_tokens")) or count(usage.get("cache_creation_input_tokens")),
        reasoning=reasoning,
    )


def _thought_and_text(content: object) -> tuple[str, str]:
    """Content is plain text; or (Mistral's) a list of typed pieces, thoughts among them."""
    if isinstance(content, str):
        return "", content
    thought, text = "", ""
    for piece in objects(content):
        if piece.get("type") == "thinking":
            thinking = piece.get("thinking")
            inner = thinking if isinstance(thinking, str) else "".join(string(p.get("text")) for p in objects(thinking))
            thought += inner
        else:
            text += string(piece.get("text"))
    return thought, text
