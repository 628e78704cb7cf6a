"""Blocks: a piece of a result as people see it. Data without colours; a painter draws it.

Hunks live here too, since a diff is what people read, and a hunk is what they answer.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from claw_core.message import Tagged


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One place where two texts differ, with the lines around it."""

    old_start: int
    """First line in the old text, from 1; where `old_count` is 0, the line before (so 0 at the very top)."""
    old_count: int
    """Lines of the old text: those of `lines` that begin with a space or `-`."""
    new_start: int
    """First line in the new text, counted like `old_start`."""
    new_count: int
    """Lines of the new text: those of `lines` that begin with a space or `+`."""
    lines: tuple[str, ...]
    """Lines with their sign (space, `-` or `+`) first and their own line ending last.

    Only the last line of a text may lack one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """Plain text, or source code where `language` names one."""

    kind: Literal["text"] = "text"
    text: str
    language: str = ""
    """A Pygments lexer name, or empty for plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffBlock:
    """What is proposed for, or was changed in, one file."""

    kind: Literal["diff"] = "diff"
    path: str
    """Relative to the workspace where the file lies in it, else absolute."""
    hunks: tuple[Hunk, ...]
    change: Literal["add", "edit", "delete"] = "edit"
    moved_to: str = ""
    """Its new path, where it is moved as well."""

    @property
    def added(self) -> int:
        """Lines added."""
        return sum(line.startswith("+") for hunk in self.hunks for line in hunk.lines)

    @property
    def removed(self) -> int:
        """Lines removed."""
        return sum(line.startswith("-") for hunk in self.hunks for line in hunk.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalBlock:
    """A shell command and what it printed."""

    kind: Literal["terminal"] = "terminal"
    command: str
    output: str
    """What a person would have seen, without control sequences; shortened head and tail."""
    exit_code: int | None = None
    """None while it runs, and where a signal ended it."""
    folder: str = ""
    """Where it ran, from the workspace root if it lies there; empty for the root."""
    left_in: str | None = None
    """Where it left the shell that the next command of the same agent starts from, written like `folder`."""
    styles: tuple[tuple[int, int, str], ...] = ()
    """How the output looked: first character, the one behind the last, and words such as `bold 1 on #102030`.

    Colours are numbers of the palette, from 0 to 255, or `#rrggbb`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRow:
    """One line of a listing: a file, or a place in one."""

    path: str
    line: int | None = None
    """From 1."""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingBlock:
    """Files, or places in files."""

    kind: Literal["listing"] = "listing"
    rows: tuple[ListingRow, ...]
    total: int
    """How many there are; more than `rows` where the listing was cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One item of the plan."""

    content: str
    status: Literal["pending", "in_progress", "completed"] = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoBlock:
    """The plan as it stands."""

    kind: Literal["todo"] = "todo"
    todos: tuple[Todo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBlock:
    """A picture, by its bytes."""

    kind: Literal["image"] = "image"
    media_type: str
    data: str
    """Base64."""


Block: TypeAlias = Annotated[TextBlock | DiffBlock | TerminalBlock | ListingBlock | TodoBlock | ImageBlock, Tagged()]
"""Every kind of block; closed, so that a `match` over it is checked."""
