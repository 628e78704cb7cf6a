"""The detail of one span of the trace, as texts: what was sent, what changed, what came, how long, who allowed it."""

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from claw_core.event import (
    AskAnswered,
    CallFinished,
    CallStarted,
    ModelCalled,
    ModelReplied,
    ModelRetried,
    Record,
    ShellFinished,
    record_adapter,
)
from claw_core.message import Call, Refusal, Text, Thought
from claw_tui.amount import count, dollars, seconds
from claw_tui.painter import source
from claw_tui.views.trace import Span, TraceView

RequestBytes = Callable[[Record], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One page of a detail."""

    name: str
    text: Callable[[], str]
    """Its text. May read files: call it off the event loop."""
    language: str = ""
    path: str = ""
    """A file's name, which tells the language where that is not said."""
    exact: Callable[[], str] | None = None
    """What a copy is, where that differs from what is shown."""


def tabs(span: Span, view: TraceView, request_bytes: RequestBytes, now: datetime) -> list[Tab]:
    """The pages that this span has."""
    record = Tab(name="record", text=lambda: raw(span), language="json")
    timing = Tab(name="timing", text=lambda: timing_text(span, view, now))
    match span.kind:
        case "model":
            previous = view.request_before(span)
            exact = partial(exact_request, span, request_bytes)
            pages = [Tab(name="request", text=lambda: request_text(span, request_bytes), language="json", exact=exact)]
            if previous is not None:
                changed = Tab(name="changed", text=lambda: changed_text(previous, span, request_bytes), language="diff")
                pages.append(changed)
            return [*pages, Tab(name="response", text=lambda: response_text(span), language="markdown"), timing, record]
        case "shell":
            return [Tab(name="output", text=lambda: result_text(span)), timing, record]
        case "call" | "wait" | "run":
            call = view.spans[span.parent] if span.kind != "call" else span
            return [
                Tab(name="input", text=lambda: input_text(call), language="json"),
                Tab(name="result", text=lambda: result_text(call)),
                Tab(name="decision", text=lambda: decision_text(call)),
                timing,
                record,
            ]
        case _:
            return [timing, record]


def request_text(span: Span, request_bytes: RequestBytes) -> str:
    """The body as it was sent, laid out to be read; nothing added, nothing left out."""
    body = _body(span, request_bytes)
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body.decode(errors="replace")


def exact_request(span: Span, request_bytes: RequestBytes) -> str:
    """The body byte for byte, for copying."""
    return _body(span, request_bytes).decode(errors="replace")


def _body(span: Span, request_bytes: RequestBytes) -> bytes:
    try:
        return request_bytes(span.records[0])
    except LookupError as error:
        return f"The request is not kept: {error}".encode()


def changed_text(before: Span, after: Span, request_bytes: RequestBytes) -> str:
    """What differs from the previous request, and where the prefix that a cache may reuse ends."""
    old_body, new_body = _body(before, request_bytes), _body(after, request_bytes)
    shared = _shared(old_body, new_body)
    share = shared / len(new_body) if new_body else 0.0
    head = f"The first {shared:,} of {len(new_body):,} bytes ({share:.0%}) are those of the previous request."
    for record in after.records:
        if isinstance(record.event, ModelReplied):
            usage = record.event.usage
            head += f"\nThe provider read {count(usage.cached)} of {count(usage.input)} tokens from its cache."
    old, new = request_text(before, request_bytes), request_text(after, request_bytes)
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "previous", "this", lineterm="", n=2)
    return f"{head}\n\n" + "\n".join(_marked(list(lines), shared))


PREFIX = "┄┄ up to here both are the same, {:,} bytes: this is what a cache may reuse ┄┄"


def _marked(lines: list[str], shared: int) -> list[str]:
    """The difference with a mark where the shared beginning ends: before its first line that came or went."""
    at = next((at for at, line in enumerate(lines[2:], 2) if line[:1] in "+-"), len(lines))
    return [*lines[:at], PREFIX.format(shared), *lines[at:]]


def _shared(old: bytes, new: bytes) -> int:
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[:middle] == new[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def response_text(span: Span) -> str:
    """What the model said, part by part."""
    parts: list[str] = []
    for record in span.records:
        if not isinstance(record.event, ModelReplied):
            continue
        for part in record.event.message.parts:
            match part:
                case Text(text=text) | Refusal(text=text):
                    parts.append(text)
                case Thought(text=text):
                    parts.append("\n".join(f"> {line}" for line in text.split("\n")))
                case Call(name=name, input=arguments, malformed=malformed):
                    shown = malformed or json.dumps(arguments, indent=2, ensure_ascii=False)
                    parts.append(f"`{name}`\n```json\n{shown}\n```")
                case _:
                    parts.append(f"({part.kind})")
    return "\n\n".join(parts) or "There is no answer yet."


def input_text(span: Span) -> str:
    """The arguments of a call."""
    for record in span.records:
        if isinstance(record.event, CallStarted):
            return json.dumps(record.event.input, indent=2, ensure_ascii=False)
    return "{}"


def result_text(span: Span) -> str:
    """What the model was told, and what people are shown."""
    for record in span.records:
        if isinstance(record.event, CallFinished | ShellFinished):
            event = record.event
            told = "\n".join(part.text if isinstance(part, Text) else f"({part.media_type})" for part in event.parts)
            shown = "\n".join(source(block) for block in event.blocks)
            if shown and shown.strip() != told.strip():
                return f"The model was told:\n\n{told}\n\nYou are shown:\n\n{shown}"
            return told or "(nothing)"
    return "The call has not ended yet."


def decision_text(span: Span) -> str:
    """Who allowed it, and why."""
    lines: list[str] = []
    for record in span.records:
        if isinstance(record.event, AskAnswered):
            event = record.event
            who = f"{event.by.kind} {event.by.name}".strip()
            lines.append(f"{event.answer.kind} by {who}")
            if event.reason:
                lines.append(event.reason)
            answer = json.dumps(_plain(event.answer), indent=2, ensure_ascii=False)
            lines += ["", answer]
    return "\n".join(lines) or "Nothing had to be decided, or it is not decided yet."


def _plain(value: object) -> object:
    from pydantic import TypeAdapter

    return TypeAdapter[object](type(value)).dump_python(value, mode="json")


def timing_text(span: Span, view: TraceView, now: datetime) -> str:
    """Times, tokens, money."""
    rows = [("began", f"{span.began.astimezone():%Y-%m-%d %H:%M:%S}"), ("took", seconds(span.elapsed(now)))]
    if span.first_token is not None:
        rows.append(("first token after", seconds(span.first_token)))
        writing = span.elapsed(now) - span.first_token
        if span.tokens_out and writing > 0:
            rows.append(("tokens per second", f"{span.tokens_out / writing:.0f}"))
    if span.tokens_in or span.tokens_out:
        rows += [("tokens read", f"{span.tokens_in:,}"), ("tokens written", f"{span.tokens_out:,}")]
        rows.append(("cost", dollars(span.price)))
    for record in span.records:
        if isinstance(record.event, ModelReplied):
            usage = record.event.usage
            rows += [("from the cache", f"{usage.cached:,} tokens"), ("thoughts", f"{usage.reasoning:,} tokens")]
            rows.append(("ended because", record.event.stop))
        if isinstance(record.event, ModelCalled):
            rows += [("sent to", record.event.url), ("bytes sent", f"{record.event.size:,}")]
        if isinstance(record.event, CallFinished | ShellFinished):
            rows.append(("ran for", seconds(record.event.elapsed)))
    for index in span.children:
        child = view.spans[index]
        if isinstance(tried := child.records[0].event, ModelRetried):
            why = f"{tried.error}: {tried.message}; waited {seconds(tried.wait)}"
            rows.append((f"attempt {tried.attempt} failed", f"{seconds(_after(span, child))}  {why}"))
            continue
        words = " ".join(part for part in (child.target, child.note) if part)
        rows.append((child.name, f"{seconds(child.elapsed(now))}  {words}"))
    widest = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{widest}}  {value}" for name, value in rows)


def _after(span: Span, child: Span) -> float:
    """Seconds from the beginning of one to that of the other."""
    return max(0.0, (child.began - span.began).total_seconds())


def raw(span: Span) -> str:
    """The records it was made from, as they are kept."""
    adapter = record_adapter()
    return "\n".join(adapter.dump_json(record, indent=2).decode() for record in span.records)
