"""The twin of replacing pieces of a text in plain Python."""

import re
from bisect import bisect_left, bisect_right

from claw_core.reference.chunk import ChunkFields, lines_of
from claw_core.reference.fit import rewritten
from claw_core.reference.hunks import apply_hunks
from claw_core.reference.keys import LEVELS, Rules, content, ending, trimmed_end
from claw_core.reference.locate import Verdict, fit_all
from claw_core.reference.script import between

PlacedFields = tuple[Verdict, int, list[int]]
Edit = tuple[str, str, bool]


def one(text: str, edit: Edit, rules: Rules) -> tuple[str, PlacedFields]:
    """The text after one edit, and what became of it."""
    old, new, everywhere = edit
    for level in range(LEVELS):
        spans = _spans(text, old, level, rules)
        if not spans:
            continue
        stage = max(level - 1, 0)
        lines = [text.count("\n", 0, start) + 1 for start, _ in spans]
        if len(spans) > 1 and not everywhere:
            return text, ("ambiguous", stage, lines)
        pieces: list[str] = []
        done = 0
        for start, end in spans:
            pieces += [text[done:start], _written(text, start, end, old, new, stage, rules)]
            done = end
        return "".join([*pieces, text[done:]]), ("fits", stage, lines)
    return _whole_lines(text, old, new, rules)


def _whole_lines(text: str, old: str, new: str, rules: Rules) -> tuple[str, PlacedFields]:
    if not old.strip(" \t\n\r\f"):
        return text, ("absent", 0, [])
    script = between(lines_of(_ended(old)), lines_of(_ended(new)), rules.cells)
    chunk: ChunkFields = (None, [], [sign + line for sign, line in script], False)
    ((verdict, stage, candidates, hunk),) = fit_all(text, [chunk], False, False, rules)
    after = text if hunk is None else apply_hunks(text, [hunk], None)
    return after, (verdict, stage, candidates)


def _ended(piece: str) -> str:
    piece = piece.removesuffix("\n")
    return piece + "\n" if piece else ""


def _spans(text: str, piece: str, level: int, rules: Rules) -> list[tuple[int, int]]:
    plain, steps = _plain(text, level, rules)
    wanted, _ = _plain(piece, level, rules)
    if not wanted:
        return []
    places = [match.span() for match in re.finditer(re.escape(wanted), plain)]
    if level == 0:
        splits = any(at > 0 and text.startswith("\r\n", at - 1) for place in places for at in place)
        return [] if splits else places
    spans = [_span(steps, start, end) for start, end in places]
    whole = [span for span in spans if span is not None]
    return whole if len(whole) == len(spans) else []


Step = tuple[int, int, int, bool]
"""Where the plain text and the text part: in the plain one; where what comes before it ends in the text, and where
what comes after it begins; whether that is one character, whatever became of it."""


def _plain(text: str, level: int, rules: Rules) -> tuple[str, list[Step]]:
    """A text written plainer, and where its parts came from."""
    steps: list[Step] = [(0, 0, 0, False)]
    if level == 0:
        return text, steps
    out: list[str] = []
    here = at = 0
    for line in lines_of(text):
        body, feed = content(line), ending(line)
        kept = body if level == 1 or not feed else trimmed_end(body)
        for number, letter in enumerate(kept) if level >= 3 and not kept.isascii() else ():
            meant = rules.lookalikes.get(ord(letter))
            if meant is not None:
                steps.append((here + number, at + number, at + number, True))
                here += len(meant) - 1
                steps.append((here + number + 1, at + number + 1, at + number + 1, False))
        out.append(rules.plain(kept) if level >= 3 else kept)
        here += len(kept)
        feed_at = at + len(body)
        if len(kept) < len(body):
            steps.append((here, at + len(kept), feed_at, False))
        if len(feed) > 1:
            steps.append((here, feed_at, feed_at, True))
        at += len(line)
        if feed:
            out.append("\n")
            here += 1
        if len(feed) > 1:
            steps.append((here, at, at, False))
    return "".join(out), steps


def _span(steps: list[Step], start: int, end: int) -> tuple[int, int] | None:
    step = steps[bisect_right(steps, start, key=lambda step: step[0]) - 1]
    begins = step[2] if step[0] == start else _inside(step, start)
    following = bisect_left(steps, end, key=lambda step: step[0])
    if following < len(steps) and steps[following][0] == end:
        ends: int | None = steps[following][1]
    else:
        ends = _inside(steps[following - 1], end)
    return None if begins is None or ends is None else (begins, ends)


def _inside(step: Step, at: int) -> int | None:
    return None if step[3] else step[2] + at - step[0]


def _written(text: str, start: int, end: int, old: str, new: str, stage: int, rules: Rules) -> str:
    feed = _ending_at(text, start, end)
    if stage == 0:
        if "\n" not in text or "\n" not in new:
            return new
        return "".join(content(line) + feed if line.endswith("\n") else line for line in lines_of(new))
    old_lines = lines_of(old)
    script = between(old_lines, lines_of(new), rules.cells)
    pairs: list[int | None] = list(range(len(old_lines)))
    out = rewritten(lines_of(text[start:end]), script, pairs, 0, feed, False, rules)
    return "".join(line[1:] for line in out if line[0] != "-")


def _ending_at(text: str, start: int, end: int) -> str:
    feed = text.find("\n", start, end)
    if feed < 0:
        feed = text.find("\n", end)
    if feed < 0:
        feed = text.rfind("\n", 0, start)
    return "\r\n" if feed > 0 and text[feed - 1] == "\r" else "\n"
