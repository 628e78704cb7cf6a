"""Scripts: what the scripted model says, turn by turn, written down in Python or in a file.

Tests, the demo and the documentation are driven by them, and `--model scripted/PATH` plays one from a file, in TOML or
with the same words in JSON:

    [[reply]]
    text = "I look for the test first."       # all fields may be left out
    thought = "The name says where it lies."
    pace = 0.02                               # seconds between two pieces
    chunk = 6                                 # characters a piece
    usage = { input = 1200, output = 80, cached = 900 }
    calls = [{ name = "grep", input = { pattern = "def test_" } }]

    [[reply]]
    error = "RateLimited"                     # a ProviderError of error.py, after what was said
    message = "too many requests"
    failures = 2                              # how often, before the reply comes whole; 0 for always
"""

import json
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast

from claw_core import error
from claw_core.error import ConfigError, ProviderError, UsageError
from claw_core.message import JsonObject, StopReason, Usage
from claw_core.provider import ModelRequest

CLOSING = "The script ends here."
"""What is said past a script's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedCall:
    """A call that the scripted model makes."""

    name: str
    input: JsonObject = field(default_factory=dict[str, Any])
    malformed: str = ""
    """Arguments that are no JSON object, as the model is to write them; `input` is then empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedReply:
    """One answer of the scripted model."""

    text: str = ""
    thought: str = ""
    calls: tuple[ScriptedCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
    stop: StopReason | None = None
    """None for what follows from the rest: `calls` where there are calls, else `end`."""
    pace: float = 0.0
    """Seconds between two deltas."""
    chunk: int = 12
    """Characters a delta."""
    error: ProviderError | None = None
    """Raised once everything was said, in place of the whole answer."""
    failures: int = 0
    """How many times the error comes before the answer does; 0 for always."""
    hold: Callable[[], Awaitable[object]] | None = None
    """Awaited before the last delta, so that a program can act in the middle of an answer."""


Script: TypeAlias = Sequence[ScriptedReply] | Callable[[ModelRequest], ScriptedReply]
"""The replies in order, or a function that answers each request."""


def reply_at(replies: Sequence[ScriptedReply], index: int) -> ScriptedReply:
    """The reply to a conversation in which the model has spoken `index` times; a closing word past the end."""
    return replies[index] if index < len(replies) else ScriptedReply(text=CLOSING)


def load_script(path: Path) -> tuple[ScriptedReply, ...]:
    """Read a script from a `.toml` or `.json` file. Raises UsageError where there is none, ConfigError where it does
    not fit, and says at which reply."""
    try:
        raw = path.read_bytes()
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise UsageError(f"The script {path} cannot be read: {reason}.", "Check the path.") from failure
    try:
        text = raw.decode()
        document: object = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as failure:
        raise ConfigError(f"The script {path} is not valid {path.suffix[1:].upper() or 'TOML'}: {failure}") from failure
    return _replies(document, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A reply as it is written in a file."""

    text: str = ""
    thought: str = ""
    calls: tuple[ScriptedCall, ...] = ()
    usage: Usage = field(default_factory=Usage)
    stop: StopReason | None = None
    pace: float = 0.0
    chunk: int = 12
    error: str = ""
    message: str = ""
    retry_after: float | None = None
    failures: int = 0


def _replies(document: object, path: Path) -> tuple[ScriptedReply, ...]:
    from pydantic import TypeAdapter, ValidationError

    fields = cast("Mapping[str, object]", document if isinstance(document, dict) else {})
    if set(fields) != {"reply"}:
        raise ConfigError(f"The script {path} must hold a list named `reply`, and nothing else.")
    try:
        entries = TypeAdapter(tuple[_Entry, ...]).validate_python(fields["reply"])
        _refuse_unknown_fields(cast("Sequence[Mapping[str, object]]", fields["reply"]))
        return tuple(map(_reply, entries))
    except ValidationError as failure:
        lines = [f"- reply {'.'.join(str(step) for step in e['loc'])}: {e['msg']}" for e in failure.errors()]
        raise ConfigError(f"The script {path} does not fit:\n" + "\n".join(lines)) from failure
    except ValueError as failure:
        raise ConfigError(f"The script {path} does not fit: {failure}.") from failure


def _refuse_unknown_fields(entries: Sequence[Mapping[str, object]]) -> None:
    for index, entry in enumerate(entries):
        if unknown := set(entry) - set(_Entry.__slots__):
            raise ValueError(f"reply {index} has no field `{'`, `'.join(sorted(unknown))}`")


def _reply(entry: _Entry) -> ScriptedReply:
    if entry.chunk < 1 or entry.pace < 0:
        raise ValueError("`chunk` is at least 1 and `pace` at least 0")
    return ScriptedReply(
        text=entry.text,
        thought=entry.thought,
        calls=entry.calls,
        usage=entry.usage,
        stop=entry.stop,
        pace=entry.pace,
        chunk=entry.chunk,
        error=_error(entry) if entry.error else None,
        failures=entry.failures,
    )


def _error(entry: _Entry) -> ProviderError:
    kind = getattr(error, entry.error, None)
    if not (isinstance(kind, type) and issubclass(kind, ProviderError)):
        raise ValueError(f"`{entry.error}` is no ProviderError")
    return kind(entry.message or f"scripted {entry.error}", retry_after=entry.retry_after)
