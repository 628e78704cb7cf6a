"""Heights of many items in rows, with the sums that scrolling needs, each in logarithmic time (a Fenwick tree)."""

from collections.abc import Iterable

_LOW_BITS: list[int] = []
"""The lowest bit of each number from 1 on, as far as it was asked for: how many items an entry of the tree sums."""


def _low_bits(count: int) -> list[int]:
    while len(_LOW_BITS) < count:
        _LOW_BITS.extend([len(_LOW_BITS) + 1, *_LOW_BITS])
    return _LOW_BITS


class Heights:
    """The heights of items, by index."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._tree: list[int] = [0]
        self.total = 0
        """Rows of all items."""

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> int:
        return self._rows[index]

    def append(self, rows: int) -> None:
        """One more item."""
        self._rows.append(rows)
        at = len(self._rows)
        low = at & -at
        below, inner = rows, at - 1
        while inner > at - low:
            below += self._tree[inner]
            inner -= inner & -inner
        self._tree.append(below)
        self.total += rows

    def extend(self, rows: Iterable[int]) -> None:
        """Many more items."""
        more = list(rows)
        if len(more) * len(self._rows).bit_length() < len(self._rows):  # few beside those that are there
            for each in more:
                self.append(each)
            return
        self._rows += more
        self._tree = [0, *self._rows]
        size = len(self._tree)
        for at in range(1, size):
            above = at + (at & -at)
            if above < size:
                self._tree[above] += self._tree[at]
        self.total = sum(self._rows)

    def extend_alike(self, rows: int, count: int) -> None:
        """So many more items of one height: quick, however many they are."""
        first = len(self._rows)
        self._rows += [rows] * count
        self._tree += map(rows.__mul__, _low_bits(first + count)[first : first + count])
        self.total += rows * count
        at = first + (first & -first) if first else len(self._tree)
        while at < len(self._tree):  # those that reach back to items that were there
            self._tree[at] = rows * (at - first) + self.before(first) - self.before(at - (at & -at))
            at += at & -at

    def change(self, index: int, rows: int) -> None:
        """An item has another height."""
        by = rows - self._rows[index]
        if not by:
            return
        self._rows[index] = rows
        self.total += by
        at = index + 1
        while at < len(self._tree):
            self._tree[at] += by
            at += at & -at

    def cut(self, count: int) -> None:
        """Keep the first `count` items only."""
        if count < len(self._rows):
            self.total = self.before(count)
            del self._rows[count:], self._tree[count + 1 :]

    def before(self, index: int) -> int:
        """Rows of all items before `index`."""
        rows, at = 0, min(index, len(self._rows))
        while at:
            rows += self._tree[at]
            at -= at & -at
        return rows

    def find(self, row: int) -> tuple[int, int]:
        """The item that row `row` lies in, and the row's place in it. Clamped to the first and the last row."""
        count = len(self._rows)
        if not count:
            return 0, 0
        row = max(0, min(row, self.total - 1))
        at, step = 0, 1 << count.bit_length()
        while step:
            after = at + step
            if after <= count and self._tree[after] <= row:
                at = after
                row -= self._tree[after]
            step >>= 1
        return at, row


class OneRowEach(Heights):
    """The same for items of one row each: nothing to sum, nothing to keep."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> int:
        return 1

    def resize(self, count: int) -> None:
        """So many items."""
        self._count = self.total = count

    def append(self, rows: int) -> None:
        """One more item."""
        self.resize(self._count + 1)

    def extend(self, rows: Iterable[int]) -> None:
        """Many more items."""
        self.resize(self._count + sum(1 for _ in rows))

    def extend_alike(self, rows: int, count: int) -> None:
        """Many more items."""
        self.resize(self._count + count)

    def change(self, index: int, rows: int) -> None:
        """Heights never change."""

    def cut(self, count: int) -> None:
        """Keep the first `count` items only."""
        self.resize(min(self._count, count))

    def before(self, index: int) -> int:
        """Rows of all items before `index`."""
        return min(index, self._count)

    def find(self, row: int) -> tuple[int, int]:
        """The item at that row."""
        return max(0, min(row, self._count - 1)), 0
