"""OpenAI, or whatever server OPENAI_BASE_URL names, in which case no key is needed.

OpenAI itself is asked in the Responses API, in which thoughts can be kept; other addresses in Chat Completions, which
they all speak. CLAW_OPENAI_DIALECT says otherwise.
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from claw_core.dialects.chat_body import Quirks
from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.dialects.responses import ResponsesProvider
from claw_core.error import UsageError
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_served

VENDOR = Vendor(
    label="OpenAI",
    base_url="https://api.openai.com/v1",
    url_variables=("OPENAI_BASE_URL",),
    key_variables=("OPENAI_API_KEY",),
    needs_key=True,
    default_model="gpt-5.4",
    hint="Check the network, and OPENAI_BASE_URL where it is set.",
    names=r"gpt-|chatgpt-|ft:gpt-|codex-|o\d",
    aliases={"gpt": "gpt-5.4"},
    images=True,
    structured_output=True,
    quirks=Quirks(max_output_field="max_completion_tokens"),
)
BILLED = {"openai-organization": "OPENAI_ORG_ID", "openai-project": "OPENAI_PROJECT_ID"}
"""Headers, and the variables that say what goes there."""
DIALECTS = {"responses": ResponsesProvider, "chat_completions": ChatCompletionsProvider}


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or OpenAI's own; only the last needs a key."""
    url = base_url or VENDOR.url(environ)
    own = url.rstrip("/") == VENDOR.base_url
    wanted = environ.get("CLAW_OPENAI_DIALECT", "").strip() or ("responses" if own else "chat_completions")
    if wanted not in DIALECTS:
        raise UsageError(f"CLAW_OPENAI_DIALECT is {wanted!r}.", f"It may be {' or '.join(DIALECTS)}.")
    return connect_served(DIALECTS[wanted], "openai", _billed(url, environ), url, environ)


def _billed(url: str, environ: Mapping[str, str]) -> Vendor:
    """OpenAI is told which organization and project to bill, which is no business of other servers."""
    host = urlsplit(url).hostname or ""
    if not f".{host}".endswith(".openai.com"):
        return VENDOR
    told = {header: value for header, name in BILLED.items() if (value := environ.get(name, "").strip())}
    return replace(VENDOR, quirks=replace(VENDOR.quirks, headers=told))
