"""A person's own keys: the file `keys.toml` in their settings gives actions of the keymap other keys.

    [conversation]
    search = "ctrl+f"
    print = ["p", "ctrl+x p"]       # two keys, one after the other

A table is a part of the screen, a key in it an action of that part, as F1 and `docs/keys.md` name them.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from claw_core.error import ConfigError
from claw_tui.keymap import ACTIONS, PLACES, actions, named_keys

LARGEST = 256 * 1024
"""Bytes that are read of it."""

Chord = tuple[str, str]
"""Two keys, one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKeys:
    """What a file says."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The single keys of actions, by their ids; none where an action has only chords."""
    chords: Mapping[str, Mapping[Chord, str]] = field(default_factory=dict[str, Mapping[Chord, str]])
    """Actions by chords, for each part of the screen."""

    def pairs(self) -> dict[str, list[Chord]]:
        """The chords of actions, by their ids."""
        found: dict[str, list[Chord]] = defaultdict(list)
        for table in self.chords.values():
            for chord, id_ in table.items():
                found[id_].append(chord)
        return dict(found)


def load(path: Path) -> OwnKeys:
    """What the file says; nothing where there is none. Raises ConfigError, naming everything that is wrong in it."""
    import tomllib

    try:
        with path.open("rb") as file:
            raw = tomllib.loads(file.read(LARGEST).decode())
    except FileNotFoundError:
        return OwnKeys()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The keys in {path} cannot be read: {error}", "The usual keys hold.") from error
    try:
        return parse(raw)
    except ConfigError as error:
        raise ConfigError(f"The keys in {path} cannot be used: {error.message}", "The usual keys hold.") from None


def parse(raw: Mapping[str, object]) -> OwnKeys:
    """What the tables of a file say. Raises ConfigError."""
    wrong: list[str] = []
    keys: dict[str, tuple[str, ...]] = {}
    chords: dict[str, dict[Chord, str]] = defaultdict(dict)
    for place, table in raw.items():
        if place not in PLACES or not isinstance(table, Mapping):
            wrong.append(f"there is no part of the screen {place!r}")
            continue
        known = {action.id: action for action in actions(place)}
        for name, value in cast("Mapping[str, object]", table).items():
            id_ = f"{place}.{name}"
            if id_ not in known:
                wrong.append(f"there is no action {id_}")
                continue
            found = _keys(value)
            wrong += [
                f"{id_}: {words!r} is no key" for words in found if not words or not all(map(_is_key, words.split()))
            ]
            wrong += [f"{id_}: more than two keys: {words!r}" for words in found if len(words.split()) > 2]
            if known[id_].ahead:
                wrong += [f"{id_}: {words!r} could be typed" for words in found if len(words) == 1]
            keys[id_] = tuple(words for words in found if len(words.split()) == 1)
            for words in found:
                if len(pair := tuple(words.split())) == 2:
                    chords[place][pair[0], pair[1]] = id_
    wrong += _clashes(keys)
    if wrong:
        raise ConfigError("; ".join(wrong) + ".", "Correct it.")
    return OwnKeys(keys=keys, chords=chords)


def _keys(value: object) -> list[str]:
    """One key or several, as Textual names them."""
    words = [value] if isinstance(value, str) else cast("list[object]", value) if isinstance(value, list) else [""]
    return [" ".join(named_keys(word)) if isinstance(word, str) else "" for word in words] or [""]


def _is_key(name: str) -> bool:
    return bool(re.fullmatch(r"((ctrl|alt|shift|super|meta|hyper)\+)*([a-z][a-z_0-9]*|\S)", name, re.IGNORECASE))


def _clashes(keys: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Two actions of one part of the screen with one key."""
    taken: dict[tuple[str, str], str] = {}
    wrong: list[str] = []
    for action in ACTIONS:
        for key in keys.get(action.id, action.keys):
            other = taken.setdefault((action.place, key), action.id)
            if other != action.id and (action.id in keys or other in keys):
                wrong.append(f"{key} is the key of {other} and of {action.id}")
    return wrong
