"""Amazon Bedrock, by a Bedrock key: the models of many makers, each in the API that Bedrock has for it.

Claude is asked in Messages, OpenAI's own models in Responses, all others in Chat Completions, as Bedrock's "Mantle"
address offers them.
"""

from collections.abc import Mapping

from claw_core.dialects.anthropic_messages import AnthropicMessagesProvider
from claw_core.dialects.chat_body import Quirks
from claw_core.dialects.chat_completions import ChatCompletionsProvider
from claw_core.dialects.responses import ResponsesProvider
from claw_core.dialects.served import ServedProvider
from claw_core.error import MissingKey, UsageError
from claw_core.provider import Provider
from claw_core.providers import Vendor, connect_served, first_set

REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""Where AWS's own programs look for the region."""
VENDOR = Vendor(
    label="Amazon Bedrock",
    url_variables=("AWS_BEDROCK_BASE_URL",),
    key_variables=("AWS_BEARER_TOKEN_BEDROCK",),
    priced_as="aws",
    hint="Check AWS_REGION and the network.",
    quirks=Quirks(bearer=True, max_output_field="max_completion_tokens"),
)


def connect(model: str, base_url: str | None, environ: Mapping[str, str]) -> Provider:
    """The address given, that of the environment, or that of the region; raises UsageError where there is none."""
    kind, path = api_of(model)
    region = first_set(REGIONS, environ)
    given = base_url or VENDOR.url(environ)
    if not (given or region):
        raise UsageError("bedrock needs a region.", f"Set {REGIONS[0]}, as us-east-1, or {VENDOR.url_variables[0]}.")
    if not region.replace("-", "").isalnum() and not given:
        raise UsageError(f"{REGIONS[0]} is {region!r}, which is no region.", "It looks like us-east-1.")
    if not given and not VENDOR.key(environ):
        variable = VENDOR.key_variables[0]
        raise MissingKey(
            f"{VENDOR.label} wants a key, and {variable} is not set.",
            f"Set it (export {variable}=...), or keep one: claw login bedrock",
        )
    return connect_served(kind, "bedrock", VENDOR, given or f"https://bedrock-mantle.{region}.api.aws{path}", environ)


def api_of(model: str) -> tuple[type[ServedProvider], str]:
    """In which API a model is asked, and where under the address of a region that is."""
    if model.startswith("anthropic."):
        return AnthropicMessagesProvider, "/anthropic/v1"
    if model.startswith("openai.") and not model.startswith("openai.gpt-oss"):
        return ResponsesProvider, "/openai/v1"
    return ChatCompletionsProvider, "/v1"
