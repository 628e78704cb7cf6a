"""Draws a shell command and what it printed. Of long output the end counts most, so that is what stays."""

from claw_core.block import TerminalBlock
from claw_tui.line import Line, clean, one_line, wrap
from claw_tui.syntax import coloured
from claw_tui.terminal_looks import printed_lines

_HANG: Line = (("  ", "text.muted"),)


def paint(block: TerminalBlock, width: int, limit: int | None = None) -> list[Line]:
    """The command behind `$`, the output, and the exit code where it is not 0."""
    rows = command(block.command, width, block.folder)
    lines = printed_lines(block.output, block.styles)
    while lines and not lines[-1]:
        lines.pop()
    printed = [row for one in lines for row in wrap(one, width, words=False)]
    if limit is not None and len(printed) > limit:
        left = len(printed) - limit + 1
        printed = [((f"… {left:,} more lines above", "text.muted italic"),), *printed[left:]]
    rows += printed
    if block.exit_code:
        rows.append(((f"exit code {block.exit_code}", "state.failed"),))
    return rows


def command(text: str, width: int, folder: str = "") -> list[Line]:
    """A shell line, whole, in colours, with the folder that it runs in where that is told."""
    prompt: Line = ((f"{one_line(folder)} ", "text.muted"),) if folder else ()
    rows: list[Line] = []
    for number, spans in enumerate(coloured(clean(text).rstrip("\n"), language="bash")):
        signs: Line = (*prompt, ("$ ", "text.key")) if number == 0 else (("> ", "text.muted"),)
        rows += wrap((*signs, *spans), width, hang=_HANG)
    return rows


def source(block: TerminalBlock) -> str:
    """The command and its output, as a terminal would show them."""
    return f"$ {block.command}\n{block.output}"
