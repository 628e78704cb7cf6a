"""Values of settings as they may be shown: what may be a secret is not."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import cast

from claw_core.config.schema import CardSettings, PriceSettings
from claw_core.message import Json

HIDDEN = "(hidden)"
"""Stands for the values of headers, which may be secrets."""


def shown(value: object) -> Json:
    """A setting's value as JSON, without passwords in addresses and values of headers."""
    if isinstance(value, str):
        return re.sub(r"(?<=//)[^/@\s]+@", f"{HIDDEN}@", value)  # a name and password in an address
    if isinstance(value, tuple):
        return list(cast("tuple[str, ...]", value))
    if isinstance(value, CardSettings | PriceSettings):
        said = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: shown(each) for name, each in said.items() if each not in (None, (), PriceSettings())}
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        if any(isinstance(each, CardSettings) for each in held.values()):
            return {name: shown(each) for name, each in held.items()}
        return dict.fromkeys(cast("Mapping[str, str]", value), HIDDEN)
    return cast("Json", value)
