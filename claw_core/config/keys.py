"""Keys that a person typed in: in the system's keyring, or in one file that only they can read.

Looked at where the environment holds none. The file also says which keys the keyring has, so that the keyring, which
takes a quarter of a second to load and may ask for a password, is left alone until a key in it is wanted.
"""

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from claw_core.config.paths import Paths
from claw_core.error import ConfigError

SERVICE = "claw"
"""Under which name the keyring has our keys."""
MODELS = "CLAW_MODELS"
"""Under which name providers find the folder of models."""
IN_KEYRING = {"in": "keyring"}
"""Stands in the file for a key that the keyring has."""


class Keyring(Protocol):
    """Where a system keeps secrets; the package `keyring` is one."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The secret, or None."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, username: str, /) -> None:
        """Forget a secret."""
        ...


def system_keyring() -> tuple[Keyring | None, str]:
    """The system's keyring where there is one that works, else why there is none. Loading it takes a moment."""
    try:
        import keyring
    except ImportError:
        return None, "the package keyring is not installed (pip install 'claw-tui[keyring]')"
    backend = keyring.get_keyring()
    if backend.priority <= 0:
        return None, "this system has no keyring that works"
    return backend, ""


def keys_file(paths: Paths) -> Path:
    """Where they are kept."""
    return paths.config / "credentials.json"


def with_keys(environ: Mapping[str, str], paths: Paths, keyring: Keyring | None = None) -> dict[str, str]:
    """The environment, and the kept keys for what it does not set.

    `keyring` is the system's unless given.

    For talking to providers only: it is never the environment of a child process. Raises ConfigError where the file
    cannot be understood, or where others could read it.
    """
    held = _read(keys_file(paths))
    kept = {name: key for name, key in held.items() if isinstance(key, str)}
    for name, key in held.items():
        if key == IN_KEYRING and not environ.get(name):
            kept[name] = _from_keyring(name, keyring)
    return {**kept, **{name: value for name, value in environ.items() if value}}


def for_providers(environ: Mapping[str, str], paths: Paths) -> dict[str, str]:
    """What providers are told: `with_keys`, and where models are that run in this process. Raises ConfigError."""
    return {MODELS: str(paths.models), **with_keys(environ, paths)}


def _from_keyring(variable: str, keyring: Keyring | None) -> str:
    """A key that the keyring has; empty where it cannot be had now, as if it were not set."""
    found = keyring or system_keyring()[0]
    try:
        return (found.get_password(SERVICE, variable) if found else None) or ""
    except Exception:  # noqa: BLE001 - whatever a backend of the system raises
        return ""


def keep_key(variable: str, key: str, paths: Paths, keyring: Keyring | None = None) -> Path:
    """Keep a key under the variable it is looked for in, in a keyring where one is given; the file that says so.

    Raises ConfigError, also where the keyring refuses.
    """
    held = _read(keys_file(paths))
    if keyring is None:
        return _write({**held, variable: key.strip()}, paths)
    try:
        keyring.set_password(SERVICE, variable, key.strip())
    except Exception as error:  # noqa: BLE001 - whatever a backend of the system raises
        why = f"The system's keyring did not take the key ({type(error).__name__})."
        raise ConfigError(why, "Keep it in a file that only you can read: add --file.") from None
    return _write({**held, variable: IN_KEYRING}, paths)


def forget_keys(variables: tuple[str, ...], paths: Paths, keyring: Keyring | None = None) -> tuple[str, ...]:
    """Forget what was kept under these variables; those that were. Raises ConfigError."""
    held = _read(keys_file(paths))
    found = tuple(name for name in variables if name in held)
    for name in found:
        if held[name] == IN_KEYRING and (system := keyring or system_keyring()[0]) is not None:
            try:
                system.delete_password(SERVICE, name)
            except Exception as error:  # noqa: BLE001 - whatever a backend of the system raises
                why = f"The system's keyring keeps {name} ({type(error).__name__})."
                raise ConfigError(why, "Unlock it, or remove the entry `claw` there by hand.") from None
    if found:
        _write({name: key for name, key in held.items() if name not in found}, paths)
    return found


def _write(held: Mapping[str, object], paths: Paths) -> Path:
    path = keys_file(paths)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(prefix=".keys-", dir=path.parent)  # made readable by its owner alone
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(held, file, indent=2)
        Path(draft).replace(path)
    except OSError as error:
        raise ConfigError(f"The key cannot be kept in {path}: {error.strerror}.") from error
    return path


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ConfigError(f"Others can read the keys in {path}.", f"Close it: chmod 600 {path}")
            held: object = json.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"The file of keys {path} cannot be read: {error}.", "Move it away.") from error
    if not isinstance(held, dict):
        raise ConfigError(f"The file of keys {path} holds no keys.", "Move it away.")
    return {str(name): key for name, key in cast("dict[object, object]", held).items()}
