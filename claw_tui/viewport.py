"""The viewport: which rows of a long list are in sight. No widget, so what may not jump can be told in a test.

What is at the top is an item and a row of it. Heights of items nobody has seen are estimates; `rows` paints an item and
so knows its height exactly, and only items near what is in sight are ever asked for.
"""

from collections.abc import Callable


class Viewport:
    """A window of `height` rows on items that are some rows each."""

    def __init__(self, rows: Callable[[int], int], count: Callable[[], int], *, may_follow: bool) -> None:
        self._rows = rows
        self._count = count
        self._may_follow = may_follow
        self.height = 0
        """Rows in sight."""
        self.top: tuple[int, int] = (0, 0)
        """The item at the top, and which of its rows."""
        self.follows = may_follow
        """Whether the end is kept in sight."""
        self._seen = 0

    @property
    def unseen(self) -> int:
        """How many items came since the person left the end."""
        return 0 if self.follows or not self._may_follow else max(0, self._count() - self._seen)

    def last_top(self) -> tuple[int, int]:
        """The top at which the last row is at the bottom."""
        left, index = self.height, self._count()
        while index > 0 and left > 0:
            index -= 1
            left -= self._rows(index)
        return (index, -left) if left < 0 else (index, 0)

    def settle(self) -> None:
        """After a change: no top below the last item, no empty rows below the end, and the end if it is followed."""
        count = self._count()
        if self.top[0] >= count:
            self.top = (max(0, count - 1), 0)
        if self.follows:
            self.top = self.last_top()
            self._seen = count
        elif self.top > (0, 0) and self.top > self.last_top():
            self.note_end()

    def scroll(self, by: int) -> None:
        """Move by so many rows, exactly, whatever was estimated."""
        index, skip = self.top
        skip += by
        while skip < 0 and index > 0:
            index -= 1
            skip += self._rows(index)
        while index < self._count() - 1 and skip >= (rows := self._rows(index)):
            skip -= rows
            index += 1
        self.go(index, max(0, skip))

    def go(self, index: int, skip: int = 0) -> None:
        """Put this row at the top, or as near to it as the end allows."""
        self.top = (index, skip)
        self.note_end()

    def show(self, index: int, *, at_top: bool = False) -> None:
        """Bring an item into sight, with as little movement as possible."""
        rows = self._rows(index)
        top, skip = self.top
        if at_top or index < top or (index == top and skip):
            self.top = (index, 0)
        else:
            near = index - top < self.height
            above = -skip + sum(self._rows(item) for item in range(top, index)) if near else self.height
            if above + rows > self.height:
                self.top = (index, 0) if rows >= self.height else self._ending_at(index)
        self.note_end()

    def note_end(self) -> None:
        """Whether the end is in sight now: reaching it resumes following, leaving it ends that."""
        last = self.last_top()
        at_end = self.top >= last
        if at_end:
            self.top = last
        if at_end or self.follows:
            self._seen = self._count()
        self.follows = at_end and self._may_follow

    def follow(self) -> None:
        """To the end, and stay there."""
        self.follows = self._may_follow
        self._seen = self._count()

    def leave_end(self) -> None:
        """The person looks at something else: what comes must not push it away."""
        if self.follows:
            self.follows = False
            self._seen = self._count()

    def at(self, y: int) -> int | None:
        """The item in row `y` of the window; None below the last one."""
        index, skip = self.top
        y += skip
        while index < self._count():
            y -= self._rows(index)
            if y < 0:
                return index
            index += 1
        return None

    def clamp(self, index: int) -> int:
        """The item nearest to `index` that is in sight."""
        top, skip = self.top
        left, last = self.height + skip, top
        for item in range(top, self._count()):
            left -= self._rows(item)
            last = item
            if left <= 0:
                break
        return max(top, min(index, last))

    def _ending_at(self, index: int) -> tuple[int, int]:
        left = self.height
        while left > 0 and index >= 0:
            left -= self._rows(index)
            index -= 1
        return index + 1, max(0, -left)
