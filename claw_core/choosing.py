"""Choosing a model: from the name that a person wrote to somebody who can be asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import fields, replace

from claw_core.catalog import ModelCard, card, open_provider, resolve
from claw_core.config.keys import for_providers
from claw_core.config.network import network
from claw_core.config.paths import Paths
from claw_core.config.schema import CardSettings, PriceSettings, Settings
from claw_core.error import UsageError
from claw_core.fallback import Model
from claw_core.prices import Prices, Steps


async def open_model(environ: Mapping[str, str], settings: Settings, wanted: str | None) -> Model:
    """A provider, its model and card, by the name that people write. Raises UsageError and MissingKey."""
    known_to = await asyncio.to_thread(for_providers, environ, Paths.of(environ))
    choice = resolve(wanted, base_url=settings.base_url, environ=known_to)
    provider = open_provider(choice, settings.base_url, known_to, network(settings.network, environ))
    known = await asyncio.to_thread(card, choice.provider, choice.model, url=provider.url)
    if said := settings.models.get(str(choice)) or settings.models.get(choice.model):
        known = as_said(known, said)
    if settings.max_budget is not None and known.prices is None:
        await provider.close()
        raise UsageError(
            f"The price of {choice} is not known, so a budget cannot be kept.",
            "Leave the budget out and limit the calls with --max-turns, or choose a model whose price is known.",
        )
    return provider, choice.model, known


def as_said(known: ModelCard, said: CardSettings) -> ModelCard:
    """What is known of a model, with what the settings say of it above all."""
    names = ("window", "max_output", "tools", "images", "thinking", "structured_output", "profile")
    told = {name: value for name in names if (value := getattr(said, name)) is not None}
    return replace(known, **told, efforts=said.efforts or known.efforts, prices=_priced(known.prices, said.prices))


def _priced(known: Prices | None, said: PriceSettings) -> Prices | None:
    """Prices with those that the settings say; None where not both reading and writing have one."""
    names = [each.name for each in fields(said)]
    told: dict[str, Steps] = {
        name: ((0, float(price)),) for name in names if (price := getattr(said, name)) is not None
    }
    if known is not None:
        return replace(known, **told)
    return Prices(**told) if {"input", "output"} <= set(told) else None
