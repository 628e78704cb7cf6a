"""The way to a server: which certificates are trusted, and whether a way that the settings name can be gone at all."""

import ssl
from pathlib import Path
from urllib.parse import urlsplit

from claw_core.error import UsageError
from claw_core.provider import Network


def checked(network: Network) -> None:
    """Raises UsageError where the proxy is no address, or the certificates cannot be read."""
    if network.proxy is not None:
        parts = urlsplit(network.proxy)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError("network.proxy is no address of a proxy.", "It looks like http://proxy.example:8080.")
    if network.ca_file is not None:
        trusted(network.ca_file)


def trusted(ca_file: Path | None, url: str = "") -> ssl.SSLContext | bool:
    """What an HTTP client of `url` takes for `verify`: the usual certificates, or these beside them.

    Reading the usual ones takes a while. An address without TLS has them read only where it sends us on to one with it.
    Raises UsageError.
    """
    if ca_file is None:
        if not url.startswith("http://"):
            return True
        from truststore import SSLContext

        return SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as error:
        said = "it holds no certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise UsageError(
            f"The certificates in {ca_file} cannot be used: {said}.", "network.ca_file has to name a PEM file."
        ) from error
    return context
