"""How a server's words are quoted."""

import pytest

from claw_core.dialects.failure import LONGEST_QUOTE, Failures
from claw_core.error import ServerFailed


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
