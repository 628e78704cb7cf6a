"""A conversation as Markdown text, for an editor, a file or the terminal's own scrollback."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from claw_tui.item import AnswerItem, AnyItem, CallItem, CommandItem, NoticeItem, PromptItem, RestItem, ThoughtItem
from claw_tui.line import clean
from claw_tui.reply import join_pieces

if TYPE_CHECKING:
    from claw_tui.markdown import Piece


def transcript_text(items: Iterable[AnyItem]) -> str:
    """All of it, safe to print."""
    parts: list[str] = []
    pieces: list[Piece] = []
    message = 0
    for item in items:
        if pieces and (not isinstance(item, AnswerItem) or item.message != message):
            parts.append(join_pieces(pieces))
            pieces = []
        if isinstance(item, AnswerItem):
            message = item.message
            pieces.append(item.piece)
        else:
            parts.append(_text(item))
    if pieces:
        parts.append(join_pieces(pieces))
    return clean("\n\n".join(part for part in parts if part)) + "\n"


def _text(item: AnyItem) -> str:
    match item:
        case PromptItem(text=text):
            return "\n".join(f"> {line}" for line in text.split("\n"))
        case ThoughtItem(text=text):
            return "\n".join(f"*{line}*" for line in text.strip().split("\n") if line.strip())
        case CallItem():
            head = f"- `{item.name}` {item.target}  ({', '.join(part for part in (item.state, item.summary) if part)})"
            told = "\n".join(f"    {line}" for line in item.told.rstrip("\n").split("\n")) if item.told else ""
            return f"{head}\n\n{told}" if told else head
        case NoticeItem(message=message, hint=hint):
            return f"**{message}** {hint}".rstrip()
        case CommandItem(name=name, words=words):
            return f"`/{name} {words}`".replace(" `", "`")
        case RestItem(state=state, note=note):
            return f"---\n*{state}{': ' + note if note else ''}*"
        case AnswerItem(piece=piece):
            return piece.source
