"""How Markdown looks: a piece of it (`markdown.py`) as lines. The parser is loaded when the first piece is drawn."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from claw_tui.line import BLANK, Line, Span, clean, pad, wrap
from claw_tui.markdown import Piece, split
from claw_tui.syntax import coloured
from claw_tui.table_lines import draw_table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_BREAK: Span = ("\n", "")
"""A hard line break among spans."""

BULLETS = ("•", "◦", "▪")


def draw_markdown(text: str, width: int) -> list[Line]:
    """A whole text."""
    return [row for piece in split(text) for row in draw_piece(piece, width)]


def draw_piece(piece: Piece, width: int, look: str = "text.body") -> list[Line]:
    """One piece, with the blank row before it where there is one."""
    rows: list[Line] = [BLANK] if piece.gap else []
    if piece.kind == "fence":
        return rows + (draw_code(piece.code.coloured(piece.part, piece.source), width) if piece.code else [])
    source = clean(piece.source)
    if piece.kind == "table":
        return rows + _table(piece, source, width, look)
    if piece.kind == "item" and not piece.starts:
        return rows + _rest_of_item(piece, source, width, look)
    return rows + (_Drawing(width, look).blocks(_tree(source).children, width) or [BLANK])


def draw_code(lines: Sequence[Line], width: int) -> list[Line]:
    """Coloured source code on its own ground; long lines go on in the next row."""
    rows: list[Line] = []
    for spans in lines:
        for row in wrap(spans, max(1, width - 2), words=False):
            dressed = ((" ", "syntax.text"), *row)
            rows.append(tuple((text, f"{look} on ground.code") for text, look in pad(dressed, width, "syntax.text")))
    return rows


Cells = tuple[tuple[tuple[Line, ...], ...], tuple[str, ...]]
"""The rows of a table, and the sides of its columns."""


def _table(piece: Piece, source: str, width: int, look: str) -> list[Line]:
    """A table, its first part, or a later one in the columns of the first."""
    before = clean(piece.before)
    known = _cells_by_row(before or source, look)
    if known is None:
        return _Drawing(width, look).blocks(_tree(source).children, width) or [BLANK]
    sample, sides = known
    if not before:
        return draw_table(sample, sides, width, sample=None if piece.ends else sample)
    head = "\n".join(before.split("\n")[:2])
    part = _cells_by_row(f"{head}\n{source}", look)
    if part is None:
        return _Drawing(width, look).blocks(_tree(source).children, width) or [BLANK]
    return draw_table(part[0][1:], sides, width, sample=sample)


def _cells_by_row(source: str, look: str) -> Cells | None:
    """The cells of a table, of which only rows that are new are read; None where the text is none."""
    lines = source.split("\n")
    head = "\n".join(lines[:2])
    top = _cells_of(head, look)
    if top is None:
        return None
    cells = list(top[0])
    for row in lines[2:]:
        read = _cells_of(f"{head}\n{row}", look)
        if read is None or len(read[0]) != 2:  # it is no row
            return None
        cells.append(read[0][1])
    return tuple(cells), top[1]


@lru_cache(maxsize=256)
def _cells_of(source: str, look: str) -> Cells | None:
    """The cells of a table; None where the text is none."""
    node = next(iter(_tree(source).children), None)
    return _Drawing(0, look).cells(node) if node is not None and node.type == "table" else None


def _rest_of_item(piece: Piece, source: str, width: int, look: str) -> list[Line]:
    """What follows in a long list item, below its first words."""
    indent = min(piece.indent, width // 2)
    lines = [line[min(piece.indent, len(line) - len(line.lstrip())) :] for line in source.split("\n")]
    text = "\n".join([piece.before, *lines] if piece.before else lines)
    drawn = _Drawing(width, look).blocks(_tree(text).children, width - indent, depth=1) or [BLANK]
    return [((" " * indent, look), *row) for row in drawn]


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _tree(source: str) -> "SyntaxTreeNode":
    from markdown_it.tree import SyntaxTreeNode

    return SyntaxTreeNode(_parser().parse(source))


class _Drawing:
    """Draws the blocks of one piece."""

    def __init__(self, width: int, look: str) -> None:
        self.width = width
        self.look = look

    def blocks(
        self, nodes: Iterable["SyntaxTreeNode"], width: int, *, tight: bool = False, depth: int = 0
    ) -> list[Line]:
        """Blocks under each other, a blank row between them unless they stand tight."""
        rows: list[Line] = []
        for node in nodes:
            drawn = self._block(node, max(width, 1), depth)
            if rows and drawn and not tight:
                rows.append(BLANK)
            rows += drawn
        return rows

    def _block(self, node: "SyntaxTreeNode", width: int, depth: int) -> list[Line]:
        match node.type:
            case "heading":
                look = "text.heading bold" + (" underline" if node.tag == "h1" else "")
                return wrap(self._inline(node, look), width)
            case "bullet_list" | "ordered_list":
                return self._list(node, width, depth)
            case "blockquote":
                inner = _Drawing(width, "text.quote italic").blocks(node.children, width - 2, depth=depth)
                return [(("▎ ", "line.guide"), *row) for row in inner]
            case "fence" | "code_block":
                language = node.info.split(" ")[0].lower() if node.info else ""
                return draw_code(coloured(node.content.rstrip("\n"), language=language), width)
            case "hr":
                return [(("─" * width, "line.guide"),)]
            case "table":
                return self._table(node, width)
            case _:
                return (
                    _paragraph(self._inline(node, self.look), width) if node.children else _plain(node.content, width)
                )

    def _list(self, node: "SyntaxTreeNode", width: int, depth: int) -> list[Line]:
        rows: list[Line] = []
        number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
        for index, item in enumerate(node.children):
            mark = f"{number + index}." if number or node.type == "ordered_list" else BULLETS[depth % len(BULLETS)]
            head: Span = (f"{mark} ", "text.muted")
            hang: Span = (" " * (len(mark) + 1), "text.body")
            inner = _task(self.blocks(item.children, width - len(hang[0]), tight=tight, depth=depth + 1))
            if rows and not tight:
                rows.append(BLANK)
            rows += [(hang if at else head, *row) for at, row in enumerate(inner)]
        return rows

    def _table(self, node: "SyntaxTreeNode", width: int) -> list[Line]:
        rows, sides = self.cells(node)
        return draw_table(rows, sides, width)

    def cells(self, node: "SyntaxTreeNode") -> Cells:
        """The cells of a table."""
        rows: list[tuple[Line, ...]] = []
        sides: list[str] = []
        for part in node.children:
            for row in part.children:
                head = part.type == "thead"
                look = "text.strong bold" if head else self.look
                rows.append(tuple(tuple(self._inline(cell, look)) for cell in row.children))
                if head:
                    sides = [str(cell.attrs.get("style", "")).rpartition(":")[2] or "left" for cell in row.children]
        return tuple(rows), tuple(sides)

    def _inline(self, node: "SyntaxTreeNode", look: str) -> list[Span]:
        spans: list[Span] = []
        for child in node.children:
            match child.type:
                case "inline":
                    spans += self._inline(child, look)
                case "text":
                    spans.append((child.content, look))
                case "softbreak":
                    spans.append((" ", look))
                case "hardbreak":
                    spans.append(_BREAK)
                case "code_inline":
                    spans.append((child.content, "text.code on ground.code"))
                case "strong":
                    spans += self._inline(child, _with(look, "bold", strong=True))
                case "em":
                    spans += self._inline(child, _with(look, "italic"))
                case "s":
                    spans += self._inline(child, _with(look, "strike"))
                case "link" | "image":
                    spans += self._link(child, look)
                case _:
                    spans.append((child.content, look))
        return spans

    def _link(self, node: "SyntaxTreeNode", look: str) -> list[Span]:
        words = self._inline(node, "text.link underline")
        where = str(node.attrs.get("href") or node.attrs.get("src") or "")
        shown = "".join(text for text, _ in words)
        if not words:
            return [(where, "text.link underline")]
        return words if not where or where.removeprefix("mailto:") == shown else [*words, (f" ({where})", "text.muted")]


def _paragraph(spans: list[Span], width: int) -> list[Line]:
    """Wrapped, with a new row at each hard break."""
    rows: list[Line] = []
    while _BREAK in spans:
        at = spans.index(_BREAK)
        rows += wrap(spans[:at], width)
        spans = spans[at + 1 :]
    return rows + wrap(spans, width)


def _with(look: str, attribute: str, *, strong: bool = False) -> str:
    if strong and look.startswith("text.body"):
        look = look.replace("text.body", "text.strong", 1)
    return look if attribute in look.split() else f"{look} {attribute}"


def _task(rows: Sequence[Line]) -> list[Line]:
    """`[ ]` and `[x]` at the start of a list item as boxes."""
    if rows and rows[0]:
        (text, look), *rest = rows[0]
        for sign, box in (("[ ] ", "☐ "), ("[x] ", "☑ "), ("[X] ", "☑ ")):
            if text.startswith(sign):
                return [((box, "state.ok" if box == "☑ " else "text.muted"), (text[4:], look), *rest), *rows[1:]]
    return list(rows)


def _plain(text: str, width: int) -> list[Line]:
    return [row for part in text.rstrip("\n").split("\n") for row in wrap(((part, "text.body"),), width)]
