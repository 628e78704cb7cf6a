"""Lines: what painters and views draw. Words with looks, measured in terminal cells, and no widget anywhere.

A look is a few words: a role of the theme, `on` and a ground, and attributes: `"text.muted"`,
`"diff.added on diff.added_ground bold"`. Only what programs print has colours of its own:
`"#ff8700 on terminal.blue"`. Looks become colours in one place, where a line becomes a strip.

Everything that a model, a tool or a file says passes `clean` before it becomes part of a line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len, chop_cells, set_cell_size

if TYPE_CHECKING:
    from rich.style import Style

    from claw_tui.theme import Theme

Span: TypeAlias = tuple[str, str]
"""Words and their look."""

Line: TypeAlias = tuple[Span, ...]
"""One row of the screen, or of a paragraph that is still to be wrapped. Holds no line ending."""

BLANK: Line = ()

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x1b\\|\x07|$)|[ -/]*[0-~])?|\x9b[0-?]*[ -/]*[@-~]", re.DOTALL
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
INVISIBLE = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    # Joiners belong between two letters of such scripts as need them, and inside emoji; nowhere else.
    "|(?<![\u0600-\U0001ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\U0001ffff])"
)
"""Characters that hide or reorder others, as a regular expression; a joiner only where none belongs."""
_SUSPECT_ASCII = re.compile("[\x00-\x08\x0b-\x1f\x7f\t]")
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\t\u00ad]|[^\x00-\u034e]")
_WORDS = re.compile(r"\s+|[^\s]+")


@cache
def invisible() -> re.Pattern[str]:
    """Finds them. Read when the first suspect comes: the ranges of it take the compiler milliseconds."""
    return re.compile(INVISIBLE)


def clean(text: str, tab: int = 4) -> str:
    """Foreign text, safe to draw: escape sequences and control characters gone, tabs widened, and characters that hide
    or reorder others (bidirectional marks, zero-width ones) shown by number, such as `⟨U+202E⟩`. Line ends stay."""
    if not (_SUSPECT_ASCII if text.isascii() else _SUSPECT).search(text):
        return text
    text = text.replace("\r\n", "\n")
    text = _ESCAPES.sub("", text)
    text = _CONTROLS.sub("", text)
    text = invisible().sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
    return text.expandtabs(tab)


def one_line(text: str) -> str:
    """Foreign text as part of one row: cleaned, line ends shown as `⏎`."""
    return clean(text).strip("\n").replace("\n", " ⏎ ")


def line(*spans: Span | str) -> Line:
    """A line from spans; a bare string has the look of body text."""
    return tuple((span, "text.body") if isinstance(span, str) else span for span in spans)


def plain(spans: Iterable[Span]) -> str:
    """The words without their looks."""
    return "".join(text for text, _ in spans)


def width_of(spans: Iterable[Span]) -> int:
    """Cells."""
    return sum(cell_len(text) for text, _ in spans)


def fit(spans: Sequence[Span], width: int, *, end: str = "…") -> Line:
    """Exactly what fits `width` cells: cut with `end` where it is longer, else as it is."""
    if width_of(spans) <= width:
        return tuple(spans)
    if width <= 0:
        return BLANK
    room = width - cell_len(end)
    kept: list[Span] = []
    for text, look in spans:
        size = cell_len(text)
        if size > room:
            cut = set_cell_size(text, max(room, 0)).rstrip() if room > 0 else ""
            kept.append((cut + end, look))
            break
        kept.append((text, look))
        room -= size
    return tuple((text, look) for text, look in kept if text)


def pad(spans: Sequence[Span], width: int, look: str = "text.body") -> Line:
    """Cut or filled to exactly `width` cells; what is filled has `look`."""
    fitted = fit(spans, width)
    missing = width - width_of(fitted)
    return (*fitted, (" " * missing, look)) if missing > 0 else fitted


def spread(left: Sequence[Span], right: Sequence[Span], width: int) -> Line:
    """`left` at the left edge and `right` at the right one; where both do not fit, `left` is cut first."""
    room = width - width_of(right)
    if width <= 0:
        return BLANK
    if room < max(1, min(8, width_of(left))):
        return fit((*left, (" ", "text.body"), *right) if width_of(left) else right, width)
    return (*pad(left, room - 1), (" ", "text.body"), *right) if right else fit(left, width)


def wrap(spans: Sequence[Span], width: int, *, hang: Line = BLANK, words: bool = True) -> list[Line]:
    """Rows of at most `width` cells, broken between words where possible (`words=False`: anywhere, for code).

    Every row but the first begins with `hang`. At least one row.
    """
    if width_of(spans) <= width:
        return [tuple(spans)]
    ranges = _breaks(plain(spans), max(width, 1), max(width - width_of(hang), 1), words)
    rows: list[Line] = []
    for start, end in ranges:
        part = tuple(cut(spans, start, end))
        rows.append((*hang, *part) if rows else part)
    return rows


def cut(spans: Iterable[Span], start: int, end: int) -> Iterator[Span]:
    """The characters from `start` to before `end`, with their looks."""
    at = 0
    for text, look in spans:
        after = at + len(text)
        if after > start and at < end:
            yield text[max(start - at, 0) : end - at], look
        at = after


def relook(spans: Sequence[Span], start: int, end: int, look: str) -> Line:
    """The same line, with the characters from `start` to before `end` in another look."""
    length = sum(len(text) for text, _ in spans)
    middle = "".join(text for text, _ in cut(spans, start, end))
    return (*cut(spans, 0, start), (middle, look), *cut(spans, end, length))


def _breaks(text: str, first: int, rest: int, words: bool) -> list[tuple[int, int]]:
    """Where rows begin and end, as character positions; blanks at a break belong to no row."""
    rows: list[tuple[int, int]] = []
    room, start, at, used = first, 0, 0, 0
    pieces = _WORDS.findall(text) if words else [text]
    for piece in pieces:
        size = cell_len(piece)
        if used + size > room and piece.isspace():
            rows.append((start, at))
            at += len(piece)
            start, used, room = at, 0, rest
            continue
        if used + size > room and used > 0 and size <= rest:
            rows.append((start, at))
            start, used, room = at, 0, rest
        if used + size > room:
            for chunk in _chunks(piece, room - used, rest):
                if chunk is None:
                    rows.append((start, at))
                    start, used, room = at, 0, rest
                else:
                    at += len(chunk)
                    used += cell_len(chunk)
            continue
        at += len(piece)
        used += size
    if start < len(text) or not rows:
        rows.append((start, len(text)))
    return [(a, a + len(text[a:b].rstrip())) if words and rows else (a, b) for a, b in rows]


def _chunks(piece: str, room: int, rest: int) -> Iterator[str | None]:
    """A word that is longer than a row, in chunks; None where a new row begins."""
    if room > 0 and (head := next(iter(chop_cells(piece, room)), "")) and cell_len(head) <= room:
        yield head
        piece = piece[len(head) :]
        if not piece:
            return
    yield None
    chunks = chop_cells(piece, rest)
    for index, chunk in enumerate(chunks):
        if index:
            yield None
        yield chunk


@lru_cache(maxsize=4096)
def parse_look(look: str) -> tuple[str, str, str]:
    """A look's role, ground and attributes."""
    role = ground = ""
    attributes: list[str] = []
    words = iter(look.split())
    for word in words:
        if word == "on":
            ground = next(words, "")
        elif "." in word or word[0] == "#":
            role = word
        else:
            attributes.append(word)
    return role, ground, " ".join(attributes)


def style_of(look: str, theme: "Theme") -> "Style":
    """The colours and attributes of a look. Raises KeyError for a role that no theme has."""
    role, ground, attributes = parse_look(look)
    return theme.style(role, on=ground, attributes=attributes)
