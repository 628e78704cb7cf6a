"""May this path be read, or written? Judged by where it leads, not by how it is spelled."""

import re
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from claw_core.permissions import place
from claw_core.permissions.finding import Finding, ask, by_mode, by_rule, free, not_in_plan
from claw_core.permissions.rule import Rule, Verdict

if TYPE_CHECKING:
    from claw_core.permissions.policy import Policy


_LONGEST = 4096
"""Characters of a path, above which no system opens it."""
_DEEPEST = 64
"""Parts of a path, above which nobody follows it."""


def judge_path(policy: "Policy", tool: str, action: Literal["read", "write"], path: str) -> Finding:
    """What the gate makes of reading or writing one path."""
    if len(path) > _LONGEST:
        return ask(f"No path is longer than {_LONGEST:,} characters.")
    if path.count("/") >= _DEEPEST and len(Path(path).parts) > _DEEPEST:
        return ask(f"A path with more than {_DEEPEST} parts is not followed.", secret=action == "read")
    name, leads = _spelled(policy, path), _leads(policy, path)
    what = f"{'writing' if action == 'write' else 'reading'} {path or '.'}"
    if rule := _rule(policy, "deny", tool, action, (name, *leads)):
        return by_rule("deny", rule, what)
    if policy.mode == "plan" and action == "write":
        return not_in_plan(what)
    if rule := _rule(policy, "ask", tool, action, (name, *leads)):
        return by_rule("ask", rule, what)
    if policy.mode == "bypass":
        return by_mode("allow", "bypass", "Mode bypass allows what no rule forbids.")
    allowed = _rule(policy, "allow", tool, action, leads, every=True)
    spots = (name, *leads)
    if action == "write" and (part := next((part for spot in spots if (part := place.protected(spot))), "")):
        dangerous = any(place.runs_later(spot) for spot in spots)
        return ask(f"{path} is protected: what lies in {part} can run code or hold secrets.", dangerous=dangerous)
    if action == "write" and any(spot.is_relative_to("/dev") for spot in spots):
        return ask(f"{path} is a device.", dangerous=True)
    secret = action == "read" and (any(place.secret(spot) for spot in spots) or place.may_name_secret(path))
    if allowed and not (secret and _is_wide(allowed)):
        return by_rule("allow", allowed, what)
    if secret:
        return ask(
            f"{path} looks like it holds a secret.", proposed=(f"Read({_anchored(policy, leads[0])})",), secret=True
        )
    return _by_place(policy, action, path, leads)


def _by_place(policy: "Policy", action: Literal["read", "write"], path: str, leads: tuple[Path, ...]) -> Finding:
    """No rule speaks: the place and the mode decide."""
    inside = all(place.is_below(spot, policy.real_root) for spot in leads)
    if action == "read":
        if inside:
            return free("Reading in the workspace is free.")
        if all(any(place.is_below(spot, policy.real(folder)) for folder in policy.readable) for spot in leads):
            return free("It is the session's own file.")
        return ask(f"{path} lies outside the workspace.", proposed=(f"Read({_worth(policy, leads[0])})",))
    if inside and policy.mode in {"edits", "auto"}:
        acts_like_edits = policy.mode == "auto" and not policy.sandbox.holds
        note = " There is no sandbox here, so auto acts like edits." if acts_like_edits else ""
        return by_mode("allow", policy.mode, f"Mode {policy.mode} allows writing in the workspace.{note}")
    rule = f"Edit({_worth(policy, leads[0])})"
    if not inside:
        return ask(f"{path} lies outside the workspace.", proposed=(rule,))
    return by_mode("ask", policy.mode, f"Mode {policy.mode} asks before a file is written.", proposed=(rule,))


def _spelled(policy: "Policy", path: str) -> Path:
    return place.written(path, policy.root, policy.home)


def _leads(policy: "Policy", path: str) -> tuple[Path, ...]:
    """Where a path leads: as the workspace opens it, and as the system would, for which `link/..` is not `.`."""
    workspace = policy.real(path)
    if "/.." not in path:
        return (workspace,)
    steps = Path(path).parts
    if ".." not in steps[1:]:
        return (workspace,)
    spot = policy.home if steps[0] == "~" else policy.root
    for up, group in groupby(steps[steps[0] == "~" :], key=lambda step: step == ".."):
        names = list(group)
        # All links before a `..` have to be followed; what is above a place without links has none.
        spot = policy.real(spot)
        spot = reduce(lambda folder, _: folder.parent, names, spot) if up else spot.joinpath(*names)
    spot = policy.real(spot)
    return (workspace,) if spot == workspace else (workspace, spot)


def _rule(
    policy: "Policy",
    verdict: Verdict,
    tool: str,
    action: Literal["read", "write"],
    spots: tuple[Path, ...],
    *,
    every: bool = False,
) -> Rule | None:
    """The first rule that speaks about one of the places; with `every`, about all of them."""
    quantify = all if every else any
    roots = dict.fromkeys((policy.root, policy.real_root))
    anyhow = verdict != "allow"
    for rule in getattr(policy.rules, verdict):
        if not (rule.names(tool) or rule.speaks_of(action)) or (rule.spec and not rule.takes_path):
            continue
        hits = (any(rule.matches_path(spot, root, policy.home, in_any_case=anyhow) for root in roots) for spot in spots)
        if quantify(hits):
            return rule
    return None


def forbids_reading(policy: "Policy", path: Path) -> bool:
    """Whether a rule forbids reading a file that was found, or has it asked about."""
    if not any(rule.takes_path for rule in policy.rules.deny + policy.rules.ask):
        return False
    spots = (path, policy.real(path))
    return any(_rule(policy, verdict, "read", "read", spots) for verdict in ("deny", "ask"))


def rule_below(policy: "Policy", action: Literal["read", "write"], path: str) -> Rule | None:
    """The rule that forbids, or asks about, something that lies in a folder. No path that is too long has one."""
    if len(path) > _LONGEST or path.count("/") >= _DEEPEST:
        return None
    spots = (_spelled(policy, path), *_leads(policy, path))
    places = [(spot, root) for spot in spots for root in dict.fromkeys((policy.root, policy.real_root))]
    rules = (rule for rule in policy.rules.deny + policy.rules.ask if rule.speaks_of(action))
    return next((r for r in rules if any(r.speaks_below(spot, root, policy.home) for spot, root in places)), None)


def _worth(policy: "Policy", path: Path) -> str:
    """What a rule should cover after a person allowed this path: its folder, unless that would be half the machine."""
    folder = path.parent
    too_wide = place.is_below(policy.real_root, folder) or place.is_below(policy.home, folder) or not path.suffix
    return _anchored(policy, path) if too_wide else f"{_anchored(policy, folder)}/**"


def _is_wide(rule: Rule) -> bool:
    """Whether a rule means whatever lies somewhere, rather than files it names."""
    return rule.spec.rstrip("/").rpartition("/")[2] in {"", "*", "**"}


def _anchored(policy: "Policy", path: Path) -> str:
    """A path as rules write it."""
    for folder, sign in ((policy.real_root, ""), (policy.home, "~")):
        if place.is_below(path, folder) and path != folder:
            return f"{sign}/{_literal(path.relative_to(folder))}"
    return "/" + _literal(path)


def _literal(path: Path) -> str:
    """A path in which no sign is a pattern's: `app/[id]` is the folder of that name."""
    return re.sub(r"([\\*?\[])", r"\\\1", path.as_posix())
