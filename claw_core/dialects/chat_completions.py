"""The Chat Completions API, which nearly every server of models speaks.

What goes out is made in `chat_body.py`, what comes in is put together in `chat_reply.py`.
"""

from typing import TYPE_CHECKING

from claw_core.dialects.chat_body import chat_body
from claw_core.dialects.chat_reply import ChatReply
from claw_core.dialects.reply import StreamedReply
from claw_core.dialects.served import ServedProvider
from claw_core.dialects.untrusted import fields, string
from claw_core.provider import Body, ModelRequest

if TYPE_CHECKING:
    from claw_core.dialects.openai_wire import OpenAIWire


class ChatCompletionsProvider(ServedProvider):
    """Somebody who speaks Chat Completions at an address."""

    dialect = "chat_completions"
    api = "Chat Completions"
    path = "/chat/completions"

    def body(self, request: ModelRequest) -> Body:
        """The exact body for a request."""
        return chat_body(request, self.quirks, self.name)

    def reply(self, body: Body) -> StreamedReply:
        """Where the answer to a body is put together."""
        functions = (fields(dict(tool)["function"]) for tool in body.lists.get("tools", ()))
        return ChatReply(self.origin(body), frozenset(string(function.get("name")) for function in functions))

    def open_wire(self) -> "OpenAIWire":
        """Connections by the official SDK."""
        from claw_core.dialects.openai_wire import OpenAIWire

        return OpenAIWire(self.failures, url=self.api_url, headers=self.headers, network=self.network)
