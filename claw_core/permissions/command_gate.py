"""May this shell line run? Each simple command in it and each redirection is judged; the strictest decides."""

import re
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from claw_core.native.command_line import MOST_WORDS
from claw_core.permissions import between, place, shell_patterns
from claw_core.permissions import known_command as known
from claw_core.permissions.builtin import doubtful
from claw_core.permissions.command_line import CommandLine, SimpleCommand, parse
from claw_core.permissions.finding import Finding, ask, by_mode, by_rule, free, in_sandbox, not_in_plan
from claw_core.permissions.path_gate import judge_path, rule_below
from claw_core.permissions.rule import Rule, Verdict, command_text
from claw_core.permissions.wrapper import program

if TYPE_CHECKING:
    from claw_core.permissions.policy import Policy

_DISCARDS = re.compile(r"/dev/(null|stdout|stderr|tty|fd/\d+)")
_PATHS = re.compile(r"/[\w./+@~-]*(:/[\w./+@~-]*)*")
_SHOWN = 120
_MOST_FILES = 30
_MOST_FOUND = 300


@dataclass(slots=True)
class _Whereabouts:
    """The folders that commands of the line may run in, since `cd` in it may or may not have worked."""

    policy: "Policy"
    folders: list[str] = field(default_factory=lambda: ["."])
    lost: bool = False
    overrun: bool = False
    """More files were named than are looked at."""
    _judged: dict[tuple[str, str], Finding] = field(default_factory=dict[tuple[str, str], Finding])
    _named: set[str] = field(default_factory=set[str])
    _found: dict[tuple[str, ...], list[str] | None] = field(default_factory=dict[tuple[str, ...], list[str] | None])
    _room: int = _MOST_FOUND
    """How many names that patterns find are still looked at."""

    def paths(self, word: str) -> list[str]:
        """What a word may name, seen from each folder; nothing once too many files were named."""
        if self.overrun:
            return []
        found = self._seen_from(word)
        fresh = [path for path in found if path not in self._named]
        if len(self._named) + len(fresh) > _MOST_FILES:
            self.overrun = True
            return []
        self._named.update(fresh)
        return found

    def judge(self, action: Literal["read", "write"], word: str) -> list[Finding]:
        """What the gate makes of reading or writing what a word may name."""
        return [self.judge_path(action, path) for path in self.paths(word)]

    def judge_path(self, action: Literal["read", "write"], path: str) -> Finding:
        """What the gate makes of reading or writing one file; found out once."""
        if (action, path) not in self._judged:
            tool = "edit" if action == "write" else "read"
            self._judged[action, path] = judge_path(self.policy, tool, action, path)
        return self._judged[action, path]

    def found(self, command: SimpleCommand) -> list[str] | None:
        """The files that the patterns in a command find, seen from each folder; None where that cannot be told."""
        words = tuple(command.words[at] for at in sorted(command.expanded | command.globbed))
        if words not in self._found:
            self._found[words] = self._find(words)
        return self._found[words]

    def _find(self, words: tuple[str, ...]) -> list[str] | None:
        names: dict[str, None] = {}
        for word in words:
            told = shell_patterns.without_braces(word) if shell_patterns.is_told(word) else None
            for pattern in (path for each in told or () for path in self._seen_from(each)):
                on_disk = self.policy.names_on_disk(pattern) if self._room > 0 else None
                if on_disk is None:
                    return None
                self._room -= len(on_disk) + 1
                names |= dict.fromkeys(on_disk)
            if told is None:
                return None
        return list(names)

    def _seen_from(self, word: str) -> list[str]:
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


def judge_line(policy: "Policy", tool: str, text: str, cwd: str = "", variables: tuple[str, ...] = ()) -> list[Finding]:
    """What the gate makes of the parts of a shell line that starts in `cwd` (relative to the workspace), where
    `variables` are set."""
    line = _as_assigned(parse(text), variables)
    if rule := _whole(policy, "deny", tool):
        return [by_rule("deny", rule, "it")]
    where = _Whereabouts(policy, folders=[cwd or "."])
    findings: list[Finding] = [judge_path(policy, "read", "read", cwd)] if cwd else []
    line = _within_bounds(line)
    for command in line.commands:
        findings.append(_judge_command(policy, tool, command, where))
        findings += _judge_redirections(policy, tool, command, where)
        where.follow(command)
    if where.overrun:
        line = replace(line, uncertain=f"it names more than {_MOST_FILES} files")
    if line.uncertain:
        findings.insert(0, _judge_uncertain(policy, tool, line))
    if policy.mode not in {"plan", "bypass"} and (why := known.danger_of_line(line, text)):
        findings.insert(0, ask(f"This is dangerous: {why}.", dangerous=True))
    return _telling_of(variables, findings) or [free("It runs nothing.")]


def _as_assigned(line: CommandLine, variables: tuple[str, ...]) -> CommandLine:
    """The line as if what is set were assigned in front of each command, so that the same rules hold."""
    if not variables:
        return line
    commands = tuple(replace(each, assignments=(*variables, *each.assignments)) for each in line.commands)
    doubt = doubtful(SimpleCommand(words=(), assignments=variables))
    return CommandLine(commands=commands, uncertain=line.uncertain or doubt)


def _telling_of(variables: tuple[str, ...], findings: list[Finding]) -> list[Finding]:
    """The findings, where a person is asked with what is set that may matter."""
    meant = [_shown_variable(each) for each in variables if not known.harmless_assignment(each)]
    if not meant:
        return findings
    told = f"Earlier commands have set {', '.join(meant)}."
    return [replace(each, reason=f"{each.reason} {told}") if each.verdict == "ask" else each for each in findings]


def _shown_variable(assignment: str) -> str:
    """A variable for a person: by its name, and by its value where that is paths. Any other value may be a secret, and
    what is shown is recorded."""
    name, _, value = assignment.partition("=")
    return f"{name}={value[:_SHOWN]}" if _PATHS.fullmatch(value) else name


def _within_bounds(line: CommandLine) -> CommandLine:
    """The line with no more words than are looked at; what is left out makes it uncertain."""
    if any(map(known.starts_too_late, line.commands)):
        line = replace(line, uncertain="a command that starts another behind too many words")
    room, commands = MOST_WORDS, list[SimpleCommand]()
    for command in line.commands:
        # A few words of each are always read: most rules are about how a command begins.
        commands.append(replace(command, words=command.words[: max(room, 5)]))
        room -= len(command.words)
    uncertain = line.uncertain if room >= 0 else f"it has more than {MOST_WORDS:,} words"
    return replace(line, commands=tuple(commands), uncertain=uncertain)


def _judge_command(policy: "Policy", tool: str, command: SimpleCommand, where: _Whereabouts) -> Finding:
    text = command_text(command.words)
    shown = f"`{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}`"
    if rule := _spoken(policy, "deny", tool, command):
        return by_rule("deny", rule, shown)
    files = _judge_files(command, where)
    if denied := next((each for each in files if each.verdict == "deny" and each.rule), None):
        return denied
    reads = known.only_reads(command) and not where.lost and _reads_here(policy, command, where)
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
    confined = not allowed and policy.runs_confined(tool)
    changed = _changed(policy, command, where, confined=confined)
    if touched := next((each for each in changed if each.verdict == "ask"), None):
        return touched
    if allowed and where.lost and any(not each.startswith(("/", "~")) for each in known.files_changed(command)):
        return ask(f"{shown} changes files, and nobody knows in which folder.")
    proposed = known.proposal(command)
    if secrets := _secrets(command, where, allowed):
        helps = [rule for each in secrets for rule in each.proposed]
        needed = helps if allowed or reads else [proposed, *helps] if proposed else []
        return ask(secrets[0].reason, proposed=tuple(dict.fromkeys(needed)))
    if allowed:
        return by_rule("allow", allowed, shown)
    if reads:
        return next((each for each in files if each.verdict == "ask"), free(f"{shown} only reads."))
    if policy.runs_confined(tool):
        return in_sandbox(shown)
    if known.only_reads(command) and (told := _git_is_told(policy, command)):
        why = f"{shown} only reads, but in this folder, which you have not trusted, git's configuration holds {told}."
        return ask(why, proposed=(proposed,) if proposed else ())
    return by_mode(
        "ask",
        policy.mode,
        f"{shown} may change things, no rule speaks about it, and mode {policy.mode} asks before commands run.",
        proposed=(proposed,) if proposed else (),
    )


def _judge_files(command: SimpleCommand, where: _Whereabouts) -> list[Finding]:
    """What the gate makes of reading what a command names (and of writing it, as far as rules go)."""
    findings = [finding for word in known.files_named(command) for finding in where.judge("read", word)]
    changes = [finding for word in known.files_changed(command) for finding in where.judge("write", word)]
    found = _judge_found(command, where)
    return findings + [each for each in changes + found if each.rule and each.verdict != "allow"]


def _judge_found(command: SimpleCommand, where: _Whereabouts) -> list[Finding]:
    """What rules say of the files that patterns find, and of what lies in the folders that a command goes through."""
    policy, findings = where.policy, list[Finding]()
    spoken = next((rule for rule in policy.rules.deny + policy.rules.ask if rule.takes_path), None)
    if spoken is None or not known.opens_files(command):
        return []
    names = where.found(command)
    if names is None:
        return [by_rule("ask", spoken, "files, and which these are is not known beforehand")]
    actions: list[Literal["read", "write"]] = ["read", *(["write"] if known.changes_files(command) else [])]
    folders = [path for word in known.folders_named(command) for path in where.paths(word)]
    for action in actions:
        findings += [where.judge_path(action, name) for name in names]
        below = ((path, rule_below(policy, action, path)) for path in folders)
        findings += [by_rule("ask", rule, f"what lies in {path}/") for path, rule in below if rule]
    return findings


def _secrets(command: SimpleCommand, where: _Whereabouts, allowed: Rule | None) -> list[Finding]:
    """The secrets that a command names and the rule that allows it does not: `cat *` says nothing of `.env`."""
    plain = allowed.plain_words if allowed else frozenset[str]()
    if not known.files_named(command):
        return []
    words = [file for word in command.words[1:] if word not in plain for file in known.files_in(word)]
    return [each for word in words for each in where.judge("read", word) if each.secret]


def _changed(policy: "Policy", command: SimpleCommand, where: _Whereabouts, *, confined: bool) -> list[Finding]:
    """What holds for files that a command may change whatever rule allows the command: protected places.

    `confined`: the kernel keeps it from those that nobody knows beforehand.
    """
    paths = [path for word in known.files_changed(command) for path in where.paths(word)]
    if known.changes_files(command):
        found = where.found(command)
        paths += found or ()
        if found is None and not confined and _whole(policy, "allow", "bash") is None:
            return [ask("It changes files, and which these are is not known beforehand.")]
    spots = [(path, place.written(path, policy.root, policy.home), policy.real(path)) for path in paths]
    if known.writes_in_place(command) and (linked := _linked(policy, paths)):
        return linked
    touched = [path for path, name, leads in spots if place.protected(name) or place.protected(leads)]
    return [where.judge_path("write", path) for path in touched]


def _judge_redirections(policy: "Policy", tool: str, command: SimpleCommand, where: _Whereabouts) -> list[Finding]:
    findings: list[Finding] = []
    for word in dict.fromkeys(command.redirects_written):
        if not _DISCARDS.fullmatch(word):
            paths = where.paths(word)
            findings += [judge_path(policy, tool, "write", path) for path in paths] + _linked(policy, paths)
    for word in dict.fromkeys(command.redirects_read):
        findings += [judge_path(policy, tool, "read", path) for path in where.paths(word)]
    unknown = command.redirects_expanded or (where.lost and bool(findings))
    if unknown:
        findings.append(_unless_trusted(policy, tool, "a redirection to a file that is only known when it runs"))
    return findings


def _linked(policy: "Policy", paths: list[str]) -> list[Finding]:
    """For files that are written in place: where one has another name, too, nobody knows what that is a part of."""
    if policy.mode in {"plan", "bypass"}:
        return []
    linked = [path for path in paths if policy.has_other_names(policy.real(path))]
    return [ask(f"{path} has another name, too (a hard link), and is written there as well.") for path in linked]


def _judge_uncertain(policy: "Policy", tool: str, line: CommandLine) -> Finding:
    return _unless_trusted(policy, tool, f"it holds what cannot be judged beforehand: {line.uncertain}")


def _unless_trusted(policy: "Policy", tool: str, why: str) -> Finding:
    """For what cannot be looked into: whoever allows everything, and forbids nothing, need not be asked."""
    if policy.mode == "plan":
        return not_in_plan("this line")
    spoken = (rule for rule in policy.rules.deny + policy.rules.ask if rule.spec and rule.argument is None)
    narrow = any(rule.names(tool) or rule.takes_path for rule in spoken)
    if not narrow and policy.mode == "bypass":
        return by_mode("allow", "bypass", "Mode bypass allows what no rule forbids.")
    if not narrow and (rule := _whole(policy, "allow", tool)):
        return by_rule("allow", rule, "every command")
    if not narrow and policy.runs_confined(tool):
        return in_sandbox("The line")
    return ask(f"The line needs a look: {why}.")


def _reads_here(policy: "Policy", command: SimpleCommand, where: _Whereabouts) -> bool:
    """Whether reading is all it does in that place: git runs what a repository's configuration says, and that has to be
    the workspace's; patterns for folders may pass through links."""
    if command.words and program(command.words[0]) == "git":
        elsewhere = (folder for folder in where.folders if folder not in {".", "./"})
        own = any(policy.has_own_repository(policy.real(folder)) for folder in elsewhere)
        return not own and not _git_is_told(policy, command)
    return not any(
        "/" in command.words[i].rstrip("/") and _pattern_in_folder(command.words[i]) for i in command.globbed
    )


def _git_is_told(policy: "Policy", command: SimpleCommand) -> str:
    """What the configuration of a folder that nobody vouched for has git run; empty where it is not asked to."""
    of_git = bool(command.words) and program(command.words[0]) == "git"
    return policy.what_git_runs() if of_git and not policy.trusted else ""


def _pattern_in_folder(word: str) -> bool:
    return any(mark in str(PurePosixPath(word).parent) for mark in "*?[")


def _whole(policy: "Policy", verdict: Verdict, tool: str) -> Rule | None:
    """The rule that speaks about every use of the tool."""
    return next((rule for rule in getattr(policy.rules, verdict) if not rule.spec and rule.names(tool)), None)


def _spoken(policy: "Policy", verdict: Verdict, tool: str, command: SimpleCommand) -> Rule | None:
    """The deny or ask rule that speaks about a command, however it is spelled."""
    every: tuple[Rule, ...] = getattr(policy.rules, verdict)
    rules = [rule for rule in every if rule.names(tool)]
    texts = known.spellings(command) or ("",) if rules else ()
    tails = known.tails(command) if rules else ()
    return next((rule for rule in rules if any(map(rule.matches_command, texts)) or _says(rule, tails)), None)


def _says(rule: Rule, tails: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a command says what a rule is about, but for options in between."""
    read = (form for tail in tails for form in between.readings(rule.fixed_words, tail))
    return any(rule.matches_command(command_text(form)) for form in read)


def _could_be_spoken(policy: "Policy", tool: str, command: SimpleCommand) -> Rule | None:
    """A rule against something that a command with unknown words could turn out to be."""
    if not command.expanded and not command.globbed:
        return None
    rules = [rule for rule in policy.rules.deny + policy.rules.ask if rule.spec and rule.names(tool)]
    start = command_text(command.known_words)
    for rule in rules:
        if command.expanded and rule.may_match_command(start):
            return rule
        for at in known.starts(command):
            unknown, globs = ({place - at for place in places} for places in (command.expanded, command.globbed))
            if between.may_become(rule.fixed_words, command.words[at:], unknown, globs):
                return rule
    return None


def _allowing(policy: "Policy", tool: str, command: SimpleCommand) -> Rule | None:
    """The rule that allows a command as it stands: with its variables, unless those are harmless."""
    text = command_text(command.words)
    texts = [" ".join((*command.assignments, text)).strip()]
    if command.words and known.harmless_assignments(command):
        texts.append(text)
    rules = [rule for rule in policy.rules.allow if rule.names(tool)]
    if command.within:
        # `Bash(sudo *)` can mean nothing but what sudo starts; a rule that only happens to cover it does not name it.
        outer, starter = command_text(command.within), program(command.within[0])
        named = [rule for rule in rules if starter in rule.plain_words and rule.matches_command(outer)]
    else:
        named = []
    return next((rule for rule in rules if any(map(rule.matches_command, texts))), named[0] if named else None)


def _leaves(policy: "Policy", command: SimpleCommand, where: _Whereabouts) -> bool:
    """Whether a command names something outside the workspace, the workspace itself, or nobody knows what."""
    if command.expanded or where.lost or where.overrun:
        return True
    if any(command.words[at].lstrip("./").strip("*?") == "" for at in command.globbed):
        return True  # all that lies there
    paths = [policy.real(path) for word in known.files_named(command) for path in where.paths(word)]
    return any(path == policy.real_root or not place.is_below(path, policy.real_root) for path in paths)


def _means_danger(policy: "Policy", rule: Rule | None) -> bool:
    """Whether a rule was written for something dangerous, rather than being so wide as to hold it."""
    if rule is None:
        return False
    literal = rule.spec.removesuffix(":*").partition("*")[0]
    where = _Whereabouts(policy)
    return any(
        known.danger(each, bool(each.words[1:]) and _leaves(policy, each, where)) for each in parse(literal).commands
    )
