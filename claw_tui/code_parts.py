"""Source code that comes part by part, each part coloured for itself, and yet with the colours of the whole.

What a lexer is in the middle of where a part begins (a string, a comment) is found once and kept: a place where it can
take up reading, with its stack of states. Reading for a part goes on a little behind its end, since some words, such as
block comments, are known by their ends; so the last parts may still change their colours while more comes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from claw_tui.line import Line, clean
from claw_tui.syntax import LARGE, coloured, lexer_for, lines_of, uncoloured

if TYPE_CHECKING:
    from pygments.lexer import ExtendedRegexLexer, Lexer
    from pygments.token import _TokenType as TokenType  # pyright: ignore[reportPrivateUsage]  it has no other name

AHEAD = 2
"""Parts behind a part that are looked at."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Where a lexer can take up reading."""

    offset: int
    states: tuple[str, ...] = ("root",)
    """What it is in the middle of, the outermost first."""
    known: int = 0
    """How many parts there were when this was found."""


class CodeParts:
    """Parts of code, and the lines of any of them."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._text = ""
        self._starts = [0]
        """Where each part begins; the last is where the next one will."""
        self._restarts = [Restart(0)]
        """For each part, the first place in it, or behind it, where reading can be taken up."""
        self._tells: bool | None = None
        """Whether the lexer says what it is in the middle of; None before it was tried."""

    def add(self, part: str) -> None:
        """The next part is complete; with its line ending."""
        self._text += clean(part)
        self._starts.append(len(self._text))

    def coloured(self, number: int, code: str) -> list[Line]:
        """The lines of part `number`, which is `code`. As many as `code.split("\\n")` has; safe to draw."""
        code = clean(code)
        lexer = lexer_for(self._language) if self._language and len(self._text) <= LARGE else None
        if lexer is None:
            return uncoloured(code)
        if self._tells is None:
            self._tells = _tells(lexer)
        start = self._starts[number]
        behind = self._text[start + len(code) : self._end(number + AHEAD)]
        if not self._tells:
            before = self._text[self._starts[max(0, number - AHEAD)] : start]
            lines = coloured(before + code + behind, language=self._language)
            return lines[before.count("\n") :][: code.count("\n") + 1]
        restart = self._before(lexer, number)
        text = self._text[restart.offset : start] + code + behind
        first = start - restart.offset
        return lines_of(_between(_read(lexer, text, restart), first, first + len(code)), code.count("\n") + 1)

    def _end(self, number: int) -> int:
        """Where part `number` ends, or the last one that is complete."""
        return self._starts[min(number + 1, len(self._starts) - 1)]

    def _before(self, lexer: "Lexer", number: int) -> Restart:
        """The last known place at which reading can be taken up that is not behind the start of part `number`."""
        known = len(self._starts)
        # What was found without enough behind it is found again.
        while len(self._restarts) > 1 and self._restarts[-1].known < min(len(self._restarts) + AHEAD + 1, known):
            self._restarts.pop()
        while len(self._restarts) <= number:
            self._restarts.append(self._next(lexer, len(self._restarts)))
        at = number
        while self._restarts[at].offset > self._starts[number]:
            at -= 1
        return self._restarts[at]

    def _next(self, lexer: "Lexer", number: int) -> Restart:
        last, known = self._restarts[-1], len(self._starts)
        start = self._starts[number]
        if last.offset >= start:
            return Restart(last.offset, last.states, known)
        text = self._text[last.offset : self._end(number + AHEAD - 1)]
        for token in _read(lexer, text, last):
            if token.begins and last.offset + token.offset >= start:
                return Restart(last.offset + token.offset, token.states, known)
        return Restart(last.offset, last.states, known)


@dataclass(frozen=True, slots=True)
class _Token:
    offset: int
    kind: "TokenType"
    text: str
    states: tuple[str, ...]
    begins: bool
    """Whether a rule of the lexer begins here: it could begin here by itself."""


def _read(lexer: "Lexer", text: str, restart: Restart) -> Iterator[_Token]:
    """The words of `text`, which begins at the restart."""
    from pygments.lexer import ExtendedRegexLexer, LexerContext

    context = LexerContext(text, 0, list(restart.states))
    own = cast("ExtendedRegexLexer", lexer)
    for offset, kind, value in ExtendedRegexLexer.get_tokens_unprocessed(own, context=context):
        yield _Token(offset, kind, value, tuple(context.stack), offset == context.pos)


def _between(tokens: Iterator[_Token], first: int, end: int) -> "Iterator[tuple[TokenType, str]]":
    """What of the words lies from `first` to before `end`."""
    for token in tokens:
        if token.offset >= end:
            return
        if value := token.text[max(0, first - token.offset) : end - token.offset]:
            yield token.kind, value


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
