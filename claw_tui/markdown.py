"""Markdown as it streams: cut into pieces that never change again, and a tail that still grows.

A long answer is painted piece by piece, so what a new word costs does not depend on how much was said before. A piece
ends at a blank line, after each item of a list, after every 32 lines inside a fence, and where another kind of block
begins. Only the tail is drawn again. How a piece looks, see `markdown_lines.py`.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

FENCE_LINES = 32
"""Code lines in one piece of a fence."""

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
    before: str = ""
    """Of a fence's later pieces: the code just before, so that colours are right."""
    starts: bool = True
    """Of a fence: whether this piece is its first."""
    ends: bool = True
    """Of a fence: whether this piece is its last."""
    open: bool = False
    """Whether more may follow: it is drawn plainly where it is long."""


@dataclass(slots=True)
class Splitter:
    """Cuts a text into pieces while it comes. `pieces` is what is settled; `tail` is what may still change."""

    pieces: list[Piece] = field(default_factory=list[Piece])
    _lines: list[str] = field(default_factory=list[str])
    _kind: Kind | None = None
    _rest: str = ""
    _gap: bool = False
    _blank: int = 0
    _fence: str = ""
    _language: str = ""
    _before: str = ""
    _starts: bool = True
    _inner_fence: str = ""

    def feed(self, text: str) -> None:
        """More of it."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._take(line.rstrip("\r"))

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
        return self._piece(lines, open_=True)

    def _take(self, line: str) -> None:
        if self._kind == "fence":
            self._in_fence(line)
        elif self._kind == "item" and self._stays_in_item(line):
            self._lines += [""] * self._blank + [line]
            self._blank = 0
        elif not line.strip():
            self._on_blank()
        else:
            self._begin_or_go_on(line)

    def _in_fence(self, line: str) -> None:
        closing = line.strip()
        if closing.startswith(self._fence) and not closing.strip(self._fence[0]):
            self._commit()
            return
        self._lines.append(line)
        if len(self._lines) >= FENCE_LINES:
            code = "\n".join(self._lines)
            self.pieces.append(self._piece(self._lines, ends=False))
            self._lines, self._before, self._starts, self._gap = [], code, False, False

    def _stays_in_item(self, line: str) -> bool:
        """Whether a line belongs to the list item that is being read."""
        if self._inner_fence:
            if line.strip().startswith(self._inner_fence):
                self._inner_fence = ""
            return True
        if not line.strip():
            return False
        indent = len(line) - len(line.lstrip())
        if indent >= 2:
            if found := _FENCE.match(line.lstrip()):
                self._inner_fence = found[2]
            return True
        return not self._blank and not _ITEM.match(line) and not self._is_start(line)

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
            self._before, self._starts = "", True
        elif self._kind == "words" and _UNDERLINE.match(line):
            self._lines.append(line)
            self._commit()
        elif _RULE.match(line):
            self._alone("rule", line)
        elif _HEADING.match(line):
            self._alone("heading", line)
        elif (found := _ITEM.match(line)) and (self._kind != "words" or found[2] in "-*+" or found[2][:-1] == "1"):
            self._commit()
            self._kind, self._lines = "item", [line]
        elif line.lstrip().startswith(">"):
            self._continue("quote", line)
        elif self._kind == "table" and "|" not in line:
            self._commit()
            self._continue("words", line)
        else:
            self._words_or_table(line)

    def _words_or_table(self, line: str) -> None:
        if self._kind == "words" and "|" in self._lines[-1] and "|" in line and _DELIMITER.match(line):
            header = self._lines.pop()
            if self._lines:
                self._commit()
            self._kind, self._lines = "table", [header, line]
        elif self._kind in ("table", "quote"):
            self._lines.append(line)
        else:
            self._continue("words", line)

    def _continue(self, kind: Kind, line: str) -> None:
        if self._kind != kind:
            self._commit()
            self._kind = kind
        self._lines.append(line)

    def _alone(self, kind: Kind, line: str) -> None:
        self._commit()
        self._kind, self._lines = kind, [line]
        self._commit()

    def _commit(self) -> None:
        if self._kind is not None and (self._lines or (self._kind == "fence" and self._starts)):
            self.pieces.append(self._piece(self._lines))
        self._gap = self._gap and self._kind is None
        self._kind, self._lines, self._blank, self._inner_fence = None, [], 0, ""

    def _piece(self, lines: list[str], *, ends: bool = True, open_: bool = False) -> Piece:
        fence = self._kind == "fence"
        kind = self._kind or "words"
        previous = self.pieces[-1].kind if self.pieces else None
        apart = previous is not None and (previous != kind or kind in ("fence", "heading", "table"))
        return Piece(
            kind=kind,
            source="\n".join(lines),
            gap=bool(self.pieces) and (self._gap or apart) and (not fence or self._starts),
            language=self._language if fence else "",
            before=self._before if fence else "",
            starts=self._starts if fence else True,
            ends=ends,
            open=open_,
        )


def split(text: str) -> list[Piece]:
    """The pieces of a whole text."""
    splitter = Splitter()
    splitter.feed(text)
    splitter.finish()
    return splitter.pieces
