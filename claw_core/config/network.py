"""How requests travel, from what the settings say of it."""

import re
from collections.abc import Mapping

from claw_core.config.paths import home_of
from claw_core.config.schema import NetworkSettings
from claw_core.error import ConfigError
from claw_core.provider import Network

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def network(settings: NetworkSettings, environ: Mapping[str, str]) -> Network:
    """The way that the settings describe. Raises ConfigError where a header is none; values are never quoted."""
    file = settings.ca_file
    return Network(
        proxy=settings.proxy,
        ca_file=None if file is None else home_of(environ) / file.removeprefix("~/"),
        headers={name: _header(name, value, environ) for name, value in settings.headers.items()},
        connect=settings.connect,
        stall=settings.stall,
    )


def _header(name: str, value: str, environ: Mapping[str, str]) -> str:
    """A header's value, with the variables it names filled in."""

    def variable(found: re.Match[str]) -> str:
        if found[1] not in environ:
            raise ConfigError(f"network.headers.{name} names the variable {found[1]}, which is not set.", "Set it.")
        return environ[found[1]]

    filled = _VARIABLE.sub(variable, value)
    if not _NAME.fullmatch(name) or not (filled.isascii() and filled.isprintable()):
        raise ConfigError(f"network.headers.{name} is no header.", "Names and values are printable ASCII.")
    return filled
