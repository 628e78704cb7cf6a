"""The Chat Completions API, which nearly every server of models speaks: a provider over it, by the official SDK.

What goes out is made in `chat_body.py`, what comes in is put together in `chat_reply.py`; `chat_wire.py` holds the SDK,
and is loaded when the first request is made.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from claw_core.dialects.chat_body import Quirks, chat_body
from claw_core.dialects.chat_reply import Reply
from claw_core.dialects.failure import Failures
from claw_core.dialects.untrusted import fields
from claw_core.dialects.way import checked
from claw_core.error import ProviderError, StreamBroken, UnknownModel, UsageError
from claw_core.event import ModelReplied
from claw_core.provider import Body, ModelRequest, Network, Streamed

if TYPE_CHECKING:
    from claw_core.dialects.chat_wire import Exchange, Wire

CONNECT = 10.0
"""Seconds to wait for a connection."""
STALL = 120.0
"""Seconds to wait for the next byte."""
OFFER = 3.0
"""Seconds to wait for the list of models that makes an error more helpful."""
SHOWN = 12
"""How many of the models on offer an error names."""


class ChatCompletionsProvider:
    """Somebody who speaks Chat Completions at an address."""

    dialect = "chat_completions"

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
        self._base_url = checked_url(base_url)
        self._key = key
        self._quirks = quirks or Quirks()
        self._network = Network(connect=connect, stall=stall)
        self._failures = Failures(label=label, url=self.url, key=key, key_variable=key_variable, hint=hint)
        self._opening: asyncio.Lock = asyncio.Lock()
        self._opened: Wire | None = None

    @property
    def url(self) -> str:
        """The base address, without what it may hold of a name and password."""
        parts = urlsplit(self._base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def through(self, network: Network) -> None:
        """Send requests this way. Raises UsageError where the proxy or the certificates cannot be used."""
        own = self._network
        checked(network)
        self._network = replace(network, connect=network.connect or own.connect, stall=network.stall or own.stall)

    def body(self, request: ModelRequest) -> Body:
        """The exact body for a request."""
        return chat_body(request, self._quirks)

    async def stream(self, body: Body) -> AsyncGenerator[Streamed, None]:
        """Send the body once and yield the answer. Raises ProviderError; closing this closes the connection."""
        wire = await self._wire()
        started = time.monotonic()
        reply, first = Reply(), None
        try:
            exchange = await wire.send(body.encode())
        except UnknownModel as error:
            raise await self._with_offer(error, body) from None
        async with exchange, aclosing(exchange.chunks()) as chunks:
            try:
                async for chunk in chunks:
                    for delta in reply.take(fields(chunk)):
                        first = time.monotonic() - started if first is None else first
                        yield delta
            except StreamBroken:
                if not reply.finish:
                    raise
            self._check_end(exchange, reply)
        yield self._whole(exchange, reply, first, time.monotonic() - started)

    def _check_end(self, exchange: "Exchange", reply: Reply) -> None:
        if reply.finish or exchange.done:
            return
        if not exchange.is_event_stream:
            raise self._failures.garbled(f"its type is {exchange.content_type}.")
        raise self._failures.broken()

    @staticmethod
    def _whole(exchange: "Exchange", reply: Reply, first: float | None, elapsed: float) -> ModelReplied:
        return reply.finished(request_id=exchange.request_id, first_token=first, elapsed=elapsed)

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
        return UnknownModel(f"{self._failures.label} does not have the model {wanted} ({self.url}).", hint)

    async def models(self) -> tuple[str, ...]:
        """The names of the models it offers now. Raises ProviderError."""
        return await (await self._wire()).models()

    async def close(self) -> None:
        """Let go of connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def _wire(self) -> "Wire":
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(self._open)
            return self._opened

    def _open(self) -> "Wire":
        from claw_core.dialects.chat_wire import Wire

        return Wire(self._failures, url=self._base_url, key=self._key, network=self._network)


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
    return url.removesuffix("/chat/completions")
