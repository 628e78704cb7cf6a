"""The Messages API, which Anthropic speaks, and some others after it.

What goes out is made in `messages_body.py`, what comes in is put together in `messages_reply.py`.
"""

from claw_core.dialects.messages_body import messages_body
from claw_core.dialects.messages_reply import MessagesReply
from claw_core.dialects.reply import StreamedReply
from claw_core.dialects.served import ServedProvider, Wire
from claw_core.provider import Body, ModelRequest


class AnthropicMessagesProvider(ServedProvider):
    """Somebody who speaks the Messages API at an address."""

    dialect = "anthropic_messages"
    api = "Messages"
    path = "/messages"

    def body(self, request: ModelRequest) -> Body:
        """The exact body for a request."""
        return messages_body(request, self.name)

    def reply(self, body: Body) -> StreamedReply:
        """Where the answer to a body is put together."""
        return MessagesReply(self.origin(body))

    def open_wire(self) -> Wire:
        """Connections by plain HTTP."""
        from claw_core.dialects.messages_wire import MessagesWire

        # The vendor's SDK takes the address without the version that every path begins with; both are understood.
        url = self.base_url if self.base_url.endswith("/v1") else f"{self.base_url}/v1"
        return MessagesWire(self.failures, url=url, key=self.key, bearer=self.quirks.bearer, network=self.network)
