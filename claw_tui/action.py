"""What an action is: something that a key does in some part of the screen. They lie in `keys/`, by parts."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something a key does."""

    id: str
    keys: tuple[str, ...]
    """Textual's names of the keys; the first one is shown."""
    help: str
    """What it does, as a sentence without a full stop."""
    call: str
    """The Textual action: a method `action_...` of the place, with arguments where it takes some."""
    short: str = ""
    """A word or two for hint lines. Empty: not shown there."""
    ahead: bool = False
    """Taken before whatever has the keys sees it. Never for what could be typed."""

    @property
    def place(self) -> str:
        """The part of the screen it belongs to."""
        return self.id.partition(".")[0]

    @property
    def shown(self) -> str:
        """The keys for people: `y`, `^P`, `⇧Tab or F6`."""
        return " or ".join(key_name(key) for key in self.keys)


def act(id: str, keys: str, help: str, *, call: str = "", short: str = "", ahead: bool = False) -> Action:  # noqa: A002
    """An action; keys apart by blanks, `call` is the second half of the id where it is not said."""
    return Action(
        id=id,
        keys=tuple(keys.split()),
        help=help,
        call=call or id.partition(".")[2],
        short=short,
        ahead=ahead,
    )


SIGNS: Mapping[str, str] = {
    "question_mark": "?",
    "slash": "/",
    "exclamation_mark": "!",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "comma": ",",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "underscore": "_",
    "backslash": "\\",
    "tab": "Tab",
    "enter": "Enter",
    "escape": "Esc",
    "backspace": "Backspace",
    "delete": "Del",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def key_name(key: str) -> str:
    """A key as people know it: `^P`, `⇧Tab`, `F1`, `?`."""
    *held, last = key.split("+") if key != "plus" else [key]
    name = SIGNS.get(last, last.upper() if last[:1] == "f" and last[1:].isdigit() else last)
    if "ctrl" in held:
        name = f"^{name.upper() if len(name) == 1 else name}"
    marks = {"shift": "⇧", "alt": "⌥"}
    return "".join(marks[part] for part in held if part in marks) + name
