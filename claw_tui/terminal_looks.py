"""How printed output looks here: the words that the terminal uses for a style become looks, and text becomes lines.

The sixteen colours that programs count on are the theme's; the others are what they are everywhere.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import set_cell_size

from claw_tui.line import Line, Span, clean, pad, plain, relook, width_of

if TYPE_CHECKING:
    from claw_core.live_terminal import Scene

SIXTEEN = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
"""The first eight colours; the next eight are bright ones."""

_CUBE = (0, 95, 135, 175, 215, 255)
_ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike")
PLAIN = "text.body"
CURSOR = "ground.screen on text.strong"

Styles = Iterable[tuple[int, int, str]]
"""First character, the one behind the last, and words such as `bold 1 on #102030`."""


@lru_cache(maxsize=2048)
def look_of(words: str) -> str:
    """The look of a style in the terminal's words. What is no such word is left out."""
    role = ground = ""
    attributes: list[str] = []
    rest = iter(words.split())
    for word in rest:
        if word == "on":
            ground = _colour(next(rest, ""))
        elif word in _ATTRIBUTES:
            attributes.append(word)
        else:
            role = _colour(word)
    return " ".join([role or PLAIN, *(["on", ground] if ground else []), *attributes])


def _colour(word: str) -> str:
    if word.startswith("#") and len(word) == 7:
        return word
    number = int(word) if word.isascii() and word.isdigit() else -1
    if 0 <= number < 16:
        return f"terminal.{'bright_' if number > 7 else ''}{SIXTEEN[number % 8]}"
    if 16 <= number < 232:
        red, rest = divmod(number - 16, 36)
        return f"#{_CUBE[red]:02x}{_CUBE[rest // 6]:02x}{_CUBE[rest % 6]:02x}"
    if 232 <= number < 256:
        grey = 8 + 10 * (number - 232)
        return f"#{grey:02x}{grey:02x}{grey:02x}"
    return ""


def printed_lines(text: str, styles: Styles = ()) -> list[Line]:
    """Printed text, line by line, in its looks and safe to draw."""
    lines: list[list[Span]] = [[]]
    for piece, look in _pieces(text, styles):
        first, *others = piece.split("\n")
        if first:
            lines[-1].append((first, look))
        lines += [[(line, look)] if line else [] for line in others]
    if not lines[-1]:
        lines.pop()
    return [_clean(line) for line in lines]


def scene_lines(scene: "Scene", *, cursor: bool = False) -> list[Line]:
    """What a terminal shows, line by line; with its cursor where that is wanted."""
    rows = [_clean([(text, look_of(words)) for text, words in pieces]) for pieces in scene.screen.rows]
    row, column = scene.screen.cursor
    used = len(rows) if scene.screen.is_aside else max((at + 1 for at, line in enumerate(rows) if line), default=0)
    if cursor:
        used = max(used, row + 1)
        line = pad(rows[row], max(column + 1, width_of(rows[row])))
        before = len(set_cell_size(plain(line), column))
        rows[row] = relook(line, before, before + 1, CURSOR)
    return [*printed_lines(scene.above, scene.styles), *rows[:used]]


def _pieces(text: str, styles: Styles) -> Iterable[Span]:
    at = 0
    for first, behind, words in styles:
        if first < at or behind <= first:
            continue
        if first > at:
            yield text[at:first], PLAIN
        yield text[first:behind], look_of(words)
        at = behind
    if at < len(text):
        yield text[at:], PLAIN


def _clean(line: Sequence[Span]) -> Line:
    """Tabs widened to where they would reach, and whatever could hide or reorder text made visible."""
    if not any("\t" in text or not text.isascii() for text, _ in line) and all(text.isprintable() for text, _ in line):
        return tuple(line)
    spans: list[Span] = []
    column = 0
    for text, look in line:
        shown = clean(" " * (column % 8) + text, tab=8)[column % 8 :] if "\t" in text else clean(text, tab=8)
        column += len(shown)
        spans.append((shown, look))
    return tuple(spans)
