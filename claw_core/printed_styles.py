"""How output looked, of the part of it that is shown: styles move with the text when it is shortened."""

from claw_core.native.output import Seen, Styles

MOST = 4000
"""Stretches of one output that keep their style; a rainbow is not worth more."""

BlockStyles = tuple[tuple[int, int, str], ...]


def styles_of(text: str, seen: Seen) -> BlockStyles:
    """The styles of `text`, which is what was seen, or its beginning, a note on what is missing, and its end."""
    last, last_styles = (seen.tail, seen.tail_styles) if seen.omitted else (seen.head, seen.head_styles)
    same = _same(text, seen.head)
    if same == len(text):
        return tuple(_within(seen.head_styles, 0, same, 0)[:MOST])
    end = _same(text[same:][::-1], last[::-1])
    first = _within(seen.head_styles, 0, same, 0)
    rest = _within(last_styles, len(last) - end, len(last), len(text) - len(last))
    room = MOST // 2 if len(first) + len(rest) > MOST else MOST
    return (*first[:room], *rest[-room:])


def _same(one: str, other: str) -> int:
    """How many characters both begin with."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))


def _within(styles: Styles, start: int, end: int, move: int) -> list[tuple[int, int, str]]:
    """Those of a part of the text, moved to where it stands now."""
    return [
        (max(first, start) + move, min(behind, end) + move, words)
        for first, behind, words in styles
        if first < end and behind > start
    ]
