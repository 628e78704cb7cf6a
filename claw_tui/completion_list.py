"""What a word that is begun could become: a short list above the prompt, which never has the keys itself.

The prompt hands it the keys that are about it. A command that is chosen with Up and Down is written into the prompt, so
that Enter runs what stands there, whoever wrote it. What is mentioned with `@` is taken by Tab or Enter; where it takes
a moment until it is found, Tab takes it then, and what was typed behind it meanwhile stays.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Protocol

from textual.binding import BindingType
from textual.geometry import Size
from textual.widgets.text_area import Location

from claw_core.mention import begun
from claw_tui.completion import Ground, Offer, offers_now, offers_soon, takes_time
from claw_tui.keymap import actions, bindings
from claw_tui.line import Line, fit, one_line
from claw_tui.line_view import LineView
from claw_tui.picker import Entries
from claw_tui.theme import Theme

ROWS = 6
"""As many show at once, where there is room."""

LOW = 8
"""Rows of a terminal below which there is no room for a list."""

_COMMAND = re.compile(r"/([\w?-]*)")


class Draft(Protocol):
    """What the list knows of the words it stands above."""

    @property
    def text(self) -> str: ...
    @property
    def cursor_location(self) -> Location: ...

    def put_word(self, word: str, start: Location, end: Location, *, behind: bool) -> None:
        """Write a word in place of what stands there, at once: the next key may be on its way.

        `behind`: with the cursor behind it; else the cursor stays where it is in what follows.
        """
        ...


class Begun:
    """A word that is begun: its sign, what of it is typed, and where it stands."""

    def __init__(self, sign: str, typed: str, start: Location, end: Location) -> None:
        self.sign, self.typed, self.start, self.end = sign, typed, start, end

    def same(self, other: "Begun | None") -> bool:
        """Whether the other is about the same."""
        return other is not None and (self.sign, self.typed, self.start) == (other.sign, other.typed, other.start)


def begun_word(text: str, cursor: Location) -> Begun | None:
    """The word that is begun where the cursor stands; None where none is."""
    if command := _COMMAND.fullmatch(text):
        return Begun("/", command[1], (0, 0), (0, len(text)))
    if text.startswith("!"):
        return None
    row, column = cursor
    found = begun(text.split("\n")[row][:column])
    return None if found is None else Begun("@", found[1], (row, found[0]), (row, column))


class CompletionList(Entries[str]):
    """What fits, a row each."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("completion")
    DEFAULT_CSS = """
    CompletionList {
        overflow-y: scroll; scrollbar-background: $ground-raised;
        scrollbar-background-hover: $ground-raised; scrollbar-background-active: $ground-raised;
    }
    """

    def __init__(self, theme: Callable[[], Theme], draft: Draft, changed: Callable[[], None]) -> None:
        """`changed` is called when it comes or goes by itself."""
        super().__init__(theme, (), id="completions")
        self._offers: Sequence[Offer] = ()
        self.display = False
        self.sources = Ground()
        self._draft = draft
        self._came_or_went = changed
        self._word: Begun | None = None
        """What the list is about, or will be once it is found."""
        self._own = ""
        """What the list itself wrote: it does not narrow the list."""
        self._spaced = ""
        """What stands there since the list wrote a word and the space behind it."""
        self._dismissed = ""
        """The sign of the word that it was closed for."""
        self._is_pending = self._take_then = False
        self._asked = 0
        self._rows = 0
        """Rows it is high: while it is there it never becomes lower, so that nothing moves while a word is typed, and
        the screen need not be laid out anew for every letter."""

    @property
    def is_busy(self) -> bool:
        """Whether something is still looked for."""
        return self._is_pending

    def offer(self) -> None:
        """Something else may stand in the prompt now, or the cursor somewhere else."""
        text = self._draft.text
        if not self.is_attached or (self.display and text == self._own and self._word and self._word.sign == "/"):
            return
        word = begun_word(text, self._draft.cursor_location)
        if word is None or word.sign != self._dismissed:
            self._dismissed = ""
        if word is not None and (self._dismissed or text == self._own or self.screen.size.height < LOW):
            word = None
        if word is not None and word.same(self._word):
            return
        if word is None and self._take_then:
            return
        if word is not None and (self._word is None or word.start != self._word.start):
            self.sources.begin()
        self._word, self._take_then = word, False
        self._own = self._own if text == self._own else ""
        self._asked += 1
        if word is None:
            self._is_pending = False
            self._show(())
            return
        self._is_pending = takes_time(word.sign)
        if self._is_pending:
            find = partial(self._find, self._asked, word)
            self.run_worker(find, group="completions", exclusive=True, exit_on_error=False)
        else:
            self._show(offers_now(word.sign, word.typed, self.sources))

    async def _find(self, asked: int, word: Begun) -> None:
        fits = await offers_soon(word.sign, word.typed, self.sources)
        if asked != self._asked:
            return
        self._is_pending = False
        shown = self.display
        if self._take_then:
            self._take_then = False
            if fits:
                self._take(word, fits[0], behind=self._draft.cursor_location == word.end)
            else:
                self._show(())
        elif [offer.value for offer in fits] == [f"@{word.typed}"]:
            self._show(())  # it is typed already
        else:
            self._show(fits)
        if shown != self.display:
            self._came_or_went()

    def _show(self, fits: Sequence[Offer]) -> None:
        self._offers = fits
        self.entries = list(fits)
        self.typed = f"{self._word.sign}{self._word.typed}" if self._word else ""
        self.cursor = 0
        rows = max(self._rows, min(len(fits), ROWS)) if fits else 0
        resized, self._rows = rows != self._rows, rows
        self.display = bool(fits)
        if fits:
            self.port.top = (0, 0)
            self.changed()
            if resized:
                self.refresh(layout=True)

    def written(self, text: str) -> None:
        """This was not typed but put there: nothing is offered for it until something else is typed."""
        self._own, self._dismissed, self._word = text, "", None
        self._is_pending = self._take_then = False
        self._asked += 1
        self._show(())

    def pressed(self, key: str) -> bool:
        """Do what a key does here; whether it did something."""
        if key == "space" and self._spaced and self._spaced == self._draft.text:
            self._spaced = ""
            return True  # it stands there already
        if self._is_pending and key == "tab":
            self._take_then = True
            return True
        if not self.display:
            return False
        if key == "enter" and self._word is not None and self._word.sign == "@":
            if self._is_pending:
                self._take_then = True
            else:
                self.action_take()
            return True
        found = next((each for each in actions("completion") if key in each.keys), None)
        if found is not None:
            getattr(self, f"action_{found.call}")()
        return found is not None

    def action_next(self) -> None:
        """The next one."""
        self._choose(self.cursor + 1)

    def action_previous(self) -> None:
        """The previous one."""
        self._choose(self.cursor - 1)

    def action_take(self) -> None:
        """The one under the cursor, ready for what follows it."""
        offer, word = self._offers[self.cursor], self._word
        if word is None:
            return
        if word.sign == "/":
            word = Begun("/", word.typed, (0, 0), (0, len(self._draft.text)))
        self._take(word, offer, behind=True)

    def _take(self, word: Begun, offer: Offer, *, behind: bool) -> None:
        self._word = None
        self._asked += 1
        self._show(())
        end = "" if offer.goes_on or not behind else " "
        self._draft.put_word(f"{offer.value}{end}", word.start, word.end, behind=behind)
        if not offer.goes_on:
            self._own = self._draft.text
            self._spaced = self._own if end else ""

    def action_close(self) -> None:
        """No list until another word is begun."""
        self._dismissed = self._word.sign if self._word else ""
        self._word = None
        self._show(())

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """A click on one."""
        event.stop()
        self._choose(event.index)

    def on_line_view_picked(self, event: LineView.Picked) -> None:
        """A double click on it."""
        event.stop()
        self.action_take()

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One that fits; of a long path the end is what tells it from others."""
        offer = self._offers[index] if self._offers else None
        if offer is None or not offer.value.startswith("@"):
            return super().paint(index, width)
        here = index == self.cursor
        label = one_line(offer.label)
        cut = max(0, len(label) - max(8, width - 3)) if not offer.detail else 0
        look = "text.strong" if here else "text.body"
        row = [("▸ " if here else "  ", "text.key bold"), ("…" if cut else "", "text.muted")]
        row += [
            (letter, "text.key bold" if at in offer.places else look) for at, letter in enumerate(label) if at >= cut
        ]
        return [fit((*row, (f"  {one_line(offer.detail)}", "text.muted")) if offer.detail else row, width)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Few rows, and fewer where the terminal is low. Called by Textual."""
        return max(1, min(self._rows, viewport.height // 4))

    def _tell_size(self, size: Size, *, overflows: bool) -> None:
        """It says itself how high it is, whatever it holds."""
        self.set_reactive(LineView.virtual_size, size)  # pyright: ignore[reportArgumentType]  a reactive of a base

    def _choose(self, index: int) -> None:
        self.cursor = index % len(self.entries)
        self.changed()
        self.show_item(self.cursor)
        if self._word is not None and self._word.sign == "/":
            self._own = self.entries[self.cursor].value
            self._draft.put_word(self._own, (0, 0), (0, len(self._draft.text)), behind=True)
