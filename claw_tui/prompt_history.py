"""The prompt's history: what was said before, with the draft kept while one looks."""

from collections.abc import Sequence


class History:
    """A place in what was said, oldest first."""

    def __init__(self) -> None:
        self._said: Sequence[str] = ()
        self._at: int | None = None
        """None: at the draft."""
        self._draft = ""

    def known(self, said: Sequence[str]) -> None:
        """What was said so far."""
        self._said = said

    def older(self, draft: str) -> str | None:
        """What was said before the present place; None where nothing was. Keeps the draft."""
        if self._at is None:
            self._draft = draft
        at = len(self._said) if self._at is None else min(self._at, len(self._said))
        if at == 0:
            return None
        self._at = at - 1
        return self._said[self._at]

    def newer(self) -> str | None:
        """What was said after that, at last the draft; None where one is at the draft already."""
        if self._at is None:
            return None
        if self._at + 1 < len(self._said):
            self._at += 1
            return self._said[self._at]
        self._at = None
        return self._draft

    def leave(self) -> None:
        """Something was sent: back to an empty draft."""
        self._at = None
        self._draft = ""
