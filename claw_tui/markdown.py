"""Markdown as it streams: cut into pieces that never change again, and a tail that still grows.

A long answer is painted piece by piece, so what a new word costs does not depend on how much was said before. A piece
ends at a blank line, after each item of a list, where another kind of block begins, and inside what is long: after some
lines of a fence, some rows of a table, some thousand characters of anything. Only the tail is drawn again, and it is
never longer than that. How a piece looks, see `markdown_lines.py`.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from claw_tui.code_parts import CodeParts

FENCE_LINES = 16
"""Code lines in one piece of a fence."""

TABLE_ROWS = 16
"""Rows in one piece of a table, beside its head."""

LONG = 4000
"""Characters in one piece of anything."""

INNER = 4
"""So many times as long may a list item become before it is cut inside a fence of its own."""

Kind = Literal["words", "heading", "item", "quote", "table", "rule", "fence"]

_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})\s*([^`\s]*)[^`]*$")
_ITEM = re.compile(r"( {0,3})([-*+]|\d{1,9}[.)])(?:\s+|$)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*$")
_DELIMITER = re.compile(r" {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a Markdown text that is drawn by itself."""

    kind: Kind
    source: str
    """As it was written, without the last line ending. Of a fence: the code alone."""
    gap: bool = False
    """Whether a blank row stands before it."""
    language: str = ""
    """Of a fence: what was written behind the backticks."""
    starts: bool = True
    """Whether it is the first piece of its block."""
    ends: bool = True
    """Whether it is the last piece of its block."""
    glued: bool = False
    """Whether it goes on in the middle of a line."""
    before: str = ""
    """Of a table's later pieces: the first one, whose columns they have. Of an item's: what opened its fence."""
    indent: int = 0
    """Of an item: the cells that its words stand in."""
    code: CodeParts | None = field(default=None, compare=False, repr=False)
    """Of a fence: all of its code so far, so that colours are right."""
    part: int = 0
    """Of a fence: which part of the code this is."""


@dataclass(slots=True)
class Splitter:
    """Cuts a text into pieces while it comes. `pieces` is what is settled; `tail` is what may still change."""

    pieces: list[Piece] = field(default_factory=list[Piece])
    long: int = LONG
    """Characters in one piece."""
    _lines: list[str] = field(default_factory=list[str])
    _kind: Kind | None = None
    _rest: str = ""
    _gap: bool = False
    _blank: int = 0
    _fence: str = ""
    _language: str = ""
    _before: str = ""
    _starts: bool = True
    _glued: bool = False
    _midline: bool = False
    _inner_fence: str = ""
    _opening: str = ""
    _indent: int = 0
    _code: CodeParts | None = None
    _part: int = 0

    def feed(self, text: str) -> None:
        """More of it."""
        *lines, rest = (self._rest + text).split("\n")
        for line in lines:
            self._take(self._in_parts(line.rstrip("\r")))
        self._rest = self._in_parts(rest)

    def finish(self) -> None:
        """That was all: everything becomes settled."""
        if self._rest:
            rest, self._rest = self._rest, ""
            self._take(rest)
        self._commit()

    @property
    def tail(self) -> Piece | None:
        """What may still change, with the line that is not complete yet; None where there is nothing."""
        lines = [*self._lines, *([self._rest] if self._rest else [])]
        if not lines and self._kind != "fence":
            return None
        if self._kind is None and self._rest.strip() in ("", "`", "``", "```", "-", "*", "#"):
            return None
        return self._piece(lines)

    def _take(self, line: str) -> None:
        if self._midline:
            self._midline = False
            self._add(line)
        elif self._kind == "fence":
            self._in_fence(line)
        elif self._kind == "item" and self._stays_in_item(line):
            for _ in range(self._blank):
                self._add("")
            self._blank = 0
            self._add(line)
            self._note_inner_fence(line)
        elif not line.strip():
            self._on_blank()
        else:
            self._begin_or_go_on(line)

    def _in_parts(self, line: str) -> str:
        """Takes all but the last part of a line that is longer than a piece may be; returns that last part."""
        while len(line) > self.long:
            at = line.rfind(" ", self.long // 2, self.long) + 1 or self.long
            self._take(line[:at])
            self._kind = self._kind or "words"
            self._cut(glued=True)
            self._midline = True
            line = line[at:]
        return line

    def _add(self, line: str) -> None:
        """One more line of the block that is read."""
        if self._is_full():
            self._cut()
        self._lines.append(line)

    def _is_full(self) -> bool:
        size = sum(map(len, self._lines)) + len(self._lines)
        match self._kind:
            case "fence":
                return len(self._lines) >= FENCE_LINES or size > self.long
            case "table":
                return len(self._lines) >= TABLE_ROWS + (2 if self._starts else 0) or size > self.long
            case "item" if self._inner_fence:
                return size > self.long * INNER
            case _:
                return size > self.long

    def _in_fence(self, line: str) -> None:
        closing = line.strip()
        if closing.startswith(self._fence) and not closing.strip(self._fence[0]):
            self._commit()
        else:
            self._add(line)

    def _stays_in_item(self, line: str) -> bool:
        """Whether a line belongs to the list item that is being read."""
        if self._inner_fence:
            return True
        if not line.strip():
            return False
        return _indent(line) >= 2 or (not self._blank and not _ITEM.match(line) and not self._is_start(line))

    def _note_inner_fence(self, line: str) -> None:
        """A fence inside the item opens or closes with this line."""
        words = line.strip()
        if self._inner_fence:
            if words.startswith(self._inner_fence):
                self._inner_fence = ""
        elif _indent(line) >= 2 and (found := _FENCE.match(words)):
            self._inner_fence, self._opening = found[2], words

    def _is_start(self, line: str) -> bool:
        return bool(
            _HEADING.match(line) or _FENCE.match(line) or _RULE.match(line) or line.lstrip().startswith((">", "|"))
        )

    def _on_blank(self) -> None:
        if self._kind == "item":
            self._blank += 1
            return
        self._commit()
        self._gap = True

    def _begin_or_go_on(self, line: str) -> None:
        if self._kind == "item":
            blank = bool(self._blank)
            self._commit()
            self._gap = blank
        if found := _FENCE.match(line):
            self._commit()
            self._kind, self._fence, self._language = "fence", found[2], found[3]
            self._code, self._part = CodeParts(found[3].lower()), 0
        elif self._kind == "words" and _UNDERLINE.match(line):
            self._lines.append(line)
            self._commit()
        elif _RULE.match(line):
            self._alone("rule", line)
        elif _HEADING.match(line):
            self._alone("heading", line)
        elif (found := _ITEM.match(line)) and (self._kind != "words" or found[2] in "-*+" or found[2][:-1] == "1"):
            self._commit()
            self._kind, self._lines, self._indent = "item", [line], len(found[0])
        elif line.lstrip().startswith(">"):
            self._continue("quote", line)
        elif self._kind == "table" and "|" not in line:
            self._commit()
            self._continue("words", line)
        else:
            self._words_or_table(line)

    def _words_or_table(self, line: str) -> None:
        last = self._lines[-1] if self._lines else ""
        if self._kind == "words" and "|" in last and "|" in line and _DELIMITER.match(line):
            header = self._lines.pop()
            if self._lines:
                self._commit()
            self._kind, self._lines = "table", [header, line]
        elif self._kind in ("table", "quote"):
            self._add(line)
        else:
            self._continue("words", line)

    def _continue(self, kind: Kind, line: str) -> None:
        if self._kind != kind:
            self._commit()
            self._kind = kind
        self._add(line)

    def _alone(self, kind: Kind, line: str) -> None:
        self._commit()
        self._kind, self._lines = kind, [line]
        self._commit()

    def _cut(self, *, glued: bool = False) -> None:
        """What there is of a block becomes a piece, and the block goes on. `glued`: in the middle of a line."""
        if self._lines:
            piece = self._piece(self._lines, ends=False)
            self.pieces.append(piece)
            if self._code is not None and self._kind == "fence":
                self._code.add(piece.source + ("" if glued else "\n"))
                self._part += 1
            if self._kind == "table" and self._starts:
                self._before = piece.source
            elif self._kind == "item":
                self._before = self._opening if self._inner_fence else ""
            self._starts = self._gap = False
            self._glued = glued
        self._lines = []

    def _commit(self) -> None:
        if self._kind is not None and (self._lines or (self._kind == "fence" and self._starts)):
            if self._code is not None and self._kind == "fence":
                self._code.end()
            self.pieces.append(self._piece(self._lines))
        self._gap = self._gap and self._kind is None
        self._kind, self._lines, self._blank, self._inner_fence = None, [], 0, ""
        self._before, self._starts, self._glued, self._indent = "", True, False, 0

    def _piece(self, lines: list[str], *, ends: bool = True) -> Piece:
        kind = self._kind or "words"
        previous = self.pieces[-1].kind if self.pieces else None
        apart = previous is not None and (previous != kind or kind in ("fence", "heading", "table"))
        return Piece(
            kind=kind,
            source="\n".join(lines),
            gap=self._starts and bool(self.pieces) and (self._gap or apart),
            language=self._language if kind == "fence" else "",
            starts=self._starts,
            ends=ends,
            glued=self._glued,
            before=self._before,
            indent=self._indent,
            code=self._code if kind == "fence" else None,
            part=self._part if kind == "fence" else 0,
        )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def split(text: str) -> list[Piece]:
    """The pieces of a whole text."""
    splitter = Splitter()
    splitter.feed(text)
    splitter.finish()
    return splitter.pieces
