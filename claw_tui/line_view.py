"""The line view: a scrolling list of any length that costs what is visible, not what is there.

Conversation, trace, diffs and details are line views. A subclass says how many items there are and paints one; painted
rows and heights are kept by the sheet (`sheet.py`), and what is in sight by the viewport (`viewport.py`). What is at
the top is known as (item, row of it), never as a row of the whole, so nothing jumps when heights are corrected.
Following the end is a fact of its own: scrolling up ends it, reaching the end resumes it.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp
from textual.selection import Selection
from textual.strip import Strip

from claw_tui.keymap import bindings
from claw_tui.line import Line, plain
from claw_tui.pointing import OfItem, Pointing
from claw_tui.sheet import Sheet
from claw_tui.sight import Look, Sight
from claw_tui.strips import Oven, overlaid
from claw_tui.theme import Theme
from claw_tui.thumb import Thumb
from claw_tui.viewport import Viewport

if TYPE_CHECKING:
    from textual.app import App

WHEEL = 3
"""Rows a turn of the wheel moves."""


class LineView(Pointing, ScrollView, can_focus=True):
    """A scrolling list of items that are painted as lines. Subclasses say what the items are."""

    DEFAULT_CSS = """
    LineView {
        background: $ground-screen;
        color: $text-body;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        height: 1fr;
        width: 1fr;
    }
    """

    BINDINGS = bindings("list")

    MARKER: ClassVar[int] = 1
    """Cells at the left edge for the mark of the item under the cursor."""
    ONE_ROW: ClassVar[bool] = False
    """Whether every item is one row: then nothing is measured, and 100,000 items cost what 10 do."""
    FOLLOWS: ClassVar[bool] = False
    """Whether it starts at its end and stays there."""

    class Picked(OfItem):
        """The person pressed Enter on an item, or clicked it twice."""

    class Moved(OfItem):
        """The cursor stands on another item."""

    def __init__(self, theme: Callable[[], Theme], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._theme = theme
        self._sheet = Sheet(self, lambda: self.call_next(self._place), one_row=self.ONE_ROW)
        self._oven = Oven()
        self._sight = Sight()
        self._thumb = Thumb()
        self.port = Viewport(lambda index: len(self._sheet.rows(index)), self.count, may_follow=self.FOLLOWS)
        """What is in sight."""
        self.cursor = 0
        """The item the keys are about."""
        self.sought = ""
        """Words that are marked wherever they are painted."""

    # ---- what a subclass says

    def count(self) -> int:
        """How many items there are."""
        raise NotImplementedError

    def key(self, index: int) -> Hashable:
        """What tells an item and its present state from every other: its rows are painted again when this changes."""
        raise NotImplementedError

    def estimate(self, index: int, width: int) -> int:
        """About how many rows it takes; must be cheap. Exact where an item is one row."""
        return 1

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """An item's rows of at most `width` cells."""
        raise NotImplementedError

    def ground(self, index: int) -> str:
        """The role of the ground it stands on; empty for the view's own."""
        return ""

    def words(self, index: int) -> str:
        """An item's words, for searching."""
        return "\n".join(plain(row) for row in self.paint(index, max(self._sheet.width, 1)))

    def row_text(self, y: int) -> str:
        """The words of a row in sight."""
        return self._sight.text(y)

    def words_at(self, y: int) -> str:
        """The words of the item that row belongs to."""
        return "" if (index := self.port.at(y)) is None else self.words(index)

    def words_here(self) -> str:
        """The words of the item under the cursor; of all in sight where there is no cursor."""
        if self.MARKER:
            return self.words(self.cursor) if self.count() else ""
        shown = dict.fromkeys(self.port.at(y) for y in range(self.room.height))
        return "\n".join(self.words(index) for index in shown if index is not None)

    def more(self, count: int) -> str:
        """What the pill says of `count` items that came while the person looks elsewhere."""
        return f" {count} new ↓ "

    # ---- what changed

    def changed(self, since: int = 0) -> None:
        """Items from `since` on may be different, more or fewer. Call it after the data changed."""
        self._sheet.update(since)
        count = self.count()
        self.cursor = max(0, min(self.cursor, count - 1))
        if self.port.follows:
            self.cursor = max(0, count - 1)
        self._place()
        self.freshen()

    def freshen(self) -> None:
        """What is in sight may look different: paint the rows that do, and no others."""
        rows = self._window(*self.room)
        differ = self._sight.changes(rows)
        if differ is None:
            self.refresh()
        elif differ:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in differ))

    def repaint(self) -> None:
        """Everything looks different: another theme, another search."""
        self._sheet.forget()
        self._own_style = None
        self.refresh()

    @property
    def follows(self) -> bool:
        """Whether the end is kept in sight."""
        return self.port.follows

    @property
    def unseen(self) -> int:
        """How many items came since the person left the end."""
        return self.port.unseen

    # ---- painting

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible rows. Called by Textual."""
        inner, base = self.room, self.own_style
        rows = self._window(inner.width, inner.height)
        self._sight.changes(rows)
        rows = rows[crop.y : crop.bottom]
        rows += [Strip.blank(inner.width, base)] * (crop.height - len(rows))
        if crop.x or crop.width != inner.width:
            rows = [row.crop_extend(crop.x, crop.right, base) for row in rows]
        return rows

    def render_line(self, y: int) -> Strip:
        """One of them, with its place. Called by Textual when it is to be selected from."""
        rows = self._window(*self.room)
        index, skip = self.port.top
        return self._sight.placed(rows, y, self._sheet.heights.before(index) + skip + y)

    @property
    def room(self) -> Size:
        """Cells for lines: without the column that the scroll bar has, whether it shows or not."""
        return self.scrollable_content_region.size

    def _window(self, width: int, height: int) -> list[Strip]:
        base = self.own_style
        if width <= 0 or height <= 0:
            return []
        if self._sheet.width != width - self.MARKER:
            self._measure(width)
        self.port.height = height
        self.port.settle()
        theme = self._theme()
        self._sight.look(Look(base=base, theme=theme, marker=self.MARKER, selection=self.text_selection))
        rows: list[Strip] = []
        index, skip = self.port.top
        count = self.count()
        y = self._sheet.heights.before(index) + skip
        cursor = self.cursor if self.has_focus else -1
        while len(rows) < height and index < count:
            strips = self._sheet.rows(index)
            for at in range(skip, min(len(strips), skip + height - len(rows))):
                rows.append(self._sight.row((index, at), strips[at], y, here=index == cursor))
                y += 1
            index, skip = index + 1, 0
        rows += [self._sight.blank(width)] * (height - len(rows))
        if self.unseen:
            pill = theme.style("ground.screen", on="line.focus", attributes="bold")
            rows[-1] = overlaid(rows[-1], self.more(self.unseen), pill)
        return rows

    def bake(self, index: int, width: int) -> list[Strip]:
        """An item's rows in colours, full width. Called by the sheet."""
        theme, base = self._theme(), self.own_style
        if ground := self.ground(index):
            base += theme.style(on=ground)
        return self._oven.bake(self.paint(index, width), width, base=base, theme=theme, sought=self.sought)

    def _measure(self, width: int) -> None:
        """The width is new. What is at the top stays there."""
        self._sheet.measure(width - self.MARKER)
        self.call_next(self._place)

    # ---- place

    def _place(self) -> None:
        """Tell Textual (and its scroll bar) where we are."""
        room = self.room
        if self._sheet.width <= 0 or room.height <= 0:
            return
        self.port.height = room.height
        self.port.settle()
        index, skip = self.port.top
        top, total = self._sheet.heights.before(index) + skip, self._sheet.heights.total
        self._tell_size(Size(room.width, total), overflows=total > room.height)
        self.scroll_target_y = self.scroll_y = float(top)
        if total > room.height or self.show_vertical_scrollbar:  # Textual asks nobody when it begins to show it
            self._thumb.place(self.vertical_scrollbar, total=max(total, room.height), height=room.height, top=top)
        else:
            self._thumb.hide()

    def _tell_size(self, size: Size, *, overflows: bool) -> None:
        known = self.virtual_size
        if self.styles.auto_dimensions or size.width != known.width or overflows != self.show_vertical_scrollbar:
            self.virtual_size = size
        else:
            # The screen is not laid out anew for a row more: nothing else would move.
            self.set_reactive(LineView.virtual_size, size)  # pyright: ignore[reportArgumentType]  a reactive of a base

    def _moved(self) -> None:
        """Something else is in sight."""
        self._place()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The scroll bar follows us, never the other way round: only we know what is at the top. Called by Textual."""

    def _on_scroll_to(self, message: ScrollTo) -> None:
        """The scroll bar was dragged."""
        message.stop()
        if message.y is not None:
            self.port.go(*self._sheet.heights.find(round(message.y)))
            self._moved()

    def _on_scroll_up(self, event: ScrollUp) -> None:
        """A click above the scroll bar's handle."""
        event.stop()
        self.action_page(-1)

    def _on_scroll_down(self, event: ScrollDown) -> None:
        """A click below it."""
        event.stop()
        self.action_page(1)

    def scroll_rows(self, by: int) -> None:
        """Move what is seen by so many rows, exactly, whatever was estimated."""
        if self.count() and self._sheet.width > 0:
            self.port.scroll(by)
            self._moved()

    def show_item(self, index: int, *, at_top: bool = False) -> None:
        """Bring an item into sight."""
        if self._sheet.width > 0 and index < self.count():
            self.port.show(index, at_top=at_top)
            self._moved()

    def move(self, to: int, *, at_top: bool = False) -> None:
        """Put the cursor on an item and show it."""
        count = self.count()
        if not count:
            return
        self.cursor = max(0, min(to, count - 1))
        self.show_item(self.cursor, at_top=at_top)
        self.post_message(self.Moved(self, self.cursor))

    # ---- keys and mouse

    def action_down(self) -> None:
        """To the next item; through a long one first."""
        top, skip = self.port.top
        if not self.count():
            return
        if self.cursor == top and len(self._sheet.rows(top)) - skip > self.room.height:
            self.scroll_rows(WHEEL)
        else:
            self.move(self.cursor + 1)

    def action_up(self) -> None:
        """To the previous item; through a long one first."""
        top, skip = self.port.top
        if self.cursor == top and skip > 0:
            self.scroll_rows(-min(WHEEL, skip))
        else:
            self.move(self.cursor - 1)
        if self.cursor < self.count() - 1:
            self.port.leave_end()

    def action_page(self, direction: int) -> None:
        """A screenful, less one row."""
        self.scroll_rows(direction * max(1, self.room.height - 1))
        self._cursor_into_sight()

    def action_first(self) -> None:
        """To the very first row."""
        self.move(0, at_top=True)

    def action_last(self) -> None:
        """To the end, and stay there."""
        self.port.follow()
        self.move(self.count() - 1)

    def action_pick(self) -> None:
        """Open what is under the cursor."""
        if self.count():
            self.post_message(self.Picked(self, self.cursor))

    def _cursor_into_sight(self) -> None:
        cursor = self.port.clamp(self.cursor)
        if cursor != self.cursor:
            self.cursor = cursor
            self.post_message(self.Moved(self, cursor))
        self.refresh()

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-WHEEL)

    def on_click(self, event: events.Click) -> None:
        """A click chooses an item, a second one opens it; one on the pill goes to the end."""
        if self.unseen and event.y == self.room.height - 1:
            self.action_last()
            return
        index = self.port.at(event.y)
        if index is None:
            return
        if event.chain == 2:
            self.post_message(self.Picked(self, index))
            return
        self.refer_at(event)
        self.cursor = index
        self.post_message(self.Moved(self, index))
        self.refresh()

    # ---- the rest of Textual

    def on_mount(self) -> None:
        """Paint anew in another theme's colours."""
        app = cast("App[object]", self.app)  # pyright: ignore[reportUnknownMemberType]  Textual leaves it open
        app.theme_changed_signal.subscribe(self, lambda _: self.repaint())

    def on_resize(self) -> None:
        """Another size."""
        if self.room.width > 0:
            self._measure(self.room.width)
            self._place()

    def on_focus(self) -> None:
        """The cursor shows."""
        if self.follows:
            self.cursor = max(0, self.count() - 1)
        self.refresh()

    def on_blur(self) -> None:
        """The cursor hides."""
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What was selected with the mouse."""
        text = self._sheet.selected(selection)
        return None if text is None else (text, "\n")

    def selection_updated(self, selection: Selection | None) -> None:
        """Something was selected, or no longer is."""
        self.refresh()
