"""Answering safely: which answers a key may give, and when it is too early for any.

Pure; the pane and the dialogs press the keys. Nothing here is carried from one request to the next.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from claw_core.ask import Allow, By, PermissionAsk
from claw_tui.views.queue import Waiting

if TYPE_CHECKING:
    from claw_core.message import Json, JsonObject

PERSON = By(kind="person", name="keys")
"""Who answers by the screen's keys."""

GRACE = timedelta(milliseconds=300)
"""How long a request that has just appeared under the cursor takes no answer."""


class Grace:
    """Keeps a key that was meant for something else from answering a request that has just appeared."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._first: dict[str, datetime] = {}
        self._target = ""
        self._since: datetime | None = None

    @property
    def asks(self) -> tuple[str, ...]:
        """Those that were shown last."""
        return tuple(self._first)

    def shown(self, asks: tuple[str, ...]) -> None:
        """These are in the queue now; others are forgotten."""
        now = self._clock()
        self._first = {ask: self._first.get(ask, now) for ask in asks}

    def under_cursor(self, ask: str, *, moved: bool = False) -> None:
        """The cursor is on this one; `moved`: because the person put it there."""
        if ask == self._target:
            return
        self._target = ask
        self._since = None if moved else self._clock()

    def over(self, ask: str) -> bool:
        """Whether this one may be answered."""
        began = [self._first.get(ask), self._since if ask == self._target else None]
        now = self._clock()
        return ask in self._first and not any(moment and timedelta() <= now - moment < GRACE for moment in began)


@dataclass(frozen=True, slots=True, kw_only=True)
class Editable:
    """The part of a call's arguments that a person may rewrite before allowing it."""

    field: str
    """The argument; empty for all of them, as JSON."""
    title: str
    text: str
    path: str = ""
    """A file name that tells the language."""


_FIELDS = {
    "bash": ("command", "The command"),
    "edit": ("new_string", "The new text"),
    "write": ("content", "The file"),
    "apply_patch": ("patch", "The patch"),
}


def editable(ask: PermissionAsk) -> Editable:
    """What can be rewritten of a call: the command, the new text, or the arguments as a whole."""
    field, title = _FIELDS.get(ask.tool, ("", ""))
    value = ask.input.get(field)
    if field and isinstance(value, str):
        path = "command.sh" if ask.tool == "bash" else str(ask.input.get("path", ""))
        return Editable(field=field, title=title, text=value, path=path)
    whole = json.dumps(ask.input, indent=2, ensure_ascii=False)
    return Editable(field="", title="The arguments", text=whole, path="arguments.json")


def edited(ask: PermissionAsk, text: str) -> Allow:
    """The answer that allows the call as it was rewritten. Raises ValueError with words for the person."""
    part = editable(ask)
    if text == part.text:
        return Allow()
    if part.field == "command" and not text.strip():
        raise ValueError("An empty command does nothing. Esc goes back.")
    if part.field:
        return Allow(input={**ask.input, part.field: text})
    try:
        value: Json = json.loads(text)
    except ValueError as error:
        raise ValueError(f"This is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError("The arguments have to be a JSON object: {...}")
    return Allow(input=cast("JsonObject", value))


def may_be_marked(waiting: Waiting) -> bool:
    """Whether a request may be part of a batch: a permission that is not dangerous."""
    return isinstance(waiting.ask, PermissionAsk) and not waiting.dangerous


def offered_rule(waiting: Waiting) -> str:
    """The rule that `session` and `always` make; empty where none is offered."""
    return waiting.ask.rule if isinstance(waiting.ask, PermissionAsk) and not waiting.dangerous else ""


def age_words(seconds: float) -> str:
    """`4s`, `3m`, `2h`."""
    if seconds < 60:
        return f"{int(seconds)}s"
    return f"{int(seconds // 60)}m" if seconds < 3600 else f"{int(seconds // 3600)}h"
