"""What a provider is: somebody we talk to, at an address, in a dialect. The providers lie in `providers/`.

A request is made in two steps, so that what was sent is never guessed: `body` turns our messages into the exact body,
which is recorded, and `stream` sends that body and yields the answer in our own events.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from claw_core.characters import whole_characters
from claw_core.event import CallDelta, ModelProgressed, ModelReplied, TextDelta, ThoughtDelta
from claw_core.message import Json, JsonObject, Message

Delta = TextDelta | ThoughtDelta | CallDelta
"""What is new in an answer."""

Streamed = ModelProgressed | Delta | ModelReplied
"""What an answer is made of, as it comes, and what is done before it can; `ModelReplied` is the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """What a model is told of a tool."""

    name: str
    description: str
    schema: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """What we want a model to go on from."""

    model: str
    system: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    max_output: int | None = None
    """Tokens; None for the provider's own limit."""
    effort: str | None = None
    """How hard to think: a level such as `low`, or tokens as digits; a dialect says it in its own words."""
    images: bool = True
    """Whether the model sees pictures; where it does not, a note stands in their place."""


def encode(value: Json) -> bytes:
    """The one way JSON is written to a provider: compact, UTF-8, keys in the order given."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return whole_characters(text).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request body: plain fields first, then the lists whose elements repeat from one request to the next."""

    parameters: JsonObject
    lists: Mapping[str, Sequence[JsonObject]]

    def encode(self) -> bytes:
        """The bytes that go over the wire."""
        return encode({**self.parameters, **self.lists})


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How requests travel, as the settings say; what is not said is the provider's own."""

    proxy: str | None = None
    """The address of a proxy; without one, what HTTP_PROXY and the like say, but not for this machine's addresses."""
    ca_file: Path | None = None
    """Certificates of authorities to trust beside those of the system, in PEM."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Sent with every request. They may hold secrets: never shown."""
    connect: float | None = None
    """Seconds to wait for a connection."""
    stall: float | None = None
    """Seconds of silence after which an answer is given up."""


class Provider(Protocol):
    """Somebody we talk to."""

    @property
    def name(self) -> str:
        """`openai`, `ollama` ..."""
        ...

    @property
    def dialect(self) -> str:
        """`chat_completions` ..."""
        ...

    @property
    def url(self) -> str:
        """Where requests go, without a key in it."""
        ...

    def through(self, network: Network) -> None:
        """Send requests this way. Called before the first one. Raises UsageError where that way cannot be gone."""
        ...

    def body(self, request: ModelRequest) -> Body:
        """The exact body for a request."""
        ...

    def stream(self, body: Body) -> AsyncIterator[Streamed]:
        """Send the body once and yield the answer. Raises ProviderError; never retries by itself.

        Cancelling closes the connection.
        """
        ...

    async def models(self) -> tuple[str, ...]:
        """The names of the models it offers now. Raises ProviderError."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
