"""What the answers of all APIs have in common while they come in: who answers, how it ended, and the whole of it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from claw_core.dialects.untrusted import Fields, fields, string
from claw_core.event import ModelReplied
from claw_core.message import Message, StopReason, Usage
from claw_core.provider import Delta


class StreamedReply(ABC):
    """An answer as far as it has come."""

    def __init__(self, origin: str = "") -> None:
        """`origin`: `provider/model` of who answers."""
        self.origin = origin
        self.finish = ""
        """The server's word for why it ended; empty until it does."""
        self.failed: Fields | None = None
        """What the server said went wrong, once it did."""
        self.model = ""
        self.id = ""

    def fail(self, error: object) -> None:
        """Take down what the server said went wrong: an object, or words."""
        self.failed = fields(error) or {"message": string(error)}

    @abstractmethod
    def take(self, chunk: Fields, /) -> Iterable[Delta]:
        """Add a piece; what is new in it."""

    @abstractmethod
    def take_whole(self, answer: Fields, /) -> Iterable[Delta]:
        """Add an answer that came in one piece, from a server that does not stream."""

    @abstractmethod
    def settled(self) -> tuple[Message, StopReason, Usage]:
        """What came, why it ended and what it took. Raises EmptyReply where there is nothing in it to go on from."""

    def finished(self, *, request_id: str, first_token: float | None, elapsed: float) -> ModelReplied:
        """The whole answer. Raises EmptyReply where there is nothing in it to go on from."""
        message, stop, usage = self.settled()
        return ModelReplied(
            message=message,
            usage=usage,
            stop=stop,
            model=self.model,
            request_id=request_id or self.id,
            first_token=first_token,
            elapsed=elapsed,
        )
