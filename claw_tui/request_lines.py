"""How a request looks: its row in the queue, and what is asked, shown whole. Lines only, no widget."""

import json
import re
from collections.abc import Iterable, Sequence

from claw_core.ask import Ask, PermissionAsk, PlanAsk, QuestionAsk
from claw_core.block import Block, DiffBlock, TerminalBlock, TextBlock
from claw_tui.line import Line, Span, clean, fit, one_line, spread, width_of, wrap
from claw_tui.markdown_lines import draw_markdown
from claw_tui.painter import left_out, paint
from claw_tui.syntax import coloured
from claw_tui.views.diffs import HunkChoice
from claw_tui.views.queue import Waiting

WHOLE = 2000
"""Rows of one block that are shown at most; what is left is said, and the dialog `why` and `$EDITOR` show it."""


_BLANKS = re.compile(r"[^\S\n]{40,}")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){4,}")


def request_row(
    waiting: Waiting, width: int, *, age: str, here: bool, marked: bool, choice: HunkChoice | None, sent: bool
) -> Line:
    """One request in one row: what, about what, how much, and who asks since when."""
    sign = "✓" if marked else "▸" if here else " "
    left: list[Span] = [(f"{sign} ", "text.key bold")]
    if waiting.dangerous:
        left.append(("⚠ ", "danger.text bold"))
    name_look = "danger.text bold" if waiting.dangerous else "text.strong bold" if here else "text.body"
    left += [(f"{one_line(waiting.name):<8} ", name_look), (one_line(waiting.target), "text.body")]
    if waiting.size:
        left.append((f"  {waiting.size}", "text.muted"))
    if choice is not None and choice.count < choice.total:
        left.append((f"  {choice.count} of {choice.total} taken", "state.waiting"))
    if choice is not None and choice.edited:
        left.append((f"  {choice.edited} by hand", "state.waiting"))
    who = f"{one_line(waiting.who)} · " if waiting.who else ""
    right = ("sent …" if sent else f"{who}{age} ", "text.muted")
    return spread(left, (right,), width)


def whole_request(waiting: Waiting, width: int, *, diffs: bool = True) -> list[Line]:
    """Everything that is asked; `diffs=False` leaves out changes of files, where the diff pane shows them."""
    match waiting.ask:
        case PermissionAsk(preview=preview) as ask:
            shown = [block for block in preview if diffs or not isinstance(block, DiffBlock)]
            if not preview:
                return arguments(ask, width)
            return [row for block in shown for row in _block(block, width)]
        case QuestionAsk(questions=questions):
            rows: list[Line] = []
            for asked in questions:
                rows += wrap(((clean(asked.question), "text.strong"),), width)
                for option in asked.options:
                    words = f" — {option.description}" if option.description else ""
                    rows += wrap(
                        ((f"  · {one_line(option.label)}", "text.body"), (one_line(words), "text.muted")),
                        width,
                        hang=(("    ", "text.muted"),),
                    )
            return rows
        case PlanAsk(plan=plan):
            return draw_markdown(plan, width)


def arguments(ask: PermissionAsk, width: int) -> list[Line]:
    """What the tool is called with, exactly."""
    code = clean(json.dumps(ask.input, indent=2, ensure_ascii=False))
    return [row for line in coloured(code, language="json") for row in wrap(line, width, words=False)]


def command_lines(command: str, width: int) -> list[Line]:
    """A shell command, whole, with its parts coloured. Many blanks are told, so that nothing hides behind them."""
    told = _EMPTY_LINES.sub(lambda found: f"\n⟨{found[0].count(chr(10)) - 1:,} empty lines⟩\n", clean(command))
    told = _BLANKS.sub(lambda found: f" ⟨{len(found[0]):,} spaces⟩ ", told)
    rows: list[Line] = []
    for number, line in enumerate(coloured(told, language="bash")):
        sign: Line = (("$ " if number == 0 else "  ", "text.key"),)
        rows += wrap((*sign, *line), width, hang=(("  ", "text.key"),), words=False)
    return rows


def facts(ask: Ask, why: str, width: int, *, most: int = 2) -> list[Line]:
    """Why it is asked, the rule that would settle it, and of what from outside may have led to it the latest `most`."""
    rows = _fact("why", why, width)
    if not isinstance(ask, PermissionAsk):
        return rows
    if ask.drifted:
        lost = f"; {len(ask.conflicts)} that fit no more are left out" if ask.conflicts else ""
        changed = f"{', '.join(ask.drifted)} changed meanwhile, the hunks are fitted to that{lost}"
        rows += _fact("disk", changed, width, look="state.waiting")
    if ask.rule and not ask.dangerous:
        rows += _fact("rule", ask.rule, width, look="text.code")
    for outside in ask.after[:most]:
        by = f" ({outside.what})" if outside.what else ""
        rows += _fact("seen", f"text from outside: {outside.source}{by}", width, look="state.waiting")
    if len(ask.after) > most:
        rows += _fact("", f"and {len(ask.after) - most:,} more sources; ? shows them", width, look="state.waiting")
    return rows


def hint_lines(hints: Iterable[tuple[str, str]], width: int) -> list[Line]:
    """Keys and what they do, in as few rows as they need."""
    rows: list[Line] = []
    row: list[Span] = []
    for key, word in hints:
        piece: list[Span] = [(key, "text.key bold"), (f" {word}", "text.muted")]
        if row and width_of(row) + 2 + width_of(piece) > width:
            rows.append(tuple(row))
            row = []
        row += [("  ", "text.muted"), *piece] if row else piece
    return [*rows, fit(row, width)] if row else rows


def shortened(rows: Sequence[Line], limit: int) -> list[Line]:
    """The first rows, and how many more there are."""
    return list(rows) if len(rows) <= limit else [*rows[: limit - 1], left_out(len(rows) - limit + 1)]


def abridged(rows: Sequence[Line], limit: int) -> list[Line]:
    """The first and the last rows, and between them how many more there are, and the key that shows them."""
    if len(rows) <= limit:
        return list(rows)
    head = (limit - 1) // 2
    tail = limit - 1 - head
    between = f"… {len(rows) - head - tail:,} rows in between; ? shows them …"
    return [*rows[:head], ((between, "state.waiting"),), *rows[len(rows) - tail :]]


def _block(block: Block, width: int) -> list[Line]:
    if isinstance(block, TerminalBlock):
        return [*command_lines(block.command, width), *(_fact("in", block.folder, width) if block.folder else ())]
    if isinstance(block, TextBlock):
        code = coloured(clean(block.text), language=block.language)
        return [row for line in code for row in wrap(line, width, words=not block.language)]
    return paint(block, width, WHOLE)


def _fact(name: str, words: str, width: int, look: str = "text.body") -> list[Line]:
    head: Line = ((f"{name:<5}", "text.muted"),)
    return wrap((*head, (one_line(words), look)), width, hang=(("     ", "text.muted"),))
