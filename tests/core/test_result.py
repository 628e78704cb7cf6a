"""What a run came to, and the steps by which it did."""

import pytest

from claw_core.ask import Allow, By, Deny
from claw_core.event import (
    AskAnswered,
    CallFinished,
    CallStarted,
    Event,
    FileChanged,
    PromptSubmitted,
    TurnFailed,
    TurnFinished,
    TurnInterrupted,
    TurnStop,
)
from claw_core.message import Text, Usage
from claw_core.result import EXIT_STATUS, Stop, result_of
from claw_core.trace import steps
from tests.core.events import call, records, replied

DONE = TurnFinished(stop="done", elapsed=1.0)


def denied(by: By) -> AskAnswered:
    return AskAnswered(ask="c1:permission", call="c1", answer=Deny(), by=by)


@pytest.mark.parametrize(
    ("happened", "stop", "status"),
    [
        ([DONE], "done", 0),
        ([denied(By(kind="policy", name="nobody to ask")), DONE], "permission", 3),
        ([denied(By(kind="rule", name="Bash")), DONE], "permission", 3),
        ([denied(By(kind="person")), DONE], "permission", 3),
        ([denied(By(kind="mode", name="plan")), DONE], "done", 0),
        ([TurnFinished(stop="denied", elapsed=1.0)], "permission", 3),
        ([TurnFailed(error="Unauthorized", message="no")], "failed", 1),
        ([TurnInterrupted()], "interrupted", 130),
        ([], "failed", 1),
    ],
)
def test_why_it_ended_and_with_which_status(happened: list[Event], stop: Stop, status: int) -> None:
    result = result_of("s", records(PromptSubmitted(text="go"), *happened))
    assert result.stop == stop
    assert EXIT_STATUS[result.stop] == status


@pytest.mark.parametrize("stop", ["max_turns", "max_budget"])
def test_a_limit_is_status_3(stop: TurnStop) -> None:
    result = result_of("s", records(TurnFinished(stop=stop, elapsed=1.0)))
    assert (result.stop, EXIT_STATUS[result.stop]) == (stop, 3)


def test_the_object_for_scripts_has_just_the_promised_keys() -> None:
    result = result_of("s", records(replied("Done.", usage=Usage(input=3, output=4)), DONE))
    assert result.as_json() == {
        "session": "s",
        "text": "Done.",
        "usage": {"input": 3, "output": 4, "cached": 0, "cache_write": 0, "reasoning": 0},
        "cost": None,
        "turns": 1,
        "files": [],
        "stop": "done",
    }


def test_a_failure_says_what_to_do() -> None:
    failed = TurnFailed(error="MissingKey", message="No key is set.", hint="Set OPENAI_API_KEY.")
    assert result_of("s", records(failed)).as_json()["error"] == "No key is set. Set OPENAI_API_KEY."


def test_files_are_told_once_in_the_order_of_their_first_change() -> None:
    changes = [FileChanged(path=path, before=None, after="x", call="c") for path in ("b.py", "a.py", "b.py")]
    assert result_of("s", records(*changes, DONE)).files == ("b.py", "a.py")


def test_steps_read_as_lines() -> None:
    told = steps(
        records(
            PromptSubmitted(text="fix\nit"),
            replied("Looking.", call("c1"), usage=Usage(input=10, output=2)),
            CallStarted(id="c1", name="read", input={"path": "a.py"}, target="a.py"),
            AskAnswered(ask="a", call="c1", answer=Allow(), by=By(kind="rule", name="Read"), reason="It fits."),
            CallFinished(id="c1", outcome="ok", parts=(Text(text="x"),), summary="1 line", elapsed=0.01),
            FileChanged(path="a.py", before="1", after="2", call="c1", added=1, removed=2),
            DONE,
        )
    )
    assert [f"[{step.type}] {step.description}" for step in told] == [
        "[prompt] fix it",
        "[model] model, 10 → 2 tokens; “Looking.”; calls read",
        "[permission] read a.py: allowed by rule Read (It fits.)",
        "[tool] read a.py  1 line  0.01s",
        "[file] changed a.py +1 −2",
        "[turn] done after 1.0s",
    ]
