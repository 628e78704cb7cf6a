"""Groq: open models, fast."""

from collections.abc import Mapping

from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="Groq",
    base_url="https://api.groq.com/openai/v1",
    url_variables=("GROQ_BASE_URL",),
    key_variables=("GROQ_API_KEY",),
    needs_key=True,
    default_model="openai/gpt-oss-120b",
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("groq", VENDOR, base_url, environ)
