"""`claw config`: every setting, its value, and where it comes from."""

import argparse
import json
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import cast

from claw_core.config.schema import CardSettings, PriceSettings, keys, set_values
from claw_core.message import Json
from claw_core.opening import Options, configuration_of

HIDDEN = "(hidden)"
"""Stands for the values of headers, which may be secrets."""


def enter(arguments: argparse.Namespace) -> int:
    """Print them; with `--json` as one object. Values of headers are never shown."""
    configuration = configuration_of(Options(cwd=arguments.cwd))
    values, sources = set_values(configuration.settings), configuration.sources()
    if arguments.json:
        settings: list[Json] = [
            {
                "key": key,
                "value": _as_json(values.get(key)),
                "source": sources[key][-1] if key in sources else None,
                "sources": list(sources.get(key, ())),
            }
            for key in keys()
        ]
        files: list[Json] = [str(file) for file in configuration.files]
        told: dict[str, Json] = {"settings": settings, "files": files, "notices": list(configuration.notices)}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    width = max(map(len, keys()))
    for key in keys():
        value = "not set" if key not in values else json.dumps(_as_json(values[key]), ensure_ascii=False)
        source = f"  ({', '.join(sources[key])})" if key in sources else ""
        print(f"{key:<{width}}  {value}{source}")
    for notice in configuration.notices:
        print(f"\n{notice}")
    return 0


def _as_json(value: object) -> Json:
    if isinstance(value, str):
        return re.sub(r"(?<=//)[^/@\s]+@", f"{HIDDEN}@", value)  # a name and password in an address
    if isinstance(value, tuple):
        return list(cast("tuple[str, ...]", value))
    if isinstance(value, CardSettings | PriceSettings):
        said = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: _as_json(each) for name, each in said.items() if each not in (None, (), PriceSettings())}
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        if any(isinstance(each, CardSettings) for each in held.values()):
            return {name: _as_json(each) for name, each in held.items()}
        return dict.fromkeys(cast("Mapping[str, str]", value), HIDDEN)
    return cast("Json", value)
