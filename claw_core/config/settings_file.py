"""A settings file as text and as a table, and the one way it is written: whole, in one step."""

import os
import tomllib
from pathlib import Path
from tempfile import NamedTemporaryFile

from claw_core.config.schema import Table
from claw_core.error import ConfigError


def text_of(file: Path) -> str | None:
    """Its text; None where there is no such file. Raises ConfigError."""
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be read: {error.strerror}.", "Check what it is and who may read it."
        ) from error


def table_of(text: str, file: Path) -> Table:
    """What the text of that file says. Raises ConfigError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{file} is not valid TOML: {error}.", "Correct that place, or move the file away."
        ) from error


def write_whole(file: Path, text: str, otherwise: str) -> None:
    """Replace a file in one step, readable by its owner alone. Raises ConfigError, with `otherwise` as its hint."""
    target = Path(os.path.realpath(file))
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, prefix=".settings-", delete=False) as out:
            temporary = Path(out.name)
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(0o600)
        temporary.replace(target)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise ConfigError(f"{file} cannot be written: {error.strerror}.", otherwise) from error
