"""Mentions: `@src/app.py` in what a person says. One grammar for who completes them and for who reads what they name.

A mention begins a word. What holds white space is quoted, `@"my notes.md"`; a path may end with the lines that are
meant, `@src/app.py:10-40`.
"""

import re
from dataclasses import dataclass

_MENTION = re.compile(r"""(?<![^\s(\[{<"'`,;:])@(?:"(?P<quoted>[^"\n]+)"|(?P<plain>[^\s"@]+))""")
_BEGUN = re.compile(r"""(?<![^\s(\[{<"'`,;:])@(?:"(?P<quoted>[^"\n]*)|(?P<plain>[^\s"@]*))\Z""")
_LINES = re.compile(r"[:#]L?(?P<first>\d{1,9})(?:-L?(?P<last>\d{1,9}))?\Z")
_AFTER = ".,;:!?)]}>'`"
"""What ends a sentence or a bracket, and is no part of a name that is not quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of a file, the first and the last, from 1."""

    first: int
    last: int


def mentioned(text: str) -> tuple[str, ...]:
    """What a text names after an `@`, in order, each once; whether it is there is not looked at."""
    found = (match["quoted"] or match["plain"].rstrip(_AFTER) for match in _MENTION.finditer(text))
    return tuple(dict.fromkeys(name for name in found if name))


def begun(before: str) -> tuple[int, str] | None:
    """Where the mention begins that somebody is about to type, and what of it is typed; None where none is.

    `before` is the line up to the cursor.
    """
    match = _BEGUN.search(before)
    return None if match is None else (match.start(), match["quoted"] or match["plain"] or "")


def as_mention(name: str, *, goes_on: bool = False) -> str:
    """A name as it is mentioned; with `goes_on` more of it follows, so that a quote stays open."""
    if not re.search(r"\s", name) and name == name.rstrip(_AFTER):
        return f"@{name}"
    return f'@"{name}' if goes_on else f'@"{name}"'


def with_lines(name: str) -> tuple[str, Lines | None]:
    """A name without the lines that it ends with, and these lines; None where there are none."""
    match = _LINES.search(name)
    if match is None or not match.start():
        return name, None
    first = max(1, int(match["first"]))
    return name[: match.start()], Lines(first=first, last=max(first, int(match["last"] or first)))
