"""A picker finds what was meant by a few letters, and returns what was picked."""

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.widgets import Input

from claw_tui import theme
from claw_tui.picker import Entry, Picker, match, narrowed

FRUIT = [
    Entry(label="apple pie", value=1),
    Entry(label="pineapple", value=2),
    Entry(label="plum", detail="like an apple", value=3),
    Entry(label="grape", value=4),
]


def labels(words: str) -> list[str]:
    return [entry.label for entry in narrowed(FRUIT, words)]


def test_what_begins_with_it_comes_first_then_what_holds_it_then_what_is_said_beside() -> None:
    assert labels("apple") == ["apple pie", "pineapple", "plum"]


def test_letters_in_order_are_enough_and_all_words_count() -> None:
    assert labels("gpe") == ["grape"]
    assert labels("pie app")[0] == "apple pie"
    assert labels("xyz") == []


def test_nothing_typed_is_everything_in_its_order() -> None:
    assert labels("") == [entry.label for entry in FRUIT]


@given(st.text(max_size=8), st.text(max_size=20))
def test_the_places_that_are_marked_spell_what_was_typed(words: str, text: str) -> None:
    found = match(words, text)
    if found is not None:
        low = text.lower()
        marked = "".join(low[at] for at in found[1])
        for word in words.lower().split():
            assert set(word) <= set(marked)


class Shop(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.look = theme.named("claw-dark")
        self.register_theme(self.look.for_textual())
        self.theme = "claw-dark"
        self.got: list[int | None] = []
        self.seen: list[int] = []

    def on_mount(self) -> None:
        self.push_screen(Picker(lambda: self.look, "fruit", FRUIT, at=1, seen=self.seen.append), self.got.append)


async def test_arrows_move_and_enter_picks() -> None:
    shop = Shop()
    async with shop.run_test() as pilot:
        await pilot.press("down", "enter")
        assert shop.got == [3]
        assert shop.seen == [3]


async def test_typing_narrows_and_the_best_is_under_the_cursor() -> None:
    shop = Shop()
    async with shop.run_test() as pilot:
        shop.screen.query_one(Input).value = "gr"
        await pilot.press("enter")
        assert shop.got == [4]


async def test_where_nothing_fits_nothing_is_picked() -> None:
    shop = Shop()
    async with shop.run_test() as pilot:
        shop.screen.query_one(Input).value = "zzz"
        await pilot.press("enter", "down", "enter")
        assert shop.got == []
        await pilot.press("escape")
        assert shop.got == [None]
