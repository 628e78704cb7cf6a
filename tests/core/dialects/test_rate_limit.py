"""How long a server asks us to wait, however it says it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.dialects.rate_limit import retry_after

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sat, 31 Jan 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sat, 31 Jan 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1.2.3"}, None),
        ({"retry-after": "2m"}, 120.0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m30.5s"}, 90.5),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "120ms"}, 0.12),
        ({"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "6h"}, None),
        (
            {
                "anthropic-ratelimit-tokens-remaining": "0",
                "anthropic-ratelimit-tokens-reset": "2026-01-31T12:00:09+00:00",
            },
            9.0,
        ),
        ({"x-ratelimit-reset": "1769860812000"}, 12.0),
        ({"x-rate-limit-reset": "1769860812"}, 12.0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "34"}, 34.0),
    ],
)
def test_the_wait_is_read_from_the_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Rate limit reached for gpt-5 in organization org-1. Please try again in 1.2s. Visit https://x", 1.2),
        ("Please try again in 520ms.", 0.52),
        ("Please retry in 44.070794462s.", 44.070794462),
        ("Try again in 2 minutes and be patient", 120.0),
        ("try again in 1h 2m", 3720.0),
        ("There are 30 of you.", None),
    ],
)
def test_the_wait_is_read_from_the_words_where_no_header_says_it(words: str, seconds: float | None) -> None:
    assert retry_after({}, NOW, words) == seconds


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset"]), st.text()), st.text())
def test_whatever_a_server_says_it_is_a_wait_or_none(headers: dict[str, str], words: str) -> None:
    asked = retry_after(headers, NOW, words)
    assert asked is None or asked >= 0
