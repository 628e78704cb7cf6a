"""Hunk by hunk: the person takes and leaves, and exactly that goes out."""

from dataclasses import replace

from textual.widgets import TextArea

from claw_core.ask import Allow, Conflict, Deny, PermissionAsk
from claw_core.block import DiffBlock, Hunk
from claw_core.event import CallFinished, FileChanged, TurnStarted
from claw_tui.dialog import Dialog
from tests.tui.asking import AUTH, bash_ask, edit_ask
from tests.tui.room import Room

API = DiffBlock(
    path="src/api.py",
    hunks=(Hunk(old_start=3, old_count=1, new_start=3, new_count=1, lines=("-a\n", "+b\n")),),
)


async def test_hunks_are_taken_and_left_with_space_and_applied_with_enter() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("space", "j", "space", "enter")
        assert room.went == [(1, "diffs")]
        assert room.answers() == [("edit-1", Allow(hunks=((0, 2),)))]


async def test_applying_everything_is_a_plain_yes() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("space", "space", "space", "enter")
        assert room.answers() == [("edit-1", Allow())]


async def test_hunks_of_several_files_are_named_file_by_file() -> None:
    room = Room(edit_ask("two", AUTH, API))
    async with room.run_test(size=(100, 60)) as pilot:
        await pilot.press("enter", "j", "j", "j", "space", "k", "k", "space", "enter")
        assert room.answers() == [("two", Allow(hunks=((0, 2), ())))]


async def test_leaving_everything_out_asks_before_it_is_a_no() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "asterisk", "enter")
        assert isinstance(room.screen, Dialog)
        assert room.answers() == []
        await pilot.press("escape", "asterisk", "enter")
        assert room.answers() == [("edit-1", Allow())]


async def test_the_queue_says_how_many_hunks_are_taken() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "space")
        assert "2 of 3 taken" in room.queue_rows()[0]


async def test_what_one_pane_answered_the_other_does_not_answer_again() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "enter")
        room.queue.take_focus()
        await pilot.press("n")
        assert room.answers() == [("edit-1", Allow())]


async def test_the_next_proposal_slides_in_and_takes_no_answer_at_once() -> None:
    room = Room(edit_ask("one"), edit_ask("two", API))
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "n")
        room.settle("one")
        await pilot.press("n")
        assert room.answers() == [("one", Deny())]
        room.pass_by(300)
        await pilot.press("n")
        assert room.answers() == [("one", Deny()), ("two", Deny())]


async def test_choices_are_not_carried_to_the_next_proposal() -> None:
    room = Room(edit_ask("one"), edit_ask("two"))
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "space", "right_square_bracket", "enter")
        assert room.answers() == [("two", Allow())]


async def test_a_dangerous_edit_takes_the_word_yes_here_too() -> None:
    from dataclasses import replace

    room = Room(replace(edit_ask(), dangerous=True))
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "enter")
        assert room.answers() == []
        assert isinstance(room.screen, Dialog)
        await pilot.press("y", "e", "s", "enter")
        assert room.answers() == [("edit-1", Allow())]


async def test_the_new_text_is_rewritten_before_it_is_allowed() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "E")
        room.screen.query_one(TextArea).text = "import httpx2"
        await pilot.press("ctrl+s")
        (answer,) = [answer for _, answer in room.answers()]
        assert isinstance(answer, Allow)
        assert answer.input is not None
        assert answer.input["new_string"] == "import httpx2"


async def test_it_reads_as_headings_with_boxes_and_numbered_rows() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(70, 40)) as pilot:
        await pilot.press("enter", "j", "space")
        rows = room.diff_rows()
        assert rows[0] == " src/auth.py  +5 −4"
        assert rows[1].startswith(" ┄ lines 1–4")
        assert rows[1].endswith("[✓]")
        assert rows[3] == "  2    - import requests"
        left_out = next(row for row in rows if "lines 12–15" in row)
        assert left_out.startswith("▌┄")
        assert left_out.endswith("left out [ ]")


async def test_two_columns_where_there_is_room() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter", "u")
        assert any("import requests" in row and "│" in row and "import httpx" in row for row in room.diff_rows())
    narrow = Room(edit_ask())
    async with narrow.run_test(size=(60, 40)) as pilot:
        await pilot.press("enter", "u")
        assert not any("│" in row for row in narrow.diff_rows())


async def test_this_turn_and_this_session_are_a_key_away() -> None:
    room = Room()
    async with room.run_test(size=(80, 40)) as pilot:
        room.tell(FileChanged(path="src/api.py", before="a", after="b", call="c0", added=1, removed=1), turn=1)
        room.tell(CallFinished(id="c0", outcome="ok", parts=(), blocks=(API,)), turn=1)
        room.tell(TurnStarted(), turn=2)
        room.tell(FileChanged(path="log.txt", before=None, after="x", call="c1", added=7), turn=2)
        room.diffs.take_focus()
        assert room.diff_rows() == [" log.txt  +7 −0"]
        await pilot.press("3")
        assert " src/api.py  +1 −1" in room.diff_rows()
        await pilot.press("1")
        assert room.diff_rows() == [" Nothing is proposed."]


async def test_a_proposal_shows_itself_unless_the_person_is_reading_here() -> None:
    room = Room()
    async with room.run_test(size=(80, 40)) as pilot:
        room.diffs.take_focus()
        await pilot.press("3")
        room.open(edit_ask("one"))
        assert room.diffs.source == "session"
        room.queue.take_focus()
        await pilot.pause()
        room.open(edit_ask("two"))
        assert room.diffs.source == "proposed"


async def test_the_diff_follows_the_cursor_of_the_queue() -> None:
    room = Room(edit_ask("one"), bash_ask(), edit_ask("two", API))
    async with room.run_test(size=(100, 50)) as pilot:
        assert room.diffs.proposal is not None
        assert room.diffs.proposal.id == "one"
        await pilot.press("j")
        assert room.diffs.proposal.id == "one"
        await pilot.press("j")
        assert room.diffs.proposal.id == "two"


async def test_a_hunk_is_copied_as_a_patch() -> None:
    room = Room(edit_ask("one", API))
    async with room.run_test(size=(80, 40)) as pilot:
        await pilot.press("enter", "c")
        assert room.copied == ["@@ -3,1 +3,1 @@\n-a\n+b\n"]


async def test_a_thousand_hunks_cost_what_is_in_sight() -> None:
    hunks = tuple(
        Hunk(old_start=n * 9 + 1, old_count=1, new_start=n * 9 + 1, new_count=1, lines=(f"-a{n}\n", f"+b{n}\n"))
        for n in range(1000)
    )
    room = Room(edit_ask("big", DiffBlock(path="big.py", hunks=hunks)), bash_ask())
    async with room.run_test(size=(80, 40)) as pilot:
        await pilot.press("enter", "end", "space", "enter")
        (_, answer) = room.answers()[0]
        assert isinstance(answer, Allow)
        assert answer.hunks == (tuple(range(999)),)


async def test_a_hunk_is_split_and_one_piece_of_it_left_out() -> None:
    lines = (" a\n", "-b\n", "+B\n", " c\n", " d\n", "-e\n", "+E\n", " f\n")
    one = DiffBlock(path="x.py", hunks=(Hunk(old_start=1, old_count=6, new_start=1, new_count=6, lines=lines),))
    room = Room(edit_ask("two", one))
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "s")
        assert len(room.diffs.shown.hunks) == 2
        assert room.answers() == []
        await pilot.press("j", "space", "s")
        assert len(room.diffs.shown.hunks) == 2
        assert "1 of 2 taken" in room.queue_rows()[0]
        await pilot.press("enter")
        ((_, answer),) = room.answers()
        assert isinstance(answer, Allow)
        assert answer.portions is not None
        first, second = answer.portions[0]
        assert (first.taken, first.hunk.lines) == (True, lines[:5])
        assert (second.taken, second.hunk.lines) == (False, lines[3:])


async def test_one_hunk_is_changed_by_hand_and_that_answers_nothing_yet() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "j", "e")
        area = room.screen.query_one(TextArea)
        assert "async def login(user: str) -> Session:" in area.text
        assert "import httpx" not in area.text
        area.text = area.text.replace("without blocking", "at once")
        await pilot.press("ctrl+s")
        assert room.answers() == []
        assert any("by hand" in row for row in room.diff_rows())
        assert any("at once" in row for row in room.diff_rows())
        assert "1 by hand" in room.queue_rows()[0]
        await pilot.press("enter")
        ((_, answer),) = room.answers()
        assert isinstance(answer, Allow)
        assert answer.portions is not None
        assert [(each.taken, each.edited) for each in answer.portions[0]] == [
            (True, False),
            (True, True),
            (True, False),
        ]
        assert '+    """Log a user in, at once."""\n' in answer.portions[0][1].hunk.lines


async def test_what_cannot_be_seen_in_a_hunk_is_and_comes_back_untouched() -> None:
    lines = ("-a\n", "+b = 'x\u202e'  # \x1b]0;owned\x07\x0c\n")
    odd = DiffBlock(path="x.py", hunks=(Hunk(old_start=1, old_count=1, new_start=1, new_count=1, lines=lines),))
    room = Room(edit_ask("odd", odd))
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "e")
        area = room.screen.query_one(TextArea)
        assert area.text == "b = 'x⟨U+202E⟩'  # ⟨U+001B⟩]0;owned⟨U+0007⟩⟨U+000C⟩\n"
        area.text = area.text.replace("b = ", "bb = ")
        await pilot.press("ctrl+s", "enter")
        ((_, answer),) = room.answers()
        assert isinstance(answer, Allow)
        assert answer.portions is not None
        assert answer.portions[0][0].hunk.lines[1] == "+bb = 'x\u202e'  # \x1b]0;owned\x07\x0c\n"


async def test_a_hunk_that_cannot_be_split_says_so() -> None:
    room = Room(edit_ask("two", API))
    async with room.run_test(size=(100, 40)) as pilot:
        await pilot.press("enter", "s")
        assert len(room.diffs.shown.hunks) == 1
        assert any("single line" in toast.message for toast in room._notifications)  # pyright: ignore[reportPrivateUsage]


def moved(name: str, by: int) -> PermissionAsk:
    """The ask about `AUTH` after somebody wrote lines above, its second hunk gone."""
    hunks = tuple(
        replace(hunk, old_start=hunk.old_start + by, new_start=hunk.new_start + by)
        for hunk in (AUTH.hunks[0], AUTH.hunks[2])
    )
    lost = Conflict(path=AUTH.path, hunk=AUTH.hunks[1], why="the lines that it changes are not there any more")
    ask = edit_ask(name, replace(AUTH, hunks=hunks))
    return replace(ask, renews="edit-1", drifted=(AUTH.path,), conflicts=(lost,))


async def test_what_changes_on_disk_is_shown_anew_with_its_conflicts_and_takes_no_answer_at_once() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 60)) as pilot:
        await pilot.press("enter", "j", "j", "space")
        room.renew(moved("edit-1:2", 7), "edit-1")
        await pilot.pause()
        await pilot.press("enter", "n")
        assert room.answers() == []
        rows = "\n".join(room.diff_rows())
        assert "left out of src/auth.py, since the lines that it changes are not there any more" in rows
        assert "+async def login(user: str) -> Session:" in rows
        assert "1 of 2 taken" in room.queue_rows()[0]
        room.queue.take_focus()
        await pilot.pause()
        assert any("changed meanwhile" in row and "1 that fit no more" in row for row in room.queue_rows())
        room.pass_by(400)
        room.diffs.take_focus()
        await pilot.press("enter")
        assert room.answers() == [("edit-1:2", Allow(hunks=((0,),)))]


async def test_what_was_being_written_when_files_changed_is_not_lost() -> None:
    room = Room(edit_ask())
    async with room.run_test(size=(100, 60)) as pilot:
        await pilot.press("enter", "e")
        room.screen.query_one(TextArea).text = "import mine\n"
        room.renew(moved("edit-1:2", 7), "edit-1")
        await pilot.pause()
        assert not isinstance(room.screen, Dialog)
        room.pass_by(400)
        await pilot.press("e")
        assert room.screen.query_one(TextArea).text == "import mine\n"
