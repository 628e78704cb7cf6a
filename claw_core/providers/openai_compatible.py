"""Any server that speaks Chat Completions at an address given with --base-url."""

from collections.abc import Mapping

from claw_core.error import UsageError
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_chat

VENDOR = Vendor(
    label="The server",
    url_variables=("OPENAI_BASE_URL",),
    key_variables=("OPENAI_API_KEY",),
    hint="Check --base-url, or start it.",
    stall=600,  # a large model on a small machine reads a long prompt for minutes before its first word
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, or that of the environment."""
    url = base_url or VENDOR.url(environ)
    if not url:
        raise UsageError("openai_compatible needs an address.", "Give one: --base-url http://localhost:8080/v1")
    return connect_chat("openai_compatible", VENDOR, url, environ)
