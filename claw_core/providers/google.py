"""Google: Gemini, at its address that speaks Chat Completions. Its calls go back with their signatures."""

from collections.abc import Mapping

from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="Google",
    base_url="https://generativelanguage.googleapis.com/v1beta/openai",
    url_variables=("GEMINI_BASE_URL",),
    key_variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    needs_key=True,
    default_model="gemini-3.8-flash",
    names=r"gemini-|gemma-",
    aliases={"gemini": "gemini-4-argon", "flash": "gemini-3.8-flash"},
    images=True,
    structured_output=True,
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("google", VENDOR, base_url, environ)
