"""vLLM: models on the person's own machine, or on one they name."""

from collections.abc import Mapping

from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="vLLM",
    base_url="http://localhost:8000/v1",
    url_variables=("VLLM_BASE_URL",),
    key_variables=("VLLM_API_KEY",),
    local=True,
    structured_output=True,
    hint="Start it with `vllm serve MODEL --enable-auto-tool-choice`, or name its address in VLLM_BASE_URL.",
    stall=600,  # a large model on a small machine reads a long prompt for minutes before its first word
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("vllm", VENDOR, base_url, environ)
