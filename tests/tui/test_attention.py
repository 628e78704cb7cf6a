"""What the terminal's window is told: its title, its progress, and a call when nobody looks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claw_tui.attention import GIVE_TITLE_BACK, KEEP_TITLE, Attention, Call, draws_progress
from claw_tui.views.status import StatusView


def idle(title: str = "") -> StatusView:
    return StatusView(root=Path("/home/ada/src/shop"), title=title)


def running() -> StatusView:
    view = idle()
    view.running = True
    return view


def waiting() -> StatusView:
    view = running()
    view.waiting = frozenset({"a1"})
    return view


def test_the_title_names_the_work_and_the_shells_own_comes_back() -> None:
    window = Attention(call="none", progress=False)
    assert window.news(idle(), watched=True) == KEEP_TITLE + "\x1b]2;claw · shop\x1b\\"
    assert window.news(idle(), watched=True) == ""
    assert window.news(running(), watched=True) == "\x1b]2;● claw · shop\x1b\\"
    assert window.news(idle("spring cleaning"), watched=True) == "\x1b]2;claw · spring cleaning\x1b\\"
    assert window.goodbye() == GIVE_TITLE_BACK
    assert Attention(call="bell", progress=True).goodbye() == "", "nothing was told, nothing is taken back"


@pytest.mark.parametrize(
    ("call", "asked", "done"),
    [
        ("none", "", ""),
        ("bell", "\a", "\a"),
        ("notification", "\x1b]9;claw waits for your answer: shop\x1b\\", "\x1b]9;claw is done: shop\x1b\\"),
    ],
)
def test_who_looks_elsewhere_is_called_when_an_answer_is_waited_for_and_at_the_end(
    call: Call, asked: str, done: str
) -> None:
    window = Attention(call=call, progress=False)
    window.news(idle(), watched=False)
    assert window.news(running(), watched=False).endswith("shop\x1b\\")
    assert window.news(waiting(), watched=False) == "\x1b]2;◐ claw · shop\x1b\\" + asked
    assert window.news(running(), watched=False) == "\x1b]2;● claw · shop\x1b\\"
    assert window.news(idle(), watched=False) == "\x1b]2;claw · shop\x1b\\" + done


def test_who_looks_is_not_called() -> None:
    window = Attention(call="bell", progress=False)
    told = [window.news(view, watched=True) for view in (idle(), running(), waiting(), idle())]
    assert "\a" not in "".join(told)


def test_progress_is_drawn_where_it_is_known_to_be() -> None:
    window = Attention(call="none", progress=True)
    told = [window.news(view, watched=True) for view in (idle(), running(), waiting())]
    assert ["\x1b]9;4;3\x1b\\" in told[1], "\x1b]9;4;4\x1b\\" in told[2]] == [True, True]
    assert window.goodbye() == "\x1b]9;4;0\x1b\\" + GIVE_TITLE_BACK
    assert draws_progress({"TERM_PROGRAM": "ghostty"})
    assert draws_progress({"WT_SESSION": "1"})
    assert not draws_progress({"TERM_PROGRAM": "iTerm.app", "TERM": "xterm-256color"})


@given(st.text())
def test_no_title_ends_its_sequence_or_begins_another(title: str) -> None:
    window = Attention(call="notification", progress=False)
    for told in (window.news(idle(title), watched=False), window.news(running(), watched=False)):
        for part in told.removeprefix(KEEP_TITLE).split("\x1b\\")[:-1]:
            kind, _, text = part.partition(";")
            assert kind == "\x1b]2"
            assert text.isprintable() or not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in text)
