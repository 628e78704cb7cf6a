"""The twin of fitting a change to the text it was found in, in plain Python."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from claw_core.reference.keys import INDENTATION, Rules, content, ending, indent, trimmed
from claw_core.reference.script import Script, kept_pairs, old_lines, words

Shift = Callable[[str], str]
"""A line's indentation, as the text would have it."""


@dataclass(frozen=True)
class Spot:
    """A place where a chunk fits; from 0."""

    at: int
    size: int
    lead: int
    trail: int
    level: int
    pairs: list[int | None]


def shift(old: list[str], block: list[str], pairs: list[int | None], rules: Rules) -> Shift | None:
    """How the lines of a block differ in indentation that differ in nothing else; None where in several ways."""
    found = [(line, block[pair]) for line, pair in zip(old, pairs, strict=False) if pair is not None]
    return _shift_of([pair for pair in found if _bare(pair[0], rules) == _bare(pair[1], rules)])


def _bare(line: str, rules: Rules) -> str:
    return trimmed(rules.plain(content(line)))


def _shift_of(pairs: list[tuple[str, str]]) -> Shift | None:
    indents = [(indent(written), indent(found)) for written, found in pairs if trimmed(content(written))]
    if not indents:
        return None
    written, found = indents[0]
    more, less = found.removesuffix(written), written.removesuffix(found)
    if found.endswith(written) and all(other == more + one for one, other in indents):
        return lambda blanks: more + blanks
    if written.endswith(found) and all(one == less + other for one, other in indents):
        return lambda blanks: blanks[_same(blanks, less) :]
    both = [(one, other) for one, other in indents if one and other]
    if not both:
        return None
    written, found = both[0]
    width = len(written) // len(found)
    if all(set(one) <= {" "} and set(other) <= {"\t"} and len(one) == width * len(other) for one, other in indents):
        return lambda blanks: _tabs(blanks, width)
    spaces = len(found) // len(written)
    if all(set(one) <= {"\t"} and set(other) <= {" "} and len(other) == spaces * len(one) for one, other in indents):
        return lambda blanks: _spaces(blanks, spaces)
    return None


def _same(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)


def _tabs(blanks: str, width: int) -> str:
    return "\t" * (len(blanks) // width) + " " * (len(blanks) % width) if set(blanks) <= {" "} else blanks


def _spaces(blanks: str, width: int) -> str:
    rest = blanks.lstrip("\t")
    return " " * ((len(blanks) - len(rest)) * width) + rest


def _shifted(line: str, move: Shift | None) -> str:
    if move is None or not trimmed(line):
        return line
    blanks = indent(line)
    return move(blanks) + line[len(blanks) :]


def fitted(lines: list[str], script: Script, spot: Spot, ends: bool, rules: Rules) -> list[str]:
    """The lines of a hunk for a script at a spot."""
    block = lines[spot.at : spot.at + spot.size]
    old = old_lines(script)
    is_last = spot.at + spot.size == len(lines)
    new = [_is_open(line) for sign, line in script if sign != "-"]
    opens = bool(new) and new[-1]
    glues = (opens and not is_last) or any(new[:-1])
    if spot.level == 0 and old == block and (old or not spot.at) and not glues:
        return [sign + line for sign, line in script]
    feed = _place_ending(lines, spot.at)
    out = rewritten(block, script, spot.pairs, spot.level, feed, True, rules)
    if not is_last:
        return out
    was_open = bool(lines) and _is_open(lines[-1])
    is_told = any(_is_open(line) for _, line in script)
    if was_open:
        _end_inside(out, feed)
    if opens or (was_open and not is_told and not ends):
        _open_last(out)
    return out


def rewritten(
    block: list[str], script: Script, pairs: list[int | None], level: int, feed: str, ends: bool, rules: Rules
) -> list[str]:
    """The script with the text's own lines."""
    move = None if level < INDENTATION else shift(old_lines(script), block, pairs, rules)
    out: list[str] = []
    index = cursor = 0
    gone: deque[tuple[str, str]] = deque()
    for sign, line in script:
        if sign == "+":
            own = _carried(*gone.popleft(), line, rules) if gone else None
            whole = _shifted(content(line) if own is None else own, move)
            out.append("+" + whole + (feed if ends or line.endswith("\n") else ""))
            continue
        if sign == " ":
            gone.clear()
        at = pairs[index]
        index += 1
        if at is None:
            continue
        out += [" " + kept for kept in block[cursor:at]]
        out.append(sign + block[at])
        cursor = at + 1
        if sign == "-":
            gone.append((line, block[at]))
    return out + [" " + kept for kept in block[cursor:]]


def _is_open(line: str) -> bool:
    return not line.endswith("\n")


def _place_ending(lines: list[str], at: int) -> str:
    nearest = (ending(line) for line in [*lines[at:], *reversed(lines[:at])])
    return next((feed for feed in nearest if feed), "\n")


def _end_inside(out: list[str], feed: str) -> None:
    for at, line in enumerate(out[:-1]):
        if line[0] == " " and _is_open(line):
            out[at : at + 1] = ["-" + line[1:], "+" + line[1:] + feed]
            return


def _open_last(out: list[str]) -> None:
    at = next((at for at in reversed(range(len(out))) if out[at][0] != "-"), None)
    if at is not None and out[at][0] == "+":
        out[at] = content(out[at])


def _carried(written: str, found: str, new: str, rules: Rules) -> str | None:
    written, found = trimmed(content(written)), trimmed(content(found))
    whole, new = content(new), trimmed(content(new))
    if written == found or rules.plain(written) != rules.plain(found):
        return None
    old_words = words(written)
    kept = {j: i for i, j in kept_pairs(old_words, words(new), rules.cells)}
    to_plain = {own: plain for plain, own in reversed(_offsets(written, rules))}
    to_found: dict[int, int] = {}
    for plain, own in _offsets(found, rules):
        to_found.setdefault(plain, own)
    starts = [0]
    for word in old_words:
        starts.append(starts[-1] + len(word))
    out = [indent(whole)]
    for j, word in enumerate(words(new)):
        start = end = None
        if j in kept:
            start = to_found.get(to_plain.get(starts[kept[j]], -1))
            end = to_found.get(to_plain.get(starts[kept[j] + 1], -1))
        out.append(word if start is None or end is None else found[start:end])
    return "".join([*out, whole[len(indent(whole)) + len(new) :]])


def _offsets(text: str, rules: Rules) -> list[tuple[int, int]]:
    plain = 0
    offsets = [(0, 0)]
    for own, letter in enumerate(text, 1):
        plain += len(rules.lookalikes.get(ord(letter), letter))
        offsets.append((plain, own))
    return offsets
