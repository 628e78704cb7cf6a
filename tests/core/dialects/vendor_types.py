"""Requests checked against the types that the vendors' own SDKs are made of."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def assert_fits(kind: Any, body: bytes) -> Any:
    """The body is one of these, and has no field that the type does not know. Returns it, parsed."""
    sent: Any = json.loads(body)
    assert _walked(_adapter(kind).validate_python(sent)) == sent
    return sent


def _walked(value: Any) -> Any:
    """The value, all of it validated: what is typed as an iterable is checked only when it is gone through."""
    if isinstance(value, Mapping):
        return {name: _walked(each) for name, each in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_walked(each) for each in cast("Iterable[Any]", value)]
    return value


def anthropic_request(body: bytes) -> Any:
    """A request of the Messages API."""
    from anthropic.types.message_create_params import MessageCreateParamsStreaming

    return assert_fits(MessageCreateParamsStreaming, body)


def chat_request(body: bytes) -> Any:
    """A request of the Chat Completions API."""
    from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming

    return assert_fits(CompletionCreateParamsStreaming, body)


def responses_request(body: bytes) -> Any:
    """A request of the Responses API."""
    from openai.types.responses.response_create_params import ResponseCreateParamsStreaming

    return assert_fits(ResponseCreateParamsStreaming, body)
