"""The twin of finding where chunks belong, in plain Python: in stages, each more forgiving than those before it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from claw_core.reference.chunk import ChunkFields
from claw_core.reference.fit import Spot, fitted, shift
from claw_core.reference.keys import INDENTATION, LEVELS, Rules, Text
from claw_core.reference.script import Script, edges, margins, old_lines, script_of
from claw_core.reference.similar import similar_spots
from claw_core.reference.unified import HunkFields

Verdict = Literal["fits", "absent", "ambiguous", "overlaps"]
FittedFields = tuple[Verdict, int, list[int], HunkFields | None]
_LESS_CONTEXT = LEVELS
_SIMILAR = LEVELS + 1


@dataclass
class _Search:
    """A chunk made ready, and where it may go."""

    start: int | None
    anchors: list[str]
    at_end: bool
    script: Script
    stage: int = 0
    spots: list[Spot] = field(default_factory=list[Spot])
    chosen: Spot | None = None

    def core(self, spot: Spot) -> tuple[int, int]:
        """The lines between its context: what no other chunk may touch."""
        lead, trail = margins(self.script)
        if lead == len(self.script):
            return spot.at, spot.at
        return spot.at + max(lead - spot.lead, 0), spot.at + spot.size - max(trail - spot.trail, 0)


def fit_all(
    text: str,
    chunks: list[ChunkFields],
    ends: bool,
    is_diff: bool,
    rules: Rules,
    go_on: Callable[[], None] = lambda: None,
) -> list[FittedFields]:
    """Each chunk as a hunk of exactly this text; context that is not there is forgiven only where `is_diff`."""
    go_on()
    whole = Text(text, rules)
    searches: list[_Search] = []
    for chunk in chunks:
        go_on()
        searches.append(_searched(chunk, whole, is_diff))
    _choose(searches)
    clashes = _clashes(searches)
    fits = [_fits(search, index in clashes, whole, ends) for index, search in enumerate(searches)]
    return _numbered(fits)


def _fits(search: _Search, clashes: bool, text: Text, ends: bool) -> FittedFields:
    spot = search.chosen
    if spot is None:
        return "ambiguous" if search.spots else "absent", search.stage, [each.at + 1 for each in search.spots], None
    if clashes:
        return "overlaps", search.stage, [spot.at + 1], None
    script = search.script[spot.lead : len(search.script) - spot.trail]
    body = fitted(text.lines, script, spot, ends, text.rules)
    old, new = sum(line[0] != "+" for line in body), sum(line[0] != "-" for line in body)
    return "fits", search.stage, [spot.at + 1], (spot.at + (old > 0), old, 0, new, body)


def _numbered(fits: list[FittedFields]) -> list[FittedFields]:
    """With the lines where the hunks begin in the new text."""
    drift = 0
    out = list(fits)
    places = [(hunk[0] - (hunk[1] > 0), at, hunk) for at, (_, _, _, hunk) in enumerate(fits) if hunk is not None]
    for index, at, (old_start, old, _, new, body) in sorted(places, key=lambda place: place[:2]):
        out[at] = (*fits[at][:3], (old_start, old, max(index + drift, 0) + (new > 0), new, body))
        drift += new - old
    return out


def _searched(chunk: ChunkFields, text: Text, is_diff: bool) -> _Search:
    start, anchors, body, at_end = chunk
    search = _Search(start, anchors, at_end, script_of(body, text.rules.cells))
    old = old_lines(search.script)
    if not old:
        _insertion(search, text)
        return search
    search.spots = _spots(text, old, 0, 0)
    search.stage = search.spots[0].level if search.spots else 0
    if not search.spots and is_diff:
        search.spots, search.stage = _with_less_context(search.script, text, old), _LESS_CONTEXT
    if not search.spots:
        removed = [sign == "-" for sign, _ in search.script if sign != "+"]
        search.spots, search.stage = similar_spots(text, old, removed), _SIMILAR
    _narrow(search, text)
    return search


def _insertion(search: _Search, text: Text) -> None:
    end = len(text.lines)
    if search.anchors:
        places = [line + 1 for line in _anchored(text, search.anchors)]
    else:
        start = None if search.at_end else search.start
        places = [end if start is None else min(start, end)]
    size = 0
    if places == [end] and end > 0:
        search.script.insert(0, (" ", text.lines[-1]))
        size = 1
    search.spots = [Spot(at - size, size, 0, 0, 0, list(range(size))) for at in places]
    search.chosen = search.spots[0] if len(search.spots) == 1 else None


def _with_less_context(script: Script, text: Text, old: list[str]) -> list[Spot]:
    most_lead, most_trail = edges(script)
    if most_lead == len(script):
        return []
    for less in range(1, max(most_lead, most_trail) + 1):
        lead, trail = min(most_lead, less), min(most_trail, less)
        rest = old[lead : len(old) - trail]
        if not any(line.strip(" \t\n\r\f") for line in rest):
            break
        if spots := _spots(text, rest, lead, trail):
            return spots
    return []


def _narrow(search: _Search, text: Text) -> None:
    """What the chunk says about where it is counts only among places where it fits."""
    last = [spot for spot in search.spots if spot.at + spot.size == len(text.lines)]
    if search.at_end and last:
        search.spots = last
    if len(search.spots) > 1 and search.anchors:
        after = (
            next((spot for spot in search.spots if spot.at >= line), None) for line in _anchored(text, search.anchors)
        )
        kept = {spot.at: spot for spot in after if spot is not None}
        search.spots = list(kept.values()) or search.spots
    search.chosen = search.spots[0] if len(search.spots) == 1 else _hinted(search)


def _hinted(search: _Search) -> Spot | None:
    if search.start is None or not search.spots:
        return None
    expected = max(search.start - 1, 0)

    def distance(spot: Spot) -> int:
        return abs(max(spot.at - spot.lead, 0) - expected)

    nearest, second = sorted(search.spots, key=distance)[:2]
    return nearest if distance(nearest) * 4 <= distance(second) else None


def _spots(text: Text, old: list[str], lead: int, trail: int) -> list[Spot]:
    for level in range(LEVELS):
        pairs: list[int | None] = list(range(len(old)))
        places = text.find(old, level)
        if level >= INDENTATION:
            blocks = ((at, text.lines[at : at + len(old)]) for at in places)
            places = [at for at, block in blocks if shift(old, block, pairs, text.rules) is not None]
        if places:
            return [Spot(at, len(old), lead, trail, level, pairs) for at in places]
    return []


def _anchored(text: Text, anchors: list[str]) -> list[int]:
    """Where the last of a chain of anchors stands, each after the one before."""
    ends: list[int] | None = None
    for anchor in anchors:
        levels = (text.find([anchor], level) for level in range(LEVELS))
        found = next((places for places in levels if places), list[int]())
        if ends is not None:
            after = (next((at for at in found if at > line), None) for line in ends)
            found = list(dict.fromkeys(at for at in after if at is not None))
        ends = found
    return ends or []


def _choose(searches: list[_Search]) -> None:
    """Chunks come in the order of the text: between its neighbours, a chunk may have only one place."""
    for index, search in enumerate(searches):
        if search.chosen is not None or not search.spots:
            continue
        before = (each.core(each.chosen)[1] for each in reversed(searches[:index]) if each.chosen is not None)
        after = (each.core(each.chosen)[0] for each in searches[index + 1 :] if each.chosen is not None)
        floor, ceiling = next(before, 0), next(after, float("inf"))
        cores = [(spot, *search.core(spot)) for spot in search.spots]
        inside = [spot for spot, start, end in cores if floor <= start and end <= ceiling]
        search.chosen = inside[0] if len(inside) == 1 else None


def _clashes(searches: list[_Search]) -> set[int]:
    """Whose place is taken by another."""
    cores = [(search.core(search.chosen), index) for index, search in enumerate(searches) if search.chosen is not None]
    clashes: set[int] = set()
    taken = 0
    for (start, end), index in sorted(cores):
        if start < taken:
            clashes.add(index)
        taken = max(taken, end)
    return clashes
