"""The timeline: all views of a session that has happened, at any of its records, without folding from the beginning.

It folds the session once, in slices between which the screen lives, and keeps moments of the views on its way. To stand
somewhere is then to take the moment before it and to fold the few records after that.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from time import perf_counter

from claw_core.event import Record
from claw_tui.moment import Moment, Unsettled
from claw_tui.view import View

SPACING = 200
"""Records between two moments, at least: as many as are folded without holding up a key."""

STEP = 16
"""Records that are folded between two looks at the clock."""


class Timeline:
    """Views by name at every record that it has come to."""

    def __init__(
        self, records: Sequence[Record], views: Iterable[str], make: Callable[[str], View], *, spacing: int = SPACING
    ) -> None:
        self._records = records
        self._spacing = spacing
        self._views = {name: make(name) for name in views}
        self.folded = 0
        """How many records it has come to."""
        self._places: list[int] = []
        self._moments: list[dict[str, Moment]] = []
        self._keep()

    @property
    def is_whole(self) -> bool:
        """Whether it has come to the last record."""
        return self.folded == len(self._records)

    def go_on(self, seconds: float) -> None:
        """Fold for so long."""
        until = perf_counter() + seconds
        while not self.is_whole and perf_counter() < until:
            self.reach(min(self.folded + STEP, len(self._records)))

    def reach(self, position: int) -> None:
        """Come to a place, however long that takes."""
        for record in self._records[self.folded : position]:
            for view in self._views.values():
                view.fold(record)
        self.folded = max(self.folded, position)
        if self.folded >= self._places[-1] + self._spacing:
            self._keep()

    def at(self, position: int, names: Iterable[str]) -> dict[str, View]:
        """Views as they are when so many records were folded, each with a life of its own.

        Quick where it has come there; goes there where it has not.
        """
        self.reach(position)
        found = bisect_right(self._places, position) - 1
        views = {name: self._moments[found][name].view() for name in names}
        for record in self._records[self._places[found] : position]:
            for view in views.values():
                view.fold(record)
        return views

    def _keep(self) -> None:
        try:
            moments = {name: Moment(view) for name, view in self._views.items()}
        except Unsettled:  # the next step may do
            return
        self._places.append(self.folded)
        self._moments.append(moments)
