"""The Messages API, which Anthropic speaks, and some others after it.

What goes out is made in `messages_body.py`, what comes in is put together in `messages_reply.py`.
"""

from collections.abc import Mapping

from claw_core.dialects.messages_body import messages_body
from claw_core.dialects.messages_reply import MessagesReply
from claw_core.dialects.reply import StreamedReply
from claw_core.dialects.served import ServedProvider
from claw_core.provider import Body, ModelRequest

VERSION = "2026-10-21"
"""The version of the API."""
INTERLEAVED = "interleaved-thinking-2025-05-14"
"""Lets the models that think within a budget think between calls, too."""


class AnthropicMessagesProvider(ServedProvider):
    """Somebody who speaks the Messages API at an address."""

    dialect = "anthropic_messages"
    api = "Messages"
    path = "/messages"
    models_path = "/models?limit=1000"

    def body(self, request: ModelRequest) -> Body:
        """The exact body for a request."""
        return messages_body(request, self.name)

    def reply(self, body: Body) -> StreamedReply:
        """Where the answer to a body is put together."""
        return MessagesReply(self.origin(body))

    @property
    def api_url(self) -> str:
        """The vendor's SDK takes the address without the version that every path begins with; both are understood."""
        return self.base_url if self.base_url.endswith("/v1") else f"{self.base_url}/v1"

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes with every request: the key, where there is one, in the place where the vendor's keys go."""
        keyed = {"authorization": f"Bearer {self.key}"} if self.quirks.bearer else {"x-api-key": self.key}
        versions = {"anthropic-version": VERSION, "anthropic-beta": INTERLEAVED}
        return {**versions, **(keyed if self.key else {}), **self.quirks.headers}
