"""Connections over HTTP: how a client is made, and what its failures mean.

Importing this loads the HTTP client, which takes a tenth of a second: it is done where a connection is wanted.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from ipaddress import ip_address
from types import TracebackType
from typing import Self

import httpx2

from claw_core.dialects.failure import Failures
from claw_core.dialects.way import trusted
from claw_core.error import ProviderError
from claw_core.provider import Network

BATCH = 0.015
"""Seconds in which what comes is taken together: less than anybody sees, and a server may send a thousand pieces a
second, of which each would wake all that stands between the socket and the screen."""


class HttpExchange:
    """An answer that is coming in. Use it as a context, so that its connection is released."""

    def __init__(self, response: httpx2.Response, id_header: str) -> None:
        """`id_header`: where this server tells its id of the exchange."""
        self.response = response
        self._id_header = id_header

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.response.aclose()

    @property
    def request_id(self) -> str:
        """The server's id of the exchange; empty where it gives none."""
        return self.response.headers.get(self._id_header, "")

    @property
    def done(self) -> bool:
        """Whether the server said that it was done, beside the answer itself."""
        return False

    @property
    def is_whole(self) -> bool:
        """Whether the answer comes in one piece, from a server that does not stream."""
        return "application/json" in self.content_type

    @property
    def content_type(self) -> str:
        """What the server says it sends."""
        return self.response.headers.get("content-type", "")


async def in_batches(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    """The bytes of an answer: the first at once, and then what came in a moment together."""
    loop = asyncio.get_running_loop()
    waited = asyncio.Event()
    async with aclosing(response.aiter_bytes()) as pieces:
        turn = loop.call_soon(waited.set)
        async for piece in pieces:
            turn.cancel()
            yield piece
            if waited.is_set():  # the socket was read: before that is done again, let more come
                waited.clear()
                await asyncio.sleep(BATCH)
            turn = loop.call_soon(waited.set)


def http_client(url: str, network: Network) -> httpx2.AsyncClient:
    """A client for one server, that goes the way the settings say. Raises UsageError where that cannot be gone."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(network.stall, connect=network.connect),
        trust_env=not is_this_machine(url),
        proxy=network.proxy,
        verify=trusted(network.ca_file),
    )


def unconnected(failures: Failures, cause: BaseException, stall: float) -> ProviderError:
    """What a failure of the connection means; `stall` is how many seconds of silence are borne."""
    match cause:
        case httpx2.ConnectTimeout() | httpx2.PoolTimeout():
            return failures.unreachable("no answer in time")
        case httpx2.ConnectError() | httpx2.ProxyError() | httpx2.UnsupportedProtocol():
            return failures.unreachable(cause)
        case httpx2.TimeoutException():
            return failures.stalled(stall)
        case httpx2.DecodingError():
            return failures.garbled(cause)
        case _:
            return failures.broken(cause)


def is_this_machine(url: str) -> bool:
    """Whether an address is this machine's own, which no proxy can reach for us."""
    host = httpx2.URL(url).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
