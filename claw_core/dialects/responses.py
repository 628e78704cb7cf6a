"""The Responses API, which OpenAI speaks, and some others after it.

What goes out is made in `responses_body.py`, what comes in is put together in `responses_reply.py`.
"""

from typing import TYPE_CHECKING

from claw_core.dialects.reply import StreamedReply
from claw_core.dialects.responses_body import responses_body
from claw_core.dialects.responses_reply import ResponsesReply
from claw_core.dialects.served import ServedProvider
from claw_core.provider import Body, ModelRequest

if TYPE_CHECKING:
    from claw_core.dialects.openai_wire import OpenAIWire


class ResponsesProvider(ServedProvider):
    """Somebody who speaks the Responses API at an address."""

    dialect = "responses"
    api = "Responses"
    path = "/responses"

    def body(self, request: ModelRequest) -> Body:
        """The exact body for a request."""
        return responses_body(request, self.name)

    def reply(self, body: Body) -> StreamedReply:
        """Where the answer to a body is put together."""
        return ResponsesReply(self.origin(body))

    def open_wire(self) -> "OpenAIWire":
        """Connections by the official SDK."""
        from claw_core.dialects.openai_wire import OpenAIWire

        return OpenAIWire(self.failures, url=self.api_url, headers=self.headers, network=self.network)
