"""Requests of OpenAI's two APIs go out by its own SDK; what comes back is read as from any other server.

Importing this loads the SDK: it is done where a connection is wanted, off the event loop. Most of the SDK are the types
of all that can be sent and answered. Bytes go through it here, so they stay where they are until somebody asks for one.
"""

from collections.abc import Mapping

from claw_core.dialects.connection import unconnected
from claw_core.dialects.failure import Failures
from claw_core.dialects.http_wire import Exchange, HttpWire
from claw_core.dialects.served import NO_KEY
from claw_core.late_packages import late_packages
from claw_core.provider import Network

with late_packages(
    "openai.lib", "openai.types", "openai.types.chat", "openai.types.responses", "openai.types.shared"
):  # a third of a second
    import openai
    from openai import AsyncOpenAI, AsyncStream


class OpenAIWire(HttpWire):
    """Connections to one server."""

    def __init__(self, failures: Failures, *, url: str, headers: Mapping[str, str], network: Network) -> None:
        super().__init__(failures, url=url, headers=headers, network=network)
        self._sdk = AsyncOpenAI(
            api_key=NO_KEY,  # the SDK insists on one; ours is among the headers, which go before it
            base_url=url,
            max_retries=0,
            timeout=self._client.timeout,
            default_headers=self._headers,
            http_client=self._client,
        )
        # The SDK reads these from the environment; whom they go to is the provider's affair.
        self._sdk.organization = self._sdk.project = self._sdk.admin_api_key = None

    async def send(self, path: str, body: bytes) -> Exchange:
        """Send these very bytes; what comes back. Raises ProviderError."""
        try:
            with self.typed_errors():
                stream = await self._sdk.post(
                    path, content=body, cast_to=object, stream=True, stream_cls=AsyncStream[object]
                )
        except openai.APIStatusError as error:
            raise self._failures.status(error.status_code, error.body, error.response.headers) from None
        except openai.APIConnectionError as error:
            raise unconnected(self._failures, error.__cause__ or error, self._stall) from None
        except openai.OpenAIError as error:
            raise self._failures.garbled(error) from None
        return Exchange(stream.response, self)
