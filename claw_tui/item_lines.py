"""How the items of a conversation look, as lines. No widget, so each can be read in a test."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from claw_tui.amount import count, dollars, seconds
from claw_tui.item import (
    AnswerItem,
    AnyItem,
    CallItem,
    CommandItem,
    NoticeItem,
    PromptItem,
    RestItem,
    ThoughtItem,
)
from claw_tui.line import BLANK, Line, Span, clean, fit, one_line, plain, spread, width_of, wrap
from claw_tui.markdown_lines import draw_markdown, draw_piece
from claw_tui.painter import paint
from claw_tui.painters.terminal import command as shell_rows
from claw_tui.terminal_looks import scene_lines

SPINNER = "◐◓◑◒"
"""A running call's sign, one after the other."""

SIGNS = {
    "writing": ("◌", "text.muted"),
    "waiting": ("◐", "state.waiting"),
    "running": ("◐", "state.running"),
    "ok": ("●", "state.ok"),
    "error": ("✗", "state.failed"),
    "timeout": ("✗", "state.failed"),
    "denied": ("⊘", "state.stopped"),
    "interrupted": ("◌", "state.stopped"),
}
"""A call's state as a sign and its look; the sign alone says it, too."""

_NOTICES = {"info": ("·", "text.muted"), "warning": ("!", "state.waiting"), "error": ("✗", "state.failed")}
_INDENT = 2
LONG = 14
"""Rows of what the person said that show without being asked."""
_OWN_OUTPUT = 16
"""Rows of what the person's own shell line printed that show without being asked."""
_SHOWN_OUTPUT = 5
"""Rows of a running command's output that show without being asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What an item's look depends on beside the item."""

    previous: AnyItem | None = None
    open: bool = False
    """The person unfolded it."""
    beat: int = 0
    """How often the clock of moving signs ticked."""
    now: datetime | None = None
    """For times that still run."""


def draw(item: AnyItem, width: int, situation: Situation) -> list[Line]:
    """An item's rows, with the blank row before it where there is one."""
    rows: list[Line] = [BLANK] if _apart(item, situation.previous) else []
    return rows + _DRAW[type(item)](item, max(4, width), situation)


def _apart(item: AnyItem, previous: AnyItem | None) -> bool:
    """Whether a blank row stands between."""
    match previous, item:
        case None, _:
            return False
        case (CallItem(), CallItem()) | (NoticeItem(), NoticeItem()):
            return False
        case AnswerItem() | CommandItem(), AnswerItem():
            return isinstance(previous, AnswerItem) and previous.message != item.message
        case ThoughtItem(), CallItem():
            return False
        case _:
            return True


def _prompt(item: PromptItem, width: int, situation: Situation) -> list[Line]:
    sign = ("» " if item.steered else "› ", "mode.ask bold")
    rows: list[Line] = []
    for text in clean(item.text).split("\n"):
        head: Span = sign if not rows else ("  ", "text.prompt")
        rows += [
            (head if at == 0 else ("  ", "text.prompt"), *row)
            for at, row in enumerate(wrap(((text, "text.prompt bold"),), width - _INDENT))
        ]
    if len(rows) > LONG and not situation.open:
        left = len(rows) - LONG + 2
        rows[LONG - 2 :] = [(("  ", "text.muted"), (f"… {left:,} more lines, Enter shows them", "text.muted italic"))]
    rows += [fit(((f"  ▤ {one_line(each)}", "text.muted"),), width) for each in item.attached]
    rows += [fit(((f"  ✗ {one_line(each)}", "state.failed"),), width) for each in item.refused]
    if item.images:
        rows.append((("  ", "text.muted"), (f"▣ {item.images} image{'s' * (item.images > 1)}", "text.muted")))
    return rows


def _answer(item: AnswerItem, width: int, situation: Situation) -> list[Line]:
    return draw_piece(item.piece, width)


def _thought(item: ThoughtItem, width: int, situation: Situation) -> list[Line]:
    if situation.open:
        body = draw_markdown(item.text.strip(), width - _INDENT)
        dim = [tuple((words, _dimmed(look)) for words, look in row) for row in body]
        return [(("▾ thought", "text.quote italic"),), *[(("  ", "text.quote"), *row) for row in dim]]
    head = "thinking" if item.open else "thought"
    # It is drawn with every word that comes: only the end of a long one is looked at.
    words = one_line((item.text[-width * 4 :] if item.open else item.text).strip()).replace(" ⏎ ", " ")
    if item.open and len(words) > width * 2:
        words = "…" + words[-(width - len(head) - 5) :]
    return [fit(((f"▸ {head}  ", "text.quote"), (words, "text.quote italic")), width)]


def _dimmed(look: str) -> str:
    return look.replace("text.body", "text.quote").replace("text.strong", "text.quote")


def _call(item: CallItem, width: int, situation: Situation) -> list[Line]:
    rows = [call_row(item, width, situation)]
    inner = width - _INDENT - 1
    if situation.open:
        rows += _framed(_opened(item, inner), item)
    elif item.is_own and item.blocks:
        # What was run stands in the row itself.
        rows += _framed(paint(item.blocks[0], inner, _OWN_OUTPUT)[len(shell_rows(item.target, inner)) :], item)
    elif item.state in ("error", "timeout") and item.told:
        rows += _framed([fit(((_first_line(item.told), "state.failed"),), inner)], item)
    elif item.state == "denied" and item.reason:
        rows += _framed([fit(((one_line(item.reason), "text.muted"),), inner)], item)
    elif item.state == "running" and item.live:
        rows += _framed([fit(one, inner) for one in scene_lines(item.live.scene())[-_SHOWN_OUTPUT:]], item)
    elif item.state in ("running", "waiting") and item.step:
        steps = f"{item.steps} step{'s' * (item.steps != 1)}"
        rows += _framed([fit(((f"{steps} · {one_line(item.step)}", "text.muted"),), inner)], item)
    elif item.name == "todo" and item.blocks:
        rows += _framed([row for block in item.blocks for row in paint(block, inner, 12)], item)
    return rows


def call_row(item: CallItem, width: int, situation: Situation) -> Line:
    """The row that says what a call is about and how it went."""
    sign, look = SIGNS[item.state]
    if item.state == "running":
        sign = SPINNER[situation.beat % len(SPINNER)]
    left: list[Span] = [
        (f" {sign} ", look),
        (f"{one_line(item.name):<6} ", "text.strong"),
        (one_line(item.target), "text.body"),
    ]
    right: list[Span] = []
    if item.summary:
        right += _counts(one_line(item.summary))
    words = _state_words(item, situation.now)
    if words:
        right += [("  ", "text.muted")] if right else []
        right.append((words, look if item.state != "ok" else "text.muted"))
    return spread(left, right, width)


def _counts(summary: str) -> list[Span]:
    """A summary; added and removed lines in their colours."""
    spans: list[Span] = []
    for number, word in enumerate(summary.split(" ")):
        look = "diff.added" if word.startswith("+") else "diff.removed" if word.startswith("−") else "text.muted"
        spans.append((" " + word if number else word, look))
    return spans


def _state_words(item: CallItem, now: datetime | None) -> str:
    since = (now - item.began).total_seconds() if now and item.began else None
    match item.state:
        case "writing":
            return f"writing {count(item.written)}" if item.written else ""
        case "waiting":
            return "waiting" if since is None or since < 1 else f"waiting {seconds(since)}"
        case "running":
            return "" if since is None or since < 1 else seconds(since)
        case "ok" | "error":
            return seconds(item.elapsed)
        case "timeout":
            return f"timed out after {seconds(item.elapsed)}"
        case state:
            return state


def _opened(item: CallItem, width: int) -> list[Line]:
    """Everything there is to see of a call."""
    blocks = item.blocks or item.preview
    rows = [row for block in blocks for row in paint(block, width)]
    if not blocks and item.input:
        for name, value in item.input.items():
            rows += (
                wrap(((f"{one_line(name)}: ", "text.muted"), (clean(str(value)), "text.body")), width)
                if ("\n" not in str(value))
                else [((f"{one_line(name)}:", "text.muted"),), *_text(str(value), width)]
            )
    seen = any(block.kind in ("terminal", "text") for block in blocks)
    if item.told and not seen and (item.state in ("error", "timeout", "denied") or not blocks):
        rows += _text(item.told, width, "state.failed" if item.state == "error" else "text.body")
    if item.live:
        rows += [row for one in scene_lines(item.live.scene()) for row in wrap(one, width, words=False)]
    return rows or [(("nothing to show yet", "text.muted italic"),)]


def _text(text: str, width: int, look: str = "text.body") -> list[Line]:
    return [row for one in clean(text).rstrip("\n").split("\n") for row in wrap(((one, look),), width)]


def _framed(rows: list[Line], item: CallItem) -> list[Line]:
    """Rows that belong to a call, behind a thin line."""
    return [((" │ ", "line.guide"), *row) for row in rows]


def _first_line(text: str) -> str:
    return next((one for one in clean(text).split("\n") if one.strip()), "")


def _notice(item: NoticeItem, width: int, situation: Situation) -> list[Line]:
    sign, look = _NOTICES[item.level]
    rows: list[Line] = []
    for text in clean(item.message).split("\n"):
        rows += wrap(((text, look),), width - _INDENT - 1)
    rows += _text(item.hint, width - _INDENT - 1, "text.muted") if item.hint else []
    return [((f" {sign} " if at == 0 else "   ", look), *row) for at, row in enumerate(rows)]


def _command(item: CommandItem, width: int, situation: Situation) -> list[Line]:
    said = (("/", "text.key"), (one_line(item.name), "text.key"), (f" {one_line(item.words)}", "text.muted"))
    return [fit(said, width)]


def _rest(item: RestItem, width: int, situation: Situation) -> list[Line]:
    words = {"done": "done", "interrupted": "interrupted", "failed": "failed"}[item.state]
    look = {"done": "text.muted", "interrupted": "state.stopped", "failed": "state.failed"}[item.state]
    said = [words if not item.note else f"{words}: {one_line(item.note)}", seconds(item.elapsed)]
    if item.calls:
        said.append(f"{item.calls} call{'s' * (item.calls > 1)}")
    if item.tokens:
        said.append(f"{count(item.tokens)} tokens")
        said.append(dollars(item.cost))
    text = fit(((" · ".join(part for part in said if part), look),), width - 4)
    tail = width - width_of(text) - 4
    return [(("── ", "line.guide"), *text, (" " + "─" * max(0, tail), "line.guide"))]


def words_of(item: AnyItem) -> str:
    """An item's words, for searching and copying."""
    match item:
        case PromptItem() | ThoughtItem():
            return item.text
        case AnswerItem():
            return item.piece.source
        case CallItem():
            return f"{item.name} {item.target} {item.summary}\n{item.told or printed(item)}"
        case NoticeItem():
            return f"{item.message}\n{item.hint}".strip()
        case CommandItem():
            return f"/{item.name} {item.words}".strip()
        case RestItem():
            return plain(_rest(item, 200, Situation())[0])


def printed(item: CallItem) -> str:
    """What a running call printed so far."""
    return "\n".join(plain(one) for one in scene_lines(item.live.scene())) if item.live else ""


_DRAW: dict[type[AnyItem], Callable[..., list[Line]]] = {
    PromptItem: _prompt,
    AnswerItem: _answer,
    ThoughtItem: _thought,
    CallItem: _call,
    NoticeItem: _notice,
    CommandItem: _command,
    RestItem: _rest,
}
