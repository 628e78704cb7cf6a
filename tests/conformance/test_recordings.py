"""Which of the recorded exchanges are put to the test, counted; those that are not have a reason."""

from collections import Counter

import pytest

from tests.conformance.recorded import ABSENT, recordings

SPOKEN = ("openai.chat", "openai.responses", "anthropic.messages")
"""What our dialects speak. Google and Ollama are asked in Chat Completions, which both offer; Cohere not at all."""


@pytest.mark.skipif(not recordings(), reason=ABSENT)
def test_every_exchange_is_compared_or_there_is_a_reason_why_not() -> None:
    counts = Counter(
        (each.provider, "compared" if each.expected else "meaning unknown")
        if each.wire in SPOKEN
        else (each.provider, f"speaks {each.wire}")
        for each in recordings()
    )
    for (provider, reason), number in sorted(counts.items()):
        print(f"{provider:18} {number:4} {reason}")
    compared = sum(number for (_, reason), number in counts.items() if reason == "compared")
    assert compared > 400
