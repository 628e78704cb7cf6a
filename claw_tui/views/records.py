"""The records themselves, as the log has them. What passes by (deltas, progress) is not among them."""

from collections.abc import Mapping
from typing import ClassVar, get_args

from claw_core.event import Passing, Record
from claw_tui.view import Growth

_PASSING = get_args(Passing)


class RecordsView:
    """Every record, oldest first."""

    ONLY_GROW: ClassVar = frozenset({"records"})

    def __init__(self) -> None:
        self.version = 0
        self.records: list[Record] = []

    def growing(self) -> Mapping[str, Growth]:
        """No record ever changes."""
        return {}

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        if not isinstance(record.event, _PASSING):
            self.records.append(record)
            self.version += 1

    def index_of(self, seq: int) -> int | None:
        """The last record up to that number; None where there is none."""
        low, high = 0, len(self.records)
        while low < high:
            middle = (low + high) // 2
            if self.records[middle].seq <= seq:
                low = middle + 1
            else:
                high = middle
        return low - 1 if low else None
