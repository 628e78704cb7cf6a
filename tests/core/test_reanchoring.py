"""A file that changes on disk while a person is asked: seen, shown anew, and never written over."""

from collections.abc import Callable
from pathlib import Path

import pytest

from claw_core.ask import Allow, By, Deny, PermissionAsk
from claw_core.block import DiffBlock
from claw_core.event import MAIN, AskAnswered, AskOpened, CallFinished, FileChanged, TurnFinished
from claw_core.intent import Prompt, Respond
from claw_core.message import JsonObject, Text
from claw_core.native.patch import apply_hunks
from claw_core.scripting import ScriptedReply
from claw_core.why import why
from tests.core.acting import Acting, says
from tests.core.test_delegation import Cast

TEXT = "".join(f"line {number}\n" for number in range(1, 41))
AFTER = TEXT.replace("line 5\n", "LINE 5\n").replace("line 35\n", "LINE 35\n")
PERSON = By(kind="person", name="keys")


def acting_on(tmp_path: Path, *calls: tuple[str, JsonObject]) -> Acting:
    acting = Acting(tmp_path, [*(says("", call) for call in calls), says("ok")], mode="ask", attended=True)
    acting.write("a.txt", TEXT)
    return acting


def rewriting(tmp_path: Path) -> Acting:
    return acting_on(tmp_path, ("read", {"path": "a.txt"}), ("write", {"path": "a.txt", "content": AFTER}))


async def opened(acting: Acting, number: int) -> PermissionAsk:
    """The so many-th ask."""
    cursor = acting.session.stream.cursor()
    found = 0
    async for record in cursor:
        match record.event:
            case AskOpened(ask=PermissionAsk() as ask):
                found += 1
                if found == number:
                    cursor.close()
                    return ask
            case _:
                pass
    raise AssertionError("nothing is asked any more")


def answer(acting: Acting, ask: PermissionAsk, allow: Allow | Deny) -> None:
    acting.session.send(Respond(ask=ask.id, answer=allow, by=PERSON))


def told(acting: Acting) -> str:
    return "".join(part.text for part in acting.all(CallFinished)[-1].parts if isinstance(part, Text))


async def test_hunks_move_with_what_somebody_else_wrote_and_both_stay(tmp_path: Path) -> None:
    acting = rewriting(tmp_path)
    acting.session.send(Prompt(text="go"))
    first = await opened(acting, 1)
    file = acting.write("a.txt", "above\n" + TEXT.replace("line 20\n", "line twenty\n"))
    second = await opened(acting, 2)
    assert (second.renews, second.drifted, second.conflicts) == (first.id, ("a.txt",), ())
    (diff,) = second.preview
    assert isinstance(diff, DiffBlock)
    assert [hunk.old_start for hunk in diff.hunks] == [3, 33]
    answer(acting, first, Allow())
    assert file.read_text().startswith("above\nline 1\n")
    answer(acting, second, Allow(hunks=((0,),)))
    await acting.session.rest()
    want = "above\n" + TEXT.replace("line 20\n", "line twenty\n").replace("line 5\n", "LINE 5\n")
    assert file.read_text() == want
    assert "somebody else changed a.txt on disk" in told(acting)
    withdrawn, given = acting.all(AskAnswered)[1:]
    assert (withdrawn.ask, withdrawn.by.name) == (first.id, "changed on disk")
    assert (given.ask, given.by) == (second.id, PERSON)
    decided = why(acting.session.stream.records, second.call)
    assert decided.decision == "allow"
    assert decided.asked is not None
    await acting.session.close()


async def test_what_fits_no_more_is_shown_as_a_conflict_and_left_out(tmp_path: Path) -> None:
    acting = rewriting(tmp_path)
    acting.session.send(Prompt(text="go"))
    await opened(acting, 1)
    now = TEXT.replace("line 4\nline 5\nline 6\n", "all of it\nis different\n")
    file = acting.write("a.txt", now)
    second = await opened(acting, 2)
    (conflict,) = second.conflicts
    assert (conflict.path, "not there any more" in conflict.why) == ("a.txt", True)
    assert "+LINE 5\n" in conflict.hunk.lines
    answer(acting, second, Allow())
    await acting.session.rest()
    assert file.read_text() == now.replace("line 35\n", "LINE 35\n")
    assert "left out, since the lines that it changes are not there any more" in told(acting)
    assert "+LINE 5" in told(acting)
    await acting.session.close()


async def test_an_answer_in_the_last_moment_is_an_answer_to_what_was_shown_and_is_asked_again(tmp_path: Path) -> None:
    acting = rewriting(tmp_path)
    acting.session.send(Prompt(text="go"))
    first = await opened(acting, 1)
    file = acting.write("a.txt", "above\n" + TEXT)
    answer(acting, first, Allow())  # before anybody could have looked
    second = await opened(acting, 2)
    assert second.renews == first.id
    assert acting.all(FileChanged) == []
    answer(acting, second, Allow())
    await acting.session.rest()
    assert file.read_text() == "above\n" + AFTER
    await acting.session.close()


def gone(file: Path) -> None:
    file.unlink()


def binary(file: Path) -> None:
    file.write_bytes(b"\0\1\2")


def other(file: Path) -> None:
    file.write_text("nothing of it is left\n")


@pytest.mark.parametrize("happens", [gone, binary, other])
async def test_where_nothing_fits_any_more_the_call_ends_and_the_model_hears_why(
    tmp_path: Path, happens: Callable[[Path], None]
) -> None:
    acting = rewriting(tmp_path)
    acting.session.send(Prompt(text="go"))
    await opened(acting, 1)
    file = acting.root / "a.txt"
    happens(file)
    held = file.read_bytes() if file.exists() else None
    await acting.session.rest()
    assert (file.read_bytes() if file.exists() else None) == held
    assert acting.all(CallFinished)[-1].outcome == "error"
    assert "changed on disk while the person was asked" in told(acting)
    assert {event.ask for event in acting.all(AskAnswered)} >= {event.ask.id for event in acting.all(AskOpened)}
    assert acting.only(TurnFinished).stop == "done"
    await acting.session.close()


async def test_a_new_file_is_not_written_over_one_that_appeared(tmp_path: Path) -> None:
    acting = acting_on(tmp_path, ("write", {"path": "new.txt", "content": "mine\n"}))
    acting.session.send(Prompt(text="go"))
    await opened(acting, 1)
    file = acting.write("new.txt", "theirs\n")
    await acting.session.rest()
    assert file.read_text() == "theirs\n"
    assert "changed on disk" in told(acting)
    await acting.session.close()


async def test_a_file_that_is_touched_but_holds_the_same_is_not_asked_about_again(tmp_path: Path) -> None:
    acting = rewriting(tmp_path)
    acting.session.send(Prompt(text="go"))
    first = await opened(acting, 1)
    acting.write("a.txt", TEXT)
    acting.write("b.txt", "something else\n")
    answer(acting, first, Allow())
    await acting.session.rest()
    assert len(acting.all(AskOpened)) == 1
    assert (acting.root / "a.txt").read_text() == AFTER
    await acting.session.close()


async def test_what_somebody_else_changed_has_to_be_read_before_the_next_edit(tmp_path: Path) -> None:
    edit: JsonObject = {"path": "a.txt", "old_string": "line 10\n", "new_string": "LINE 10\n"}
    acting = acting_on(
        tmp_path, ("read", {"path": "a.txt"}), ("write", {"path": "a.txt", "content": AFTER}), ("edit", edit)
    )
    acting.session.send(Prompt(text="go"))
    await opened(acting, 1)
    acting.write("a.txt", "above\n" + TEXT)
    answer(acting, await opened(acting, 2), Allow())
    await acting.session.rest()
    assert acting.all(CallFinished)[-1].outcome == "error"
    assert "changed since you read it" in told(acting)
    await acting.session.close()


async def test_the_answer_no_is_no_however_often_the_file_changes(tmp_path: Path) -> None:
    acting = rewriting(tmp_path)
    acting.session.send(Prompt(text="go"))
    text = TEXT
    for number in (1, 2):
        await opened(acting, number)
        text = f"above {number}\n" + text
        acting.write("a.txt", text)
    third = await opened(acting, 3)
    (diff,) = third.preview
    assert isinstance(diff, DiffBlock)
    assert apply_hunks(text, diff.hunks) == "above 2\nabove 1\n" + AFTER
    answer(acting, third, Deny(reason="stop that"))
    await acting.session.rest()
    assert (acting.root / "a.txt").read_text() == text
    assert "stop that" in told(acting)
    await acting.session.close()


def at_work(number: int) -> list[ScriptedReply]:
    """One agent's errand: a line of the file that all of them change."""
    edit: JsonObject = {"path": "a.txt", "old_string": f"line {number}\n", "new_string": f"LINE {number}\n"}
    return [says("", ("read", {"path": "a.txt"})), says("", ("edit", edit)), says("Done.")]


async def answered_by_yes(acting: Acting, together: int) -> list[PermissionAsk]:
    """Says yes to so many asks in one breath, then to whatever is asked anew; all that was asked."""
    asked: list[PermissionAsk] = []
    cursor = acting.session.stream.cursor()
    async for record in cursor:
        match record.event:
            case AskOpened(ask=PermissionAsk() as ask):
                asked.append(ask)
                for each in asked if len(asked) == together else [ask] if len(asked) > together else []:
                    answer(acting, each, Allow())
            case TurnFinished() if record.agent == MAIN:
                cursor.close()
                return asked
            case _:
                pass
    raise AssertionError("the turn has no end")


@pytest.mark.parametrize("agents", [2, 4])
async def test_a_yes_to_all_that_would_change_one_file_loses_none_of_it(tmp_path: Path, agents: int) -> None:
    """Each was shown what the file held before any of them: whoever comes later is shown anew, and asked again."""
    numbers = {name: 5 + 10 * at for at, name in enumerate(("red", "green", "blue", "grey")[:agents])}
    sends = says("", *(("task", {"prompt": f"{name} files"}) for name in numbers))
    cast = Cast(go=[sends, says("All came.")], **{name: at_work(number) for name, number in numbers.items()})
    acting = Acting(tmp_path, cast, mode="ask", attended=True)
    file = acting.write("a.txt", TEXT)
    acting.session.send(Prompt(text="go on"))
    asked = await answered_by_yes(acting, agents)
    anew = [ask for ask in asked if ask.renews]
    assert len(anew) >= agents - 1
    assert all(ask.drifted == ("a.txt",) for ask in anew)
    assert [event.outcome for event in acting.all(CallFinished)] == ["ok"] * (3 * agents)
    changed = TEXT
    for number in numbers.values():
        changed = changed.replace(f"line {number}\n", f"LINE {number}\n")
    assert file.read_text() == changed
    await acting.session.close()
