"""What servers say of their models: names, context windows, and what each can do.

Asked with the standard library, since loading an SDK would take longer than the question may.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from claw_core.dialects.untrusted import Fields, count, fields, objects, string
from claw_core.message import JsonObject
from claw_core.provider import encode

MOST = 64
"""Models of a server that are asked about one by one."""
LARGEST_PAGE = 1 << 24
"""Bytes of an answer that are read."""
SMALL = 4.5
"""Billions of parameters up to which a model does better when it is told less."""
WINDOWS = ("context_length", "context_window", "max_context_length", "max_model_len", "max_input_tokens")
"""Where OpenRouter, Groq, Mistral, vLLM and Anthropic say how large a model's window is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A model that a server has."""

    name: str
    window: int | None = None
    """Tokens; None where the server does not say."""
    tools: bool | None = None
    """Whether it can call tools; None where the server does not say."""
    images: bool | None = None
    """Whether it sees pictures; None where the server does not say."""
    small: bool | None = None
    """Whether it is so small that it does better when it is told less; None where nobody knows."""
    note: str = ""
    """What else a person should know before they choose it."""


Ask: TypeAlias = Callable[[str, JsonObject | None], object]
"""The JSON at a path, by POST where there is a body. Raises OSError and ValueError.

A path with a leading slash is taken from the server's root, another one from the base address of its API."""
Listing: TypeAlias = Callable[[Ask, str | None], tuple[Served, ...]]
"""The models that a server has, or only the one of that name. Raises OSError and ValueError."""


def asking(url: str, key: str, timeout: float) -> Ask:
    """Asks the server at a base address, waiting at most `timeout` seconds for each answer."""
    from http.client import HTTPException
    from urllib.request import ProxyHandler, Request, build_opener

    url = url.rstrip("/")
    root = url.removesuffix("/v1")
    opener = build_opener(ProxyHandler({}))

    def ask(path: str, body: JsonObject | None) -> object:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        data = None if body is None else encode(body)
        headers |= {} if data is None else {"Content-Type": "application/json"}
        place = f"{root}{path}" if path.startswith("/") else f"{url}/{path}"
        request = Request(place, data=data, headers=headers)  # noqa: S310 - http(s), checked
        try:
            with opener.open(request, timeout=timeout) as answer:
                return json.loads(answer.read(LARGEST_PAGE))
        except HTTPException as error:
            raise ValueError(f"{url} does not speak HTTP") from error

    return ask


def plain(ask: Ask, only: str | None = None) -> tuple[Served, ...]:
    """By `/v1/models`, which everybody has; many say more there than its inventor does."""
    page = objects(fields(ask("models", None)).get("data"))
    found = tuple(_plain(model) for model in page if string(model.get("id")))
    return tuple(sorted((each for each in found if only in {None, each.name}), key=lambda each: each.name))


def _plain(model: Fields) -> Served:
    window = max(count(model.get(name)) for name in WINDOWS)
    senses = _words(fields(model.get("architecture")).get("input_modalities"))
    parameters, abilities = _words(model.get("supported_parameters")), fields(model.get("capabilities"))
    return Served(
        name=string(model.get("id")),
        window=window or None,
        tools=("tools" in parameters) if parameters else _said(abilities, "function_calling", "tools"),
        images=("image" in senses) if senses else _said(abilities, "vision"),
    )


def _ollama(ask: Ask, only: str | None = None) -> tuple[Served, ...]:
    """By Ollama's own words: what is loaded has the window it was loaded with, the others what they were made for."""
    loaded = {string(each.get("name")): each for each in objects(fields(ask("/api/ps", None)).get("models"))}
    page = objects(fields(ask("/api/tags", None)).get("models"))
    names = sorted(name for each in page if (name := string(each.get("name"))) and only in {None, name})
    sizes = {string(each.get("name")): string(fields(each.get("details")).get("parameter_size")) for each in page}
    found = (_of_ollama(ask, name, loaded.get(name, {}), known=place < MOST) for place, name in enumerate(names))
    return tuple(replace(each, small=_small(sizes.get(each.name, ""))) for each in found)


def _small(parameters: str) -> bool | None:
    """Whether a model with so many parameters, as Ollama writes it (`3.2B`, `494.03M`), does better told less."""
    number, unit = parameters[:-1], parameters[-1:].upper()
    if not re.fullmatch(r"\d+(\.\d+)?", number) or unit not in {"K", "M", "B", "T"}:
        return None
    return {"K": 0.0, "M": 0.0, "B": float(number), "T": 1e3}[unit] <= SMALL


def _of_ollama(ask: Ask, name: str, loaded: Fields, *, known: bool) -> Served:
    told = fields(ask("/api/show", {"model": name}) if known else None)
    able = _words(told.get("capabilities"))
    made_for = [
        count(value) for key, value in fields(told.get("model_info")).items() if key.endswith(".context_length")
    ]
    window = count(loaded.get("context_length")) or max(made_for, default=0)
    if not able:
        return Served(name=name, window=window or None)
    return Served(name=name, window=window or None, tools="tools" in able, images="vision" in able)


def _lmstudio(ask: Ask, only: str | None = None) -> tuple[Served, ...]:
    """By LM Studio's own words."""
    page = objects(fields(ask("/api/v0/models", None)).get("data"))
    models = [model for model in page if string(model.get("type")) in {"llm", "vlm"}]
    found = tuple(
        Served(
            name=string(model.get("id")),
            window=count(model.get("loaded_context_length")) or count(model.get("max_context_length")) or None,
            tools="tool_use" in able if (able := _words(model.get("capabilities"))) else None,
            images=model.get("type") == "vlm",
        )
        for model in models
    )
    return tuple(sorted((each for each in found if only in {None, each.name}), key=lambda each: each.name))


def _llama_cpp(ask: Ask, only: str | None = None) -> tuple[Served, ...]:
    """By llama.cpp's server, which has one model, and says of itself what it was started with."""
    told = fields(ask("/props", None))
    window = count(fields(told.get("default_generation_settings")).get("n_ctx"))
    tools = _said(fields(told.get("chat_template_caps")), "supports_tool_calls", "supports_tools")
    images = _said(fields(told.get("modalities")), "vision")
    names = [string(model.get("id")) for model in objects(fields(ask("models", None)).get("data"))]
    return tuple(Served(name=name, window=window or None, tools=tools, images=images) for name in names if name)


def _or_plain(native: Listing) -> Listing:
    """By a server's own words; by those that all have where it is another server than it is said to be."""

    def listing(ask: Ask, only: str | None) -> tuple[Served, ...]:
        from urllib.error import HTTPError

        try:
            return native(ask, only)
        except (HTTPError, ValueError):
            return plain(ask, only)

    return listing


ollama, lmstudio, llama_cpp = _or_plain(_ollama), _or_plain(_lmstudio), _or_plain(_llama_cpp)


def _words(value: object) -> set[str]:
    return {string(word) for word in cast("list[object]", value)} if isinstance(value, list) else set()


def _said(abilities: Mapping[str, object], *names: str) -> bool | None:
    return next((value for name in names if isinstance(value := abilities.get(name), bool)), None)
