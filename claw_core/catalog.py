"""The catalog: which provider and model are meant, how to reach them, and what is known of them.

Names are resolved without loading any provider but the one that is meant.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, cast

from claw_core.dialects.listing import asking
from claw_core.error import UsageError
from claw_core.message import Usage
from claw_core.prices import FREE, Prices, look_up, price_at, priced
from claw_core.provider import Network, Provider
from claw_core.registry import load, names

if TYPE_CHECKING:
    from claw_core.providers import Vendor

PROVIDERS = "claw_core.providers"

MODEL_FILE = ".gguf"
"""How the path of a model ends that is loaded into this process."""

ASKED = 0.5
"""Seconds to wait for what a server says of a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A model, and who serves it."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


class ProviderModule(Protocol):
    """What a file in `providers/` holds."""

    VENDOR: "Vendor"

    def connect(self, model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
        """The provider, ready for requests; nothing is sent yet. Raises UsageError and MissingKey."""
        ...


def provider_names() -> tuple[str, ...]:
    """The providers there are; none of them is loaded."""
    return names(PROVIDERS)


def provider_module(name: str) -> ProviderModule:
    """A provider's file, loaded. Raises UsageError where there is none."""
    if name not in provider_names():
        raise unknown_provider(name)
    return cast("ProviderModule", load(PROVIDERS, name))


def unknown_provider(name: str) -> UsageError:
    """There is no such provider; which is meant, perhaps."""
    listed = [other for other in provider_names() if other != "scripted"]
    near = get_close_matches(name, listed, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(listed)}."
    return UsageError(f"There is no provider named {name}.", f"{hint} For another server, add --base-url.")


def resolve(model: str | None, *, base_url: str | None, environ: Mapping[str, str]) -> Choice:
    """Which provider and model are meant by `--model`, CLAW_MODEL and the addresses that are set.

    A name is `provider/model` or bare; a bare one goes to `base_url`, to OPENAI_BASE_URL, or to whoever has such
    names. Raises UsageError where it names nobody, or nothing is set up at all.
    """
    name = (model or environ.get("CLAW_MODEL") or "").strip()
    if not name:
        return _default(base_url, environ)
    if name.endswith(MODEL_FILE):
        return Choice(provider="local", model=str(Path(name.removeprefix("local/")).expanduser().absolute()))
    prefix, slash, rest = name.partition("/")
    if slash and prefix in provider_names():
        if not rest:
            raise UsageError(f"{name} names no model.", f"Write {prefix}/MODEL; `claw models` lists what there is.")
        return Choice(provider=prefix, model=provider_module(prefix).VENDOR.aliases.get(rest, rest))
    if base_url:
        return Choice(provider="openai_compatible", model=name)
    owner = _owner(name)
    if environ.get("OPENAI_BASE_URL") and not (owner and owner.provider != "openai" and _has_key(owner, environ)):
        return Choice(provider="openai", model=name)
    if owner is not None:
        return owner
    if slash and (":" not in rest or get_close_matches(prefix, provider_names(), n=1)):
        raise unknown_provider(prefix)
    if ":" in name or environ.get("OLLAMA_HOST"):
        return Choice(provider="ollama", model=name)
    raise UsageError(
        f"Nobody is known to serve the model {name}.",
        f"{_near(name)}Say who does (ollama/{name}), or where it is (--base-url http://localhost:8080/v1).",
    )


def _owner(name: str) -> Choice | None:
    """Who has a model of that alias, or models whose names begin so."""
    for provider in provider_names():
        vendor = provider_module(provider).VENDOR
        if name in vendor.aliases:
            return Choice(provider=provider, model=vendor.aliases[name])
    for provider in provider_names():
        pattern = provider_module(provider).VENDOR.names
        if pattern and re.match(pattern, name):
            return Choice(provider=provider, model=name)
    return None


def _has_key(choice: Choice, environ: Mapping[str, str]) -> bool:
    return bool(provider_module(choice.provider).VENDOR.key(environ))


def _near(name: str) -> str:
    """What was meant, perhaps, as the beginning of a sentence. Reads the table of prices."""
    vendors = [(provider, provider_module(provider).VENDOR) for provider in provider_names()]
    known = {alias for _, vendor in vendors for alias in vendor.aliases}
    known |= {model for provider, vendor in vendors if vendor.names for model in priced(vendor.priced_as or provider)}
    near = get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.7)
    return f"Did you mean {' or '.join(near)}? " if near else ""


def _default(base_url: str | None, environ: Mapping[str, str]) -> Choice:
    if base_url:
        raise UsageError(
            "A base address needs the name of a model.",
            "Add --model NAME.",
        )
    for name in provider_names():
        vendor = provider_module(name).VENDOR
        if vendor.default_model and (vendor.key(environ) or vendor.url(environ) != vendor.base_url):
            return Choice(provider=name, model=vendor.default_model)
    raise UsageError(
        "No model is set up.",
        "Keep a key with `claw login`, or give --model (and --base-url for your own server). See `claw models`.",
    )


def open_provider(
    choice: Choice, base_url: str | None, environ: Mapping[str, str], network: Network | None = None
) -> Provider:
    """The provider of a choice, ready for requests; nothing is sent yet. Raises UsageError and MissingKey."""
    provider = provider_module(choice.provider).connect(choice.model, base_url, environ)
    if network is not None:
        provider.through(network)
    return provider


# ---- what is known of a model


Profile = Literal["full", "small"]
"""How much a model is told: small ones do better with a shorter prompt and fewer tools."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What is known of a model."""

    window: int | None = None
    """Tokens of a request and its answer together; None where unknown."""
    max_output: int | None = None
    """Tokens of an answer; None where unknown."""
    prices: Prices | None = None
    """None where unknown, which is not the same as free."""
    tools: bool | None = None
    """Whether it can call tools; None where unknown."""
    images: bool | None = None
    """Whether it sees pictures; None where unknown."""
    thinking: bool | None = None
    """Whether it thinks before it answers; None where unknown."""
    efforts: tuple[str, ...] = ()
    """How hard it can think, in words; empty where unknown."""
    structured_output: bool | None = None
    """Whether its answer can be held to a JSON schema; None where unknown."""
    profile: Profile | None = None
    """How much it is told; None where its window decides."""


def card(provider: str, model: str, *, url: str | None = None) -> ModelCard:
    """What is known of a model. `url` is where it is served: a vendor's prices do not hold at another address.

    It reads a large table the first time (0.15 s) or asks a server, so call it off the event loop.
    """
    vendor = provider_module(provider).VENDOR
    if vendor.local:
        hosted = model.endswith(("-cloud", ":cloud"))  # what Ollama lists so, it runs elsewhere, for money
        return replace(_as_served(provider, model, url), prices=None if hosted else FREE)
    if not vendor.base_url or (url is not None and url != vendor.base_url):
        return ModelCard()
    known = _known(vendor.priced_as or provider, model)
    return replace(known, images=vendor.images, structured_output=vendor.structured_output)


def _as_served(provider: str, model: str, url: str | None) -> ModelCard:
    """What the server that has the model says of it, if it answers in a moment; or its file."""
    vendor = provider_module(provider).VENDOR
    try:
        if vendor.offered is not None:
            found = vendor.offered(url or "", model)
        elif url and url.startswith("http"):
            found = vendor.listing(asking(url, "", ASKED), model)
        else:
            return ModelCard()
    except (OSError, ValueError):
        return ModelCard()
    each = next((served for served in found if served.name == model), None)
    if each is None:
        return ModelCard()
    profile = "small" if each.small else None
    return ModelCard(
        window=each.window,
        tools=each.tools,
        images=each.images,
        profile=profile,
        structured_output=vendor.structured_output,
    )


@cache
def _known(priced_as: str, model: str) -> ModelCard:
    window, prices = look_up(priced_as, model)
    return ModelCard(window=window, prices=prices)


def cost(card: ModelCard, usage: Usage) -> float | None:
    """US dollars of one answer; None where its price is unknown."""
    prices = card.prices
    if prices is None:
        return None
    fresh = max(usage.input - usage.cached - usage.cache_write, 0)
    tokens = (
        (fresh, prices.input),
        (usage.cached, prices.cached or prices.input),
        (usage.cache_write, prices.cache_write or prices.input),
        (usage.output - usage.reasoning, prices.output),
        (usage.reasoning, prices.reasoning or prices.output),
    )
    return sum(number * price_at(steps, usage.input) for number, steps in tokens) / 1_000_000
