"""When a server asks us to come back later, and how its words are quoted."""

from datetime import UTC, datetime

import pytest

from claw_core.dialects.failure import LONGEST_QUOTE, Failures, retry_after
from claw_core.error import ServerFailed

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
    ],
)
def test_the_wait_is_read_from_the_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_a_long_answer_is_quoted_in_part_and_a_web_page_not_at_all() -> None:
    failures = Failures(label="X", url="http://x/v1")
    assert len(failures.quote("a" * 10_000)) == LONGEST_QUOTE
    assert failures.status(502, "<html><title>Bad Gateway</title></html>", {}).message == "X failed (502)."


@pytest.mark.parametrize(
    "body",
    [{"message": "broken"}, {"error": "broken"}, {"error": {"message": "broken"}}, {"detail": "broken"}, "broken"],
)
def test_a_servers_words_are_found_in_every_form(body: object) -> None:
    error = Failures(label="X", url="http://x/v1").status(500, body, {})
    assert isinstance(error, ServerFailed)
    assert error.message == "X failed (500): broken"
