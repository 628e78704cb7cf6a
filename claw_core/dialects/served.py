"""A provider that is reached over HTTP: sends a body, puts the streamed answer together, and tells how it went wrong.

What differs from one API to another is in the dialects, which fill in three things: how a request becomes a body, how
the pieces of an answer are put together, and where the key goes.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from claw_core.dialects.chat_body import Quirks
from claw_core.dialects.failure import Failures
from claw_core.dialects.reply import StreamedReply
from claw_core.dialects.untrusted import fields
from claw_core.dialects.way import checked
from claw_core.error import ProviderError, StreamBroken, UnknownModel, UsageError
from claw_core.provider import Body, ModelRequest, Network, Streamed

if TYPE_CHECKING:
    from claw_core.dialects.http_wire import Exchange, HttpWire

CONNECT = 10.0
"""Seconds to wait for a connection."""
STALL = 120.0
"""Seconds to wait for the next byte."""
OFFER = 3.0
"""Seconds to wait for the list of models that makes an error more helpful."""
EVENT_STREAMS = ("event-stream", "octet-stream", "text/plain")
"""What servers say of the type of an answer that they stream."""
NO_KEY = "none"
"""Sent where a server wants no key: many of those that do not look at it want one to be there."""
SHOWN = 12
"""How many of the models on offer an error names."""


class ServedProvider(ABC):
    """Somebody who answers at an address."""

    dialect: str
    api: str
    """The API's name for people."""
    path: str
    """Where under the address requests go."""
    models_path = "/models"
    """Where under the address its models are listed."""

    def __init__(  # noqa: PLR0913 - all that a server may differ in, by name
        self,
        *,
        name: str,
        label: str,
        base_url: str,
        key: str = "",
        key_variable: str = "",
        hint: str = "",
        quirks: Quirks | None = None,
        connect: float = CONNECT,
        stall: float = STALL,
    ) -> None:
        self.name = name
        self.base_url = checked_url(base_url)
        self.key = key
        self.quirks = quirks or Quirks()
        self.network = Network(connect=connect, stall=stall)
        self.failures = Failures(label=label, url=self.url, key=key, key_variable=key_variable, hint=hint, api=self.api)
        self._opening: asyncio.Lock = asyncio.Lock()
        self._opened: HttpWire | None = None

    @property
    def url(self) -> str:
        """The base address, without what it may hold of a name and password."""
        parts = urlsplit(self.base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def through(self, network: Network) -> None:
        """Send requests this way. Raises UsageError where the proxy or the certificates cannot be used."""
        own = self.network
        checked(network)
        self.network = replace(network, connect=network.connect or own.connect, stall=network.stall or own.stall)

    @abstractmethod
    def body(self, request: ModelRequest) -> Body:
        """The exact body for a request."""

    def origin(self, body: Body) -> str:
        """`provider/model` of who answers a body."""
        return f"{self.name}/{body.parameters.get('model', '')}"

    @abstractmethod
    def reply(self, body: Body) -> StreamedReply:
        """Where the answer to a body is put together."""

    @property
    def api_url(self) -> str:
        """What the paths of the API lie under."""
        return self.base_url

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes with every request, the key among it."""
        return {"authorization": f"Bearer {self.key or NO_KEY}", **self.quirks.headers}

    def open_wire(self) -> "HttpWire":
        """Connections to the server. Loads what that takes: called off the event loop, when the first is wanted."""
        from claw_core.dialects.http_wire import HttpWire

        return HttpWire(
            self.failures, url=self.api_url, headers=self.headers, network=self.network, models=self.models_path
        )

    async def stream(self, body: Body) -> AsyncGenerator[Streamed, None]:
        """Send the body once and yield the answer. Raises ProviderError; closing this closes the connection."""
        wire = await self._wire()
        started = time.monotonic()
        reply, first = self.reply(body), None
        try:
            exchange = await wire.send(self.path, body.encode())
        except UnknownModel as error:
            raise await self._with_offer(error, body) from None
        take = reply.take_whole if exchange.is_whole else reply.take
        async with exchange, aclosing(exchange.chunks()) as chunks:
            try:
                async for chunk in chunks:
                    for delta in take(fields(chunk)):
                        first = time.monotonic() - started if first is None else first
                        yield delta
                    exchange.last_words = bool(reply.finish)
                    if reply.failed is not None:
                        raise self.failures.in_stream(reply.failed)
            except StreamBroken:
                if not reply.finish:
                    raise
            self._check_end(exchange, reply)
        elapsed = time.monotonic() - started
        yield reply.finished(request_id=exchange.request_id, first_token=first, elapsed=elapsed)

    def _check_end(self, exchange: "Exchange", reply: StreamedReply) -> None:
        if reply.finish or exchange.done:
            return
        kind = exchange.content_type
        if kind and not any(streams in kind for streams in EVENT_STREAMS):
            raise self.failures.garbled(f"its type is {kind}.")
        raise self.failures.broken()

    async def _with_offer(self, error: ProviderError, body: Body) -> ProviderError:
        """The error, and which models there are instead, nearest names first."""
        try:
            async with asyncio.timeout(OFFER):
                offered = await self.models()
        except (ProviderError, TimeoutError):
            return error
        wanted = str(body.parameters.get("model"))
        if not offered or wanted in offered:
            return error
        near = get_close_matches(wanted, offered, n=SHOWN, cutoff=0.4)
        names = [*near, *(name for name in offered if name not in near)]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        hint = f"Choose one it has with --model: {', '.join(names[:SHOWN])}{more}."
        return UnknownModel(f"{self.failures.label} does not have the model {wanted} ({self.url}).", hint)

    async def models(self) -> tuple[str, ...]:
        """The names of the models it offers now. Raises ProviderError."""
        return await (await self._wire()).models()

    async def close(self) -> None:
        """Let go of connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def _wire(self) -> "HttpWire":
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(self.open_wire)
            return self._opened


def checked_url(url: str) -> str:
    """A base address that can be used, without a slash at its end. Raises UsageError."""
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(
            f"{url or 'An empty text'} is no address of a server.", "It looks like http://localhost:11434/v1."
        )
    for path in ("/chat/completions", "/responses", "/messages"):
        url = url.removesuffix(path)
    return url
