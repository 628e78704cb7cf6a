"""`claw permissions`: what the gate would decide, why it decided as it did, and whether a folder is trusted."""

import argparse
import json
import os
from collections.abc import Iterator
from typing import Any

from claw_core.config.paths import Paths
from claw_core.config.trust import folder_trust, forget, vouch
from claw_core.error import UsageError
from claw_core.event import Record, record_adapter
from claw_core.message import Json
from claw_core.opening import judge, open_replay
from claw_core.options import Options, workspace_folder
from claw_core.why import Decided, why


def enter(arguments: argparse.Namespace) -> int:
    """Say what would be decided, or what was."""
    does = {"why": _why, "check": _check, "trust": _trust}
    return does[arguments.does](arguments)


def _why(arguments: argparse.Namespace) -> int:
    replay = open_replay(arguments.session)
    told = _told(replay.id, why(replay.records, arguments.call))
    print(json.dumps(told, ensure_ascii=False) if arguments.json else "\n".join(_lines(told)))
    return 0


def _told(session: str, decided: Decided) -> dict[str, Any]:
    """The stable form that `--json` prints."""
    asked, answered = (_plain(record) for record in (decided.asked, decided.answered))
    shown = ("reason", "preview", "rule", "rule_file", "dangerous", "after", "drifted", "conflicts")
    return {
        "session": session,
        "call": decided.call,
        "agent": decided.agent,
        "tool": decided.tool,
        "target": decided.target,
        "input": decided.input,
        "decision": decided.decision,
        "by": answered and answered["event"]["by"],
        "reason": answered and answered["event"]["reason"],
        "at": answered and answered["at"],
        "answer": answered and answered["event"]["answer"],
        "asked": asked and {"at": asked["at"], **{name: asked["event"]["ask"][name] for name in shown}},
    }


def _plain(record: Record | None) -> dict[str, Any] | None:
    return record and record_adapter().dump_python(record, mode="json")


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['tool']}  {told['target']}".rstrip()
    if asked := told["asked"]:
        yield f"asked at {asked['at']}: {asked['reason']}"
        yield from (f"after text from outside: {each['source']} ({each['what']})" for each in asked["after"])
    if told["decision"] == "none":
        yield "not decided: the call waits, or ended before anybody could"
        return
    by, answer = told["by"], told["answer"]
    scope = f" ({answer['scope']})" if answer.get("scope", "once") != "once" else ""
    yield f"{told['decision']}{scope} at {told['at']} by {by['kind']} {by['name']}".rstrip()
    if told["reason"]:
        yield told["reason"]
    yield from (f"{name}: {answer[name]}" for name in ("rule", "comment", "reason") if answer.get(name))
    if answer.get("hunks") is not None:
        yield f"hunks taken: {answer['hunks']}"
    for portions in answer.get("portions") or ():
        for portion in portions:
            by_hand = ", changed by hand" if portion["edited"] else ""
            yield f"of hunk {portion['of'] + 1}: {'taken' if portion['taken'] else 'left out'}{by_hand}"
            yield from (f"  {line.rstrip()}" for line in portion["hunk"]["lines"])


def _trust(arguments: argparse.Namespace) -> int:
    root = workspace_folder(arguments.folder)
    paths = Paths.of(os.environ)
    match arguments.said:
        case "yes" | "no" as said:
            trust = vouch(paths, root, trusted=said == "yes")
        case "forget":
            trust = forget(paths, root)
        case _:
            trust = folder_trust(paths, root)
    told = {"folder": str(root), "standing": trust.standing, "brings": list(trust.brought.names)}
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(f"{root}: {trust.standing}")
    print("\n".join(f"  {name}" for name in trust.brought.names) or "  It brings nothing along for agents.")
    return 0


def _check(arguments: argparse.Namespace) -> int:
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
