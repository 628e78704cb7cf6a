"""F1: every key that works, made from the keymap, what signs mean, and every command."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from claw_tui.dialog import Dialog, Drawing
from claw_tui.keymap import PLACES, actions, all_keys, bindings
from claw_tui.line import BLANK, Line, pad, width_of, wrap
from claw_tui.theme import Theme

KEYS = 18
"""Cells for the keys."""


SIGNS = (
    ("●", "It went well"),
    ("✗", "It failed, or took too long"),
    ("◐", "It runs, or waits for you"),
    ("⊘", "It was denied"),
    ("◌", "It was interrupted, or the model still writes it"),
    ("$0.12", "What it cost, in US dollars"),
    ("$?", "The price is unknown, of all or of a part; /cost tells of which model"),
    ("34% of 400k", "How much of what the model can take in is used"),
)
"""What signs mean that stand beside things."""


class HelpScreen(Dialog[None]):
    """Returns nothing. The keys of `place`, where the person was, come first."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("help")
    HINTS: ClassVar[tuple[str, ...]] = ("help.close", "list.down", "list.page_down")
    DEFAULT_CSS = "HelpScreen { align: center middle; }"

    def __init__(self, theme: Callable[[], Theme], *, place: str, commands: Mapping[str, str]) -> None:
        super().__init__(theme, "keys and commands")
        self._place = place
        self._commands = commands

    def inside(self) -> ComposeResult:
        """All of it; it scrolls."""
        yield Drawing(self.theme, lambda width: help_lines(self._place, self._commands, width), share=0.75, id="lines")

    def action_close(self) -> None:
        """Enough."""
        self.dismiss(None)


def help_lines(place: str, commands: Mapping[str, str], width: int) -> list[Line]:
    """The keys, place by place, what signs mean, and the commands."""
    order = [name for name in PLACES if name == place] + [name for name in PLACES if name != place]
    rows: list[Line] = []
    for name in order:
        entries = [(" ".join(all_keys(each.id)), each.help) for each in actions(name)]
        if entries:
            rows += _section(PLACES[name], entries, width)
    rows += _section("Signs", list(SIGNS), width)
    return rows + _section("Commands", [(f"/{name}", says) for name, says in commands.items()], width)


def _section(title: str, entries: list[tuple[str, str]], width: int) -> list[Line]:
    rows: list[Line] = [((title, "text.heading bold"),)]
    for keys, says in entries:
        head = pad(((f"  {keys}", "text.key"),), max(KEYS, width_of(((f"  {keys}  ", ""),))))
        rows += wrap((*head, (says, "text.body")), width, hang=((" " * KEYS, "text.body"),))
    return [*rows, BLANK]
