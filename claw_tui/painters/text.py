"""Draws text, in the colours of its language where one is named."""

from claw_core.block import TextBlock
from claw_tui.line import Line, clean, wrap
from claw_tui.painter import left_out
from claw_tui.syntax import coloured


def paint(block: TextBlock, width: int, limit: int | None = None) -> list[Line]:
    """The lines of the text; long ones go on in the next row."""
    text = clean(block.text).rstrip("\n")
    lines = text.split("\n")
    shown = lines if limit is None or len(lines) <= limit else lines[: max(1, limit - 1)]
    if block.language:
        spans = coloured("\n".join(shown), language=block.language)
    else:
        spans = [((one, "text.body"),) for one in shown]
    rows = [row for one in spans for row in wrap(one, width, words=not block.language)]
    if len(shown) < len(lines):
        rows.append(left_out(len(lines) - len(shown)))
    return rows


def source(block: TextBlock) -> str:
    """The text as it is."""
    return block.text
