"""The gate: a call and what it wants go in, a decision comes out, with its reason and who made it.

Deny rules win, then ask rules, then allow rules; protected places are asked about even where a rule allows; then the
mode decides. A call is as strict as its strictest part. Nothing here touches a disk: where a path leads is asked of
`resolve`, and whose a folder is of `has_own_repository`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

from claw_core.ask import By
from claw_core.event import Mode
from claw_core.file_globs import split_globs
from claw_core.message import JsonObject
from claw_core.native.command_line import INVISIBLE
from claw_core.permissions.address import host_of, is_of_the_web
from claw_core.permissions.command_gate import judge_line
from claw_core.permissions.finding import Finding, ask, by_mode, by_rule, free, not_in_plan
from claw_core.permissions.path_gate import judge_path
from claw_core.permissions.rule import Profile, Rule, Rules, Verdict, parse_rules
from claw_core.tool import Want

_STRICTNESS = {"allow": 0, "ask": 1, "deny": 2}
_WEIGHT = {"policy": 0, "mode": 1, "rule": 2, "sandbox": 3}
"""What was let through only since the sandbox holds it makes the whole call run inside."""
_CONFINED = frozenset({"bash"})
"""The tools whose commands run in the profile of the decision; another tool's nobody holds."""
_MOST_PROPOSED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be done about a call."""

    decision: Verdict
    reason: str
    """A sentence for people, and for the model where it is denied."""
    by: By
    """What decided; of an `ask`, what made it one."""
    rule: str = ""
    """The rule that spoke, where one did."""
    proposed: str = ""
    """The narrowest useful rules that would allow it next time, one a line; empty where none should be offered."""
    dangerous: bool = False
    """To be answered with care, and never by a rule or in a batch."""
    profile: Profile = "off"
    """What its command is held to, once it may run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """The sandbox, as far as decisions depend on it."""

    holds: bool = False
    """The kernel can keep a command from writing what it should not."""
    why_not: str = "nobody looked for one"
    """Where it cannot: why."""
    word: str = "no sandbox"
    """What it is called where there is room for a word or two."""
    profile: Profile = "off"
    """What commands are held to where neither mode plan nor mode auto says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All that a decision depends on. Immutable: a new rule or mode makes a new policy."""

    mode: Mode
    rules: Rules = field(default_factory=Rules)
    root: Path
    """The workspace folder, absolute."""
    home: Path
    resolve: Callable[[str], Path]
    """Where a path, as a model writes it, leads through all links; see `place.follow_links`."""
    has_own_repository: Callable[[Path], bool] = field(default=lambda _: True)
    """Whether git may find another repository than the workspace's in a folder below it, links followed; see
    `place.repository_between`."""
    what_git_runs: Callable[[], str] = field(default=lambda: "")
    """What the configuration of the workspace's repository has git run while it reads; see `git_config.py`."""
    has_other_names: Callable[[Path], bool] = field(default=lambda _: False)
    """Whether a file is the same as one of another name: a hard link; see `place.has_other_names`."""
    names_on_disk: Callable[[str], tuple[str, ...] | None] = field(default=lambda _: None)
    """The paths that a pattern finds; None for too many; see `shell_patterns.py`."""
    sandbox: Sandbox = field(default_factory=Sandbox)
    trusted: bool = False
    """The person vouched for the workspace folder; see `permissions/trust.py`. What its files say is from outside
    otherwise; of what it brings along only what makes things stricter is among the rules then."""
    readable: tuple[Path, ...] = ()
    """Folders outside the workspace that may be read freely: where the session keeps shortened outputs."""

    real_root: Path = field(init=False)
    """The workspace folder, links followed."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "real_root", self.resolve(str(self.root)))

    def real(self, path: str | Path) -> Path:
        """Where a path leads."""
        return self.resolve(str(path))

    def with_rule(self, text: str, verdict: Verdict = "allow", source: str = "session") -> "Policy":
        """This policy and one more rule (or several, one a line). Raises ConfigError where it cannot be understood."""
        return replace(self, rules=self.rules.plus(verdict, *parse_rules(text, source)))

    def with_mode(self, mode: Mode) -> "Policy":
        """This policy in another mode."""
        return replace(self, mode=mode)

    def decide(self, tool: str, input: JsonObject, wants: tuple[Want, ...]) -> Decision:
        """What is to be done about a call of a tool that wants those things."""
        if denied := self._about_all(self.rules.deny, tool, input):
            return _decision([by_rule("deny", denied, f"the tool {tool}" if not denied.spec else "this call")])
        # A decision asks again and again where the same few paths lead, and each time costs a look at the disk.
        looking = replace(self, resolve=cache(self.resolve), what_git_runs=cache(self.what_git_runs))
        findings = [finding for want in wants for finding in looking._judge(tool, input, want)]
        asked = self._about_all(self.rules.ask, tool, input)
        if asked and (asked.spec or any(want.action != "interact" for want in wants)):
            findings.append(by_rule("ask", asked, f"the tool {tool}" if not asked.spec else "this call"))
        decision = _decision(findings or [free(f"{tool} touches no file, command or address.")])
        return replace(decision, profile=self._profile(tool, decision))

    def _about_all(self, rules: tuple[Rule, ...], tool: str, arguments: JsonObject) -> Rule | None:
        """The rule that speaks about a tool as a whole, or about an argument of this call."""
        named = (rule for rule in rules if rule.names(tool))
        return next((rule for rule in named if not rule.spec or rule.matches_argument(arguments)), None)

    def runs_confined(self, tool: str) -> bool:
        """Whether a tool's commands may run unasked since the kernel holds them."""
        return self.mode == "auto" and self.sandbox.holds and tool in _CONFINED

    def _profile(self, tool: str, decision: Decision) -> Profile:
        if not self.sandbox.holds or tool not in _CONFINED:
            return "off"
        if self.mode == "plan":
            return "read-only"
        if self.mode == "auto" and decision.decision == "allow" and decision.by.kind != "rule":
            return "read-only" if self.sandbox.profile == "read-only" else "workspace-write"
        return self.sandbox.profile

    def _judge(self, tool: str, arguments: JsonObject, want: Want) -> list[Finding]:
        match want.action:
            case "interact":
                return [free("Talking to the person is always allowed.")]
            case "read" | "write" as action:
                globs = arguments.get("glob") if tool == "grep" else None
                aims = [each for each in split_globs(globs) if each[0] != "!"] if isinstance(globs, str) else []
                # A search that is aimed at files by their names reads those.
                aimed = [judge_path(self, tool, "read", f"{want.subject or '.'}/{each}") for each in aims]
                return [judge_path(self, tool, action, want.subject), *aimed]
            case "delegate":
                return [self._judge_agent(tool, want.subject, arguments)]
            case "run" if want.subject:
                cwd = arguments.get("cwd")
                return judge_line(self, tool, want.subject, cwd if isinstance(cwd, str) else "", want.variables)
            case "run":
                return [self._judge_by_name(tool, tool, (tool,), lambda rule: not rule.spec)]
            case "fetch":
                host = host_of(want.subject)
                proposed = (f"WebFetch(domain:{host})",) if host else (tool,)
                matches = partial(_covers_host, host)
                found = self._judge_by_name(tool, f"fetching {want.subject or 'from the web'}", proposed, matches)
                if found.verdict == "allow" and want.subject and not is_of_the_web(want.subject):
                    return [ask(f"{want.subject} is no address of the web, which begins with http:// or https://.")]
                return [found if host else self._unless_denied(tool, found)]

    def _judge_agent(self, tool: str, agent: str, arguments: JsonObject) -> Finding:
        """Handing work on is free, since each call of the other agent comes through here, too; but for a model that no
        person chose."""
        spoken: tuple[tuple[Verdict, tuple[Rule, ...]], ...] = (("deny", self.rules.deny), ("ask", self.rules.ask))
        for verdict, rules in spoken:
            for rule in rules:
                if rule.names(tool) and rule.matches_agent(agent):
                    return by_rule(verdict, rule, f"the agent {agent}")
        if arguments.get("model") and self.mode != "bypass":
            named = f"the model {arguments['model']}"
            return ask(f"What the agent {agent} is told, and finds, would go to {named}, which the caller chose.")
        return free("Each call of that agent is judged by itself.")

    def _unless_denied(self, tool: str, found: Finding) -> Finding:
        """For an address whose host nobody can tell: it may be one that a rule is about."""
        spoken = any(rule.spec and rule.names(tool) for rule in self.rules.deny + self.rules.ask)
        if found.verdict == "allow" and spoken:
            return ask("Which host this address means cannot be told with certainty, and rules speak about hosts.")
        return found

    def _judge_by_name(
        self, tool: str, what: str, proposed: tuple[str, ...], matches: Callable[[Rule], bool]
    ) -> Finding:
        """Nothing is known but the tool's name, or an address: rules, then the mode."""

        def spoken(rules: tuple[Rule, ...]) -> Rule | None:
            return next((rule for rule in rules if rule.names(tool) and matches(rule)), None)

        if rule := spoken(self.rules.deny):
            return by_rule("deny", rule, what)
        if self.mode == "plan":
            return not_in_plan(what)
        if rule := spoken(self.rules.ask):
            return by_rule("ask", rule, what)
        if self.mode == "bypass":
            return by_mode("allow", "bypass", "Mode bypass allows what no rule forbids.")
        if rule := spoken(tuple(rule for rule in self.rules.allow if rule.is_plainly_about(tool))):
            return by_rule("allow", rule, what)
        return by_mode("ask", self.mode, f"Nobody knows what {what} touches, and no rule allows it.", proposed=proposed)


def _covers_host(host: str, rule: Rule) -> bool:
    return not rule.spec or (bool(host) and rule.matches_host(host))


def _decision(findings: list[Finding]) -> Decision:
    """The strictest finding decides; of several as strict, the first dangerous one, or what says most."""
    strictest = max(_STRICTNESS[each.verdict] for each in findings)
    equal = [each for each in findings if _STRICTNESS[each.verdict] == strictest]
    first = max(equal, key=lambda each: (each.dangerous, _WEIGHT.get(each.by.kind, 0) if strictest != 1 else 0))
    dangerous = any(each.dangerous for each in findings)
    asking = [each for each in equal if each.verdict == "ask"]
    proposed = list(dict.fromkeys(rule for each in asking for rule in each.proposed))
    offered = not dangerous and all(each.proposed for each in asking) and len(proposed) <= _MOST_PROPOSED
    # A rule is a line that a person reads.
    offered = offered and not any(INVISIBLE.search(rule) or not rule.isprintable() for rule in proposed)
    return Decision(
        decision=first.verdict,
        reason=first.reason,
        by=first.by,
        rule=first.rule,
        proposed="\n".join(proposed) if offered else "",
        dangerous=dangerous,
    )
