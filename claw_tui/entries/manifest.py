"""`claw manifest`: what claw brings."""

import argparse
import json
from collections.abc import Sequence

from claw_core.manifest import manifest
from claw_core.message import JsonObject
from claw_tui import theme
from claw_tui.command import helps

WIDTH = 100


def enter(arguments: argparse.Namespace) -> int:
    """Print it: for people a line each, with `--json` as one object."""
    found = manifest(helps(), theme.files(theme.own_folder()))
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for kind, things in found.items():
        if things:
            print(kind)
            _print(things)
    return 0


def _print(things: Sequence[JsonObject]) -> None:
    width = max(len(str(thing["name"])) for thing in things)
    for thing in things:
        line = f"  {thing['name']:<{width}}  {_about(thing)}"
        print(line.rstrip() if len(line) <= WIDTH else line[: WIDTH - 1] + "…")


def _about(thing: JsonObject) -> str:
    """What a thing is, in some words."""
    if "permission" in thing:
        first_line, *_ = str(thing["description"]).splitlines()
        return f"{thing['permission']:<8}  {first_line}"
    return str(thing.get("help") or thing.get("label") or "")
