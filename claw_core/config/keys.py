"""Keys that a person typed in: one file that only they can read, looked at where the environment holds none."""

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from claw_core.config.paths import Paths
from claw_core.error import ConfigError


def keys_file(paths: Paths) -> Path:
    """Where they are kept."""
    return paths.config / "credentials.json"


def with_keys(environ: Mapping[str, str], paths: Paths) -> dict[str, str]:
    """The environment, and the kept keys for what it does not set.

    For talking to providers only: it is never the environment of a child process. Raises ConfigError where the file
    cannot be understood, or where others could read it.
    """
    return {**_read(keys_file(paths)), **{name: value for name, value in environ.items() if value}}


def keep_key(variable: str, key: str, paths: Paths) -> Path:
    """Keep a key under the variable it is looked for in; the file. Raises ConfigError."""
    path = keys_file(paths)
    kept = {**_read(path), variable: key.strip()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(prefix=".keys-", dir=path.parent)  # made readable by its owner alone
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=2)
        Path(draft).replace(path)
    except OSError as error:
        raise ConfigError(f"The key cannot be kept in {path}: {error.strerror}.") from error
    return path


def _read(path: Path) -> dict[str, str]:
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
    pairs = cast("dict[object, object]", held).items()
    return {name: key for name, key in pairs if isinstance(name, str) and isinstance(key, str)}
