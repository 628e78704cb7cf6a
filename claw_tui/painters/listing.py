"""Draws files, or places in files: a path once, its lines below it."""

from claw_core.block import ListingBlock
from claw_tui.line import Line, clean, fit, one_line
from claw_tui.painter import left_out


def paint(block: ListingBlock, width: int, limit: int | None = None) -> list[Line]:
    """One row for each place; rows of the same file stand together."""
    rows: list[Line] = []
    shown = block.rows if limit is None else block.rows[:limit]
    last = None
    for place in shown:
        path = one_line(place.path)
        if place.line is None:
            note = f"  {one_line(place.text)}" if place.text else ""
            rows.append(fit(((path, "text.link"), (note, "text.muted")), width))
            continue
        if place.path != last:
            rows.append(fit(((path, "text.link"),), width))
            last = place.path
        rows.append(fit(((f"{place.line:>5} ", "diff.number"), (one_line(place.text), "text.body")), width))
    if len(shown) < block.total:
        rows.append(left_out(block.total - len(shown), "places" if block.rows and block.rows[0].line else "files"))
    return rows or [(("nothing", "text.muted italic"),)]


def source(block: ListingBlock) -> str:
    """`path:line:text`, a line each, as grep prints them."""
    return "\n".join(
        clean(place.path if place.line is None else f"{place.path}:{place.line}:{place.text}") for place in block.rows
    )
