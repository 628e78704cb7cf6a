"""The sheet: the items of a line view as painted rows of one width. No widget, and no idea of what is in sight.

Rows that were painted are kept while there is room; heights of items that nobody has seen are estimated, and corrected
when they are painted.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol

from textual.selection import Selection
from textual.strip import Strip

from claw_tui.heights import Heights, OneRowEach

CACHED = 600
"""Items whose rows are kept painted."""

FEW = 4
"""So many new items at once are painted, since they are about to be shown; the heights of more are estimated."""


MANY = 200
"""So many new items at once are added in one go."""


LOTS = 4000
"""Of so many at once not each is estimated: all are taken for the average."""

SAMPLE = 200
"""Items of which that average is made."""


class Items(Protocol):
    """What a sheet is made from."""

    def count(self) -> int:
        """How many there are."""
        ...

    def key(self, index: int) -> Hashable:
        """Changes whenever an item's rows do."""
        ...

    def estimate(self, index: int, width: int) -> int:
        """About how many rows it takes."""
        ...

    def bake(self, index: int, width: int) -> list[Strip]:
        """Its rows in colours, at least one, each exactly `width` cells."""
        ...


class Sheet:
    """Painted rows and heights of `items`. `corrected` is called when a height was not what was estimated."""

    def __init__(self, items: Items, corrected: Callable[[], None], *, one_row: bool) -> None:
        self._items = items
        self._corrected = corrected
        self._one_row = one_row
        self.heights = OneRowEach() if one_row else Heights()
        """The rows of every item, as far as is known."""
        self.width = 0
        """Cells of a row; 0 before anything could be shown."""
        self._keys: list[Hashable] = []
        self._painted: OrderedDict[Hashable, list[Strip]] = OrderedDict()

    def rows(self, index: int) -> list[Strip]:
        """An item's rows, painted now or before."""
        return self._rows(index, self._items.key(index))

    def measure(self, width: int) -> None:
        """The width is new: all heights are estimated again."""
        self.width = max(1, width)
        self._painted.clear()
        if not self._one_row:
            known = len(self._keys) if len(self._keys) == self._items.count() else 0
            del self._keys[known:]
            self.heights = Heights()
            self._add(0, self._items.count())

    def forget(self) -> None:
        """Everything looks different: what was painted is painted again when it is seen."""
        self._painted.clear()

    def update(self, since: int) -> None:
        """Items from `since` on may be different, more or fewer."""
        count = self._items.count()
        if isinstance(self.heights, OneRowEach):
            self.heights.resize(count)
            return
        self.heights.cut(count)
        del self._keys[count:]
        known, fresh = len(self._keys), 0
        for index in range(min(since, known), known):
            key = self._items.key(index)
            if self._keys[index] != key:
                fresh += 1
                self._keys[index] = key
                self.heights.change(index, self._height(index, key, fresh))
        if count - known > MANY:
            self._add(known, count)
        else:
            for index in range(known, count):
                key = self._items.key(index)
                fresh += 1
                self._keys.append(key)
                self.heights.append(self._height(index, key, fresh))

    def selected(self, selection: Selection) -> str | None:
        """The words that are selected, without the blanks at the ends of rows; None where there are no rows."""
        first = selection.start.y if selection.start else 0
        last = selection.end.y if selection.end else self.heights.total - 1
        index, skip = self.heights.find(first)
        rows: list[str] = []
        while index < self._items.count() and len(rows) <= last - first:
            rows += [row.text.rstrip() for row in self.rows(index)[skip:]]
            index, skip = index + 1, 0
        rows = rows[: last - first + 1]
        if not rows:
            return None
        if selection.end:
            rows[-1] = rows[-1][: selection.end.x]
        if selection.start:
            rows[0] = rows[0][selection.start.x :]
        return "\n".join(rows)

    def _add(self, first: int, count: int) -> None:
        """Many items that nobody has seen."""
        estimate, width = self._items.estimate, self.width
        self._keys += [None] * (count - len(self._keys))  # nothing was painted of them: any state is another
        if width <= 0:
            self.heights.extend_alike(1, count - first)
        elif count - first > LOTS:
            some = [estimate(index, width) for index in range(first, count, (count - first) // SAMPLE)]
            self.heights.extend_alike(max(1, round(sum(some) / len(some))), count - first)
        else:
            self.heights.extend([max(1, estimate(index, width)) for index in range(first, count)])

    def _height(self, index: int, key: Hashable, fresh: int) -> int:
        if self.width <= 0:
            return 1
        if fresh <= FEW:
            return len(self._rows(index, key))
        return max(1, self._items.estimate(index, self.width))

    def _rows(self, index: int, key: Hashable) -> list[Strip]:
        strips = self._painted.get(key)
        if strips is None:
            strips = self._painted[key] = self._items.bake(index, self.width)[: 1 if self._one_row else None]
            if len(self._painted) > CACHED:
                self._painted.popitem(last=False)
        else:
            self._painted.move_to_end(key)
        if not self._one_row and index < len(self.heights) and self.heights[index] != len(strips):
            self.heights.change(index, len(strips))
            self._keys[index] = key
            self._corrected()
        return strips
