"""What a pattern means to the extension, said in Python's `re`.

The dialects differ at the edges. Where the extension's regular expressions have no look-around and no back references,
`re` has both. Only the extension knows classes such as `\\p{Greek}` and `[[:alpha:]]`, set operations in classes,
`\\z`, and flags for a part such as `(?i:...)` after the start in all their forms.

About the characters of words they agree but for those beyond ASCII that are digits to Python alone (`²`), and those
that are of words to Unicode alone: marks that combine with a letter, circled letters, the joiners. Which they are is
asked of Python's own tables once, when the first text beyond ASCII is searched. Between brackets `\\w` stays Python's.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

EDGES = {"^": r"(?:^|(?<=\r)(?!\n))", "$": r"(?=\r|(?<!\r)$|\Z)"}
"""A line begins after a newline, and after a carriage return that has none; it ends before the one and the other."""
SPACES = {r"\s": r"[^\S\x1c-\x1f]", r"\S": r"[\S\x1c-\x1f]"}
"""Python takes four separators for spaces that are none to Unicode."""
CIRCLED = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))
"""Letters in circles and squares: signs by their category, letters by their property."""
WORD_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
LETTERS = (*range(0x80, 0x20000), *range(0xE0100, 0xE01F0))
"""Where the two differ: the planes beyond hold Chinese letters, about which they agree, and marks that select."""
JOINERS = "\u200c\u200d"


class Pattern:
    """A pattern, ready to be looked for."""

    def __init__(self, pattern: str, *, literal: bool, case: str, multiline: bool) -> None:
        if case not in {"smart", "sensitive", "insensitive"}:
            raise ValueError(f'case is smart, sensitive or insensitive, not "{case}"')
        if not multiline and ("\n" in pattern or (not literal and re.search(r"(?<!\\)(\\\\)*\\n", pattern))):
            raise ValueError('the pattern is bad: the literal "\\n" is not allowed where a match stays in its line')
        letters = pattern if literal else re.sub(r"\\.", "", pattern)
        is_folded = case == "insensitive" or (case == "smart" and letters == letters.lower())
        self._flags = re.MULTILINE | (re.IGNORECASE if is_folded else re.NOFLAG)
        self._source, self._literal = pattern, literal
        self._in_ascii = self._compiled(EDGES | SPACES)
        self._in_all: re.Pattern[str] | None = self._in_ascii if literal else None

    def of(self, text: str) -> re.Pattern[str]:
        """The expression to search a text with: the one that knows Unicode's words only where there may be some."""
        if text.isascii():
            return self._in_ascii
        if self._in_all is None:
            self._in_all = self._compiled(EDGES | SPACES | _words())
        return self._in_all

    def _compiled(self, meant: Mapping[str, str]) -> re.Pattern[str]:
        try:
            return re.compile(re.escape(self._source) if self._literal else _said(self._source, meant), self._flags)
        except re.error as error:
            marker = " " * (error.pos or 0) + "^"
            raise ValueError(
                f"the pattern is bad: regex parse error:\n    {self._source}\n    {marker}\nerror: {error.msg}"
            ) from error


def _said(pattern: str, meant: Mapping[str, str]) -> str:
    """The pattern with what means something else to the extension said as it is meant."""
    # With the flag s a dot is anything; where else it holds than where it stands is not looked at.
    if not re.search(r"\(\?[a-z]*s", pattern):
        meant = {**meant, ".": r"[^\r\n]"}
    out: list[str] = []
    in_class = False
    for piece in re.findall(r"\\.|.", pattern, re.DOTALL):
        if piece == "[" and in_class:
            out.append(r"\[")  # `re` warns of an open bracket in a class
            continue
        in_class = (in_class or piece == "[") and piece != "]"
        out.append(piece if in_class else meant.get(piece, piece))
    return "".join(out)


@cache
def _words() -> dict[str, str]:
    more, fewer = _differing()
    of_words = f"(?:(?![{fewer}])[\\w{more}])"
    behind = f"(?:(?<![{fewer}])(?<=[\\w{more}]))"
    edge = f"(?:{behind}(?!{of_words})|(?!{behind})(?={of_words}))"
    return {r"\w": of_words, r"\W": f"(?:(?!{of_words})(?s:.))", r"\b": edge, r"\B": f"(?!{edge})"}


def _differing() -> tuple[str, str]:
    """The characters of words to Unicode and not to Python, and those to Python and not to Unicode, for classes."""
    more: list[int] = []
    fewer: list[int] = []
    for code in LETTERS:
        letter = chr(code)
        if (is_of_words := _is_of_words(letter)) != letter.isalnum():
            (more if is_of_words else fewer).append(code)
    return _ranges(more), _ranges(fewer)


def _ranges(codes: list[int]) -> str:
    runs: list[list[int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs)


def _is_of_words(letter: str) -> bool:
    category = unicodedata.category(letter)
    if category in WORD_CATEGORIES or letter in JOINERS:
        return True
    return category == "So" and any(first <= ord(letter) <= last for first, last in CIRCLED)
