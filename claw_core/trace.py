"""The trace as steps: what an agent did, a line each, for programs and for people who read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from claw_core.ask import Allow, Deny
from claw_core.event import (
    AskAnswered,
    CallFinished,
    CallStarted,
    ContextCompacted,
    ContextRestored,
    FileChanged,
    ModelReplied,
    ModelRetried,
    ModelSwitched,
    NoticeRaised,
    PromptSubmitted,
    Record,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened."""

    type: str
    """`prompt`, `model`, `retry`, `context`, `permission`, `tool`, `file`, `notice`, `error` or `turn`."""
    description: str
    """What happened, in a line."""
    record: Record
    """All that is known of it."""


def steps(records: Iterable[Record]) -> tuple[Step, ...]:
    """The steps that records tell of, in order."""
    calls: dict[str, str] = {}
    found: list[Step] = []
    for record in records:
        if isinstance(record.event, CallStarted):
            calls[record.event.id] = f"{record.event.name} {_line(record.event.target)}".strip()
        if told := _told(record, calls):
            found.append(Step(type=told[0], description=told[1], record=record))
    return tuple(found)


def _told(record: Record, calls: dict[str, str]) -> tuple[str, str] | None:
    match record.event:
        case PromptSubmitted(text=text):
            return "prompt", _line(text)
        case ModelReplied() as reply:
            return "model", _reply(reply)
        case ModelRetried(error=error, wait=wait):
            return "retry", f"{error}, again in {wait:.1f}s"
        case ContextCompacted(told=told, before=before, after=after):
            return "context", f"compacted, {before:,} → {after:,} tokens: {_line(told)}"
        case ContextRestored(seq=seq):
            return "context", f"the compaction of record {seq} was undone"
        case ModelSwitched(provider=provider, model=model, reason=reason) if reason:
            return "retry", f"{provider}/{model} goes on: {_line(reason)}"
        case AskAnswered(call=call) as answered:
            return "permission", _answer(answered, calls.get(call, call))
        case CallFinished(id=call) as finished:
            return "tool", _call(finished, calls.get(call, call))
        case FileChanged(path=path, before=before, after=after, added=added, removed=removed):
            verb = "created" if before is None else "removed" if after is None else "changed"
            return "file", f"{verb} {path} +{added} −{removed}"
        case NoticeRaised(level=level, message=message):
            return "notice", f"{level}: {_line(message)}"
        case TurnFailed(error=error, message=message):
            return "error", f"{error}: {_line(message)}"
        case TurnInterrupted(stopped=stopped):
            return "turn", "interrupted" + (f" while: {', '.join(stopped)}" if stopped else "")
        case TurnFinished(stop=stop, elapsed=elapsed):
            return "turn", f"{stop} after {elapsed:.1f}s"
        case _:
            return None


def _reply(reply: ModelReplied) -> str:
    name = reply.model or "model"
    tokens = f"{reply.usage.input} → {reply.usage.output} tokens"
    said = _line(reply.message.text)
    wants = ", ".join(call.name for call in reply.message.calls)
    told = [f"{name}, {tokens}", f"“{said}”" if said else "", f"calls {wants}" if wants else ""]
    return "; ".join(part for part in told if part)


def _answer(answered: AskAnswered, call: str) -> str:
    match answered.answer:
        case Allow():
            verb = "allowed"
        case Deny():
            verb = "denied"
        case _:
            verb = "answered"
    plain = answered.by.name in ("", "free")
    who = answered.by.kind if plain else f"{answered.by.kind} {answered.by.name}"
    return f"{call}: {verb} by {who}" + (f" ({answered.reason})" if answered.reason else "")


def _call(finished: CallFinished, call: str) -> str:
    told = [call, finished.outcome if finished.outcome != "ok" else "", finished.summary, f"{finished.elapsed:.2f}s"]
    return "  ".join(part for part in told if part)


def _line(text: str, most: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
