"""How wide a rule is: the steps from what is asked, exactly, to all that is like it, for a person to choose from.

`Bash(pytest -q tests/auth)`, `Bash(pytest -q *)`, `Bash(pytest *)`. A step is only ever proposed: a rule counts as
it is written when it is kept. No step allows everything a tool can do.
"""

import re
import shlex
from collections.abc import Iterator

from claw_core.ask import PermissionAsk
from claw_core.permissions.rule import Rules, command_text, parse_rule, parse_rules

MOST = 8
"""Steps of one rule."""

_PLAIN = re.compile(r"[^;|&<>$`()\n\\*?\[\]{}#~!]+")
"""A command line that is one command, and no pattern."""
_PLAIN_PATH = re.compile(r"[^*?\[\]\\!\n]+")


def checked(rules: str) -> None:
    """Raises ConfigError, saying what is wrong, where these rules, one a line, cannot be kept as what is allowed."""
    if not rules.strip():
        parse_rule(rules)
    Rules.of(allow=[rule.text for rule in parse_rules(rules)])


def widths(ask: PermissionAsk, rule: str) -> tuple[str, ...]:
    """The steps of one of the ask's rules, the narrowest first; the rule itself is one of them."""
    found = parse_rule(rule)
    name = rule.partition("(")[0]
    if not found.spec:
        steps = list(_servers(name))
    elif found.takes_path:
        steps = [f"{name}({spec})" for spec in _folders(found.spec, ask.target)]
    elif found.spec.startswith("domain:"):
        steps = [f"{name}(domain:{host})" for host in _hosts(found.spec.removeprefix("domain:"))]
    elif "bash" in found.tools:
        steps = [f"{name}({spec})" for spec in _commands(found.spec, ask.input.get("command"))]
    else:
        steps = []
    steps = list(dict.fromkeys(steps))
    if rule not in steps:
        steps.insert(0, rule)
    return (*steps[:1], *steps[1:][1 - MOST :]) if len(steps) > MOST and steps[0] == rule else tuple(steps[-MOST:])


def _commands(spec: str, command: object) -> Iterator[str]:
    """The command as it is, then by fewer of its words."""
    body = re.sub(r"(?:\s+|:)\*$", "", spec)
    words = _words(command) if isinstance(command, str) and _PLAIN.fullmatch(command) else ()
    known = _words(body)
    if words[: len(known)] != known:
        words = known
    if not words:
        return
    if isinstance(command, str) and words == _words(command) and _PLAIN.fullmatch(command):
        yield command_text(words)
    for count in range(len(words), 0, -1):
        yield f"{command_text(words[:count])} *"


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return ()


def _folders(spec: str, target: str) -> Iterator[str]:
    """The file, then the folders above it: up to the workspace, or to one below the home or `/`."""
    anchor = next(sign for sign in ("//", "~/", "/", "") if spec.startswith(sign))
    body = spec.removeprefix(anchor).removesuffix("**").strip("/")
    inside = anchor in ("/", "")
    if inside and _PLAIN_PATH.fullmatch(target) and not target.startswith(("/", "~", "..")):
        path = target.removeprefix("./")
        if path.startswith(body):
            yield f"{anchor}{path}"
            body = path.rpartition("/")[0]
    parts = body.split("/") if body else []
    for count in range(len(parts), 0, -1):
        yield f"{anchor}{'/'.join(parts[:count])}/**"
    if inside:
        yield "/**"


def _hosts(host: str) -> Iterator[str]:
    """The host, then those that share its end; never a whole top-level domain."""
    yield host
    labels = host.removeprefix("*.").split(".")
    if all(label.isdigit() for label in labels) or ":" in host:
        return
    for count in range(len(labels) - 1, 1, -1):
        yield f"*.{'.'.join(labels[-count:])}"


def _servers(name: str) -> Iterator[str]:
    """A tool of an MCP server, then all of that server."""
    yield name
    if name.startswith("mcp__") and name.count("__") >= 2 and not name.endswith("*"):
        yield f"{'__'.join(name.split('__')[:2])}__*"
