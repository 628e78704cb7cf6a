"""The twin of finding similar blocks in plain Python."""

from collections import Counter

from claw_core.reference.fit import Spot, shift
from claw_core.reference.keys import INDENTATION, Rules, Text
from claw_core.reference.script import words

_WHITE = " \t\n\r\f"


def similar_spots(text: Text, old: list[str], removed: list[bool]) -> list[Spot]:
    """Blocks whose first and last line are those of `old`, of about its length, and with a similar middle."""
    rules, lines = text.rules, text.lines
    if len(old) < 3 or not rules.plain(old[0]).strip(_WHITE) or not rules.plain(old[-1]).strip(_WHITE):
        return []
    slack = max(len(old) * rules.growth // 100, 1)
    lasts = text.find(old[-1:], INDENTATION)
    wanted = [_bag(line, rules) for line in old[1:-1]]
    compared = 0
    spots: list[Spot] = []
    for at in text.find(old[:1], INDENTATION):
        for end in lasts:
            if end <= at or abs(end - at + 1 - len(old)) > slack:
                continue
            compared += len(wanted) * (end - at)
            if compared > rules.cells:
                return []
            found = [_bag(line, rules) for line in lines[at + 1 : end]]
            middle = _aligned(wanted, found, removed[1:-1], rules.similar)
            if middle is None:
                continue
            pairs = [0, *(None if pair is None else pair + 1 for pair in middle), end - at]
            if shift(old, lines[at : end + 1], pairs, rules) is not None:
                spots.append(Spot(at, end - at + 1, 0, 0, INDENTATION, pairs))
    return spots


def _bag(line: str, rules: Rules) -> Counter[str]:
    """The words of a line, blanks left out."""
    return Counter(word for word in words(rules.plain(line)) if word.strip(_WHITE))


def _aligned(
    wanted: list[Counter[str]], found: list[Counter[str]], removed: list[bool], similar: int
) -> list[int | None] | None:
    """Which line found stands for each line wanted, in the order that shares most words; None where too little."""
    common = [[(one & other).total() for other in found] for one in wanted]
    best = [[0] * (len(found) + 1) for _ in range(len(wanted) + 1)]
    for i in reversed(range(len(wanted))):
        for j in reversed(range(len(found))):
            best[i][j] = max(best[i + 1][j + 1] + common[i][j], best[i + 1][j], best[i][j + 1])
    if best[0][0] * 200 < similar * sum(bag.total() for bag in (*wanted, *found)):
        return None
    pairs: list[int | None] = [None] * len(wanted)
    i = j = 0
    while i < len(wanted) and j < len(found):
        one, other, shared = wanted[i].total(), found[j].total(), common[i][j]
        if (one or not other) and best[i][j] == best[i + 1][j + 1] + shared:
            is_alike = shared * 200 >= similar * (one + other)
            if is_alike or (not removed[i] and shared):
                pairs[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    is_lost = any(gone and pair is None for gone, pair in zip(removed, pairs, strict=True))
    return None if is_lost else pairs
