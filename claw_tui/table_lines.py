"""How a table looks: columns as wide as they need and the room allows, long cells in several rows."""

from collections.abc import Sequence

from claw_tui.line import BLANK, Line, Span, pad, width_of, wrap

_NARROWEST = 3


def draw_table(
    rows: Sequence[Sequence[Line]], sides: Sequence[str], width: int, *, sample: Sequence[Sequence[Line]] | None = None
) -> list[Line]:
    """The rows of a table; the first is its head. `sides` says `left`, `center` or `right` for each column.

    Of a table in parts, `sample` is the first part: it alone decides how wide columns are, with some room for what may
    follow. Where `rows` are not the sample they are a later part, without a head.
    """
    whole = rows if sample is None else sample
    columns = max((len(row) for row in whole), default=0)
    if not columns:
        return []
    widths = column_widths(whole, columns, width)
    headless = sample is not None and rows is not sample
    if sum(widths) + 3 * (columns - 1) > width:
        return _as_list(whole[0], rows if headless else rows[1:], width, goes_on=headless)
    if sample is not None:
        widths = _with_room(widths, width - 3 * (columns - 1))
    drawn: list[Line] = []
    for index, row in enumerate(rows):
        drawn += _row([*row[:columns], *[BLANK] * (columns - len(row))], widths, sides)
        if index == 0 and not headless:
            drawn.append((("─┼─".join("─" * size for size in widths), "line.guide"),))
    return drawn


def _with_room(widths: Sequence[int], room: int) -> list[int]:
    """Wider columns where there is room: at most half as wide again, and a little."""
    left, wider = room - sum(widths), list(widths)
    for column in sorted(range(len(widths)), key=widths.__getitem__, reverse=True):
        more = min(left, widths[column] // 2 + 2)
        wider[column] += more
        left -= more
    return wider


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


def _as_list(head: Sequence[Line], body: Sequence[Sequence[Line]], width: int, *, goes_on: bool) -> list[Line]:
    """A table that has no room for its columns: one line for each cell, named by its head."""
    drawn: list[Line] = []
    for number, row in enumerate(body):
        if number or goes_on:
            drawn.append((("─" * min(width, 8), "line.guide"),))
        for name, cell in zip(head, row, strict=False):
            drawn += wrap((*name, (": ", "text.muted"), *cell), width, hang=(("  ", "text.body"),))
    return drawn
