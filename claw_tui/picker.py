"""A picker: a list that narrows while one types. The palette and the lists of models and sessions are pickers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.widgets import Input

from claw_tui.dialog import Dialog
from claw_tui.field import Field
from claw_tui.keymap import bindings
from claw_tui.line import Line, Span, fit, one_line, spread
from claw_tui.line_view import LineView
from claw_tui.theme import Theme

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[ValueT]):
    """One thing to pick."""

    label: str
    detail: str = ""
    """Said beside it, dimmed."""
    key: str = ""
    """The key that does the same."""
    value: ValueT


@lru_cache(maxsize=4096)
def match(words: str, text: str) -> tuple[int, tuple[int, ...]] | None:
    """How well what was typed fits a text, smaller is better, and which characters it is found in; None: not at all.

    Every word has to be there, as a whole or letter by letter in order; whole words and beginnings come first.
    """
    score, places = 0, list[int]()
    low = text.lower()
    for word in words.lower().split():
        at = low.find(word)
        if at >= 0:
            found = list(range(at, at + len(word)))
            score += 0 if at == 0 else 1 if not low[at - 1].isalnum() else 4
        else:
            found = _letters(word, low)
            if not found:
                return None
            score += 10 + found[-1] - found[0] - len(word)
        places += found
    return score, tuple(sorted(set(places)))


def _letters(word: str, text: str) -> list[int]:
    found: list[int] = []
    at = -1
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0:
            return []
        found.append(at)
    return found


def narrowed(entries: Sequence[Entry[ValueT]], words: str) -> list[Entry[ValueT]]:
    """Those that fit what was typed, the best first; the label counts more than what is said beside it."""
    ranked: list[tuple[int, int, Entry[ValueT]]] = []
    for place, entry in enumerate(entries):
        found = match(words, entry.label)
        if found is not None:
            ranked.append((found[0], place, entry))
        elif (beside := match(words, f"{entry.label} {entry.detail}")) is not None and beside[0] < 10:
            ranked.append((50 + beside[0], place, entry))
    return [entry for _, _, entry in sorted(ranked, key=lambda each: each[:2])]


class Entries(LineView, Generic[ValueT]):
    """The entries that fit, a row each."""

    DEFAULT_CSS = "Entries { height: auto; scrollbar-size-horizontal: 0; background: $ground-raised; }"
    MARKER = 0
    REFERS = False

    def __init__(self, theme: Callable[[], Theme], entries: Sequence[Entry[ValueT]], *, id: str = "entries") -> None:
        super().__init__(theme, id=id)
        self.entries = list(entries)
        self.typed: str = ""
        self.can_focus = False

    def count(self) -> int:
        """Entries, or the row that says there are none."""
        return max(1, len(self.entries))

    def key(self, index: int) -> object:
        """What its row depends on."""
        entry = self.entries[index] if self.entries else None
        return (entry.label if entry else "", entry.detail if entry else "", index == self.cursor, self.typed)

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One entry."""
        if not self.entries:
            return [(("  nothing fits", "text.muted italic"),)]
        entry, here = self.entries[index], index == self.cursor
        found = match(self.typed, entry.label) if self.typed else None
        places = set(found[1]) if found else set[int]()
        look = "text.strong" if here else "text.body"
        label: list[Span] = [("▸ " if here else "  ", "text.key bold")]
        label += [(char, "text.key bold" if at in places else look) for at, char in enumerate(one_line(entry.label))]
        if entry.detail:
            label.append((f"  {one_line(entry.detail)}", "text.muted"))
        return [spread(label, ((f"{entry.key} ", "text.key"),), width) if entry.key else fit(label, width)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row each, as far as there is room. Called by Textual."""
        return max(1, min(self.count(), int(viewport.height * 0.6)))


class Picker(Dialog[ValueT], Generic[ValueT]):
    """Returns the value of the entry that was picked."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("picker")
    HINTS: ClassVar[tuple[str, ...]] = ("picker.choose", "dialog.cancel")
    DEFAULT_CSS = "Picker { align: center middle; }"

    def __init__(
        self,
        theme: Callable[[], Theme],
        title: str,
        entries: Sequence[Entry[ValueT]],
        *,
        at: int = 0,
        placeholder: str = "type to narrow",
        seen: Callable[[ValueT], None] | None = None,
    ) -> None:
        """`at`: the entry the cursor starts on. `seen` is told the value under the cursor, for a preview."""
        super().__init__(theme, title)
        self._all = list(entries)
        self._entries = Entries(theme, self._all)
        self._start = at
        self._placeholder = placeholder
        self._seen = seen

    def inside(self) -> ComposeResult:
        """A line to type in, and what fits."""
        yield Field(placeholder=self._placeholder, id="words")
        yield self._entries

    def on_mount(self) -> None:
        """The line has the keys; the cursor starts where it was asked to."""
        self.query_one("#words", Input).focus()
        self.entries.cursor = self._start
        self.call_after_refresh(lambda: self.entries.show_item(self.entries.cursor))

    @property
    def entries(self) -> Entries[ValueT]:
        """The list."""
        return self._entries

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        view = self.entries
        if event.value == view.typed:
            return
        view.typed = event.value
        view.entries = narrowed(self._all, event.value)
        view.cursor = 0
        view.changed()
        view.refresh(layout=True)
        self._tell()

    def on_input_submitted(self) -> None:
        """Enter in the line."""
        self.action_choose()

    def on_line_view_picked(self, event: LineView.Picked) -> None:
        """A second click, or a first one that only moves the cursor."""
        if not isinstance(event, LineView.Moved):
            self.action_choose()

    def action_down(self) -> None:
        """The next entry."""
        self._move(1)

    def action_up(self) -> None:
        """The previous entry."""
        self._move(-1)

    def action_choose(self) -> None:
        """The entry under the cursor."""
        if self.entries.entries:
            self.dismiss(self.entries.entries[self.entries.cursor].value)

    def _move(self, by: int) -> None:
        view = self.entries
        view.move((view.cursor + by) % view.count())
        view.changed()
        self._tell()

    def _tell(self) -> None:
        view = self.entries
        if self._seen is not None and view.entries:
            self._seen(view.entries[view.cursor].value)
