"""Colours on a terminal that has sixteen: by their hue, since by nearness all that is pale would be white.

Which shades the sixteen have is the terminal's affair; that red is red and green is green is what matters: added and
removed, well and wrong.
"""

from colorsys import rgb_to_hls
from functools import lru_cache

_HUES = ((20, 1), (58, 3), (160, 2), (200, 6), (260, 4), (330, 5), (361, 1))
"""Degrees up to which a hue is red, yellow, green, cyan, blue, magenta, and red again."""
_GREYS = ((0.12, 0), (0.55, 8), (0.82, 7), (1.01, 15))
_GROUNDS = ((0.17, 0), (0.5, 8), (0.88, 7), (1.01, 15))
"""Lightness up to which a grey is black, dark grey, light grey, white."""


@lru_cache(maxsize=1024)
def sixteen(red: int, green: int, blue: int, *, ground: bool) -> int:
    """Which of the sixteen, from 0 to 15, a colour of 24 bits is, of letters or of their ground."""
    hue, lightness, _ = rgb_to_hls(red / 255, green / 255, blue / 255)
    share = (max(red, green, blue) - min(red, green, blue)) / 255
    # What is light has to have more colour to be seen as coloured; a ground that has a little is not to be all colour.
    least = 0.4 if ground else 0.25 if lightness > 0.79 else 0.15
    if share < least:
        return next(number for most, number in (_GROUNDS if ground else _GREYS) if lightness < most)
    number = next(number for most, number in _HUES if hue * 360 < most)
    return number + 8 if lightness > 0.5 else number


def parameters(letters: int | None, ground: int | None) -> tuple[str, str]:
    """The SGR parameters for both, empty for the terminal's own. Letters are never of their ground's colour."""
    if letters is not None and letters == ground:
        letters = 15 if ground in (0, 8) else 0
    return _code(letters, 30), _code(ground, 40)


def _code(number: int | None, base: int) -> str:
    return "" if number is None else str(base + number if number < 8 else base + 52 + number)
