"""The plan pane: the todo list as it stands."""

from collections.abc import Hashable, Sequence

from textual.app import ComposeResult

from claw_core.block import TodoBlock
from claw_tui.line import Line
from claw_tui.line_view import LineView
from claw_tui.painter import paint
from claw_tui.pane import Pane, PaneContext
from claw_tui.views.plan import PlanView


class PlanLines(LineView):
    """The items as lines."""

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context.theme, id="plan-lines")
        self.view = PlanView()

    def count(self) -> int:
        """How many items there are; one that says so where there is none."""
        return max(1, len(self.view.todos))

    def key(self, index: int) -> Hashable:
        """The item itself."""
        return index, self.view.todos[index] if self.view.todos else None

    def paint(self, index: int, width: int) -> Sequence[Line]:
        """One item."""
        if not self.view.todos:
            return [(("There is no plan yet.", "text.muted italic"),)]
        return paint(TodoBlock(todos=(self.view.todos[index],)), width)


class PlanPane(Pane[PlanView]):
    """The todo list."""

    NAME = "plan"
    VIEW = "plan"
    TITLE = "plan"
    PLACE = "side"

    def __init__(self, context: PaneContext) -> None:
        super().__init__(context)
        self.lines = PlanLines(context)

    def compose(self) -> ComposeResult:
        """The lines."""
        yield self.lines

    def show(self, view: PlanView) -> None:
        """The view changed."""
        self.lines.view = view
        self.border_subtitle = f"{view.done} of {len(view.todos)}" if view.todos else ""
        self.lines.changed()

    def take_focus(self) -> None:
        """To the lines."""
        self.lines.focus()
