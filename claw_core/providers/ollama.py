"""Ollama: models on the person's own machine, or on that which OLLAMA_HOST names."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from claw_core.dialects.listing import ollama
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_chat

VENDOR = Vendor(
    label="Ollama",
    base_url="http://localhost:11434/v1",
    url_variables=("OLLAMA_HOST",),
    key_variables=("OLLAMA_API_KEY",),
    local=True,
    structured_output=True,
    listing=ollama,
    hint="Start it with `ollama serve`, or name its address in OLLAMA_HOST.",
    stall=600,  # a large model on a small machine reads a long prompt for minutes before its first word
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, or that of the environment."""
    return connect_chat("ollama", VENDOR, base_url or address(VENDOR.url(environ)), environ)


def address(host: str) -> str:
    """A base address from what Ollama takes as OLLAMA_HOST: `host`, `host:port`, `:port`, or with a scheme."""
    parts = urlsplit(host if "://" in host else f"http://{host}")
    name = parts.hostname or "127.0.0.1"
    name = "127.0.0.1" if name == "0.0.0.0" else f"[{name}]" if ":" in name else name  # noqa: S104 - read, not bound
    with_port = parts.port or (11434 if "://" not in host else {"http": 80, "https": 443}.get(parts.scheme, 11434))
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{name}:{with_port}{path if path.endswith('/v1') else path + '/v1'}"
