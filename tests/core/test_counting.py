"""The meter: how full the window is, right within a few hundredths after the first answer, without a tokenizer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.counting import Meter, tokens
from claw_core.dialects.untrusted import count, fields, objects, string
from claw_core.event import (
    ContextCompacted,
    Event,
    ModelCalled,
    ModelReplied,
    ModelSwitched,
    PromptSubmitted,
    SessionRewound,
)
from claw_core.message import Message, Text, Usage
from tests.core.events import finished, record, records

SESSIONS = Path(__file__).parents[3] / "shared" / "data" / "sessions"


def called(estimate: int = 1000) -> ModelCalled:
    return ModelCalled(
        provider="p", model="m", dialect="d", url="u", parameters={}, lists={}, size=1, estimate=estimate
    )


def replied(read: int, written: int = 0, text: str = "") -> ModelReplied:
    message = Message(role="assistant", parts=(Text(text=text),) if text else ())
    return ModelReplied(message=message, usage=Usage(input=read, output=written), stop="end")


def metered(*happened: Event) -> Meter:
    meter = Meter()
    for one in records(*happened):
        meter.add(one)
    return meter


def test_after_an_answer_the_meter_says_what_the_provider_said() -> None:
    assert metered(PromptSubmitted(text="go"), called(), replied(5000, 300)).context == 5300


def test_what_comes_after_it_is_added() -> None:
    meter = metered(PromptSubmitted(text="go"), called(1000), replied(1000, 0), finished("c", "word " * 400))
    assert 1400 < meter.context < 1700


def test_a_model_that_counts_otherwise_is_learned() -> None:
    """It makes twice as many tokens of everything."""
    story: list[Event] = [PromptSubmitted(text="go"), called(1000), replied(2000)]
    text = "def f(x):\n    return x + 1\n" * 80
    read = 2000
    for number in range(6):
        read += round(2 * tokens(text))
        story += [finished(f"c{number}", text), called(), replied(read)]
    meter = metered(*story, finished("last", text))
    assert meter.context == pytest.approx(read + 2 * tokens(text), rel=0.05)
    assert meter.ratio > 1.6


def test_a_server_that_counts_nothing_is_estimated() -> None:
    meter = metered(PromptSubmitted(text="go"), called(1000), replied(0, 0, "word " * 100))
    assert 1100 < meter.context < 1200


def test_going_back_and_making_room_go_back_with_the_meter() -> None:
    story = [PromptSubmitted(text="go"), called(), replied(1000, 100), called(), replied(9000, 100)]
    meter = metered(*story)
    meter.add(record(6, SessionRewound(seq=3)))
    assert meter.context == 1100
    meter.add(record(7, ContextCompacted(summary="s", seq=2, before=1100, after=400)))
    assert meter.context == 400


def test_another_model_is_learned_anew() -> None:
    meter = metered(called(1000), replied(2000), ModelSwitched(provider="p", model="n"))
    assert meter.ratio == 1
    assert meter.context == 2000


@given(st.text())
def test_any_text_has_at_least_no_tokens_and_at_most_one_a_byte(text: str) -> None:
    assert 0 <= tokens(text) <= 1.01 * len(text.encode(errors="replace"))


def test_it_is_right_within_five_hundredths_on_recorded_sessions() -> None:
    """Real sessions with a real model: what the meter says before a call, against what the provider then counted.

    Where a session's file leaves something out that was sent (pictures, what hooks added), no meter could know.
    """
    if not SESSIONS.is_dir():
        pytest.skip("The recorded sessions are not beside the project (../shared/data).")
    errors: list[float] = []
    for path in sorted((SESSIONS / "claude_code").glob("[0-9a-f][0-9a-f]_*.jsonl")):
        meter = Meter()
        for seq, (counted, said) in enumerate(_exchanges(path), start=1):
            if meter.context:
                meter.add(record(seq * 10, finished("c", said)))
                errors.append(abs(meter.context - counted) / counted)
            meter.add(record(seq * 10 + 1, called(0)))
            meter.add(record(seq * 10 + 2, replied(counted)))
    within = sum(error <= 0.05 for error in errors) / len(errors)
    assert len(errors) > 300
    assert within > 0.95
    assert sorted(errors)[len(errors) // 2] < 0.005


def _exchanges(path: Path) -> Iterator[tuple[int, str]]:
    """Each request of a session: what the provider counted, and the text that came since the one before."""
    since: list[str] = []
    last = ""
    for line in path.read_text(errors="replace").splitlines():
        entry = fields(json.loads(line))
        message = fields(entry.get("message"))
        if not message or entry.get("isSidechain"):
            continue
        usage = fields(message.get("usage"))
        read = sum(
            count(usage.get(name))
            for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        )
        if entry["type"] == "assistant" and message["id"] != last and read:
            yield read, "\n".join(since)
            since, last = [], string(message["id"])
        since.append(_text(message.get("content")))


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    pieces: list[str] = []
    for part in objects(content):
        pieces.append(str(part.get("text") or part.get("name") or ""))
        if "input" in part:
            pieces.append(json.dumps(part["input"], ensure_ascii=False))
        if "content" in part:
            pieces.append(_text(part["content"]))
    return "\n".join(pieces)
