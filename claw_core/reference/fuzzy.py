"""The twin of the file finder in plain Python: nucleo's ranking, letter by letter.

Paths so long that their letters times those of a word are more than 100,000 are compared in another way there. Case is
folded by Python's tables here; the two differ for a few letters, such as `µ`.
"""

import heapq
from collections.abc import Sequence
from enum import IntEnum
from os import PathLike
from typing import NamedTuple

from claw_core.reference.search import CancelToken, find

__all__ = ["CancelToken", "Index"]

MATCH = 16
GAP_START, GAP_MORE = 3, 1
BOUNDARY, AFTER_DELIMITER, CAMEL, CONSECUTIVE = 8, 9, 5, 4
FIRST_LETTER = 2
"""How many times the bonus of the first letter counts."""
MOST_LETTERS = 200

RankedFields = tuple[str, int, list[int]]
"""Path, score, positions of the letters found."""


class Index:
    """The files of a folder, by their paths."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = sorted(paths)
        self._problems: list[str] = []

    @staticmethod
    def below(root: str | PathLike[str], *, hidden: bool, cancel: CancelToken) -> "Index":
        """An index of the files below a folder; empty when it was cancelled."""
        paths, _, problems, cancelled = find(
            [], root, hidden=hidden, respect_ignore=True, follow=False, limit=None, sort="path", cancel=cancel
        )
        index = Index([] if cancelled else paths)
        index._problems = problems
        return index

    def folders(self) -> "Index":
        """An index of the folders that these paths lie in, each once."""
        parts = (path.split("/") for path in self._paths)
        below = ("/".join(each[:depth]) for each in parts for depth in range(1, len(each)))
        return Index([folder for folder in dict.fromkeys(below) if folder])

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def problems(self) -> list[str]:
        """What could not be read when the folder was listed."""
        return list(self._problems)

    def rank(
        self, query: str, *, limit: int, name_bonus: int, cancel: CancelToken
    ) -> tuple[list[RankedFields], int, bool]:
        """The paths that fit every word of the query, best first."""
        words = query[:MOST_LETTERS].split()
        found: list[tuple[int, int, int, str]] = []
        for number, path in enumerate(self._paths):
            if cancel.cancelled:
                break
            fit = _fit(path, words, name_bonus)
            if fit is not None:
                found.append((-fit.score, len(path.encode()), number, path))
        best = [
            (path, -score, _positions(path, words, name_bonus)) for score, _, _, path in heapq.nsmallest(limit, found)
        ]
        return best, len(found), cancel.cancelled


class Fit(NamedTuple):
    """How well a text fits, and which of its letters were found."""

    score: int
    positions: list[int]


class _Kind(IntEnum):
    """What a letter is, in the order that boundaries go by."""

    SPACE = 0
    SIGN = 1
    DELIMITER = 2
    LOWER = 3
    UPPER = 4
    LETTER = 5
    NUMBER = 6


class _Cell(NamedTuple):
    """The best that ends with one letter of the word at one letter of the text."""

    score: int
    bonus: int
    """What letters that follow at once get at least."""
    goes_on: bool
    """Whether the letter before it in the word was found just before it in the text."""


_NOWHERE = _Cell(0, 0, True)


def _positions(path: str, words: list[str], name_bonus: int) -> list[int]:
    fit = _fit(path, words, name_bonus)
    return sorted(set(fit.positions)) if fit else []


def _fit(path: str, words: list[str], name_bonus: int) -> Fit | None:
    """The sum over all words, each where it counts most: in the whole path, or in the file's own name."""
    name_at = path.rfind("/") + 1
    score, positions = 0, list[int]()
    for word in words:
        in_path, in_name = _match(path, word), _match(path[name_at:], word)
        if in_path is None:
            return None
        if in_name is not None and in_name.score + name_bonus >= in_path.score:
            in_path = Fit(in_name.score + name_bonus, [at + name_at for at in in_name.positions])
        score += in_path.score
        positions += in_path.positions
    return Fit(score, positions)


def _match(text: str, word: str) -> Fit | None:
    ignore_case = all(_folded(letter) == letter for letter in word)
    kinds = [_kind(letter) for letter in text]
    letters = [_folded(letter) if ignore_case else letter for letter in text]
    if not _is_in(word, letters):
        return None
    if len(word) == 1:
        return _single(word, letters, kinds, text.isascii())
    return _best(word, letters, kinds)


def _is_in(word: str, letters: list[str]) -> bool:
    rest = iter(letters)
    return all(letter in rest for letter in word)


def _single(letter: str, letters: list[str], kinds: list[_Kind], is_ascii: bool) -> Fit:
    """The first place that is good enough, or the best."""
    best, place = 0, 0
    before = _Kind.DELIMITER
    for at, (found, kind) in enumerate(zip(letters, kinds, strict=True)):
        if found != letter:
            # Where there are letters beyond ASCII, only those count as neighbours that were found themselves.
            before = kind if is_ascii or best == 0 else before
            continue
        bonus = _bonus(before, kind)
        before = kind
        if bonus * FIRST_LETTER + MATCH > best:
            best, place = bonus * FIRST_LETTER + MATCH, at
            if bonus >= BOUNDARY:
                break
    return Fit(best, [place])


def _best(word: str, letters: list[str], kinds: list[_Kind]) -> Fit:
    """The best of all ways to find the word's letters in order, by dynamic programming: row by row of the word, in
    each row every place of the text; `skips` is the best that ended somewhere before a place."""
    bonuses = [_bonus(before, kind) for before, kind in zip([_Kind.DELIMITER, *kinds], kinds, strict=False)]
    row = [
        _Cell(bonus * FIRST_LETTER + MATCH, bonus, False) if letter == word[0] else _NOWHERE
        for letter, bonus in zip(letters, bonuses, strict=True)
    ]
    rows, from_match = [row], list[list[bool]]()
    begin = letters.index(word[0])
    for wanted in word[1:]:
        skips, was_match = _skips(row)
        # Before that place the letters up to this one cannot all be found.
        begin = letters.index(wanted, begin + 1)
        row = [_NOWHERE] + [
            _next(skips[at], bonuses[at + 1], row[at]) if at + 1 >= begin and letters[at + 1] == wanted else _NOWHERE
            for at in range(len(letters) - 1)
        ]
        rows.append(row)
        from_match.append(was_match)
    end = max(range(begin, len(row)), key=lambda at: (row[at].score, at))
    return Fit(row[end].score, _way_back(rows, from_match, end))


def _skips(row: list[_Cell]) -> tuple[list[int], list[bool]]:
    """For each place the best that ended before it, less what the gap costs, and whether the gap began just there."""
    scores, was_match = [0], [False]
    for at in range(1, len(row)):
        begun, gone_on = max(row[at - 1].score - GAP_START, 0), max(scores[-1] - GAP_MORE, 0)
        scores.append(max(begun, gone_on))
        was_match.append(begun > gone_on)
    return scores, was_match


def _next(skip: int, bonus: int, before: _Cell) -> _Cell:
    if before == _NOWHERE:
        return _Cell(skip + bonus + MATCH, bonus, False)
    least = max(before.bonus, CONSECUTIVE)
    if bonus >= BOUNDARY and bonus > least:
        least = bonus
    together = before.score + max(least, bonus)
    if together > skip + bonus:
        return _Cell(together + MATCH, least, True)
    return _Cell(skip + bonus + MATCH, bonus, False)


def _way_back(rows: list[list[_Cell]], from_match: list[list[bool]], end: int) -> list[int]:
    positions = [end]
    at = end
    for number in range(len(rows) - 1, 0, -1):
        goes_on = rows[number][at].goes_on
        at -= 1
        while not goes_on:
            goes_on = from_match[number - 1][at]
            at -= 1
        positions.append(at)
    return positions[::-1]


def _bonus(before: _Kind, kind: _Kind) -> int:
    if kind > _Kind.DELIMITER and before in {_Kind.SPACE, _Kind.SIGN, _Kind.DELIMITER}:
        return AFTER_DELIMITER if before == _Kind.DELIMITER else BOUNDARY
    if (before, kind) == (_Kind.LOWER, _Kind.UPPER) or (before != _Kind.NUMBER and kind == _Kind.NUMBER):
        return CAMEL
    return BOUNDARY if kind in {_Kind.SPACE, _Kind.SIGN} else 0


def _kind(letter: str) -> _Kind:
    if letter == "/":
        return _Kind.DELIMITER
    if letter.islower():
        return _Kind.LOWER
    if _folded(letter) != letter:
        return _Kind.UPPER
    if letter.isnumeric():
        return _Kind.NUMBER
    if letter.isalpha():
        return _Kind.LETTER
    return _Kind.SPACE if letter.isspace() else _Kind.SIGN


def _folded(letter: str) -> str:
    folded = letter.lower()
    return folded if len(folded) == 1 else letter
