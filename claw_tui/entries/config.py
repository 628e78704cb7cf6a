"""`claw config`: every setting, its value, and where it comes from."""

import argparse
import json

from claw_core.config.schema import keys, set_values
from claw_core.config.shown import shown
from claw_core.message import Json
from claw_core.options import Options, configuration_of


def enter(arguments: argparse.Namespace) -> int:
    """Print them; with `--json` as one object. Values of headers are never shown."""
    configuration = configuration_of(Options(cwd=arguments.cwd))
    values, sources = set_values(configuration.settings), configuration.sources()
    if arguments.json:
        settings: list[Json] = [
            {
                "key": key,
                "value": shown(values.get(key)),
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
        value = "not set" if key not in values else json.dumps(shown(values[key]), ensure_ascii=False)
        source = f"  ({', '.join(sources[key])})" if key in sources else ""
        print(f"{key:<{width}}  {value}{source}")
    for notice in configuration.notices:
        print(f"\n{notice}")
    return 0
