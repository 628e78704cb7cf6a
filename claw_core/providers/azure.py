"""Azure OpenAI, by the address of a resource of one's own; a model is the name of a deployment there."""

from collections.abc import Mapping

from claw_core.dialects.chat_body import Quirks
from claw_core.dialects.responses import ResponsesProvider
from claw_core.error import UsageError
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_served

VENDOR = Vendor(
    label="Azure OpenAI",
    url_variables=("AZURE_OPENAI_ENDPOINT",),
    key_variables=("AZURE_OPENAI_API_KEY",),
    hint="Check AZURE_OPENAI_ENDPOINT and the network.",
    quirks=Quirks(max_output_field="max_completion_tokens"),
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, or that of the environment; its API is found under it."""
    url = (base_url or VENDOR.url(environ)).rstrip("/")
    if not url:
        raise UsageError("azure needs an address.", "Set AZURE_OPENAI_ENDPOINT, as https://NAME.openai.azure.com")
    if not url.endswith("/v1"):
        url = f"{url.removesuffix('/openai')}/openai/v1"
    return connect_served(ResponsesProvider, "azure", VENDOR, url, environ)
