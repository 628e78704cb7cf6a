"""Anthropic, or whatever server ANTHROPIC_BASE_URL names, in which case no key is needed."""

from collections.abc import Mapping
from dataclasses import replace

from claw_core.dialects.anthropic_messages import AnthropicMessagesProvider
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_served

VENDOR = Vendor(
    label="Anthropic",
    base_url="https://api.anthropic.com",
    url_variables=("ANTHROPIC_BASE_URL",),
    key_variables=("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"),
    needs_key=True,
    default_model="claude-sonnet-5-5",
    names=r"claude-",
    aliases={"sonnet": "claude-sonnet-5-5", "opus": "claude-opus-5-5", "haiku": "claude-haiku-5-5"},
    images=True,
    structured_output=True,
    hint="Check the network, and ANTHROPIC_BASE_URL where it is set.",
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or Anthropic's own; only the last needs a key."""
    bearer = not environ.get(VENDOR.key_variables[0], "").strip()
    vendor = replace(VENDOR, quirks=replace(VENDOR.quirks, bearer=bearer))
    return connect_served(AnthropicMessagesProvider, "anthropic", vendor, base_url or VENDOR.url(environ), environ)
