"""Each provider: where it is, in what it is spoken to, and which key it takes there."""

import json

import pytest

from claw_core.catalog import Choice, card, open_provider, provider_module, provider_names, resolve
from claw_core.dialects.served import ServedProvider
from claw_core.error import MissingKey, UsageError
from claw_core.message import Call, Message, Result, Text
from claw_core.prices import going, look_up
from claw_core.provider import ModelRequest
from tests.core.dialects.vendor_types import anthropic_request, chat_request, responses_request

KEYED = sorted(name for name in provider_names() if provider_module(name).VENDOR.needs_key)
FITS = {"chat_completions": chat_request, "anthropic_messages": anthropic_request, "responses": responses_request}
STRANGE = Call(id="call:1|strange", name="grep", input={})
REQUEST = ModelRequest(
    model="m",
    system="You are claw.",
    messages=(
        Message(role="user", parts=(Text(text="Fix it"),)),
        Message(role="assistant", parts=(STRANGE,)),
        Message(role="user", parts=(Result(id=STRANGE.id, parts=(Text(text="found"),)),)),
    ),
)


@pytest.mark.parametrize("name", KEYED)
def test_a_vendor_wants_its_own_key_at_its_own_address(name: str) -> None:
    vendor = provider_module(name).VENDOR
    choice = Choice(provider=name, model=vendor.default_model)
    with pytest.raises(MissingKey, match=f"{vendor.key_variables[0]} is not set") as failure:
        open_provider(choice, None, {})
    assert f"claw login {name}" in failure.value.hint
    assert open_provider(choice, None, {vendor.key_variables[0]: "k"}).url == vendor.base_url
    assert open_provider(choice, "http://localhost:1/v1", {}).url == "http://localhost:1/v1"
    assert (
        open_provider(choice, None, {vendor.url_variables[0]: "http://localhost:2/v1"}).url == "http://localhost:2/v1"
    )


@pytest.mark.parametrize("name", [name for name in provider_names() if name not in {"local", "scripted"}])
def test_what_it_would_be_sent_fits_the_types_of_its_api(name: str) -> None:
    provider = open_provider(Choice(provider=name, model="m"), "http://localhost:1/v1", {})
    sent = json.loads(provider.body(REQUEST).encode())
    for extension in provider_module(name).VENDOR.quirks.extra:
        del sent[extension]
    for message in sent.get("messages", []):
        message.pop("reasoning_content", None)  # which DeepSeek wants, and its types do not know
    FITS[provider.dialect](json.dumps(sent).encode())


def test_mistral_gets_ids_of_nine_letters_that_belong_together() -> None:
    provider = open_provider(Choice(provider="mistral", model="m"), "http://localhost:1/v1", {})
    [_, _, made, answered] = provider.body(REQUEST).lists["messages"]
    assert len(str(answered["tool_call_id"])) == 9
    assert str(answered["tool_call_id"]) in str(made["tool_calls"])


def test_openai_alone_is_told_whom_to_bill() -> None:
    environ = {"OPENAI_API_KEY": "k", "OPENAI_ORG_ID": "org-1", "OPENAI_PROJECT_ID": "proj-1"}
    choice = Choice(provider="openai", model="m")
    billed = {"openai-organization": "org-1", "openai-project": "proj-1"}
    for url, told in ((None, billed), ("https://eu.api.openai.com/v1", billed), ("https://notopenai.com/v1", {})):
        provider = open_provider(choice, url, environ)
        assert isinstance(provider, ServedProvider)
        assert provider.headers == {"authorization": "Bearer k", **told}


def test_azure_is_found_by_its_resource() -> None:
    choice = Choice(provider="azure", model="my-deployment")
    with pytest.raises(UsageError, match="needs an address"):
        open_provider(choice, None, {})
    provider = open_provider(choice, None, {"AZURE_OPENAI_ENDPOINT": "https://me.openai.azure.com/"})
    assert (provider.url, provider.dialect) == ("https://me.openai.azure.com/openai/v1", "responses")


@pytest.mark.parametrize(
    ("model", "dialect", "path"),
    [
        ("anthropic.claude-opus-4-8", "anthropic_messages", "/anthropic/v1"),
        ("openai.gpt-5.5", "responses", "/openai/v1"),
        ("openai.gpt-oss-120b", "chat_completions", "/v1"),
        ("qwen.qwen3-32b", "chat_completions", "/v1"),
    ],
)
def test_bedrock_is_found_by_its_region_and_asked_in_the_api_of_the_model(model: str, dialect: str, path: str) -> None:
    choice = Choice(provider="bedrock", model=model)
    with pytest.raises(UsageError, match="needs a region"):
        open_provider(choice, None, {})
    with pytest.raises(UsageError, match="is no region"):
        open_provider(choice, None, {"AWS_REGION": "us-east-1.evil.example/"})
    with pytest.raises(MissingKey, match="AWS_BEARER_TOKEN_BEDROCK is not set"):
        open_provider(choice, None, {"AWS_REGION": "eu-west-1"})
    provider = open_provider(choice, None, {"AWS_REGION": "eu-west-1", "AWS_BEARER_TOKEN_BEDROCK": "k"})
    assert (provider.dialect, provider.url) == (dialect, f"https://bedrock-mantle.eu-west-1.api.aws{path}")


def test_the_models_taken_by_default_are_in_the_table_of_prices_and_not_on_their_way_out() -> None:
    for name in provider_names():
        vendor = provider_module(name).VENDOR
        for model in {vendor.default_model, *vendor.aliases.values()} - {"", "openrouter/auto"}:
            if not vendor.local:
                assert look_up(vendor.priced_as or name, model)[1] is not None, f"{name}/{model}"
                assert not going(vendor.priced_as or name, model), f"{name}/{model}"


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("sonnet", "anthropic/claude-sonnet-5-5"),
        ("anthropic/opus", "anthropic/claude-opus-5-5"),
        ("claude-opus-4-6", "anthropic/claude-opus-4-6"),
        ("gemini-3-pro-preview", "google/gemini-3-pro-preview"),
        ("deepseek-chat", "deepseek/deepseek-chat"),
        ("devstral-small-latest", "mistral/devstral-small-latest"),
        ("grok", "xai/grok-4.7"),
        ("gemini", "google/gemini-4-argon"),
        ("mistral", "mistral/mistral-medium-latest"),
        ("openrouter/anthropic/claude-opus-4.6", "openrouter/anthropic/claude-opus-4.6"),
    ],
)
def test_a_model_is_known_by_its_alias_or_by_how_its_name_begins(name: str, means: str) -> None:
    assert str(resolve(name, base_url=None, environ={})) == means


def test_another_address_for_openai_takes_no_model_from_who_has_a_key_for_it() -> None:
    proxy = {"OPENAI_BASE_URL": "http://localhost:1/v1"}
    assert str(resolve("claude-opus-4-6", base_url=None, environ=proxy)) == "openai/claude-opus-4-6"
    both = {**proxy, "ANTHROPIC_API_KEY": "k"}
    assert str(resolve("claude-opus-4-6", base_url=None, environ=both)) == "anthropic/claude-opus-4-6"


@pytest.mark.parametrize(("typo", "meant"), [("sonet", "sonnet"), ("claud-opus-4-6", "claude-opus-4-6")])
def test_a_typo_suggests(typo: str, meant: str) -> None:
    with pytest.raises(UsageError) as failure:
        resolve(typo, base_url=None, environ={})
    assert "Did you mean" in failure.value.hint
    assert meant in failure.value.hint


def test_prices_are_found_under_the_name_that_the_table_has() -> None:
    assert card("xai", "grok-4").prices is not None
    assert card("anthropic", "claude-sonnet-4-5").prices is not None
    assert card("deepseek", "deepseek-chat").images is False
