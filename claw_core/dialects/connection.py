"""Connections over HTTP: how a client is made, and what its failures mean.

Importing this loads the HTTP client, which takes a tenth of a second: it is done where a connection is wanted.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from ipaddress import ip_address

import httpx2

from claw_core.dialects.failure import Failures
from claw_core.dialects.way import trusted
from claw_core.error import ProviderError
from claw_core.provider import Network

BATCH = 0.015
"""Seconds in which what comes is taken together: less than anybody sees, and a server may send a thousand pieces a
second, of which each would wake all that stands between the socket and the screen."""


async def in_batches(
    response: httpx2.Response, at_once: Callable[[], bool] = lambda: False
) -> AsyncGenerator[bytes, None]:
    """The bytes of an answer: the first at once, and of what comes soon after other bytes what came in a moment
    together, until all is to come `at_once`.
    """
    loop = asyncio.get_running_loop()
    waited, before = asyncio.Event(), 0.0
    async with aclosing(response.aiter_bytes()) as pieces:
        turn = loop.call_soon(waited.set)
        async for piece in pieces:
            turn.cancel()
            yield piece
            if waited.is_set():  # the socket was read: before that is done again, let more come where much does
                waited.clear()
                if loop.time() - before < BATCH and not at_once():
                    await asyncio.sleep(BATCH)
                before = loop.time()
            turn = loop.call_soon(waited.set)


def http_client(url: str, network: Network, *, follow_redirects: bool) -> httpx2.AsyncClient:
    """A client for one server, that goes the way the settings say. Raises UsageError where that cannot be gone."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(network.stall, connect=network.connect),
        trust_env=not is_this_machine(url),
        proxy=network.proxy,
        verify=trusted(network.ca_file, url),
        follow_redirects=follow_redirects,
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
