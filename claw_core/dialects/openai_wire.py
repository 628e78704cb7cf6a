"""Requests over the wire by OpenAI's own SDK; its errors leave here as ours.

Importing this loads the SDK, which takes half a second: it is done where a connection is wanted, off the event loop.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import Any

import httpx2
import openai
from openai import AsyncOpenAI, AsyncStream, DefaultAsyncHttpxClient

from claw_core.dialects.connection import HttpExchange, in_batches, is_this_machine, unconnected
from claw_core.dialects.failure import Failures
from claw_core.dialects.untrusted import fields, objects, string, whole_json
from claw_core.dialects.way import trusted
from claw_core.error import ProviderError
from claw_core.provider import Network

NO_KEY = "none"
"""Sent where a server wants no key: the SDK insists on one."""


class MarkedStream(AsyncStream[object]):
    """The SDK's stream, which also remembers whether the server said that it was done."""

    done = False

    async def _iter_events(self) -> AsyncIterator[Any]:
        async for event in self._decoder.aiter_bytes(in_batches(self.response)):
            self.done = self.done or event.data.startswith("[DONE]")
            yield event


class OpenAIExchange(HttpExchange):
    """An answer that is coming in."""

    def __init__(self, stream: MarkedStream, wire: "OpenAIWire") -> None:
        super().__init__(stream.response, "x-request-id")
        self._stream = stream
        self._wire = wire

    @property
    def done(self) -> bool:
        """Whether the server said `[DONE]`."""
        return self._stream.done

    async def chunks(self) -> AsyncGenerator[object, None]:
        """The chunks, parsed; a server that does not stream sends one. Raises ProviderError."""
        with self._wire.typed_errors():
            if self.is_whole:
                yield await whole_json(self.response.aiter_bytes())
                return
            async for chunk in self._stream:
                yield chunk


class OpenAIWire:
    """Connections to one server."""

    def __init__(self, failures: Failures, *, url: str, key: str, network: Network) -> None:
        self._failures = failures
        self._stall = network.stall or 0.0
        timeout = httpx2.Timeout(network.stall, connect=network.connect)
        self._client = AsyncOpenAI(
            api_key=key or NO_KEY,
            base_url=url,
            max_retries=0,
            timeout=timeout,
            default_headers=network.headers,
            http_client=DefaultAsyncHttpxClient(
                timeout=timeout,
                trust_env=not is_this_machine(url),
                proxy=network.proxy,
                verify=trusted(network.ca_file),
            ),
        )
        if not httpx2.URL(url).host.endswith("openai.com"):
            # The SDK reads these from the environment; they are no business of other servers.
            self._client.organization = self._client.project = self._client.admin_api_key = None

    async def send(self, path: str, body: bytes) -> OpenAIExchange:
        """Send these very bytes; what comes back. Raises ProviderError."""
        with self.typed_errors():
            stream = await self._client.post(path, content=body, cast_to=object, stream=True, stream_cls=MarkedStream)
        return OpenAIExchange(stream, self)

    async def models(self) -> tuple[str, ...]:
        """The names of the models the server offers. Raises ProviderError."""
        with self.typed_errors():
            page: object = await self._client.get("/models", cast_to=object)
        if "data" not in fields(page):
            raise self._failures.garbled("no list of models")
        return tuple(sorted(name for item in objects(fields(page)["data"]) if (name := string(item.get("id")))))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.close()

    @contextmanager
    def typed_errors(self) -> Generator[None]:
        """Errors of the SDK and of what it stands on, as ours."""
        try:
            yield
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ValueError) as error:
            raise self._typed(error) from None  # the cause may quote the key

    def _typed(self, error: Exception) -> ProviderError:
        match error:
            case openai.APIStatusError():
                return self._failures.status(error.status_code, error.body, error.response.headers)
            case openai.APIConnectionError():
                return unconnected(self._failures, error.__cause__ or error, self._stall)
            case openai.APIError():
                return self._failures.in_stream(error.body)
            case JSONDecodeError():
                return self._failures.garbled(error.doc[:80])
            case httpx2.HTTPError():
                return unconnected(self._failures, error, self._stall)
            case _:
                return self._failures.garbled(error)
