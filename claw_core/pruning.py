"""Pruning: which results are told shorter first, and from where on a conversation is kept whole.

Pure. What costs most and matters least goes first: files that were read again or changed since, then large old
results, of two alike the later one, so that more of the prefix that the provider has cached stays as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claw_core.event import Shortened
from claw_core.message import Call, Result, Text
from claw_core.tool_names import canonical
from claw_core.transcript import Piece

WORTH = 150.0
"""Tokens that shortening a result has to save."""
NOTE = 30.0
"""Tokens of the note in its place."""
RECENT = 3
"""Answers whose results stay whole as long as anything else can be shortened."""
CHANGES = frozenset({"write", "edit", "multi_edit", "apply_patch"})

GOAL = 0.6
"""The share of the room for the conversation that may be filled afterwards."""
TAIL = 0.25
"""The share of it that is kept word for word."""

Weigh = Callable[[Piece], float]
"""Tokens of a piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A result that could be told shorter."""

    call: Call
    at: int
    """Its piece."""
    weight: float
    """Tokens."""
    superseded: bool
    """What it says was read again later, or no longer holds."""
    recent: bool

    @property
    def name(self) -> str:
        """What it is the result of, in a few words."""
        about = next((value for value in self.call.input.values() if isinstance(value, str)), "")
        line = " ".join(about.split())
        return f"{self.call.name} {line if len(line) <= 40 else line[:39] + '…'}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a compaction would do."""

    start: int
    """The piece from which on the conversation stays; 0 where only results are shortened."""
    drop: tuple[Output, ...]
    shortened: tuple[Shortened, ...]


def planned(pieces: Sequence[Piece], weigh: Weigh, *, size: float, fixed: float, limit: float, asked: bool) -> Plan:
    """What a compaction would do, in tokens: of a request of `size`, of which `fixed` always stay, in a window where
    `limit` may be filled. One that is `asked` for makes a brief; one for want of room first tries without."""
    room = max(limit - fixed, 500.0)
    over = size - fixed - room * GOAL
    drop = to_shorten(pieces, weigh, over)
    if not asked and sum(each.weight for each in drop) >= over:
        return Plan(start=0, drop=tuple(drop), shortened=tuple(Shortened(call=each.call.id) for each in drop))
    start = kept_from(pieces, weigh, TAIL * min(room, sum(map(weigh, pieces))))
    if all(piece.stays for piece in pieces[:start]):
        start = 0
    return Plan(start=start, drop=(), shortened=fitted(pieces[start:], weigh, room * TAIL))


def outputs(pieces: Sequence[Piece], weigh: Weigh) -> list[Output]:
    """Every result that is worth shortening, oldest first."""
    calls = {part.id: part for piece in pieces for part in piece.parts if isinstance(part, Call)}
    said = [index for index, piece in enumerate(pieces) if piece.role == "assistant"]
    recent = said[-RECENT] if len(said) >= RECENT else 0
    last_read, last_change = _last_uses(pieces)
    found: list[Output] = []
    for index, piece in enumerate(pieces):
        for part in piece.parts:
            call = calls.get(part.id) if isinstance(part, Result) else None
            weight = weigh(piece)
            if call is None or weight < WORTH + NOTE:
                continue
            path = _path(call)
            reads = canonical(call.name) == "read" and path
            stale = bool(reads) and (last_read.get(_read_key(call), -1) > index or last_change.get(path, -1) > index)
            found.append(Output(call=call, at=index, weight=weight, superseded=stale, recent=index >= recent))
    return found


def to_shorten(pieces: Sequence[Piece], weigh: Weigh, save: float) -> list[Output]:
    """The results to be dropped so that `save` tokens are free; all that may be, where that is not enough."""
    candidates = [each for each in outputs(pieces, weigh) if not each.recent or each.superseded]
    candidates.sort(key=lambda each: (not each.superseded, -round(each.weight / 100), -each.at))
    chosen: list[Output] = []
    for each in candidates:
        if save <= 0:
            break
        chosen.append(each)
        save -= each.weight - NOTE
    return sorted(chosen, key=lambda each: each.at)


def kept_from(pieces: Sequence[Piece], weigh: Weigh, budget: float) -> int:
    """The index from which on a conversation is kept as it is: about `budget` tokens, no call without its results.

    An answer whose results are still to be looked at is always kept.
    """
    start, total = len(pieces), 0.0
    while start > 0 and (total := total + weigh(pieces[start - 1])) <= budget:
        start -= 1
    while start < len(pieces) and _answers(pieces[start]):
        start += 1
    if start == len(pieces) and pieces and _answers(pieces[-1]):
        start = max(index for index, piece in enumerate(pieces) if piece.role == "assistant")
    return start


def fitted(pieces: Sequence[Piece], weigh: Weigh, budget: float) -> tuple[Shortened, ...]:
    """How results must be cut so that these pieces fit; the largest give most."""
    found = sorted((each for each in outputs(pieces, weigh)), key=lambda each: -each.weight)
    over = sum(map(weigh, pieces)) - budget
    cut: list[Shortened] = []
    for each in found:
        if over <= 0:
            break
        left = max(each.weight - over, min(each.weight, budget / (2 * len(found))))
        length = sum(len(part.text) for part in _result(pieces[each.at], each.call.id).parts if isinstance(part, Text))
        cut.append(Shortened(call=each.call.id, keep=int(length * left / each.weight)))
        over -= each.weight - left
    return tuple(cut)


def _result(piece: Piece, call: str) -> Result:
    return next(part for part in piece.parts if isinstance(part, Result) and part.id == call)


def _answers(piece: Piece) -> bool:
    """Whether a piece is a call's result, which cannot stand without it."""
    return any(isinstance(part, Result) for part in piece.parts)


def _last_uses(pieces: Sequence[Piece]) -> tuple[dict[object, int], dict[str, int]]:
    """Where each stretch of a file was last read, and each file last changed."""
    read: dict[object, int] = {}
    changed: dict[str, int] = {}
    for index, piece in enumerate(pieces):
        for part in piece.parts:
            if isinstance(part, Call) and (path := _path(part)):
                if canonical(part.name) == "read":
                    read[_read_key(part)] = index
                elif canonical(part.name) in CHANGES:
                    changed[path] = index
    return read, changed


def _read_key(call: Call) -> object:
    return (_path(call), call.input.get("offset"), call.input.get("limit"))


def _path(call: Call) -> str:
    found = call.input.get("path") or call.input.get("file_path")
    return found if isinstance(found, str) else ""
