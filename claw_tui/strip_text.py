"""Lines as Rich text, for the few widgets of one row that are no line views."""

from collections.abc import Iterable

from rich.text import Text

from claw_tui.line import Span, style_of
from claw_tui.theme import Theme


def rich_text(spans: Iterable[Span], theme: Theme) -> Text:
    """The spans in a theme's colours."""
    text = Text(no_wrap=True, end="", overflow="crop")
    for words, look in spans:
        text.append(words, style_of(look, theme))
    return text
