"""Draws the plan: what is done, what is being done, what is to be done."""

from claw_core.block import TodoBlock
from claw_tui.line import Line, clean, wrap
from claw_tui.painter import left_out

_SIGNS = {
    "completed": ("☑ ", "state.ok", "text.muted strike"),
    "in_progress": ("◐ ", "state.running", "text.strong bold"),
    "pending": ("☐ ", "text.muted", "text.body"),
}


def paint(block: TodoBlock, width: int, limit: int | None = None) -> list[Line]:
    """One item below the other."""
    shown = block.todos if limit is None else block.todos[:limit]
    rows: list[Line] = []
    for todo in shown:
        sign, sign_look, look = _SIGNS[todo.status]
        text = clean(todo.content).replace("\n", " ")
        rows += wrap(((sign, sign_look), (text, look)), width, hang=(("  ", "text.body"),))
    if len(shown) < len(block.todos):
        rows.append(left_out(len(block.todos) - len(shown), "items"))
    return rows


def source(block: TodoBlock) -> str:
    """A Markdown task list."""
    return "\n".join(f"- [{'x' if todo.status == 'completed' else ' '}] {todo.content}" for todo in block.todos)
