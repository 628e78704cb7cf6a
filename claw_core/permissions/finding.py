"""Findings: what the gate makes of one part of a call. The strictest of them decides the call."""

from dataclasses import dataclass

from claw_core.ask import By
from claw_core.permissions.rule import Rule, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is to be done about one path, one command or one address, and why."""

    verdict: Verdict
    reason: str
    """A sentence for people."""
    by: By
    rule: str = ""
    """The text of the rule that spoke, where one did."""
    proposed: tuple[str, ...] = ()
    """Rules that would allow it; empty where none should be offered."""
    dangerous: bool = False
    secret: bool = False
    """It is about reading what looks like a secret."""


def by_rule(verdict: Verdict, rule: Rule, what: str) -> Finding:
    """A rule spoke about `what`."""
    says = {"allow": "allows", "ask": "asks about", "deny": "forbids"}[verdict]
    source = f" ({rule.source})" if rule.source else ""
    return Finding(
        verdict=verdict,
        reason=f"The rule {rule.text}{source} {says} {what}.",
        by=By(kind="rule", name=rule.text),
        rule=rule.text,
    )


def free(reason: str) -> Finding:
    """It needs nobody's word."""
    return Finding(verdict="allow", reason=reason, by=By(kind="policy", name="free"))


def ask(reason: str, *, proposed: tuple[str, ...] = (), dangerous: bool = False, secret: bool = False) -> Finding:
    """A person has to say, whatever the mode."""
    return Finding(
        verdict="ask",
        reason=reason,
        by=By(kind="policy", name="asks"),
        proposed=() if dangerous else proposed,
        dangerous=dangerous,
        secret=secret,
    )


def by_mode(verdict: Verdict, mode: str, reason: str, *, proposed: tuple[str, ...] = ()) -> Finding:
    """The mode decided it."""
    return Finding(verdict=verdict, reason=reason, by=By(kind="mode", name=mode), proposed=proposed)


def in_sandbox(what: str) -> Finding:
    """The kernel holds it, whatever it turns out to do."""
    return Finding(
        verdict="allow",
        reason=f"{what} runs inside the sandbox: it can write the workspace alone, and nothing protected in it.",
        by=By(kind="sandbox", name="workspace-write"),
    )


def not_in_plan(what: str) -> Finding:
    """Plan mode is for reading; words for the model."""
    return by_mode(
        "deny",
        "plan",
        f"Plan mode is on: nothing may be changed or run yet, and {what} is no plain reading. "
        "Find out what you need by reading, then present your plan in your answer and wait for the person.",
    )
