"""The line view: what is visible costs, what is there does not; nothing jumps."""

import time
from collections.abc import AsyncGenerator, Hashable, Sequence
from contextlib import asynccontextmanager
from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from claw_tui.heights import Heights
from claw_tui.line import Line, line, plain, wrap
from claw_tui.line_view import LineView
from claw_tui.theme import DEFAULT, named


class Words(LineView):
    """Items of words."""

    FOLLOWS = True

    def __init__(self, items: list[str]) -> None:
        super().__init__(lambda: named(DEFAULT))
        self.items = items
        self.paints = 0

    def count(self) -> int:
        return len(self.items)

    def key(self, index: int) -> Hashable:
        return index, len(self.items[index])

    def estimate(self, index: int, width: int) -> int:
        return 1 + len(self.items[index]) // width

    def paint(self, index: int, width: int) -> Sequence[Line]:
        self.paints += 1
        return wrap(line(self.items[index]), width)

    def rows(self) -> list[str]:
        """What is visible."""
        return [strip.text.rstrip() for strip in self.render_lines(self.size.region)]


class Holder(App[None]):
    """An app with one view."""

    def __init__(self, view: Words) -> None:
        super().__init__()
        look = named(DEFAULT)
        self.register_theme(look.for_textual())
        self.theme = look.name
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


@asynccontextmanager
async def held(items: list[str], size: tuple[int, int] = (40, 10)) -> AsyncGenerator[tuple[Words, Pilot[None]]]:
    view = Words(items)
    async with Holder(view).run_test(size=size) as pilot:
        view.changed()
        view.focus()
        await pilot.pause()
        yield view, pilot


def numbered(count: int) -> list[str]:
    return [f"item {number} " + "word " * (number % 17) for number in range(count)]


async def test_the_end_is_in_sight_and_stays_so_while_items_grow() -> None:
    async with held(numbered(50)) as (view, pilot):
        assert view.rows()[-1].startswith("▌")
        view.items[-1] = "the last one " + "grows " * 20
        view.changed()
        view.items.append("one more")
        view.changed()
        await pilot.pause()
        assert view.rows()[-1] == "▌one more"
        assert view.follows


async def test_looking_back_pauses_and_the_end_resumes() -> None:
    async with held(numbered(50)) as (view, pilot):
        await pilot.press("pageup")
        assert not view.follows
        before = view.rows()[:8]
        view.items += ["new"] * 3
        view.changed()
        await pilot.pause()
        assert view.unseen == 3
        assert view.rows()[:8] == before
        assert "3 new ↓" in view.rows()[-1]
        await pilot.press("end")
        assert view.follows
        assert view.unseen == 0


async def test_what_is_read_stays_when_the_width_changes() -> None:
    async with held(numbered(80)) as (view, pilot):
        await pilot.press("home", *["pagedown"] * 4)
        top = view.rows()[0].lstrip("▌ ")
        item = next(index for index, words in enumerate(view.items) if words.startswith(" ".join(top.split()[:2])))
        for width in (25, 60, 40):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            assert any(f"item {item} " in f"{row} " for row in view.rows()), width


async def test_rows_go_by_one_at_a_time_and_none_is_skipped() -> None:
    async with held(numbered(100)) as (view, pilot):
        await pilot.press("home")
        seen = view.rows()[:1]
        for _ in range(200):
            view.scroll_rows(1)
            seen.append(view.rows()[0])
        whole = [plain(row) for words in view.items for row in wrap(line(words), view.room.width - 1)]
        assert [row.lstrip("▌ ") for row in seen[:60]] == [row.strip() for row in whole[:60]]


async def test_only_what_is_visible_is_painted() -> None:
    async with held(numbered(20_000)) as (view, pilot):
        assert view.paints < 60
        started = time.perf_counter()
        await pilot.press("home")
        assert view.rows()[0] == "▌item 0"
        assert view.paints < 120
        view.items.append("x")
        view.changed(20_000)
        assert view.paints < 125
        assert time.perf_counter() - started < 2


async def test_fewer_items_than_before_are_no_reason_to_fall() -> None:
    async with held(numbered(50)) as (view, pilot):
        await pilot.press("pageup", "pageup")
        del view.items[3:]
        view.changed()
        await pilot.pause()
        assert view.rows()[0].strip("▌ ") == "item 0"
        view.items.clear()
        view.changed()
        for key in ("j", "k", "pageup", "pagedown", "home", "end", "enter"):
            await pilot.press(key)
        assert view.rows() == [""] * 10


async def test_the_mouse_scrolls_and_chooses() -> None:
    async with held(numbered(50)) as (view, pilot):
        view.post_message(
            events.MouseScrollUp(view, x=2, y=2, delta_x=0, delta_y=-1, button=0, shift=False, meta=False, ctrl=False)
        )
        await pilot.pause()
        assert not view.follows
        await pilot.click(view, offset=(3, 0))
        assert view.rows()[0].startswith("▌")


async def test_what_is_selected_is_what_is_copied() -> None:
    async with held(["first words", "second words", "third"], (40, 10)) as (view, _):
        selection = Selection(Offset(6, 0), Offset(6, 1))
        assert view.get_selection(selection) == ("words\nsecond", "\n")
        assert view.get_selection(Selection(None, None)) == ("first words\nsecond words\nthird", "\n")


async def test_the_mouse_selects_letters_where_it_goes_down_and_up() -> None:
    async with held(["first words", "second words", "third"], (40, 10)) as (view, pilot):
        marker = view.MARKER
        await pilot.mouse_down(view, offset=(marker + 6, 0))
        await pilot.hover(view, offset=(marker + 5, 1))
        await pilot.mouse_up(view, offset=(marker + 5, 1))
        assert view.screen.get_selected_text() == "words\nsecond"
    async with held(numbered(50)) as (view, pilot):
        rows = [y for y, row in enumerate(view.rows()) if "item 49" in row]
        await pilot.mouse_down(view, offset=(view.MARKER + 5, rows[0]))
        await pilot.hover(view, offset=(view.MARKER + 6, rows[0]))
        await pilot.mouse_up(view, offset=(view.MARKER + 6, rows[0]))
        assert (view.screen.get_selected_text() or "") in ("4", "49"), "in the whole, not in what is in sight"


sizes = st.integers(1, 9)
changes = st.one_of(
    st.tuples(st.just("append"), sizes),
    st.tuples(st.just("extend"), st.lists(sizes, max_size=40)),
    st.tuples(st.just("extend_alike"), sizes, st.integers(0, 40)),
    st.tuples(st.just("cut"), st.integers(0, 60)),
    st.tuples(st.just("change"), st.integers(0, 99), sizes),
)


@given(st.lists(changes, max_size=12))
def test_heights_are_a_list_of_which_sums_are_quick(made: list[tuple[Any, ...]]) -> None:
    heights, known = Heights(), list[int]()
    for name, *how in made:
        if name == "change":
            if not known:
                continue
            how[0] %= len(known)
            known[how[0]] = how[1]
        elif name == "cut":
            del known[how[0] :]
        else:
            known += [how[0]] * how[1] if name == "extend_alike" else how[0] if name == "extend" else how
        getattr(heights, name)(*how)
        assert [heights[index] for index in range(len(heights))] == known
        assert [heights.before(index) for index in range(len(known) + 1)] == [0, *accumulate(known)]
        assert heights.total == sum(known)


def test_heights_sum_as_a_list_would() -> None:
    heights, known = Heights(), [3, 1, 4, 1, 5, 9, 2, 6]
    for rows in known:
        heights.append(rows)
    heights.change(4, 2)
    known[4] = 2
    assert [heights.before(index) for index in range(9)] == [sum(known[:index]) for index in range(9)]
    assert [heights.find(row) for row in range(sum(known))] == [
        (index, at) for index, rows in enumerate(known) for at in range(rows)
    ]
    heights.cut(2)
    assert heights.total == 4


async def test_the_bar_shows_the_end_of_what_was_opened_at_its_end() -> None:
    app = Holder(Words([f"item {number}" for number in range(100)]))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        assert app.view.scroll_y == 90
        assert app.view.vertical_scrollbar.position == 90
