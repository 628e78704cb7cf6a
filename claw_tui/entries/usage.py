"""`claw usage`: tokens and money of all sessions, by model, project or day."""

import argparse
import json

from claw_core.message import Json
from claw_core.opening import shelf
from claw_core.spending import Row, spending

HEAD = ("", "sessions", "calls", "in", "cached", "out", "cost")


def enter(arguments: argparse.Namespace) -> int:
    """Print a table; with `--json` one object."""
    found = spending(shelf().folders(), arguments.by)
    if arguments.json:
        told: dict[str, Json] = {
            "by": arguments.by,
            "rows": [row.as_json() for row in found.rows],
            "total": found.total.as_json(),
            "unreadable": list(found.unreadable),
        }
        print(json.dumps(told, ensure_ascii=False))
        return 0
    if not found.rows:
        print("No model was asked anything yet.")
        return 0
    table = [HEAD, *(_cells(row) for row in (*found.rows, found.total))]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEAD))]
    for row in table:
        name, *numbers = zip(row, widths, strict=True)
        print("  ".join([f"{name[0]:<{name[1]}}", *(f"{cell:>{width}}" for cell, width in numbers)]))
    if found.unreadable:
        print(f"\nNot counted, since they cannot be read: {', '.join(found.unreadable)}.")
    return 0


def _cells(row: Row) -> tuple[str, ...]:
    usage = row.spent.usage
    numbers = (len(row.sessions), row.spent.calls, usage.input, usage.cached, usage.output)
    return (row.name, *(f"{number:,}" for number in numbers), _money(row))


def _money(row: Row) -> str:
    """US dollars; what is unknown is said to be."""
    spent = row.spent
    if spent.unpriced == spent.calls and spent.calls:
        return "unknown"
    known = f"${spent.cost:.4f}" if spent.cost < 0.1 else f"${spent.cost:.2f}"
    return f"{known} and more" if spent.unpriced else known
