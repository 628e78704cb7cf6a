"""Draws a picture's place: what it is and how large. Terminals that can show pictures are few."""

from claw_core.block import ImageBlock
from claw_tui.line import Line, fit, one_line


def paint(block: ImageBlock, width: int, limit: int | None = None) -> list[Line]:
    """One row."""
    size = len(block.data) * 3 // 4
    shown = f"{size:,} bytes" if size < 10_000 else f"{size / 1000:,.0f} kB"
    return [fit((("▣ ", "text.link"), (one_line(block.media_type), "text.body"), (f"  {shown}", "text.muted")), width)]


def source(block: ImageBlock) -> str:
    """A data address."""
    return f"data:{block.media_type};base64,{block.data}"
