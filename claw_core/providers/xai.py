"""xAI: Grok."""

from collections.abc import Mapping

from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="xAI",
    base_url="https://api.x.ai/v1",
    url_variables=("XAI_BASE_URL",),
    key_variables=("XAI_API_KEY",),
    needs_key=True,
    default_model="grok-4.7",
    names=r"grok-",
    aliases={"grok": "grok-4.7"},
    priced_as="x-ai",
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("xai", VENDOR, base_url, environ)
