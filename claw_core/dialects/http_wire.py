"""Requests over plain HTTP, and what comes back, read in the same way for every API.

Importing this loads the HTTP client: it is done where a connection is wanted, off the event loop.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing, contextmanager, suppress
from json import JSONDecodeError
from types import TracebackType
from typing import Self

import httpx2
from pydantic_core import from_json

from claw_core import __version__
from claw_core.dialects.connection import http_client, in_batches, unconnected
from claw_core.dialects.event_stream import EventStream
from claw_core.dialects.failure import Failures
from claw_core.dialects.untrusted import Fields, fields, objects, string, whole_json
from claw_core.error import ProviderError
from claw_core.provider import Network

DONE = "[DONE]"
"""What a server of OpenAI's APIs says last."""
REST = 0.1
"""Seconds to wait for the end of an answer whose last word was said: then its connection can be used again."""
LONGEST_REFUSAL = 1 << 20
"""Bytes of an error that are read."""
OWN_KEY = "x-api-key"
"""Where a key goes that does not go where tokens go."""
ID_HEADERS = ("x-request-id", "request-id")
"""Where servers tell their id of an exchange."""


class Exchange:
    """An answer that is coming in. Use it as a context, so that its connection is released."""

    def __init__(self, response: httpx2.Response, wire: "HttpWire") -> None:
        self._response = response
        self._wire = wire
        self.done = False
        """Whether the server said that it was done, beside the answer itself."""
        self.last_words = False
        """Whether nothing is worth waiting for that others may come with; whoever reads the answer says so."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._response.aclose()

    @property
    def request_id(self) -> str:
        """The server's id of the exchange; empty where it gives none."""
        headers = self._response.headers
        return next((headers[name] for name in ID_HEADERS if name in headers), "")

    @property
    def is_whole(self) -> bool:
        """Whether the answer comes in one piece, from a server that does not stream."""
        return "application/json" in self.content_type

    @property
    def content_type(self) -> str:
        """What the server says it sends."""
        return self._response.headers.get("content-type", "")

    async def chunks(self) -> AsyncGenerator[object, None]:
        """The pieces, parsed; a server that does not stream sends one. Raises ProviderError."""
        with self._wire.typed_errors():
            if self.is_whole:
                yield await whole_json(self._response.aiter_bytes())
                return
            events = EventStream()
            async with aclosing(in_batches(self._response, lambda: self.last_words)) as pieces:
                async for piece in pieces:
                    for data in events.take(piece):
                        if data.startswith(DONE):
                            self.done = self.last_words = True
                            await _rest(pieces)
                            return
                        yield _parsed(data)
            if (data := events.end()) is not None:
                if data.startswith(DONE):
                    self.done = True
                else:
                    yield _parsed(data)


def _parsed(text: str) -> object:
    """The JSON value that this text is. Raises ValueError where it is none."""
    try:
        return from_json(text)
    except ValueError:  # of half a character, which the other half follows in the next piece, too
        return json.loads(text)


async def _rest(pieces: AsyncGenerator[bytes, None]) -> None:
    """What follows the last word is nothing, or no more than the end."""
    with suppress(TimeoutError, httpx2.HTTPError):
        async with asyncio.timeout(REST):
            async for _ in pieces:
                pass


class HttpWire:
    """Connections to one server."""

    def __init__(
        self,
        failures: Failures,
        *,
        url: str,
        headers: Mapping[str, str],
        network: Network,
        models: str = "/models",
    ) -> None:
        """`headers` go with every request, and those of `network` before them; `models` is where its models are."""
        self._failures = failures
        self._stall = network.stall or 0.0
        self._url = url
        self._models = models
        self._headers: Mapping[str, str] = {
            "user-agent": f"claw/{__version__}",
            "accept": "text/event-stream, application/json",
            **headers,
            **{name.lower(): value for name, value in network.headers.items()},
        }
        # The HTTP client takes a token out of a request that is sent on to somebody else, but no key with its own name.
        self._client = http_client(url, network, follow_redirects=OWN_KEY not in self._headers)

    async def send(self, path: str, body: bytes) -> Exchange:
        """Send these very bytes; what comes back. Raises ProviderError."""
        headers = {"content-type": "application/json", **self._headers}
        with self.typed_errors():
            request = self._client.build_request("POST", self._url + path, content=body, headers=headers)
            return Exchange(await self._answer(request), self)

    async def models(self) -> tuple[str, ...]:
        """The names of the models the server offers. Raises ProviderError."""
        with self.typed_errors():
            request = self._client.build_request("GET", self._url + self._models, headers=self._headers)
            response = await self._answer(request)
            try:
                page = fields(await whole_json(response.aiter_bytes()))
            finally:
                await response.aclose()
        if "data" not in page:
            raise self._failures.garbled("no list of models")
        return tuple(sorted(name for item in objects(page["data"]) if (name := string(item.get("id")))))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        """What a server answers that takes the request. Raises ProviderError where it does not."""
        response = await self._client.send(request, stream=True)
        if not response.is_success:
            raise await self._refused(response)
        return response

    async def _refused(self, response: httpx2.Response) -> ProviderError:
        """The error for an answer that is none, of which no more is read than an error has."""
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
            told: Fields = fields(json.loads(text))
        except ValueError:
            told = {}
        return self._failures.status(response.status_code, told.get("error") or told or text, response.headers)

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
