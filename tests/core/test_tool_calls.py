"""Calls: prepared, decided, executed and ended exactly once, whatever happens."""

import asyncio
from pathlib import Path

import pytest

from claw_core.ask import Allow, Answer, Ask, Deny, PermissionAsk, QuestionAsk, Reply
from claw_core.block import DiffBlock, TerminalBlock
from claw_core.config.load import read_settings
from claw_core.event import (
    AskAnswered,
    AskOpened,
    CallFinished,
    CallStarted,
    FileChanged,
    ModelReplied,
    NoticeRaised,
    PlanChanged,
    TurnFinished,
    TurnInterrupted,
)
from claw_core.intent import Interrupt, Prompt
from claw_core.message import JsonObject, Text
from claw_core.scripting import ScriptedCall, ScriptedReply
from claw_core.session.log import read_log
from claw_core.tool import from_function
from tests.core.acting import Acting, says

TEN = "".join(f"line {n}\n" for n in range(1, 41))


def told(finished: CallFinished) -> str:
    return "".join(part.text for part in finished.parts if isinstance(part, Text))


async def test_a_call_is_started_decided_and_finished(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("Let me look.", ("read", {"path": "a.txt"})), says("I saw it.")], mode="ask")
    acting.write("a.txt", "hello\n")
    await acting.ask("look at a.txt")
    kinds = [record.event.kind for record in acting.session.stream.records]
    assert kinds == [
        "session.started",
        "prompt.submitted",
        "turn.started",
        "model.called",
        "model.replied",
        "call.started",
        "ask.answered",
        "call.finished",
        "model.called",
        "model.replied",
        "turn.finished",
    ]
    assert acting.only(CallStarted).target == "a.txt"
    assert acting.only(CallFinished).outcome == "ok"
    assert "hello" in told(acting.only(CallFinished))
    assert acting.only(AskAnswered).by.kind in ("policy", "mode")
    await acting.session.close()


async def test_a_denied_edit_changes_nothing_and_the_model_hears_why(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("", ("write", {"path": "new.txt", "content": "x"})), says("Then not.")], mode="ask")
    await acting.ask()
    assert not (acting.root / "new.txt").exists()
    finished = acting.only(CallFinished)
    assert finished.outcome == "denied"
    assert "Nobody is there to allow it." in told(finished)
    await acting.session.close()


async def test_a_person_takes_two_hunks_of_three(tmp_path: Path) -> None:
    changed = TEN.replace("line 2\n", "LINE 2\n").replace("line 20\n", "LINE 20\n").replace("line 38\n", "LINE 38\n")

    async def answer(ask: Ask) -> Answer:
        assert isinstance(ask, PermissionAsk)
        (diff,) = ask.preview
        assert isinstance(diff, DiffBlock)
        assert len(diff.hunks) == 3
        return Allow(hunks=((0, 2),), comment="20 is right as it is")

    script = [
        says("", ("read", {"path": "a.txt"})),
        says("", ("write", {"path": "a.txt", "content": changed})),
        says("ok"),
    ]
    acting = Acting(tmp_path, script, mode="ask", answer=answer)
    file = acting.write("a.txt", TEN)
    await acting.ask()
    assert file.read_text() == changed.replace("LINE 20\n", "line 20\n")
    finished = acting.all(CallFinished)[1]
    assert "did not take 1 hunk" in told(finished)
    assert "+LINE 20" in told(finished)
    assert "20 is right as it is" in told(finished)
    event = acting.only(FileChanged)
    assert (event.path, event.added, event.removed) == ("a.txt", 2, 2)
    assert acting.blobs.get(event.before or "") == TEN.encode()
    assert acting.blobs.get(event.after or "") == file.read_bytes()
    await acting.session.close()


async def test_no_hunk_taken_is_no_change(tmp_path: Path) -> None:
    async def answer(_: Ask) -> Answer:
        return Allow(hunks=((),))

    acting = Acting(
        tmp_path, [says("", ("write", {"path": "n.txt", "content": "x\n"})), says("ok")], mode="ask", answer=answer
    )
    await acting.ask()
    assert not (acting.root / "n.txt").exists()
    assert acting.all(FileChanged) == []
    assert "Nothing was changed" in told(acting.only(CallFinished))
    await acting.session.close()


async def test_a_command_runs_as_the_person_changed_it(tmp_path: Path) -> None:
    async def answer(ask: Ask) -> Answer:
        assert isinstance(ask, PermissionAsk)
        assert ask.preview == (TerminalBlock(command="touch asked", output=""),)
        return Allow(input={"command": "touch changed"})

    acting = Acting(tmp_path, [says("", ("bash", {"command": "touch asked"})), says("ok")], mode="ask", answer=answer)
    await acting.ask()
    assert [path.name for path in acting.root.iterdir()] == ["changed"]
    assert "changed the arguments" in told(acting.only(CallFinished))
    await acting.session.close()


async def test_what_a_deny_rule_forbids_cannot_be_allowed_by_changing_arguments(tmp_path: Path) -> None:
    async def answer(_: Ask) -> Answer:
        return Allow(input={"command": "touch forbidden"})

    acting = Acting(
        tmp_path,
        [says("", ("bash", {"command": "touch fine"})), says("ok")],
        mode="ask",
        answer=answer,
        deny=("Bash(touch forb*)",),
    )
    await acting.ask()
    assert list(acting.root.iterdir()) == []
    assert acting.only(CallFinished).outcome == "denied"
    await acting.session.close()


async def test_yes_for_the_session_is_not_asked_again_and_always_is_remembered(tmp_path: Path) -> None:
    asked: list[Ask] = []

    async def answer(ask: Ask) -> Answer:
        asked.append(ask)
        assert isinstance(ask, PermissionAsk)
        return Allow(scope="always", rule=ask.rule)

    run = ("bash", {"command": "touch a"})
    acting = Acting(tmp_path, [says("", run), says("", run), says("ok")], mode="ask", answer=answer)
    await acting.ask()
    assert len(asked) == 1
    kept = read_settings(acting.harness.rule_file)
    assert kept is not None
    assert kept.permissions.allow == ("Bash(touch a)",)
    assert [one.by.kind for one in acting.all(AskAnswered)] == ["person", "rule"]
    await acting.session.close()


async def test_a_person_who_says_stop_ends_the_turn(tmp_path: Path) -> None:
    async def answer(_: Ask) -> Answer:
        return Deny(stop=True, reason="wrong folder")

    acting = Acting(
        tmp_path,
        [says("", ("bash", {"command": "touch a"}), ("bash", {"command": "touch b"})), says("never said")],
        mode="ask",
        answer=answer,
    )
    await acting.ask()
    assert acting.only(TurnFinished).stop == "denied"
    assert [one.outcome for one in acting.all(CallFinished)] == ["denied", "interrupted"]
    assert len(acting.all(ModelReplied)) == 1
    await acting.session.close()


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("fly", {}, "no tool named 'fly'"),
        ("read", {"path": 7}, "path"),
        ("read", {}, "path"),
        ("bash", {"command": "ls", "timeout": "soon"}, "timeout"),
    ],
)
async def test_a_call_that_does_not_fit_is_told_how(
    tmp_path: Path, name: str, arguments: JsonObject, expected: str
) -> None:
    acting = Acting(tmp_path, [says("", (name, arguments)), says("sorry")])
    await acting.ask()
    finished = acting.only(CallFinished)
    assert finished.outcome == "error"
    assert expected in told(finished)
    assert acting.only(TurnFinished).stop == "done"
    await acting.session.close()


async def test_arguments_that_are_no_json_are_told_as_they_were_written(tmp_path: Path) -> None:
    broken = ScriptedReply(calls=(ScriptedCall(name="read", malformed='{"path": '),))
    acting = Acting(tmp_path, [broken, says("sorry")])
    await acting.ask()
    assert '{"path": ' in told(acting.only(CallFinished))
    await acting.session.close()


async def test_names_and_arguments_of_other_harnesses_are_understood(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("", ("Read", {"file_path": "a.txt"})), says("ok")])
    acting.write("a.txt", "hello\n")
    await acting.ask()
    assert acting.only(CallStarted).name == "read"
    assert acting.only(CallFinished).outcome == "ok"
    await acting.session.close()


async def test_calls_that_only_read_run_side_by_side_and_others_wait(tmp_path: Path) -> None:
    inside = 0
    most = 0
    both = asyncio.Event()

    async def peek() -> str:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        if inside == 2:
            both.set()
        await both.wait()
        inside -= 1
        return "seen"

    async def poke() -> str:
        assert inside == 0
        return "done"

    acting = Acting(
        tmp_path,
        [says("", ("peek", {}), ("peek", {}), ("poke", {})), says("ok")],
        more=(from_function(peek, reads_only=True), from_function(poke)),
    )
    await acting.ask()
    assert most == 2
    assert [one.outcome for one in acting.all(CallFinished)] == ["ok"] * 3
    await acting.session.close()


async def test_a_tool_with_a_bug_ends_its_call_and_not_the_turn(tmp_path: Path) -> None:
    def broken(number: int) -> float:
        """Divide one by a number."""
        return 1 / number

    acting = Acting(tmp_path, [says("", ("broken", {"number": 0})), says("ok")], more=(from_function(broken),))
    await acting.ask()
    finished = acting.only(CallFinished)
    assert finished.outcome == "error"
    assert "ZeroDivisionError" in told(finished)
    await acting.session.close()


async def test_an_interrupt_while_a_person_is_asked_closes_the_ask_and_every_call(tmp_path: Path) -> None:
    acting = Acting(
        tmp_path,
        [says("", ("bash", {"command": "touch a"}), ("read", {"path": "b"})), says("later")],
        mode="ask",
        attended=True,
    )
    acting.session.send(Prompt(text="go"))
    await acting.until(AskOpened)
    acting.session.send(Interrupt())
    await acting.session.rest()
    assert isinstance(acting.only(AskAnswered).answer, Deny)
    assert [one.outcome for one in acting.all(CallFinished)] == ["interrupted", "interrupted"]
    assert acting.only(TurnInterrupted).stopped == ("bash touch a",)
    assert not (acting.root / "a").exists()
    await acting.ask("go on")
    assert acting.all(ModelReplied)[-1].message.text == "later"
    await acting.session.close()


async def test_a_running_command_dies_with_its_turn(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("", ("bash", {"command": "echo started; sleep 60; touch late"})), says("never")])
    acting.session.send(Prompt(text="go"))
    await acting.until(AskAnswered)
    acting.session.send(Interrupt())
    await acting.session.rest()
    assert acting.only(CallFinished).outcome == "interrupted"
    await acting.session.close()


async def test_a_question_reaches_the_person_and_the_answer_the_model(tmp_path: Path) -> None:
    async def answer(ask: Ask) -> Answer:
        assert isinstance(ask, QuestionAsk)
        assert ask.questions[0].options[1].label == "green"
        return Reply(answers=(("green",),))

    asked = {"questions": [{"question": "Which?", "options": [{"label": "red"}, {"label": "green"}]}]}
    acting = Acting(tmp_path, [says("", ("question", asked)), says("ok")], mode="ask", answer=answer)
    await acting.ask()
    assert "green" in told(acting.only(CallFinished))
    await acting.session.close()


async def test_the_plan_is_a_record(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("", ("todo", {"todos": [{"content": "one", "status": "pending"}]})), says("ok")])
    await acting.ask()
    assert acting.only(PlanChanged).todos[0].content == "one"
    await acting.session.close()


async def test_hunks_that_were_not_shown_are_no_answer_and_nothing_is_done(tmp_path: Path) -> None:
    for name, hunks in (("far", ((5,),)), ("negative", ((-1,),)), ("more", ((0,), (0,))), ("fewer", ())):

        async def answer(_: Ask, hunks: tuple[tuple[int, ...], ...] = hunks) -> Answer:
            return Allow(hunks=hunks)

        folder = tmp_path / name
        folder.mkdir()
        acting = Acting(
            folder, [says("", ("write", {"path": "n", "content": "x\n"})), says("ok")], mode="ask", answer=answer
        )
        await acting.ask()
        assert acting.only(CallFinished).outcome == "error"
        assert list(acting.root.iterdir()) == []
        await acting.session.close()


async def test_a_program_that_fails_to_answer_has_not_said_yes(tmp_path: Path) -> None:
    async def fails(_: Ask) -> object:
        raise RuntimeError("no idea")

    async def says_nothing(_: Ask) -> object:
        return None

    for number, answer in enumerate((fails, says_nothing)):
        folder = tmp_path / str(number)
        folder.mkdir()
        acting = Acting(folder, [says("", ("bash", {"command": "touch a"})), says("ok")], mode="ask", answer=answer)
        await acting.ask()
        assert isinstance(acting.only(AskAnswered).answer, Deny)
        assert acting.only(CallFinished).outcome == "denied"
        assert acting.only(TurnFinished).stop == "done"
        await acting.session.close()


async def test_stop_as_the_answer_to_a_question_ends_the_turn(tmp_path: Path) -> None:
    async def answer(_: Ask) -> Answer:
        return Deny(stop=True)

    asked = ("question", {"questions": [{"question": "Which?"}]})
    acting = Acting(tmp_path, [says("", asked), says("never said")], mode="ask", answer=answer)
    await acting.ask()
    assert acting.only(TurnFinished).stop == "denied"
    await acting.session.close()


async def test_a_call_that_waited_for_a_yes_is_told_as_not_run_when_the_turn_is_stopped(tmp_path: Path) -> None:
    acting = Acting(tmp_path, [says("", ("bash", {"command": "touch a"}))], mode="ask", attended=True)
    acting.session.send(Prompt(text="go"))
    await acting.until(AskOpened)
    acting.session.send(Interrupt())
    await acting.session.rest()
    assert "was not run" in told(acting.only(CallFinished))
    await acting.session.close()


async def test_a_rule_that_cannot_be_kept_does_not_undo_the_answer(tmp_path: Path) -> None:
    async def answer(_: Ask) -> Answer:
        return Allow(scope="always", rule="Bash(")

    acting = Acting(tmp_path, [says("", ("bash", {"command": "touch a"})), says("ok")], mode="ask", answer=answer)
    await acting.ask()
    assert (acting.root / "a").exists()
    assert "not kept" in acting.only(NoticeRaised).message
    await acting.session.close()


async def test_nothing_outside_is_even_looked_at_where_nobody_can_be_asked(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("x")
    acting = Acting(
        tmp_path,
        [says("", ("edit", {"path": str(tmp_path / "outsid.tx"), "old_string": "a", "new_string": "b"})), says("ok")],
        mode="ask",
    )
    await acting.ask()
    assert acting.only(CallFinished).outcome == "denied"
    assert "outside.txt" not in told(acting.only(CallFinished))
    await acting.session.close()


async def test_arguments_nested_too_deep_to_be_read_back_are_malformed(tmp_path: Path) -> None:
    deep: JsonObject = {}
    for _ in range(200):
        deep = {"a": [deep]}
    acting = Acting(tmp_path, [says("", ("glob", {"pattern": "*", "extra": deep})), says("sorry")])
    await acting.ask()
    assert "nested" in told(acting.only(CallFinished))
    await acting.session.close()
    assert list(read_log(acting.home).records) == acting.session.stream.records
