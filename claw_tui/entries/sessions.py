"""`claw sessions`: list, inspect, copy and delete sessions."""

import argparse
import json
from collections.abc import Callable

from claw_core.instant import written
from claw_core.message import Json
from claw_core.opening import shelf
from claw_core.session.shelf import Shelf, check
from claw_core.trace import steps


def enter(arguments: argparse.Namespace) -> int:
    """Do what was asked of the sessions."""
    actions: dict[str, Callable[[Shelf, argparse.Namespace], int]] = {
        "list": _list,
        "show": _show,
        "check": _check,
        "fork": _fork,
        "delete": _delete,
    }
    return actions[arguments.does](shelf(), arguments)


def _list(shelf: Shelf, arguments: argparse.Namespace) -> int:
    found = shelf.summaries()
    if arguments.json:
        _print_json(
            [
                {
                    "id": one.id,
                    "title": one.title,
                    "project": one.project,
                    "started": written(one.started),
                    "records": one.records,
                    "cost": one.cost,
                }
                for one in found
            ]
        )
        return 0
    for one in found:
        cost = "?" if one.cost is None else f"${one.cost:.2f}"
        print(f"{one.id}  {one.started.astimezone():%Y-%m-%d %H:%M}  {one.records:>6} records  {cost:>7}  {one.title}")
    if not found:
        print("There are no sessions yet.")
    return 0


def _show(shelf: Shelf, arguments: argparse.Namespace) -> int:
    folder = shelf.find(arguments.id)
    told = steps(check(folder)[0].records)
    if arguments.json:
        _print_json(
            [
                {
                    "seq": step.record.seq,
                    "at": written(step.record.at),
                    "type": step.type,
                    "description": step.description,
                }
                for step in told
            ]
        )
    else:
        for step in told:
            print(f"{step.record.seq:>6}  [{step.type}] {step.description}")
    return 0


def _check(shelf: Shelf, arguments: argparse.Namespace) -> int:
    folder = shelf.find(arguments.id)
    content, problems = check(folder)
    last = content.records[-1].seq if content.records else 0
    if arguments.json:
        _print_json({"id": folder.name, "records": len(content.records), "last_seq": last, "problems": list(problems)})
    else:
        print(f"{folder.name}: {len(content.records)} records, the last is {last}")
        for problem in problems:
            print(f"  {problem}")
    return 1 if problems else 0


def _fork(shelf: Shelf, arguments: argparse.Namespace) -> int:
    new = shelf.fork(arguments.id, arguments.at)
    if arguments.json:
        _print_json({"id": new})
    else:
        print(f"{new}\nContinue it: claw --resume {new}")
    return 0


def _delete(shelf: Shelf, arguments: argparse.Namespace) -> int:
    gone = shelf.delete(arguments.id)
    if arguments.json:
        _print_json({"id": gone})
    else:
        print(f"{gone} is deleted.")
    return 0


def _print_json(value: Json) -> None:
    print(json.dumps(value, ensure_ascii=False))
