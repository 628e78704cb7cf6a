"""Falling back: where a model cannot be had, another one goes on with the same conversation."""

from collections.abc import Awaitable, Callable, Sequence

from claw_core.catalog import ModelCard
from claw_core.error import BadRequest, ClawError, ProviderError
from claw_core.provider import Provider

Model = tuple[Provider, str, ModelCard]
"""Whom to talk to, the model's name there, and what is known of it."""

OpenModel = Callable[[str], Awaitable[Model]]
"""The model that a name means, as people write it. Raises ClawError."""

PATIENCE = 20.0
"""Seconds that a server is waited for while there is another model to go to."""


class Fallback:
    """The models that are left to go to, in order. Each is tried once in a session."""

    def __init__(self, names: Sequence[str] = (), open_model: OpenModel | None = None) -> None:
        self._left = list(names)
        self._open = open_model
        self._opened: list[Provider] = []

    @property
    def left(self) -> bool:
        """Whether there is another model to go to."""
        return self._open is not None and bool(self._left)

    async def after(self, error: ProviderError) -> tuple[Model | None, list[ClawError]]:
        """The next model that can be opened after `error`, None where there is none or another would fail alike.

        Beside it, why those before it could not be opened.
        """
        passed_over: list[ClawError] = []
        if type(error) is BadRequest:
            return None, passed_over
        while self._left and self._open is not None:
            try:
                model = await self._open(self._left.pop(0))
            except ClawError as reason:
                passed_over.append(reason)
                continue
            self._opened.append(model[0])
            return model, passed_over
        return None, passed_over

    def again(self) -> "Fallback":
        """The models that are left, for another conversation to go to."""
        return Fallback(self._left, self._open)

    async def close(self) -> None:
        """Let go of the connections of all that were opened."""
        while self._opened:
            await self._opened.pop().close()
