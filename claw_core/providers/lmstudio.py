"""LM Studio: models on the person's own machine."""

from collections.abc import Mapping

from claw_core.dialects.listing import lmstudio
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="LM Studio",
    base_url="http://localhost:1234/v1",
    url_variables=("LMSTUDIO_BASE_URL",),
    key_variables=("LMSTUDIO_API_KEY",),
    local=True,
    structured_output=True,
    hint="Start its server (lms server start), or name its address in LMSTUDIO_BASE_URL.",
    listing=lmstudio,
    stall=600,  # a large model on a small machine reads a long prompt for minutes before its first word
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("lmstudio", VENDOR, base_url, environ)
