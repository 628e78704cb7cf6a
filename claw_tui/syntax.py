"""Syntax colours: source code as lines, each word with its role. Pygments is loaded when code is first seen."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from claw_tui.line import Line, Span

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType as TokenType  # pyright: ignore[reportPrivateUsage]  it has no other name

Tokens: TypeAlias = "Iterable[tuple[TokenType, str]]"
"""Words, each with Pygments' kind of it."""

LARGE = 100_000
"""Characters from which on a text is shown in one colour: colouring it would be felt."""

_ROLES = (
    ("Comment", "syntax.comment"),
    ("Keyword.Type", "syntax.type"),
    ("Keyword.Constant", "syntax.number"),
    ("Keyword", "syntax.keyword"),
    ("Name.Function", "syntax.name"),
    ("Name.Class", "syntax.name"),
    ("Name.Namespace", "syntax.name"),
    ("Name.Builtin", "syntax.type"),
    ("Name.Exception", "syntax.type"),
    ("Name.Decorator", "syntax.tag"),
    ("Name.Tag", "syntax.tag"),
    ("Name.Attribute", "syntax.tag"),
    ("Name.Constant", "syntax.number"),
    ("Literal.String", "syntax.string"),
    ("Literal.Number", "syntax.number"),
    ("Operator.Word", "syntax.keyword"),
    ("Operator", "syntax.operator"),
    ("Punctuation", "syntax.operator"),
    ("Generic.Heading", "syntax.name"),
    ("Generic.Subheading", "syntax.name"),
)
"""Pygments' kinds of words, the first that fits counts, and the role that each has."""

_ROLE_OF: "dict[TokenType, str]" = {}
"""Of kinds that were seen; Pygments knows less than two hundred."""


def coloured(code: str, *, language: str = "", path: str = "") -> list[Line]:
    """The lines of `code`, in the colours of the language that is named, or that the file's name tells.

    As many lines as `code.split("\\n")` has. Code has to be safe to draw already (`line.clean`).
    """
    lexer = lexer_for(language, path) if len(code) <= LARGE else None
    if lexer is None:
        return uncoloured(code)
    return lines_of(lexer.get_tokens(code), code.count("\n") + 1)


def uncoloured(code: str) -> list[Line]:
    """The lines of `code` in one colour."""
    return [((text, "syntax.text"),) if text else () for text in code.split("\n")]


def lines_of(tokens: Tokens, wanted: int) -> list[Line]:
    """Words as so many lines."""
    lines: list[Line] = []
    spans: list[Span] = []
    roles = _ROLE_OF
    for kind, value in tokens:
        role = roles.get(kind)
        if role is None:
            role = roles[kind] = _role(str(kind))
        first, *rest = value.split("\n")
        if first:
            spans.append((first, role))
        for text in rest:
            lines.append(tuple(spans))
            spans = [(text, role)] if text else []
    lines.append(tuple(spans))
    return [*lines[:wanted], *([()] * (wanted - len(lines)))]


@lru_cache(maxsize=64)
def lexer_for(language: str, path: str = "") -> "Lexer | None":
    """What reads the language; None where nothing does."""
    from claw_tui.languages import by_language, by_path

    found = by_language(language) if language else by_path(path)
    if found is None:
        return None
    lexer = found()
    lexer.stripnl = lexer.ensurenl = False
    return lexer


def _role(kind: str) -> str:
    name = kind.removeprefix("Token.")
    for prefix, role in _ROLES:
        if name == prefix or name.startswith(f"{prefix}."):
            return role
    return "syntax.text"
