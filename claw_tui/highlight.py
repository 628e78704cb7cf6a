"""Source code as lines with syntax roles. Pygments is loaded when the first code is drawn, not before."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from claw_tui.line import Line, Span, clean

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LARGEST = 200_000
"""Characters above which code is drawn plain: colouring it would take longer than a frame allows."""

_ROLES = {
    "Token.Keyword": "syntax.keyword",
    "Token.Keyword.Constant": "syntax.number",
    "Token.Keyword.Type": "syntax.type",
    "Token.Name.Builtin": "syntax.type",
    "Token.Name.Class": "syntax.name",
    "Token.Name.Function": "syntax.name",
    "Token.Name.Decorator": "syntax.tag",
    "Token.Name.Tag": "syntax.tag",
    "Token.Name.Attribute": "syntax.tag",
    "Token.Name.Exception": "syntax.type",
    "Token.Name.Label": "syntax.tag",
    "Token.Literal.String": "syntax.string",
    "Token.Literal.Number": "syntax.number",
    "Token.Literal": "syntax.string",
    "Token.Comment": "syntax.comment",
    "Token.Operator": "syntax.operator",
    "Token.Operator.Word": "syntax.keyword",
    "Token.Punctuation": "syntax.operator",
    "Token.Generic.Heading": "syntax.name",
    "Token.Generic.Subheading": "syntax.name",
    "Token.Generic.Inserted": "diff.added",
    "Token.Generic.Deleted": "diff.removed",
    "Token.Generic.Prompt": "syntax.comment",
    "Token.Generic.Emph": "syntax.text italic",
    "Token.Generic.Strong": "syntax.text bold",
}


@lru_cache(maxsize=128)
def highlight(code: str, language: str) -> tuple[Line, ...]:
    """The code's lines, cleaned; plain where the language is unknown or the code is very long.

    `language` is a Pygments lexer name or a file name.
    """
    code = clean(code)
    lexer = _lexer(language) if language and len(code) <= LARGEST else None
    if lexer is None:
        return tuple(((text, "syntax.text"),) if text else () for text in code.split("\n"))
    lines: list[list[Span]] = [[]]
    for token, text in lexer.get_tokens(code):
        role = _role(str(token))
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if part:
                _join(lines[-1], part, role)
    wanted = code.count("\n") + 1
    return tuple(tuple(spans) for spans in lines[:wanted]) + ((),) * (wanted - len(lines))


@cache
def _lexer(language: str) -> "Lexer | None":
    from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
    from pygments.util import ClassNotFound

    for find in (get_lexer_for_filename,) if "." in language else (get_lexer_by_name, get_lexer_for_filename):
        try:
            return find(language.rpartition("/")[2].lower(), stripnl=False, ensurenl=False)
        except ClassNotFound:
            continue
    return None


@cache
def _role(token: str) -> str:
    while token:
        if token in _ROLES:
            return _ROLES[token]
        token = token.rpartition(".")[0]
    return "syntax.text"


def _join(spans: list[Span], text: str, role: str) -> None:
    """Add to the last span where the role is the same: fewer spans paint faster."""
    if spans and spans[-1][1] == role:
        spans[-1] = (spans[-1][0] + text, role)
    else:
        spans.append((text, role))
