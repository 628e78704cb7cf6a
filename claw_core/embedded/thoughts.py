"""Thoughts of models that mark them in their text: `<think>...</think>` before the answer."""

from collections.abc import Iterator
from dataclasses import dataclass

OPEN, CLOSE = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of an answer."""

    text: str
    thought: bool
    """Whether it is a thought."""


class Thoughts:
    """Tells thoughts from the answer as the text comes in. Empty lines around the marks say nothing."""

    def __init__(self, *, begun: bool = False) -> None:
        """`begun`: whether the answer begins within a thought, since the prompt ended with its mark."""
        self.open = begun
        """Whether a thought is under way."""
        self._at_start = not begun
        self._after_mark = begun
        self._held = ""

    def take(self, piece: str) -> Iterator[Said]:
        """Add a piece; what is known of it now."""
        self._held += piece
        if self._at_start:
            start = self._held.lstrip()
            if OPEN.startswith(start) and start != OPEN:
                return
            self._at_start = False
            if start.startswith(OPEN):
                self.open = self._after_mark = True
                self._held = start[len(OPEN) :]
        if self.open:
            thought, mark, rest = self._held.partition(CLOSE)
            kept = 0 if mark else _overlap(thought)
            yield from self._said(thought[: len(thought) - kept])
            self._held = thought[len(thought) - kept :]
            if not mark:
                return
            self.open, self._after_mark, self._held = False, True, rest
        yield from self._said(self._held)
        self._held = ""

    def _said(self, text: str) -> Iterator[Said]:
        if self._after_mark:
            text = text.lstrip()
        if text:
            self._after_mark = False
            yield Said(text, thought=self.open)

    def end(self) -> Iterator[Said]:
        """What was held back when the answer ended."""
        held, self._held = self._held, ""
        yield from self._said(held)


def _overlap(text: str) -> int:
    """How many characters at the end may be the beginning of the closing mark."""
    return next((size for size in range(len(CLOSE) - 1, 0, -1) if text.endswith(CLOSE[:size])), 0)
