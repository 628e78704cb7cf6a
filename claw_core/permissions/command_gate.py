"""May this shell line run? Each simple command in it and each redirection is judged; the strictest decides."""

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from claw_core.permissions import known_command as known
from claw_core.permissions import place
from claw_core.permissions.command_line import CommandLine, SimpleCommand, parse
from claw_core.permissions.finding import Finding, ask, by_mode, by_rule, free, not_in_plan
from claw_core.permissions.path_gate import judge_path
from claw_core.permissions.rule import Rule, Verdict, command_text
from claw_core.permissions.wrapper import program

if TYPE_CHECKING:
    from claw_core.permissions.policy import Policy

_DISCARDS = re.compile(r"/dev/(null|stdout|stderr|tty|fd/\d+)")
_SHOWN = 120
_MOST_WORDS = 1000


@dataclass(slots=True)
class _Whereabouts:
    """The folders that commands of the line may run in, since `cd` in it may or may not have worked."""

    folders: list[str] = field(default_factory=lambda: ["."])
    lost: bool = False

    def paths(self, word: str) -> list[str]:
        """What a word may name, seen from each folder."""
        if word == "~" or word.startswith(("/", "~/")):
            return [word]
        return [word if folder == "." else f"{folder}/{word}" for folder in self.folders]

    def follow(self, command: SimpleCommand) -> None:
        """Take note of a command that goes elsewhere."""
        name = program(command.words[0]) if command.words else ""
        if name in {"pushd", "popd", "source", ".", "eval"}:
            self.lost = True
        if name != "cd":
            return
        targets = [word for word in command.words[1:] if word == "-" or not word.startswith("-")]
        if len(targets) != 1 or targets[0] == "-" or command.expanded or command.globbed or len(self.folders) > 8:
            self.lost = True
        else:
            self.folders = list(dict.fromkeys([*self.folders, *self.paths(targets[0])]))


def judge_line(policy: "Policy", tool: str, text: str, cwd: str = "") -> list[Finding]:
    """What the gate makes of the parts of a shell line that starts in `cwd` (relative to the workspace)."""
    line = parse(text)
    if rule := _whole(policy, "deny", tool):
        return [by_rule("deny", rule, "it")]
    where = _Whereabouts(folders=[cwd or "."])
    findings: list[Finding] = [judge_path(policy, "read", "read", cwd)] if cwd else []
    if sum(len(command.words) for command in line.commands) > _MOST_WORDS:
        line = replace(line, uncertain=f"it has more than {_MOST_WORDS:,} words")
    for command in (replace(each, words=each.words[:_MOST_WORDS]) for each in line.commands):
        findings.append(_judge_command(policy, tool, command, where))
        findings += _judge_redirections(policy, tool, command, where)
        where.follow(command)
    if line.uncertain:
        findings.insert(0, _judge_uncertain(policy, tool, line))
    if policy.mode not in {"plan", "bypass"} and (why := known.danger_of_line(line, text)):
        findings.insert(0, ask(f"This is dangerous: {why}.", dangerous=True))
    return findings or [free("It runs nothing.")]


def _judge_command(policy: "Policy", tool: str, command: SimpleCommand, where: _Whereabouts) -> Finding:
    text = command_text(command.words)
    shown = f"`{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}`"
    if rule := _spoken(policy, "deny", tool, command):
        return by_rule("deny", rule, shown)
    files = _judge_files(policy, command, where)
    if denied := next((each for each in files if each.verdict == "deny" and each.rule), None):
        return denied
    reads = known.only_reads(command) and not where.lost and _reads_here(command, where)
    if policy.mode == "plan" and not reads:
        return not_in_plan(shown)
    if rule := _spoken(policy, "ask", tool, command) or _could_be_spoken(policy, tool, command):
        return by_rule("ask", rule, shown)
    if asked := next((each for each in files if each.verdict == "ask" and each.rule), None):
        return asked
    if policy.mode == "bypass":
        return by_mode("allow", "bypass", "Mode bypass allows what no rule forbids.")
    allowed = _allowing(policy, tool, command)
    if (why := known.danger(command, _leaves(policy, command, where))) and not _means_danger(policy, allowed):
        return ask(f"{shown} is dangerous: {why}.", dangerous=True)
    if touched := next((each for each in _changed(policy, command, where) if each.verdict == "ask"), None):
        return touched
    if allowed:
        return by_rule("allow", allowed, shown)
    if reads:
        return next((each for each in files if each.verdict == "ask"), free(f"{shown} only reads."))
    proposed = known.proposal(command)
    return by_mode(
        "ask",
        policy.mode,
        f"{shown} may change things, no rule speaks about it, and mode {policy.mode} asks before commands run.",
        proposed=(proposed,) if proposed else (),
    )


def _judge_files(policy: "Policy", command: SimpleCommand, where: _Whereabouts) -> list[Finding]:
    """What the gate makes of reading what a command names (and of writing it, as far as rules go)."""
    named = [path for word in known.files_named(command) for path in where.paths(word)]
    changed = [path for word in known.files_changed(command) for path in where.paths(word)]
    findings = [judge_path(policy, "read", "read", path) for path in named]
    for path in changed:
        finding = judge_path(policy, "edit", "write", path)
        findings += [finding] if finding.rule and finding.verdict != "allow" else []
    return findings


def _changed(policy: "Policy", command: SimpleCommand, where: _Whereabouts) -> list[Finding]:
    """What holds for files that a command may change whatever rule allows the command: protected places."""
    paths = [path for word in known.files_changed(command) for path in where.paths(word)]
    spots = [(path, place.written(path, policy.root, policy.home), policy.real(path)) for path in paths]
    return [judge_path(policy, "edit", "write", p) for p, a, b in spots if place.protected(a) or place.protected(b)]


def _judge_redirections(policy: "Policy", tool: str, command: SimpleCommand, where: _Whereabouts) -> list[Finding]:
    findings: list[Finding] = []
    for word in command.redirects_written:
        if not _DISCARDS.fullmatch(word):
            findings += [judge_path(policy, tool, "write", path) for path in where.paths(word)]
    for word in command.redirects_read:
        findings += [judge_path(policy, tool, "read", path) for path in where.paths(word)]
    unknown = command.redirects_expanded or (where.lost and bool(findings))
    if unknown:
        findings.append(_unless_trusted(policy, tool, "a redirection to a file that is only known when it runs"))
    return findings


def _judge_uncertain(policy: "Policy", tool: str, line: CommandLine) -> Finding:
    return _unless_trusted(policy, tool, f"it holds what cannot be judged beforehand: {line.uncertain}")


def _unless_trusted(policy: "Policy", tool: str, why: str) -> Finding:
    """For what cannot be looked into: whoever allows everything, and forbids nothing, need not be asked."""
    if policy.mode == "plan":
        return not_in_plan("this line")
    narrow = any(rule.spec and (rule.names(tool) or rule.takes_path) for rule in policy.rules.deny + policy.rules.ask)
    if not narrow and policy.mode == "bypass":
        return by_mode("allow", "bypass", "Mode bypass allows what no rule forbids.")
    if not narrow and (rule := _whole(policy, "allow", tool)):
        return by_rule("allow", rule, "every command")
    return ask(f"The line needs a look: {why}.")


def _reads_here(command: SimpleCommand, where: _Whereabouts) -> bool:
    """Whether reading is all it does in that place: git runs what the configuration of a folder says, and patterns
    for folders may pass through links."""
    if command.words and program(command.words[0]) == "git" and where.folders not in (["."], ["./"]):
        return all(folder in {".", "./"} for folder in where.folders)
    return not any(
        "/" in command.words[i].rstrip("/") and _pattern_in_folder(command.words[i]) for i in command.globbed
    )


def _pattern_in_folder(word: str) -> bool:
    return any(mark in str(PurePosixPath(word).parent) for mark in "*?[")


def _whole(policy: "Policy", verdict: Verdict, tool: str) -> Rule | None:
    """The rule that speaks about every use of the tool."""
    return next((rule for rule in getattr(policy.rules, verdict) if not rule.spec and rule.names(tool)), None)


def _spoken(policy: "Policy", verdict: Verdict, tool: str, command: SimpleCommand) -> Rule | None:
    """The deny or ask rule that speaks about a command, however it is spelled."""
    texts = known.spellings(command)
    rules: tuple[Rule, ...] = getattr(policy.rules, verdict)
    return next((r for r in rules if r.names(tool) and any(map(r.matches_command, texts or ("",)))), None)


def _could_be_spoken(policy: "Policy", tool: str, command: SimpleCommand) -> Rule | None:
    """A rule against something that a command with unknown words could turn out to be."""
    if not command.expanded:
        return None
    start = command_text(command.known_words)
    rules = policy.rules.deny + policy.rules.ask
    return next((r for r in rules if r.spec and r.names(tool) and r.may_match_command(start)), None)


def _allowing(policy: "Policy", tool: str, command: SimpleCommand) -> Rule | None:
    """The rule that allows a command as it stands: with its variables, unless those are harmless."""
    text = command_text(command.words)
    texts = [" ".join((*command.assignments, text)).strip()]
    if command.words and known.harmless_assignments(command):
        texts.append(text)
    rules = [rule for rule in policy.rules.allow if rule.names(tool)]
    return next((rule for rule in rules if any(map(rule.matches_command, texts))), None)


def _leaves(policy: "Policy", command: SimpleCommand, where: _Whereabouts) -> bool:
    """Whether a command names something outside the workspace, the workspace itself, or nobody knows what."""
    if command.expanded or where.lost:
        return True
    paths = [policy.real(path) for word in known.files_named(command) for path in where.paths(word)]
    return any(path == policy.real_root or not place.is_below(path, policy.real_root) for path in paths)


def _means_danger(policy: "Policy", rule: Rule | None) -> bool:
    """Whether a rule was written for something dangerous, rather than being so wide as to hold it."""
    if rule is None:
        return False
    literal = rule.spec.removesuffix(":*").partition("*")[0]
    where = _Whereabouts()
    return any(
        known.danger(each, bool(each.words[1:]) and _leaves(policy, each, where)) for each in parse(literal).commands
    )
