"""What tokens cost: prices as plain data, and where they come from.

The table is that of the `genai-prices` package, as shipped with it: nothing is downloaded while claw runs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

Steps = tuple[tuple[int, float], ...]
"""US dollars per million tokens, each where more tokens than its first number were read; the first step begins at 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What tokens cost."""

    input: Steps
    output: Steps
    cached: Steps = ()
    """Empty where reading from the cache costs as much as reading."""
    cache_write: Steps = ()
    """Empty where writing to the cache costs as much as reading."""
    reasoning: Steps = ()
    """Of thoughts; empty where these cost as much as what is written."""


FREE = Prices(input=((0, 0.0),), output=((0, 0.0),))


def price_at(steps: Steps, read: int) -> float:
    """The price that holds where so many tokens were read: it is then that of all of them."""
    return next(price for start, price in reversed(steps) if start == 0 or read > start)


def look_up(provider: str, model: str) -> tuple[int | None, Prices | None]:
    """The window (tokens) and the prices of a model, each None where the table does not know it.

    Reads a table of 1.5 MB the first time (0.15 s).
    """
    from genai_prices.data_snapshot import get_snapshot

    try:
        _, known = get_snapshot().find_provider_model(model, None, provider, None)
    except LookupError:
        return None, None
    price = vars(known.get_prices(datetime.now(UTC)))
    read, written = _steps(price.get("input_mtok")), _steps(price.get("output_mtok"))
    if not (read and written):
        return known.context_window, None
    prices = Prices(
        input=read,
        output=written,
        cached=_steps(price.get("cache_read_mtok")),
        cache_write=_steps(price.get("cache_write_mtok")),
    )
    return known.context_window, prices


def going(provider: str, model: str) -> bool:
    """Whether the provider has said that it takes a model away, as far as the table knows."""
    from genai_prices.data_snapshot import get_snapshot

    try:
        _, known = get_snapshot().find_provider_model(model, None, provider, None)
    except LookupError:
        return False
    return bool(known.deprecated)


def priced(provider: str) -> tuple[str, ...]:
    """The names of the models of a provider whose prices are known."""
    from genai_prices.data_snapshot import get_snapshot

    found = next((each for each in get_snapshot().providers if each.id == provider), None)
    return tuple(model.id for model in found.models) if found else ()


def _steps(price: object) -> Steps:
    from genai_prices.types import TieredPrices

    if isinstance(price, TieredPrices):
        return ((0, float(price.base)), *((tier.start, float(tier.price)) for tier in price.tiers))
    return ((0, float(price)),) if isinstance(price, Decimal) else ()
