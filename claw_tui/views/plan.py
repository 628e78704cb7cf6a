"""The plan: the todo list as it stands."""

from claw_core.block import Todo
from claw_core.event import MAIN, PlanChanged, Record


class PlanView:
    """What is done, being done, and to be done."""

    def __init__(self) -> None:
        self.version = 0
        self.todos: tuple[Todo, ...] = ()
        self.seq = 0
        """The record that changed it last."""

    @property
    def done(self) -> int:
        """Items completed."""
        return sum(todo.status == "completed" for todo in self.todos)

    def fold(self, record: Record) -> None:
        """Take the next record into account."""
        if isinstance(record.event, PlanChanged) and record.agent == MAIN:
            self.todos = record.event.todos
            self.seq = record.seq
            self.version += 1
