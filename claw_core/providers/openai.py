"""OpenAI, or whatever server OPENAI_BASE_URL names, in which case no key is needed."""

from collections.abc import Mapping

from claw_core.dialects.chat_body import Quirks
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_chat

VENDOR = Vendor(
    label="OpenAI",
    base_url="https://api.openai.com/v1",
    url_variables=("OPENAI_BASE_URL",),
    key_variables=("OPENAI_API_KEY",),
    needs_key=True,
    default_model="gpt-5.4",
    hint="Check the network, and OPENAI_BASE_URL where it is set.",
    quirks=Quirks(max_output_field="max_completion_tokens"),
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or OpenAI's own; only the last needs a key."""
    return connect_chat("openai", VENDOR, base_url or VENDOR.url(environ), environ)
