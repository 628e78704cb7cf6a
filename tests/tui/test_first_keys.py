"""What is typed while only the skeleton is there."""

import os
import pty
import tty
from contextlib import suppress
from threading import Event

import pytest

from claw_tui.first_keys import FirstKeys


class Keyboard:
    """A terminal, and what was shown of what is typed at it: letters, and where they begin."""

    def __init__(self, room: int = 20, *, takes: bool = True) -> None:
        """`takes`: whether what is drawn on it is taken."""
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.shown: list[tuple[str, int]] = []
        self._some = Event()
        self._takes = takes
        self._keys = FirstKeys(self._slave, self._show, room)

    def _show(self, letters: str, at: int) -> None:
        self.shown.append((letters, at))
        self._some.set()
        if not self._takes:
            raise BrokenPipeError

    def type(self, keys: str, *, shows: bool = True) -> None:
        """Press keys."""
        self._some.clear()
        os.write(self._master, keys.encode())
        assert not shows or self._some.wait(60)

    def stop(self) -> str:
        """The real prompt is there: what it is handed, with what it finds in the terminal itself."""
        kept = self._keys.stop()
        os.set_blocking(self._slave, False)
        with suppress(BlockingIOError):
            kept += os.read(self._slave, 4096)
        os.close(self._slave)
        os.close(self._master)
        return kept.decode()


def test_letters_show_at_once_and_are_kept_for_the_prompt() -> None:
    keyboard = Keyboard()
    keyboard.type("fix")
    keyboard.type(" größe")
    assert keyboard.shown == [("fix", 0), (" größe", 3)]
    assert keyboard.stop() == "fix größe"


@pytest.mark.parametrize(
    "key", ["\x7f", "\r", "\x1b[D", "界", "e\u0301"], ids=["back", "enter", "left", "wide", "mark"]
)
def test_what_is_more_than_a_letter_and_all_behind_it_is_left_to_the_prompt(key: str) -> None:
    keyboard = Keyboard()
    keyboard.type(f"abc{key}def")
    assert [letters for letters, _ in keyboard.shown] == ["abc" + key.partition("\u0301")[0] * key.startswith("e")]
    assert keyboard.stop() == f"abc{key}def"


def test_nothing_is_drawn_beyond_the_prompt() -> None:
    keyboard = Keyboard(room=5)
    keyboard.type("abcdefgh")
    assert keyboard.shown == [("abcde", 0)]
    assert keyboard.stop() == "abcdefgh"


def test_nothing_that_is_typed_is_lost_whenever_the_prompt_comes() -> None:
    for _ in range(50):
        keyboard = Keyboard()
        keyboard.type("one two", shows=False)
        assert keyboard.stop() == "one two"


def test_a_terminal_that_takes_nothing_loses_no_key() -> None:
    keyboard = Keyboard(takes=False)
    keyboard.type("fix")
    keyboard.type(" it", shows=False)
    keyboard.type("!", shows=False)
    assert keyboard.stop() == "fix it!"
    assert keyboard.shown == [("fix", 0)]
