"""The manifest: what claw brings, read from its shelves. For people who look, and programs that check.

Nothing is listed here by hand: a new file on a shelf is in the manifest.
"""

import inspect
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from claw_core import command
from claw_core.catalog import provider_module, provider_names
from claw_core.message import Json, JsonObject
from claw_core.opening import default_tools
from claw_core.registry import folders, load, names
from claw_core.subagent import agents_of
from claw_core.tool import Action, Tool

BUILT_IN = "built in"

STRENGTH: tuple[Action, ...] = ("write", "run", "fetch", "delegate", "interact", "read")
"""What weighs most where a call wants several things."""


def manifest(screen_commands: Mapping[str, str], themes: Mapping[str, Path]) -> dict[str, Sequence[JsonObject]]:
    """Tools, commands and the rest, each a list of objects with a `name`, sorted by it.

    What only the screen knows, it hands over: its commands with their help lines, and the files of its themes.
    """
    commands = {**_first_lines(command.helps()), **screen_commands}
    return {
        "tools": [_tool(tool) for tool in default_tools()],
        "commands": [{"name": name, "help": commands[name], "source": BUILT_IN} for name in sorted(commands)],
        "agents": _agents(),
        "skills": _texts("claw_core.skills"),
        "hooks": _modules("claw_core.hooks"),
        "servers": [],  # those a person has set up; claw brings none
        "providers": [_provider(name) for name in provider_names()],
        "themes": [{"name": name, "source": BUILT_IN} for name in sorted(themes)],
    }


def permission(tool: Tool) -> str:
    """The main thing that a call of the tool wants: `write`, `run`, `fetch`, `delegate`, `interact`, `read`, or `none`.

    The tool is asked itself, with arguments that fit its schema.
    """
    example = cast("JsonObject", _example(tool.schema))
    wanted = {want.action for want in tool.wants(tool.parse(example))}
    return next((action for action in STRENGTH if action in wanted), "none")


def _tool(tool: Tool) -> JsonObject:
    return {
        "name": tool.name,
        "permission": permission(tool),
        "source": tool.source,
        "description": tool.description,
        "input_schema": tool.schema,
    }


def _example(schema: Mapping[str, Any]) -> Json:
    """The smallest value that fits a JSON schema as tools have them."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            needed: Sequence[str] = schema.get("required", ())
            return {name: _example(schema["properties"][name]) for name in needed}
        case "array":
            return [_example(schema["items"])] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case _:
            return "x" * schema.get("minLength", 1)


def _provider(name: str) -> JsonObject:
    vendor = provider_module(name).VENDOR
    return {"name": name, "label": vendor.label, "url": vendor.base_url, "local": vendor.local, "source": BUILT_IN}


def _modules(package: str) -> list[JsonObject]:
    """What lies on a shelf of modules; nothing where there is no such shelf."""
    if find_spec(package) is None:
        return []
    helps = _first_lines({name: load(package, name).__doc__ for name in names(package)})
    return [{"name": name, "help": helps[name], "source": BUILT_IN} for name in sorted(helps)]


def _agents() -> list[JsonObject]:
    found, _ = agents_of()
    return [{"name": each.name, "help": each.description, "source": each.source} for each in found.values()]


def _texts(package: str) -> list[JsonObject]:
    """What lies on a shelf of Markdown files; nothing where there is no such shelf."""
    if find_spec(package) is None:
        return []
    found = sorted(path.stem for folder in folders(package) for path in folder.glob("*.md"))
    return [{"name": name, "source": BUILT_IN} for name in found]


def _first_lines(docs: Mapping[str, str | None]) -> dict[str, str]:
    return {name: inspect.cleandoc(doc or "").partition("\n")[0].rstrip(".") for name, doc in docs.items()}
