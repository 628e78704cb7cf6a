"""The conversation in plain lines: what is said of records, and what words mean as an answer."""

import pytest

from claw_core.ask import Allow, Answer, Ask, By, Choice, Deny, PermissionAsk, PlanAsk, Question, QuestionAsk, Reply
from claw_core.block import DiffBlock, Hunk
from claw_core.event import AskAnswered, AskOpened, CallFinished, CallStarted, ModelReplied, NoticeRaised
from claw_core.message import Message, Text, Usage
from claw_tui.spoken import Telling, understood, whole
from tests.tui.bench import records

HUNK = Hunk(old_start=3, old_count=1, new_start=3, new_count=1, lines=("-import requests\n", "+import httpx\n"))
DIFF = DiffBlock(path="src/auth.py", hunks=(HUNK,))
EDIT = PermissionAsk(
    id="a1", call="c1", tool="edit", target="src/auth.py", input={}, reason="No rule allows it.", preview=(DIFF,),
    rule="Edit(src/**)",
)  # fmt: skip
RISKY = PermissionAsk(
    id="a2", call="c2", tool="bash", target="sudo rm -rf /", input={"command": "sudo rm -rf /"}, reason="It is sudo.",
    preview=(), dangerous=True,
)  # fmt: skip
ASKED = QuestionAsk(
    id="a3", call="c3", questions=(Question(question="Which?", options=(Choice(label="red"), Choice(label="blue"))),)
)


def test_records_are_said_in_whole_sentences_without_signs_or_escapes() -> None:
    telling = Telling()
    message = Message(role="assistant", parts=(Text(text="All \x1b[31mis\x1b[0m well."),))
    told = [
        line
        for record in records(
            [
                CallStarted(id="c", name="grep", input={}, target="def .*auth"),
                CallFinished(id="c", outcome="ok", parts=(), summary="12 hits", elapsed=0.009),
                NoticeRaised(level="warning", message="Mind \x1b]0;title\x07this."),
                ModelReplied(message=message, usage=Usage(input=1, output=1), stop="end"),
            ]
        )
        for line in telling.say(record)
    ]
    assert told == ["Running: grep def .*auth", "Done: 12 hits, 9ms.", "Warning: Mind this.", "Claw: All is well."]


def test_a_request_is_told_with_how_to_answer_it_and_waits_until_it_is_answered() -> None:
    telling = Telling()
    opened, answered = records(
        [AskOpened(ask=EDIT), AskAnswered(ask="a1", call="c1", answer=Allow(), by=By(kind="person", name="words"))]
    )
    told = telling.say(opened)
    assert told[0] == "Permission needed: edit src/auth.py"
    assert "It would change src/auth.py, 1 lines added, 1 removed." in told
    assert told[-1].startswith("Answer yes, session, always, no")
    assert list(telling.open) == ["a1"]
    assert telling.say(answered) == ["Answered: allow, by person."]
    assert not telling.open


def test_a_change_is_read_line_by_line() -> None:
    assert list(whole(EDIT)) == [
        "File src/auth.py.", "Change 1 of 1, from line 3:", "Removed: import requests", "Added: import httpx",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "ask", "answer"),
    [
        ("yes", EDIT, Allow()),
        ("Y", EDIT, Allow()),
        ("yes, but keep the name", EDIT, Allow(comment="but keep the name")),
        ("session", EDIT, Allow(scope="session", rule="Edit(src/**)")),
        ("always", EDIT, Allow(scope="always", rule="Edit(src/**)")),
        ("no", EDIT, Deny()),
        ("no, use aiohttp", EDIT, Deny(reason="use aiohttp")),
        ("stop", EDIT, Deny(stop=True)),
        ("yes", RISKY, Allow()),
        ("no", RISKY, Deny()),
        ("2", ASKED, Reply(answers=(("blue",),))),
        ("something else", ASKED, Reply(answers=(("something else",),))),
        ("yes", PlanAsk(id="p", call="c", plan="1. all"), Allow()),
    ],
)
def test_words_are_answers(words: str, ask: Ask, answer: Answer) -> None:
    assert understood(words, ask) == answer


@pytest.mark.parametrize(
    ("words", "ask"), [("maybe", EDIT), ("y", RISKY), ("always", RISKY), ("yes please", RISKY), ("7", ASKED)]
)
def test_what_is_not_understood_answers_nothing(words: str, ask: Ask) -> None:
    assert isinstance(understood(words, ask), str)
