"""Source code that comes part by part, each part coloured for itself, and yet with the colours of the whole.

What a lexer is in the middle of where a part begins (a string, a comment) is found once and kept: a place where it can
take up reading, with its stack of states. Reading for a part goes on a little behind its end, since some words, such as
block comments, are known by their ends; so the last parts may still change their colours while more comes.

The part that still grows is read on from its last line, so that a word costs a line, not a part. What is known by its
end is then seen a few lines late there, and nowhere else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from claw_tui.line import Line, clean
from claw_tui.syntax import LARGE, coloured, lexer_for, lines_of, uncoloured

if TYPE_CHECKING:
    from pygments.lexer import ExtendedRegexLexer, Lexer
    from pygments.token import _TokenType as TokenType  # pyright: ignore[reportPrivateUsage]  it has no other name

AHEAD = 2
"""Parts behind a part that are looked at."""

TRUSTED = 6
"""Lines that may be read on to the part that grows before all of it is read again."""

APART = 400
"""Characters of a line from one place to the next where reading can be taken up."""

Word: TypeAlias = "tuple[int, TokenType, str]"
"""Where a word begins in the whole, its kind, and the word."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Where a lexer can take up reading."""

    offset: int
    states: tuple[str, ...] = ("root",)
    """What it is in the middle of, the outermost first."""


@dataclass(slots=True)
class _Last:
    """The last complete parts, as they were read together."""

    first: int
    known: int
    """How many parts were complete then."""
    lines: list[Line]
    restart: Restart
    """The last place where reading can be taken up."""


@dataclass(slots=True)
class _Growing:
    """How far the part that grows was read."""

    number: int
    code: str
    """What was there."""
    restart: Restart
    """Where to read on."""
    lines: list[Line]
    """Its lines before the one that the restart is in."""
    lead: "list[tuple[TokenType, str]]"
    """What stands in that line before the restart."""
    trusted: int
    """How many lines it may have before all of it is read again."""


class CodeParts:
    """Parts of code, and the lines of any of them."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._text = ""
        self._starts = [0]
        """Where each part begins; the last is where the next one will."""
        self._restarts = [Restart(0)]
        """For each part with enough behind it, the first place in it, or behind it, where reading can be taken up."""
        self._tells: bool | None = None
        """Whether the lexer says what it is in the middle of; None before it was tried."""
        self._last: _Last | None = None
        self._growing: _Growing | None = None
        self._ended = False

    def add(self, part: str) -> None:
        """The next part is complete; with its line ending."""
        self._text += clean(part)
        self._starts.append(len(self._text))

    def end(self) -> None:
        """The part that grows is the last, and grows no more."""
        self._ended = True
        self._growing = None

    def coloured(self, number: int, code: str) -> list[Line]:
        """The lines of part `number`, which is `code`. As many as `code.split("\\n")` has; safe to draw."""
        code = clean(code)
        lexer = lexer_for(self._language) if self._language and len(self._text) <= LARGE else None
        if lexer is None:
            return uncoloured(code)
        if self._tells is None:
            self._tells = _tells(lexer)
        start, complete = self._starts[number], len(self._starts) - 1
        if not self._tells:
            before = self._text[self._starts[max(0, number - AHEAD)] : start]
            behind = self._text[start + len(code) : self._end(number + AHEAD)]
            lines = coloured(before + code + behind, language=self._language)
            return lines[before.count("\n") :][: code.count("\n") + 1]
        if number == complete:
            return self._open(lexer, number, code)
        if number >= complete - 1 - AHEAD:
            last = self._read_last(lexer)
            at = self._text.count("\n", self._starts[last.first], start)
            return last.lines[at : at + code.count("\n") + 1]
        words, _ = _read(lexer, self._text[: self._end(number + AHEAD)], self._before(lexer, number))
        return lines_of(_between(words, start, start + len(code)), code.count("\n") + 1)

    def _end(self, number: int) -> int:
        """Where part `number` ends, or the last one that is complete."""
        return self._starts[min(number + 1, len(self._starts) - 1)]

    def _open(self, lexer: "Lexer", number: int, code: str) -> list[Line]:
        """The lines of the part that grows."""
        at, start, wanted = self._growing, self._starts[number], code.count("\n") + 1
        if at is None or at.number != number or wanted > at.trusted or not code.startswith(at.code):
            restart = self._read_last(lexer).restart if number else self._restarts[0]
            at = _Growing(number, "", restart, [], [], wanted + TRUSTED)
        text = self._text + code
        words, restarts = _read(lexer, text, at.restart)
        first = max(start, at.restart.offset)
        lines = at.lines + lines_of([*at.lead, *_between(words, first, len(text))], wanted - len(at.lines))
        if restarts and restarts[-1].offset > first and not self._ended:
            on = restarts[-1]
            line = max(start, text.rfind("\n", 0, on.offset) + 1)
            lead = list(_between(words, line, on.offset))
            at = _Growing(number, code, on, lines[: text.count("\n", start, line)], lead, at.trusted)
        self._growing = at
        return lines

    def _read_last(self, lexer: "Lexer") -> _Last:
        """The last complete parts; what came behind them may have changed their colours."""
        complete = len(self._starts) - 1
        if self._last is None or self._last.known != complete:
            first = max(0, complete - 1 - AHEAD)
            restart = self._before(lexer, first)
            words, restarts = _read(lexer, self._text, restart)
            start = self._starts[first]
            lines = lines_of(_between(words, start, len(self._text)), self._text.count("\n", start) + 1)
            if len(self._restarts) == first + 1 < complete - AHEAD + 1:
                self._restarts.append(_from(restarts, self._starts[first + 1], restart))
            self._last = _Last(first, complete, lines, restarts[-1] if restarts else restart)
        return self._last

    def _before(self, lexer: "Lexer", number: int) -> Restart:
        """The last known place at which reading can be taken up that is not behind the start of part `number`.

        There have to be enough parts behind it.
        """
        while len(self._restarts) <= number:
            last, part = self._restarts[-1], len(self._restarts)
            _, restarts = _read(lexer, self._text[: self._end(part + AHEAD - 1)], last)
            self._restarts.append(_from(restarts, self._starts[part], last))
        at = number
        while self._restarts[at].offset > self._starts[number]:
            at -= 1
        return self._restarts[at]


def _from(restarts: Sequence[Restart], offset: int, last: Restart) -> Restart:
    """The first of them from there on; `last` where there is none."""
    return next((each for each in restarts if each.offset >= offset), last)


def _read(lexer: "Lexer", text: str, restart: Restart) -> tuple[list[Word], list[Restart]]:
    """The words of `text` from the restart on, and where it can be taken up again: at the first word of each line, and
    now and then in a long one."""
    from pygments.lexer import ExtendedRegexLexer, LexerContext

    context = LexerContext(text, restart.offset, list(restart.states))
    own = cast("ExtendedRegexLexer", lexer)
    words: list[Word] = []
    restarts: list[Restart] = []
    following = restart.offset
    for word in ExtendedRegexLexer.get_tokens_unprocessed(own, context=context):
        offset = word[0]
        words.append(word)
        if (
            offset >= following and offset == context.pos
        ):  # a rule of the lexer begins here: it could begin here by itself
            restarts.append(Restart(offset, tuple(context.stack)))
            following = min(text.find("\n", offset) + 1 or len(text) + 1, offset + APART)
    return words, restarts


def _between(words: Sequence[Word], first: int, end: int) -> "Iterator[tuple[TokenType, str]]":
    """What of the words lies from `first` to before `end`."""
    for offset, kind, text in words:
        if offset >= end:
            return
        if offset >= first and offset + len(text) <= end:
            yield kind, text
        elif value := text[max(0, first - offset) : end - offset]:
            yield kind, value


def _tells(lexer: "Lexer") -> bool:
    """Whether a lexer can be asked for its states: it is made of rules alone, and none of them is a function of its
    own, which might not keep the states' book."""
    from pygments.lexer import RegexLexer

    own = getattr(type(lexer), "get_tokens_unprocessed", None)
    if not isinstance(lexer, RegexLexer) or own is not RegexLexer.get_tokens_unprocessed:
        return False
    rules: dict[str, list[tuple[object, object, object]]] = getattr(lexer, "_tokens", {})
    return all(
        getattr(action, "__module__", "pygments.lexer") in ("pygments.lexer", "pygments.token")
        for state in rules.values()
        for _, action, _ in state
    )
