"""No key answers what it was not meant for, and what is rewritten is what is allowed."""

from datetime import datetime, timedelta

import pytest

from claw_core.ask import Allow, PermissionAsk
from claw_tui.answering import GRACE, Grace, age_words, editable, edited
from tests.tui.asking import BEGAN, bash_ask, edit_ask


class Clock:
    """A clock that stands until it is told otherwise."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, milliseconds: int) -> None:
        self.now += timedelta(milliseconds=milliseconds)


def test_what_has_just_appeared_takes_no_answer_for_300_milliseconds() -> None:
    clock = Clock()
    grace = Grace(clock)
    grace.shown(("a",))
    grace.under_cursor("a")
    clock.pass_by(299)
    assert not grace.over("a")
    clock.pass_by(1)
    assert grace.over("a")
    assert timedelta(milliseconds=300) == GRACE


def test_the_next_one_that_slides_under_the_cursor_waits_too_even_if_it_was_seen_for_long() -> None:
    clock = Clock()
    grace = Grace(clock)
    grace.shown(("a", "b"))
    grace.under_cursor("a")
    clock.pass_by(5000)
    grace.shown(("b",))
    grace.under_cursor("b")
    assert not grace.over("b")
    clock.pass_by(300)
    assert grace.over("b")


def test_moving_the_cursor_oneself_needs_no_wait() -> None:
    clock = Clock()
    grace = Grace(clock)
    grace.shown(("a", "b"))
    grace.under_cursor("a")
    clock.pass_by(300)
    grace.under_cursor("b", moved=True)
    assert grace.over("b")


def test_moving_to_one_that_has_just_appeared_waits() -> None:
    clock = Clock()
    grace = Grace(clock)
    grace.shown(("a",))
    grace.under_cursor("a")
    clock.pass_by(1000)
    grace.shown(("a", "b"))
    grace.under_cursor("b", moved=True)
    assert not grace.over("b")


def test_what_is_not_in_the_queue_is_never_answered() -> None:
    clock = Clock()
    grace = Grace(clock)
    grace.shown(("a",))
    clock.pass_by(1000)
    grace.shown(())
    assert not grace.over("a")


def test_a_clock_that_is_set_back_does_not_lock_the_queue() -> None:
    clock = Clock()
    grace = Grace(clock)
    grace.shown(("a",))
    grace.under_cursor("a")
    clock.pass_by(-3_600_000)
    assert grace.over("a")


def test_a_rewritten_command_is_what_is_allowed() -> None:
    ask = bash_ask(command="pytest -q")
    assert editable(ask).text == "pytest -q"
    assert edited(ask, "pytest -q tests/auth") == Allow(input={"command": "pytest -q tests/auth"})


def test_a_rewritten_edit_keeps_the_other_arguments() -> None:
    ask = edit_ask()
    answer = edited(ask, "import httpx2")
    assert answer.input == {"path": "src/auth.py", "old_string": "import requests", "new_string": "import httpx2"}


def test_unchanged_is_a_plain_yes() -> None:
    ask = bash_ask()
    assert edited(ask, editable(ask).text) == Allow()


def test_an_unknown_tools_arguments_are_json_and_have_to_stay_an_object() -> None:
    ask = PermissionAsk(id="1", call="c", tool="mcp", target="", input={"n": 1}, reason="", preview=())
    assert edited(ask, '{"n": 2}') == Allow(input={"n": 2})
    with pytest.raises(ValueError, match="no JSON"):
        edited(ask, "{n")
    with pytest.raises(ValueError, match="JSON object"):
        edited(ask, "[1]")


def test_an_empty_command_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        edited(bash_ask(), "  \n")


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (7300, "2h")])
def test_ages_are_short(seconds: float, words: str) -> None:
    assert age_words(seconds) == words
