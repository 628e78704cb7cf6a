"""Which model is meant, how it is reached, and what an answer costs."""

import pytest

from claw_core.catalog import ModelCard, card, cost, open_provider, provider_names, resolve
from claw_core.error import MissingKey, UsageError
from claw_core.message import Usage
from claw_core.prices import Prices

SERVER = "http://localhost:8080/v1"


def test_providers_are_known_by_their_file_names() -> None:
    assert {"openai", "ollama", "openai_compatible", "scripted"} <= set(provider_names())


@pytest.mark.parametrize(
    ("model", "base_url", "environ", "expected"),
    [
        ("openai/gpt-5.4", None, {}, "openai/gpt-5.4"),
        ("ollama/qwen3:4b", None, {}, "ollama/qwen3:4b"),
        ("scripted//tmp/fix.toml", None, {}, "scripted//tmp/fix.toml"),
        ("gpt-5.4", None, {}, "openai/gpt-5.4"),
        ("o3-mini", None, {}, "openai/o3-mini"),
        ("ft:gpt-4o:us", None, {}, "openai/ft:gpt-4o:us"),
        ("qwen3.5:35b-a3b-coding-nvfp4", None, {}, "ollama/qwen3.5:35b-a3b-coding-nvfp4"),
        ("hf.co/someone/Llama:Q4", None, {}, "ollama/hf.co/someone/Llama:Q4"),
        ("qwen3.5:35b-a3b-coding-nvfp4", SERVER, {}, "openai_compatible/qwen3.5:35b-a3b-coding-nvfp4"),
        ("org/model", SERVER, {}, "openai_compatible/org/model"),
        ("gpt-5.4", SERVER, {}, "openai_compatible/gpt-5.4"),
        ("llama", None, {"OLLAMA_HOST": "box"}, "ollama/llama"),
        ("org/model", None, {"OPENAI_BASE_URL": SERVER}, "openai/org/model"),
        ("qwen3:4b", None, {"OPENAI_BASE_URL": SERVER}, "openai/qwen3:4b"),
        (None, None, {"CLAW_MODEL": "ollama/x"}, "ollama/x"),
        ("gpt-5.4", None, {"CLAW_MODEL": "ollama/x"}, "openai/gpt-5.4"),
        (None, None, {"OPENAI_API_KEY": "sk-1"}, "openai/gpt-5.4"),
        (None, None, {"OPENAI_BASE_URL": SERVER}, "openai/gpt-5.4"),
    ],
)
def test_a_name_is_resolved(model: str | None, base_url: str | None, environ: dict[str, str], expected: str) -> None:
    assert str(resolve(model, base_url=base_url, environ=environ)) == expected


@pytest.mark.parametrize(
    ("model", "base_url", "message", "hint"),
    [
        (None, None, "No model is set up", "--model"),
        (None, SERVER, "needs the name of a model", "--model NAME"),
        ("opnai/gpt-5.4", None, "no provider named opnai", "Did you mean openai?"),
        ("olama/qwen3:4b", None, "no provider named olama", "Did you mean ollama?"),
        ("org/model", None, "no provider named org", "--base-url"),
        ("llama", None, "Nobody is known to serve", "ollama/llama"),
        ("openai/", None, "names no model", "openai/MODEL"),
    ],
)
def test_a_name_that_means_nobody_is_refused(model: str | None, base_url: str | None, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as failure:
        resolve(model, base_url=base_url, environ={})
    assert hint in failure.value.hint


# ---- opening


def opened_url(model: str, base_url: str | None = None, **environ: str) -> str:
    choice = resolve(model, base_url=base_url, environ=environ)
    return open_provider(choice, base_url, environ).url


def test_openai_itself_wants_a_key_and_other_addresses_do_not() -> None:
    with pytest.raises(MissingKey, match="OPENAI_API_KEY is not set"):
        opened_url("openai/gpt-5.4")
    assert opened_url("openai/gpt-5.4", OPENAI_API_KEY="sk-1") == "https://api.openai.com/v1"
    assert opened_url("openai/gpt-5.4", OPENAI_BASE_URL=SERVER + "/") == SERVER
    assert opened_url("openai/gpt-5.4", base_url=SERVER) == SERVER


def test_a_key_with_characters_no_key_has_is_refused_and_not_shown() -> None:
    with pytest.raises(MissingKey, match="characters") as failure:
        opened_url("openai/gpt-5.4", OPENAI_API_KEY="sk-‘quoted’")
    assert "quoted" not in str(failure.value)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", "http://localhost:11434/v1"),
        ("box", "http://box:11434/v1"),
        ("box:8000", "http://box:8000/v1"),
        (":8000", "http://127.0.0.1:8000/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        ("[::1]:8000", "http://[::1]:8000/v1"),
        ("https://box", "https://box:443/v1"),
        ("http://box:8000/ollama/", "http://box:8000/ollama/v1"),
        ("http://box:8000/v1", "http://box:8000/v1"),
    ],
)
def test_ollama_is_found_where_its_own_variable_says(host: str, url: str) -> None:
    assert opened_url("ollama/qwen3:4b", OLLAMA_HOST=host) == url


def test_a_server_without_an_address_is_refused() -> None:
    with pytest.raises(UsageError, match="needs an address"):
        opened_url("openai_compatible/x")


# ---- what it costs


def test_the_card_of_a_known_model_has_window_and_prices() -> None:
    known = card("openai", "gpt-4o")
    assert known.window == 128_000
    assert known.prices is not None
    assert known.prices.input[0][1] > known.prices.cached[0][1] > 0
    assert (known.images, known.structured_output) == (True, True)
    assert card("openai_compatible", "gpt-4o").structured_output is None


def test_what_is_unknown_is_unknown_and_what_is_local_is_free() -> None:
    usage = Usage(input=1000, output=100)
    assert cost(card("openai", "no-such-model"), usage) is None
    assert cost(card("openai_compatible", "gpt-4o"), usage) is None
    assert cost(card("openai", "gpt-4o", url=SERVER), usage) is None
    assert cost(card("ollama", "gpt-oss:120b-cloud"), usage) is None
    assert cost(card("ollama", "qwen3:4b"), usage) == 0.0
    assert cost(card("scripted", "fix.toml"), usage) == 0.0


def test_cached_tokens_have_their_own_price_and_long_requests_another() -> None:
    prices = Prices(input=((0, 2.0), (1000, 4.0)), output=((0, 10.0),), cached=((0, 0.5), (1000, 1.0)))
    priced = ModelCard(prices=prices)
    assert cost(priced, Usage(input=1000, cached=400, output=100)) == pytest.approx(
        (600 * 2.0 + 400 * 0.5 + 100 * 10.0) / 1e6
    )
    assert cost(priced, Usage(input=2000, cached=400)) == pytest.approx((1600 * 4.0 + 400 * 1.0) / 1e6)
    no_cache_price = ModelCard(prices=Prices(input=((0, 2.0),), output=((0, 10.0),)))
    assert cost(no_cache_price, Usage(input=1000, cached=400)) == pytest.approx(1000 * 2.0 / 1e6)
