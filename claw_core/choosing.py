"""Choosing a model: from the name that a person wrote to somebody who can be asked."""

import asyncio
from collections.abc import Mapping

from claw_core.catalog import card, open_provider, resolve
from claw_core.config.keys import for_providers
from claw_core.config.network import network
from claw_core.config.paths import Paths
from claw_core.config.schema import Settings
from claw_core.error import UsageError
from claw_core.fallback import Model


async def open_model(environ: Mapping[str, str], settings: Settings, wanted: str | None) -> Model:
    """A provider, its model and card, by the name that people write. Raises UsageError and MissingKey."""
    known_to = await asyncio.to_thread(for_providers, environ, Paths.of(environ))
    choice = resolve(wanted, base_url=settings.base_url, environ=known_to)
    provider = open_provider(choice, settings.base_url, known_to, network(settings.network, environ))
    known = await asyncio.to_thread(card, choice.provider, choice.model, url=provider.url)
    if settings.max_budget is not None and known.prices is None:
        await provider.close()
        raise UsageError(
            f"The price of {choice} is not known, so a budget cannot be kept.",
            "Leave the budget out and limit the calls with --max-turns, or choose a model whose price is known.",
        )
    return provider, choice.model, known
