"""What is proposed, what this turn changed, what the session changed; and which hunks a person takes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_core.ask import Allow, Ask, By
from claw_core.block import DiffBlock, Hunk
from claw_core.event import AskAnswered, AskOpened, CallFinished, FileChanged, TurnStarted
from claw_tui.views.diffs import DiffsView, HunkChoice
from claw_tui.views.queue import QueueView, Waiting
from tests.tui.asking import AUTH, Story, bash_ask, edit_ask


def hunk(name: str, line: int) -> Hunk:
    return Hunk(old_start=line, old_count=1, new_start=line, new_count=1, lines=(f"-old {name}\n", f"+new {name}\n"))


def waiting(ask: Ask) -> Waiting:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(AskOpened(ask=ask)))
    return queue.waiting[0]


def choice_of(*counts: int) -> HunkChoice:
    shown = [tuple(hunk(f"{at}-{n}", n * 10 + 1) for n in range(count)) for at, count in enumerate(counts)]
    blocks = tuple(DiffBlock(path=f"f{diff}.py", hunks=hunks) for diff, hunks in enumerate(shown))
    return HunkChoice.of(waiting(edit_ask("a", *blocks)))


def test_proposed_are_the_open_asks_that_would_change_files() -> None:
    diffs, story = DiffsView(), Story()
    diffs.fold(story.tell(AskOpened(ask=edit_ask())))
    diffs.fold(story.tell(AskOpened(ask=bash_ask())))
    assert [item.id for item in diffs.proposed] == ["edit-1"]
    answered = AskAnswered(ask="edit-1", call="call-edit-1", answer=Allow(), by=By(kind="person"))
    diffs.fold(story.tell(answered))
    assert diffs.proposed == ()


def test_a_change_is_shown_with_the_diff_its_call_ended_with() -> None:
    diffs, story = DiffsView(), Story()
    diffs.fold(story.tell(TurnStarted()))
    diffs.fold(story.tell(FileChanged(path="src/auth.py", before="a", after="b", call="c1", added=6, removed=4)))
    (before,) = diffs.turn
    assert before.blocks == ()
    diffs.fold(story.tell(CallFinished(id="c1", outcome="ok", parts=(), blocks=(AUTH,))))
    (after,) = diffs.turn
    assert after.blocks == (AUTH,)
    assert (after.added, after.removed, after.created, after.deleted) == (6, 4, False, False)


def test_a_new_turn_starts_empty_and_the_session_remembers() -> None:
    diffs, story = DiffsView(), Story()
    diffs.fold(story.tell(FileChanged(path="new.py", before=None, after="b", call="c1", added=3), turn=1))
    diffs.fold(story.tell(TurnStarted(), turn=2))
    assert diffs.turn == ()
    diffs.fold(story.tell(FileChanged(path="new.py", before="b", after="c", call="c2", added=1, removed=1), turn=2))
    diffs.fold(story.tell(FileChanged(path="old.py", before="x", after=None, call="c3", removed=9), turn=2))
    assert [(file.path, file.added, file.removed) for file in diffs.turn] == [("new.py", 1, 1), ("old.py", 0, 9)]
    new, old = diffs.session
    assert (new.added, new.removed, new.created, new.deleted) == (4, 1, True, False)
    assert old.deleted


def test_every_hunk_is_taken_until_one_is_rejected() -> None:
    queue, story = QueueView(), Story()
    queue.fold(story.tell(AskOpened(ask=edit_ask())))
    choice = HunkChoice.of(queue.waiting[0])
    assert (choice.count, choice.total) == (3, 3)
    assert choice.answer() == Allow()
    assert choice.toggle(0, 1).answer("mind the docstring") == Allow(hunks=((0, 2),), comment="mind the docstring")


def test_hunks_are_named_diff_by_diff() -> None:
    choice = choice_of(2, 3).toggle(0, 0).toggle(1, 1)
    assert choice.answer() == Allow(hunks=((1,), (0, 2)))


def test_taking_none_is_no_allow() -> None:
    assert choice_of(1).toggle(0, 0).answer() is None
    assert choice_of(2, 1).toggle_all().answer() is None


def test_all_or_nothing_starts_from_all_where_something_was_rejected() -> None:
    choice = choice_of(2).toggle(0, 1)
    assert choice.toggle_all().count == 2
    assert choice.toggle_all().toggle_all().count == 0


@pytest.mark.parametrize("place", [(0, 2), (1, 0), (-1, 0), (0, -1)])
def test_a_hunk_that_is_not_there_cannot_be_toggled(place: tuple[int, int]) -> None:
    with pytest.raises(IndexError):
        choice_of(2).toggle(*place)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4))))
def test_an_answer_names_exactly_the_hunks_that_are_taken(counts: list[int], presses: list[tuple[int, int]]) -> None:
    choice = choice_of(*counts)
    odd: set[tuple[int, int]] = set()
    for diff, hunk in presses:
        if diff < len(counts) and hunk < counts[diff]:
            choice = choice.toggle(diff, hunk)
            odd ^= {(diff, hunk)}
    expected = tuple(tuple(h for h in range(count) if (d, h) not in odd) for d, count in enumerate(counts))
    answer = choice.answer()
    if not odd:
        assert answer == Allow()
    elif len(odd) == sum(counts):
        assert answer is None
    else:
        assert answer is not None
        assert answer.hunks == expected


def test_hunks_that_were_split_or_changed_are_named_as_they_are_now() -> None:
    choice = choice_of(2, 1)
    first = choice.portions[0][0]
    split = choice.reshaped(0, (first, replace(first, hunk=hunk("piece", 5)), choice.portions[0][1]))
    assert split.answer() == Allow()
    answer = split.toggle(0, 1).answer()
    assert answer is not None
    assert answer.hunks is None
    assert answer.portions == split.toggle(0, 1).portions
    by_hand = choice.reshaped(1, (replace(choice.portions[1][0], hunk=hunk("mine", 1), edited=True),))
    assert (by_hand.edited, by_hand.whole) == (1, False)
    assert by_hand.answer() == Allow(portions=by_hand.portions)
    assert by_hand.toggle(1, 0).answer() == Allow(hunks=((0, 1), ()))


def test_what_was_chosen_moves_along_with_hunks_that_only_moved() -> None:
    before = DiffBlock(path="a.py", hunks=(hunk("one", 1), hunk("two", 20), hunk("three", 40)))
    choice = HunkChoice.of(waiting(edit_ask("a", before))).toggle(0, 1)
    mine = replace(choice.portions[0][2], hunk=hunk("mine", 40), edited=True)
    choice = choice.reshaped(0, (*choice.portions[0][:2], mine))
    after = DiffBlock(path="a.py", hunks=(hunk("other", 3), hunk("two", 25), hunk("three", 45)))
    renewed = choice.renewed(waiting(edit_ask("a:2", after)))
    assert renewed.ask == "a:2"
    assert [(each.of, each.taken, each.edited, each.hunk.old_start) for each in renewed.portions[0]] == [
        (0, True, False, 3),
        (1, False, False, 25),
        (2, True, True, 45),
    ]
    assert renewed.portions[0][2].hunk.lines == mine.hunk.lines
