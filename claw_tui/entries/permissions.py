"""`claw permissions`: ask the gate without running anything."""

import argparse
import json

from claw_core.error import UsageError
from claw_core.message import Json
from claw_core.opening import Options, judge


def enter(arguments: argparse.Namespace) -> int:
    """Say what would be decided."""
    options = Options(cwd=arguments.cwd, mode=arguments.mode, allow=arguments.allow, deny=arguments.deny)
    decision = judge(arguments.tool, _input(arguments.input), options, ask=arguments.ask)
    told: dict[str, Json] = {
        "decision": decision.decision,
        "reason": decision.reason,
        "rule": decision.rule or None,
    }
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{decision.decision}: {decision.reason}" + (f"\nby the rule {decision.rule}" if decision.rule else ""))
    return 0


def _input(text: str) -> dict[str, Json]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UsageError(f"INPUT_JSON is no JSON: {error}.", """For example: '{"command": "ls"}'""") from error
    if not isinstance(value, dict):
        raise UsageError("INPUT_JSON is no JSON object.", """For example: '{"command": "ls"}'""")
    return value  # pyright: ignore[reportUnknownVariableType] - JSON of unknown shape
