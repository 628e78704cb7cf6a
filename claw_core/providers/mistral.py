"""Mistral, which takes ids of calls only of nine letters and digits."""

import re
from collections.abc import Mapping

from claw_core.dialects.carry import CallIds
from claw_core.dialects.chat_body import Quirks
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_by_key

VENDOR = Vendor(
    label="Mistral",
    base_url="https://api.mistral.ai/v1",
    url_variables=("MISTRAL_BASE_URL",),
    key_variables=("MISTRAL_API_KEY",),
    needs_key=True,
    default_model="mistral-medium-latest",
    names=r"(mistral|codestral|devstral|magistral|ministral|pixtral)-",
    aliases={"mistral": "mistral-medium-latest", "codestral": "codestral-latest"},
    quirks=Quirks(ids=CallIds(pattern=re.compile(r"[a-zA-Z0-9]{9}"), length=9), stream_options=False),
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or its own; only the last needs a key."""
    return connect_by_key("mistral", VENDOR, base_url, environ)
