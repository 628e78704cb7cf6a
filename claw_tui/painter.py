"""What a painter is: it draws one kind of block. The painters themselves lie in `painters/`, one for each kind.

The module `painters/diff.py` draws blocks of kind `diff`. It holds

    def paint(block, width, limit=None) -> list[Line]       rows of at most `width` cells; of a long block, about the
                                                            first `limit` rows and a last one that says how much is left
    def source(block) -> str                                what is copied, clean

Painters know no widget and no colour: they say roles (`line.py`), so a painted block reads as text in a test.
"""

from functools import cache
from importlib import import_module
from typing import Protocol, cast

from claw_core.block import Block
from claw_tui.line import Line


class Painter(Protocol):
    """A module of `painters/`."""

    def paint(self, block: Block, width: int, limit: int | None = None) -> list[Line]:
        """The block's rows."""
        ...

    def source(self, block: Block) -> str:
        """What is copied."""
        ...


@cache
def painter(kind: str) -> Painter:
    """The painter of that kind of block. Raises ModuleNotFoundError where there is none."""
    return cast("Painter", import_module(f"claw_tui.painters.{kind}"))


def paint(block: Block, width: int, limit: int | None = None) -> list[Line]:
    """Draw a block of any kind."""
    return painter(block.kind).paint(block, max(width, 1), limit)


def source(block: Block) -> str:
    """What a copy of the block is."""
    return painter(block.kind).source(block)


def left_out(rows: int, what: str = "lines") -> Line:
    """The row that says how much is not shown."""
    return ((f"… {rows:,} more {what}", "text.muted italic"),)
