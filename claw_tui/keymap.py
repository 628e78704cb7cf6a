"""The keymap: the one table of everything a key can do. Bindings, the F1 help and `docs/keys.md` are made from it.

The rows lie in `keys/`, by parts of the screen.

An action's id is `where.what`: the part of the screen that must have the keys, and a name that stays for ever, by which
a person's settings give it other keys. A screen or pane takes its bindings from here:

    BINDINGS = bindings("permissions")

so a key that is not in the table cannot be pressed, and one that is in it is bound; a test holds both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from claw_tui.action import SIGNS, Action, key_name
from claw_tui.keys import (
    context,
    conversation,
    dialogs,
    diffs,
    lists,
    permissions,
    prompt,
    records,
    replay,
    rewind,
    settings,
    terminal,
    trace,
    workbench,
)

if TYPE_CHECKING:
    from textual.binding import Binding, BindingType

PLACES: Mapping[str, str] = {
    "workbench": "The workbench",
    "prompt": "The prompt",
    "completion": "While a command or a mention is typed",
    "permissions": "Waiting for you",
    "diffs": "Diffs",
    "conversation": "Conversation",
    "trace": "Trace",
    "detail": "A row of the trace, opened",
    "terminal": "Terminal",
    "context": "Context",
    "records": "Records",
    "list": "Moving in any list",
    "replay": "Replay",
    "rewind": "Going back",
    "dialog": "Dialogs",
    "editor": "Editing what is proposed",
    "words": "A line of words",
    "rule": "The rule to keep",
    "why": "Why am I asked?",
    "question": "Questions",
    "plan": "Plans",
    "picker": "The palette and other lists to pick from",
    "settings": "Settings",
    "welcome": "The welcome screen",
    "help": "This help",
}
"""The parts of the screen that have keys of their own, in the order the help shows them."""

ACTIONS: tuple[Action, ...] = (
    *workbench.ACTIONS,
    *prompt.ACTIONS,
    *replay.ACTIONS,
    *rewind.ACTIONS,
    *permissions.ACTIONS,
    *diffs.ACTIONS,
    *conversation.ACTIONS,
    *trace.ACTIONS,
    *terminal.ACTIONS,
    *context.ACTIONS,
    *records.ACTIONS,
    *settings.ACTIONS,
    *lists.ACTIONS,
    *dialogs.ACTIONS,
)
"""The table."""


_OWN: dict[str, tuple[str, ...]] = {}
"""The keys that a person gave to actions, by their ids; told by `rebind`."""

_CHORDS: dict[str, tuple[tuple[str, str], ...]] = {}
"""The pairs of keys that a person gave them, the same way."""


def actions(*places: str) -> list[Action]:
    """All actions of these places with the keys they have now, in the table's order; of all where none is named."""
    return [_as_bound(action) for action in ACTIONS if not places or action.place in places]


def action(id: str) -> Action:
    """The action of that id, with the keys it has now. Raises KeyError where there is none."""
    return _as_bound(_BY_ID[id])


def _as_bound(action: Action) -> Action:
    own = _OWN.get(action.id)
    return action if own is None else replace(action, keys=own)


def rebind(
    own: Mapping[str, tuple[str, ...]], chords: Mapping[str, Sequence[tuple[str, str]]] = MappingProxyType({})
) -> None:
    """From now on these actions have these keys, for hints and the help; all others have their own again.

    `chords`: the pairs of keys that do them, too.
    """
    _OWN.clear()
    _OWN.update({id_: keys for id_, keys in own.items() if keys})
    _CHORDS.clear()
    _CHORDS.update({id_: tuple(pairs) for id_, pairs in chords.items()})


def all_keys(id: str) -> tuple[str, ...]:
    """Every key of an action for people, pairs at the end: `^P`, `Enter`, `^X W`. Raises KeyError for an unknown id."""
    pairs = (" ".join(map(key_name, pair)) for pair in _CHORDS.get(id, ()))
    return (*map(key_name, action(id).keys), *pairs)


def named_keys(words: str) -> tuple[str, ...]:
    """Keys as people write them (`?`, `ctrl+/`, `g g`), by the names that Textual has for them."""
    by_sign = {sign: name for name, sign in SIGNS.items() if len(sign) == 1 and not sign.isalpha()}
    return tuple(
        f"{held}{by_sign.get(last, last)}"
        for word in words.split()
        for held, last in [(word[:-1], word[-1]) if word[-1] in by_sign else ("", word)]
    )


def keys_of(id: str) -> tuple[str, ...]:
    """The keys of an action, as Textual names them. Raises KeyError where there is none of that id."""
    return action(id).keys


_BY_ID = {action.id: action for action in ACTIONS}


def bindings(*places: str) -> "list[BindingType]":
    """What Textual needs to bind the actions of these places."""
    return [binding(action) for action in ACTIONS if action.place in places]


def binding(action: Action) -> "Binding":
    """One action as a binding."""
    from textual.binding import Binding

    return Binding(
        ",".join(action.keys),
        action.call,
        action.short or action.help,
        show=bool(action.short),
        key_display=key_name(action.keys[0]),
        priority=action.ahead,
        id=action.id,
    )


def hints(ids: Iterable[str]) -> list[tuple[str, str]]:
    """(key, word) of these actions, for a line of hints; the most useful first, as given."""
    return [(key_name(action(id).keys[0]), action(id).short or action(id).help) for id in ids]


def keys_markdown() -> str:
    """The table as a page for the documentation."""
    parts = ["# Keys\n\nMade from `claw_tui/keymap.py`. `^` is Ctrl, `⇧` Shift, `⌥` Alt.\n"]
    for place, title in PLACES.items():
        rows = [f"| {_code(action)} | {action.help} | `{action.id}` |" for action in actions(place)]
        if rows:
            parts.append(f"\n## {title}\n\n| key | does | id |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def _code(action: Action) -> str:
    return " ".join(f"`{key_name(key)}`".replace("|", "\\|") for key in action.keys)
