"""DeepSeek. What it thinks while it calls tools has to come back."""

from collections.abc import Mapping

from claw_core.dialects.chat_body import Quirks
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="DeepSeek",
    base_url="https://api.deepseek.com/v1",
    url_variables=("DEEPSEEK_BASE_URL",),
    key_variables=("DEEPSEEK_API_KEY",),
    needs_key=True,
    default_model="deepseek-v4-pro",
    names=r"deepseek-(chat|reasoner|flash|v\d)",
    aliases={"deepseek": "deepseek-v4-pro"},
    images=False,
    quirks=Quirks(thoughts=True),
    stall=600,  # when it is busy it holds the line open for up to ten minutes
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("deepseek", VENDOR, base_url, environ)
