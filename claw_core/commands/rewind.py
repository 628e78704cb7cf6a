"""Go back to before a prompt: `/rewind 2`, `/rewind 2 files`, `/rewind undo` to take that back."""

from typing import TYPE_CHECKING

from claw_core.error import UsageError
from claw_core.event import SessionRewound
from claw_core.rewind import Point, points

if TYPE_CHECKING:
    from claw_core.session.session import Session

WHAT: dict[tuple[str, ...], tuple[bool, bool]] = {
    (): (True, True),
    ("both",): (True, True),
    ("talk",): (True, False),
    ("files",): (False, True),
}
"""What each word takes back: the talk, the files."""


async def run(session: "Session", words: str) -> str:
    """Takes a moment's number and what to take back; without words it lists the moments."""
    found = points(session.stream.records)
    match words.split():
        case []:
            return _listed(found) or "Nothing was asked yet, so there is nothing to go back to."
        case ["fork"]:
            return _said(await session.rewind.as_at_fork())
        case ["undo"]:
            point = next((one for one in reversed(found) if one.kind == "rewind"), None)
            if point is None:
                raise UsageError("Nothing was taken back.", "`/rewind` lists what there is to go back to.")
            what = (True, True)
        case [number, *rest] if tuple(rest) in WHAT:
            point, what = _named(found, number), WHAT[tuple(rest)]
        case _:
            raise UsageError("That is no moment to go back to.", "`/rewind 2`, `/rewind 2 files`, `/rewind undo`.")
    return _said(await session.rewind.go(point.seq, talk=what[0], files=what[1]))


def _said(rewound: SessionRewound) -> str:
    said = f"Put back: {', '.join(rewound.files)}." if rewound.files else "No file was put back."
    return said + (f" Left as they are: {', '.join(rewound.kept)}." if rewound.kept else "")


def _named(found: tuple[Point, ...], number: str) -> Point:
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= len(found)):
        raise UsageError(f"There is no moment {number}.", f"`/rewind` lists them; the last is {len(found)}.")
    return found[int(number) - 1]


def _listed(found: tuple[Point, ...]) -> str:
    lines: list[str] = []
    for number, point in enumerate(found, start=1):
        first = point.text.strip().partition("\n")[0][:80] if point.kind == "prompt" else "before you went back"
        added, removed = sum(one.added for one in point.files), sum(one.removed for one in point.files)
        changed = f" · {len(point.files)} files +{added} −{removed}" if point.files else ""
        lines.append(f"{number}. {first} · {point.at:%H:%M}{changed}")
    return "\n".join(lines)
