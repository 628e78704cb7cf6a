"""Requests over the wire to a server that speaks the Messages API: plain HTTP, since the vendor's SDK loads slowly.

Importing this loads the HTTP client: it is done where a connection is wanted, off the event loop.
"""

import json
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import contextmanager
from json import JSONDecodeError

import httpx2

from claw_core import __version__
from claw_core.dialects.connection import HttpExchange, http_client, in_batches, unconnected
from claw_core.dialects.event_stream import EventStream
from claw_core.dialects.failure import Failures
from claw_core.dialects.untrusted import fields, objects, string, whole_json
from claw_core.error import ProviderError
from claw_core.provider import Network

VERSION = "2026-10-21"
"""The version of the API."""
INTERLEAVED = "interleaved-thinking-2025-05-14"
"""Lets the models that think within a budget think between calls, too."""
LONGEST_REFUSAL = 1 << 20
"""Bytes of an error that are read."""


class MessagesExchange(HttpExchange):
    """An answer that is coming in."""

    def __init__(self, response: httpx2.Response, wire: "MessagesWire") -> None:
        super().__init__(response, "request-id")
        self._wire = wire

    async def chunks(self) -> AsyncGenerator[object, None]:
        """The events, parsed. Raises ProviderError."""
        with self._wire.typed_errors():
            if self.is_whole:
                yield await whole_json(self.response.aiter_bytes())
                return
            events = EventStream()
            async for piece in in_batches(self.response):
                for data in events.take(piece):
                    yield json.loads(data)
            if (data := events.end()) is not None:
                yield json.loads(data)


class MessagesWire:
    """Connections to one server."""

    def __init__(self, failures: Failures, *, url: str, key: str, bearer: bool, network: Network) -> None:
        """`bearer`: whether the key goes where tokens go, instead of where the vendor's keys go."""
        self._failures = failures
        self._stall = network.stall or 0.0
        self._url = url
        keyed = {"authorization": f"Bearer {key}"} if bearer else {"x-api-key": key}
        self._headers: Mapping[str, str] = {
            "anthropic-version": VERSION,
            "anthropic-beta": INTERLEAVED,
            "user-agent": f"claw/{__version__}",
            **(keyed if key else {}),
            **{name.lower(): value for name, value in network.headers.items()},
        }
        self._client = http_client(url, network)

    async def send(self, path: str, body: bytes) -> MessagesExchange:
        """Send these very bytes; what comes back. Raises ProviderError."""
        headers = {**self._headers, "content-type": "application/json", "accept": "text/event-stream"}
        with self.typed_errors():
            request = self._client.build_request("POST", self._url + path, content=body, headers=headers)
            response = await self._client.send(request, stream=True)
            if response.status_code != 200:
                raise await self._refused(response)
        return MessagesExchange(response, self)

    async def models(self) -> tuple[str, ...]:
        """The names of the models the server offers. Raises ProviderError."""
        with self.typed_errors():
            request = self._client.build_request("GET", f"{self._url}/models?limit=1000", headers=self._headers)
            response = await self._client.send(request, stream=True)
            if response.status_code != 200:
                raise await self._refused(response)
            try:
                page = fields(await whole_json(response.aiter_bytes()))
            finally:
                await response.aclose()
        if "data" not in page:
            raise self._failures.garbled("no list of models")
        return tuple(sorted(name for item in objects(page["data"]) if (name := string(item.get("id")))))

    async def _refused(self, response: httpx2.Response) -> ProviderError:
        """The error for an answer with another status than 200, of which no more is read than an error has."""
        held = bytearray()
        try:
            async for piece in response.aiter_bytes():
                held += piece
                if len(held) > LONGEST_REFUSAL:
                    break
        finally:
            await response.aclose()
        text = bytes(held[:LONGEST_REFUSAL]).decode(errors="replace")
        try:
            body: object = fields(json.loads(text)).get("error") or text
        except ValueError:
            body = text
        return self._failures.status(response.status_code, body, response.headers)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()

    @contextmanager
    def typed_errors(self) -> Generator[None]:
        """Errors of the HTTP client, and of what cannot be read, as ours."""
        try:
            yield
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ValueError) as error:
            match error:
                case JSONDecodeError():
                    typed = self._failures.garbled(error.doc[:80])
                case httpx2.HTTPError():
                    typed = unconnected(self._failures, error, self._stall)
                case _:
                    typed = self._failures.garbled(error)
            raise typed from None  # the cause may quote the key
