"""How a table looks: columns as wide as they need and the room allows, long cells in several rows."""

from collections.abc import Sequence

from claw_tui.line import BLANK, Line, Span, pad, width_of, wrap

_NARROWEST = 3


def draw_table(rows: Sequence[Sequence[Line]], sides: Sequence[str], width: int) -> list[Line]:
    """The rows of a table; the first is its head. `sides` says `left`, `center` or `right` for each column."""
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return []
    widths = column_widths(rows, columns, width)
    if sum(widths) + 3 * (columns - 1) > width:
        return _as_list(rows, width)
    drawn: list[Line] = []
    for index, row in enumerate(rows):
        drawn += _row([*row, *[BLANK] * (columns - len(row))], widths, sides)
        if index == 0:
            drawn.append((("─┼─".join("─" * size for size in widths), "line.guide"),))
    return drawn


def column_widths(rows: Sequence[Sequence[Line]], columns: int, width: int) -> list[int]:
    """What each column gets: what it needs, and where that is too much, the widest ones give."""
    needs = [max((width_of(row[i]) for row in rows if i < len(row)), default=0) for i in range(columns)]
    widths = [max(1, need) for need in needs]
    room = width - 3 * (columns - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widest = max(range(columns), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def _row(cells: Sequence[Line], widths: Sequence[int], sides: Sequence[str]) -> list[Line]:
    wrapped = [wrap(cell, size) for cell, size in zip(cells, widths, strict=True)]
    drawn: list[Line] = []
    for at in range(max(len(rows) for rows in wrapped)):
        spans: list[Span] = []
        for column, rows in enumerate(wrapped):
            if column:
                spans.append((" │ ", "line.guide"))
            side = sides[column] if column < len(sides) else "left"
            spans += _aligned(rows[at] if at < len(rows) else BLANK, widths[column], side)
        drawn.append(tuple(spans))
    return drawn


def _aligned(cell: Line, width: int, side: str) -> Line:
    left = width - width_of(cell)
    if side == "right":
        return ((" " * left, "text.body"), *cell) if left > 0 else cell
    if side == "center":
        return pad(((" " * (left // 2), "text.body"), *cell), width)
    return pad(cell, width)


def _as_list(rows: Sequence[Sequence[Line]], width: int) -> list[Line]:
    """A table that has no room for its columns: one line for each cell, named by its head."""
    head, *body = rows
    drawn: list[Line] = []
    for number, row in enumerate(body):
        if number:
            drawn.append((("─" * min(width, 8), "line.guide"),))
        for name, cell in zip(head, row, strict=False):
            drawn += wrap((*name, (": ", "text.muted"), *cell), width, hang=(("  ", "text.body"),))
    return drawn
