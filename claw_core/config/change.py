"""Changes one setting in a settings file of the person's own. All else in it stays: order, comments, what it says.

tomlkit rewrites the text; what comes of it is read again and compared with what should, before it takes the file's
place. It is loaded when the first setting is changed.
"""

import tomllib
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

from claw_core.config.manual import Setting
from claw_core.config.schema import Settings, Table, read_table, set_values
from claw_core.config.settings_file import table_of, text_of, write_whole
from claw_core.error import ConfigError

Value: TypeAlias = bool | int | float | str | Sequence[str]
"""What a setting can be set to: those that are tables are written by hand."""


def understood(setting: Setting, words: str) -> Value:
    """What a person typed, as the setting's value: lists a text a line. Raises ConfigError, saying what it must be."""
    text = words.strip()
    value: Value = text
    if setting.kind == "flag":
        value = {"true": True, "false": False}.get(text.lower(), text)
    elif setting.kind in ("whole", "number"):
        value = _number(text)
    elif setting.kind == "texts":
        value = [line.strip() for line in words.splitlines() if line.strip()]
    try:
        read_table(_with({}, setting.key, value), "it")
    except ConfigError as error:
        raise ConfigError(error.message.removeprefix("it: "), error.hint) from None
    return value


def _number(text: str) -> int | float | str:
    for make in (int, float):
        try:
            return make(text.replace("_", ""))
        except ValueError:
            continue
    return text


def change_setting(file: Path, key: str, value: Value | None) -> None:
    """Set it in that file, which is made where it is missing; None takes it out. Blocks for a moment.

    Raises ConfigError, with nothing written, where the file or the value does not fit, or the file cannot be written.
    """
    text = text_of(file) or ""
    before = table_of(text, file)
    read_table(before, str(file))
    wanted = _with(before, key, value)
    settings = read_table(wanted, str(file))
    if wanted == before:
        return
    after = _rewritten(text, key, value)
    if after is None or not _says(after, settings):
        raise ConfigError(
            f"{file}: {key} is written in a way that cannot be changed safely; nothing was changed.",
            f"Change it there yourself, to {_said(settings, key)}.",
        )
    write_whole(file, after, "Nothing was changed.")


def _with(table: Table, key: str, value: Value | None) -> dict[str, Any]:
    """The table with the key set, or without it; a table that is empty then stays."""
    first, _, rest = key.partition(".")
    changed = dict(table)
    if rest:
        below = changed.get(first, {})
        if value is not None or first in changed:
            changed[first] = _with(cast("Table", below) if isinstance(below, Mapping) else {}, rest, value)
    elif value is None:
        changed.pop(first, None)
    else:
        changed[first] = list(value) if isinstance(value, list | tuple) else value
    return changed


def _rewritten(text: str, key: str, value: Value | None) -> str | None:
    """The file's text with the change; None where it is beyond what tomlkit can rewrite."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    *folders, name = key.split(".")
    try:
        document = tomlkit.parse(text)
        table: MutableMapping[str, Any] = document
        for folder in folders:
            if folder not in table:
                table[folder] = tomlkit.table()
            table = cast("MutableMapping[str, Any]", table[folder])
        if value is None:
            del table[name]
        elif isinstance(value, list | tuple):
            _set_list(table, name, value)
        else:
            table[name] = value
        return tomlkit.dumps(document)  # pyright: ignore[reportUnknownMemberType]  it leaves its mapping open
    except (TOMLKitError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _set_list(table: MutableMapping[str, Any], name: str, texts: Sequence[str]) -> None:
    """Entries that stay keep their comments, where the order is as it was."""
    import tomlkit

    there = cast("list[str]", table.get(name, []))
    kept = [text for text in there if text in texts]
    if there and [*kept, *(text for text in texts if text not in kept)] == list(texts):
        for at in reversed(range(len(there))):
            if there[at] not in texts:
                del there[at]
        there.extend(texts[len(kept) :])
        return
    array = tomlkit.array()
    for text in texts:
        array.append(text)  # pyright: ignore[reportUnknownMemberType]  it leaves its lists open
    table[name] = array.multiline(len(texts) > 1)


def _says(text: str, settings: Settings) -> bool:
    try:
        return read_table(tomllib.loads(text), "it") == settings
    except (tomllib.TOMLDecodeError, ConfigError):
        return False


def _said(settings: Settings, key: str) -> str:
    value = set_values(settings).get(key)
    return "nothing" if value is None else repr(value)
