"""llama.cpp's server: one model on the person's own machine."""

from collections.abc import Mapping

from claw_core.dialects.listing import llama_cpp
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="llama.cpp",
    base_url="http://localhost:8080/v1",
    url_variables=("LLAMA_CPP_BASE_URL",),
    key_variables=("LLAMA_API_KEY",),
    local=True,
    structured_output=True,
    hint="Start it with `llama-server --jinja -m MODEL.gguf`, or name its address in LLAMA_CPP_BASE_URL.",
    listing=llama_cpp,
    stall=600,  # a large model on a small machine reads a long prompt for minutes before its first word
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("llama_cpp", VENDOR, base_url, environ)
