"""OpenRouter: the models of many, by their makers' names. Thoughts go back with their signatures."""

from collections.abc import Mapping

from claw_core.dialects.chat_body import Quirks
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="OpenRouter",
    base_url="https://openrouter.ai/api/v1",
    url_variables=("OPENROUTER_BASE_URL",),
    key_variables=("OPENROUTER_API_KEY",),
    needs_key=True,
    default_model="openrouter/auto",
    quirks=Quirks(extra={"usage": {"include": True}}),
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("openrouter", VENDOR, base_url, environ)
