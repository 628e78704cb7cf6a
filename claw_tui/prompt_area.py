"""The area where the words are typed. Chips, and what people see as one character, are moved over and deleted whole."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from rich.cells import split_graphemes
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location

from claw_tui.chips import Chips
from claw_tui.line import style_of

if TYPE_CHECKING:
    from claw_tui.theme import Theme

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

MOST_ROWS = 8
"""Rows of a draft that are shown."""


_OWN = {key: each.action for each in TextArea.BINDINGS if isinstance(each, Binding) for key in each.key.split(",")}
"""What keys do in any text area."""


_JOINERS = frozenset({"\u200c", "\u200d"})
"""Characters that are no sign of their own and yet are typed: within emoji, and in Persian, Hindi and others."""


class KeyTaker(Protocol):
    """What is asked first about a key and a paste."""

    def pressed(self, key: str) -> bool:
        """Do what a key does beside typing; whether it did something."""
        ...

    def pasted(self, text: str) -> None:
        """This was pasted."""
        ...


class PromptArea(TextArea):
    """Where the words are typed. The keys that mean more than a character are tried first, in typing order."""

    DEFAULT_CSS = """
    PromptArea, PromptArea:focus {
        border: none; padding: 0; height: auto; min-height: 1; max-height: MOST_ROWS; width: 1fr;
        background: $ground-screen; scrollbar-size-vertical: 1;
    }
    """.replace("MOST_ROWS", str(MOST_ROWS))

    def __init__(self, taker: KeyTaker, chips: Chips, theme: "Callable[[], Theme]") -> None:
        self._taker = taker
        self._chips = chips
        self._look = theme
        super().__init__(id="prompt-area", compact=True, highlight_cursor_line=False)
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        if self._taker.pressed(event.key):
            event.stop()
            event.prevent_default()
        elif action := _OWN.get(event.key):
            # A binding is looked for by the screen, later: by then the next key may have been typed.
            event.stop()
            event.prevent_default()
            await self.run_action(action)
        elif event.character in _JOINERS:
            event.stop()
            event.prevent_default()
            self.replace(event.character, *self.selection, maintain_selection_offset=False)
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._taker.pasted(_CONTROLS.sub("", event.text.replace("\r\n", "\n").replace("\r", "\n")))

    # ---- what is one

    def _ones(self, line: str) -> Iterator[tuple[int, int]]:
        """The stretches of a line that are one: its chips, and characters that others were put together to."""
        for start, end, _ in self._chips.within(line):
            yield start, end
        if not line.isascii():
            yield from ((start, end) for start, end, _ in split_graphemes(line)[0] if end - start > 1)

    def _one_around(self, location: Location) -> tuple[Location, Location] | None:
        """The two ends of what is one and holds a place inside it."""
        row, column = location
        line = self.document.get_line(row) if row < self.document.line_count else ""
        found = next(((start, end) for start, end in self._ones(line) if start < column < end), None)
        return None if found is None else ((row, found[0]), (row, found[1]))

    def clamp_visitable(self, location: Location) -> Location:
        """Where the cursor may stand: not inside of what is one. Called by Textual."""
        place = super().clamp_visitable(location)
        around = self._one_around(place)
        if around is None:
            return place
        return around[1] if place > self.cursor_location else around[0]

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; what is one is taken whole. Called by Textual for whatever changes it."""
        start, end = sorted((edit.from_location, edit.to_location))
        if start == end:
            around = self._one_around(start)
            start = end = around[1] if around else start
        else:
            before, behind = self._one_around(start), self._one_around(end)
            start, end = before[0] if before else start, behind[1] if behind else end
        result = super().edit(Edit(edit.text, start, end, edit.maintain_selection_offset))
        if self.wrapped_document.height > MOST_ROWS:  # Textual looked for the cursor before it knew of a new row
            self.scroll_cursor_visible()
        return result

    def get_line(self, line_index: int) -> Text:
        """A line as it is painted. Called by Textual."""
        line = super().get_line(line_index)
        for start, end, _ in self._chips.within(line.plain):
            line.stylize(style_of("text.key on ground.raised", self._look()), start, end)
        return line

    # ---- writing

    @property
    def cursor_label(self) -> str:
        """The label of the chip that the cursor touches; empty where it touches none."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        return next((line[start:end] for start, end, _ in self._chips.within(line) if start <= column <= end), "")

    def put_all(self, text: str) -> None:
        """Write a text in place of all that stands here; undoing brings that back."""
        if text != self.text:
            self.history.checkpoint()
            self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
            self.history.checkpoint()
        self.move_cursor(self.document.end)

    def put_word(self, word: str, start: Location, end: Location, *, behind: bool) -> None:
        """Write a word in place of what stands there; `behind`: with the cursor behind it."""
        self.history.checkpoint()
        result = self.replace(word, start, end, maintain_selection_offset=not behind)
        self.history.checkpoint()
        if behind:
            self.move_cursor(result.end_location)

    def put_here(self, text: str) -> None:
        """Write a text where the cursor stands, in place of what is selected."""
        self.history.checkpoint()
        result = self.replace(text, *self.selection, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor(result.end_location)

    def put_for(self, old: str, new: str) -> bool:
        """Write one text in place of another, where that still stands; whether it does."""
        at = self.text.find(old)
        if at < 0:
            return False
        self.put_word(new, self._location(at), self._location(at + len(old)), behind=False)
        return True

    def _location(self, index: int) -> Location:
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        row = bisect_left(starts, index + 1) - 1
        return row, index - starts[row]

    @property
    def at_first_row(self) -> bool:
        """Whether the cursor stands in the first row as it is wrapped."""
        return self.navigator.is_first_wrapped_line(self.cursor_location) and self.cursor_location[0] == 0

    @property
    def at_last_row(self) -> bool:
        """Whether the cursor stands in the last row as it is wrapped."""
        last = self.document.line_count - 1
        return self.navigator.is_last_wrapped_line(self.cursor_location) and self.cursor_location[0] == last
