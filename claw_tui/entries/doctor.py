"""`claw doctor`: what works here and what does not, and what the sandbox holds."""

import argparse
import json
from pathlib import Path

from claw_core.doctor import Report, examine
from claw_tui.line import one_line

_SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}
_HOLDS = {"held": "✓", "partly": "~", "not held": "✗"}


def enter(arguments: argparse.Namespace) -> int:
    """Look, and tell; 1 where something stands in the way of a session."""
    report = examine(Path.cwd())
    if arguments.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print("\n".join(_lines(report)))
    return 0 if report.healthy else 1


def _lines(report: Report) -> list[str]:
    lines = [f"claw {report.version}, Python {report.python}, {report.system}", ""]
    for check in report.checks:
        lines.append(f"{_SIGNS[check.state]} {check.name:<9} {one_line(check.told)}")
        if check.hint:
            lines.append(f"{'':<12}{check.hint}")
    for name, promises in report.profiles:
        lines += ["", f"sandbox, profile {name}:"]
        for hold in promises:
            by = f"  ({hold.by})" if hold.by else ""
            lines.append(f"  {_HOLDS[hold.state]} {hold.what}{by}")
            if hold.why:
                lines.append(f"      {one_line(hold.why)}")
    return lines
