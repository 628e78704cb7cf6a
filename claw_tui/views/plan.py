"""The plan: the todo list as it stands."""

from claw_core.block import Todo
from claw_core.event import MAIN, PlanChanged, Record
from claw_core.lineage import Lineage


class PlanView:
    """What is done, being done, and to be done."""

    def __init__(self) -> None:
        self.version = 0
        self.todos: tuple[Todo, ...] = ()
        self.seq = 0
        """The record that changed it last."""
        self._lineage = Lineage()
        self._plans: list[tuple[int, tuple[Todo, ...]]] = [(0, ())]

    @property
    def done(self) -> int:
        """Items completed."""
        return sum(todo.status == "completed" for todo in self.todos)

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        if isinstance(record.event, PlanChanged) and record.agent == MAIN:
            self.seq, self.todos = record.seq, record.event.todos
            self._plans.append((self.seq, self.todos))
        elif self._lineage.add(record):
            self.seq, self.todos = [one for one in self._plans if self._lineage.counts(one[0])][-1]
        else:
            return
        self.version += 1
