"""Rules as people write them: `Bash(npm run *)`, `Read(~/notes/**)`, `WebFetch(domain:example.com)`, `mcp__github__*`.

A rule names a tool, or a family of tools, and may narrow it by a specification in parentheses. Names are matched in any
case. `Read` stands for every tool that reads files, `Edit` and `Write` for every tool that writes them, `Bash` for
shell lines, `Agent(name)` for handing work to that agent. `Tool(argument:value)` asks about or denies calls by what an
argument holds. A rule that cannot be understood is an error and never a rule that silently matches nothing: a deny rule
that does not deny would be worse than none.
"""

import re
import shlex
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from claw_core.error import ConfigError
from claw_core.path_text import folded
from claw_core.permissions.address import spelled
from claw_core.permissions.path_pattern import fixed_place, path_pattern

if TYPE_CHECKING:
    from claw_core.tool import Action

Profile = Literal["off", "read-only", "workspace-write"]
"""What a command is held to while it runs; see `claw_core/sandbox/profile.py`."""

Verdict = Literal["allow", "ask", "deny"]
"""What a rule, or the gate, says."""

READERS = frozenset({"read", "grep", "glob"})
WRITERS = frozenset({"write", "edit", "multi_edit", "apply_patch"})
_FAMILIES = {
    "bash": frozenset({"bash"}),
    "read": READERS,
    "edit": WRITERS,
    "write": WRITERS,
    "multiedit": frozenset({"multi_edit"}),
    "webfetch": frozenset({"fetch"}),
    "websearch": frozenset({"web_search"}),
    "todowrite": frozenset({"todo"}),
    "askuserquestion": frozenset({"question"}),
    "agent": frozenset({"task"}),
}
_TAKES_PATH = READERS | WRITERS
_ARGUMENT = re.compile(r"([A-Za-z_]\w*):(.+)", re.DOTALL)
_OF_BASH = frozenset({"background", "cwd", "description", "on_timeout", "timeout"})
"""What `Bash(argument:value)` can be about; `Bash(npm:x)` is a command."""
_OTHER_NAMES = {"run_in_background": "background", "subagent_type": "agent"}
"""What other agents call our arguments."""
_NAME = re.compile(r"[A-Za-z_*][\w*.-]*")
_NEEDS_QUOTES = re.compile(r"[\s'\"\\]")
_FORMS = "Rules look like Bash, Bash(npm run *), Read(/src/**), WebFetch(domain:example.com) or mcp__server__tool."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; made by `parse_rule`."""

    text: str
    """As it was written."""
    tool: str
    """The name before the parentheses, in lower case."""
    spec: str = ""
    """What stands in the parentheses; empty where the rule is about all uses of the tool."""
    source: str = ""
    """Where it comes from, for people: `session`, `--allow`, a settings file."""

    @property
    def tools(self) -> frozenset[str]:
        """The tools it names; one name with wildcards where it has any."""
        return _FAMILIES.get(self.tool, frozenset({self.tool}))

    def names(self, tool: str) -> bool:
        """Whether it is about that tool."""
        return _names(self.tool, tool.lower())

    def is_plainly_about(self, tool: str) -> bool:
        """Whether it can mean no other tool: `mcp__a__b__c` is `b__c` of the server `a`, or `c` of the server `a__b`,
        and who allows all of `a` need not mean that one."""
        server, name = self.tool.removesuffix("__*"), tool.lower()
        if not server.startswith("mcp__") or "*" in server or server == name:
            return True
        return "__" not in name.removeprefix(f"{server}__")

    @property
    def takes_path(self) -> bool:
        """Whether what stands in its parentheses is a path."""
        return bool(self.tools & _TAKES_PATH)

    def speaks_of(self, action: "Action") -> bool:
        """Whether it names the whole family of tools that do this, so that it holds for others that do it, too."""
        return self.tools == {"read": READERS, "write": WRITERS}.get(action)

    def matches_command(self, text: str) -> bool:
        """Whether it covers one simple command, given as `command_text` writes it."""
        return not self.spec or any(_fits(pattern, text) for pattern in _command_patterns(self.spec))

    @property
    def plain_words(self) -> frozenset[str]:
        """The words of a command's pattern that stand for nothing but themselves."""
        body = canonical(self.spec).removesuffix(":*")
        try:
            words = shlex.split(body)
        except ValueError:
            words = body.split()
        return frozenset(word for word in words if "*" not in word)

    def may_match_command(self, start: str) -> bool:
        """Whether it could cover a command of which only the start is known."""
        fixed = canonical(self.spec).removesuffix(":*").partition("*")[0]
        return start.startswith(fixed) or fixed.startswith(start)

    def matches_path(self, path: Path, root: Path, home: Path, *, in_any_case: bool = False) -> bool:
        """Whether it covers a path (absolute, without `..`), `root` and `home` being what `/` and `~` stand for.
        `in_any_case`: also where only a file system that knows no upper and lower case takes it for the same."""
        if not self.spec:
            return True
        given = (self.spec, str(root), str(home), path.as_posix())
        spec, root_text, home_text, text = map(folded, given) if in_any_case else given
        return path_pattern(spec, root_text, home_text).fullmatch(text) is not None

    def speaks_below(self, path: Path, root: Path, home: Path) -> bool:
        """Whether it names something that lies in a folder, or everything in it: with the folder that is touched."""
        if not self.spec.startswith(("/", "./", "~/")):
            return False
        named = Path(folded(str(fixed_place(self.spec, root, home))))
        return named.is_relative_to(folded(path.as_posix()))

    @property
    def fixed_words(self) -> tuple[str, ...]:
        """The words of a command's pattern before its first star."""
        return _fixed_words(self.spec)

    @property
    def argument(self) -> tuple[str, str] | None:
        """The argument that it is about, and the pattern for its value; None where it is about something else."""
        return _argument(self.tool, self.spec)

    def matches_argument(self, given: Mapping[str, object]) -> bool:
        """Whether a call's arguments hold what it is about. What is left out, or is no plain value, is not matched."""
        if self.argument is None or self.argument[0] not in given:
            return False
        value = given[self.argument[0]]
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        pieces = tuple(_plain(piece) for piece in self.argument[1].split("*"))
        return isinstance(value, str | int | float) and _fits(pieces, _plain(str(value)).strip())

    def matches_agent(self, name: str) -> bool:
        """Whether it covers handing work to the agent of that name."""
        return not self.spec or (self.argument is None and fnmatchcase(name.lower(), self.spec.lower()))

    def matches_host(self, host: str) -> bool:
        """Whether it covers an address by its host: the host itself, or with `*.` those below it."""
        return not self.spec or fnmatchcase(host.lower(), _host_pattern(self.spec))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules that hold, of every scope. Deny wins over ask, ask over allow."""

    allow: tuple[Rule, ...] = ()
    ask: tuple[Rule, ...] = ()
    deny: tuple[Rule, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        allow: Iterable[str] = (),
        ask: Iterable[str] = (),
        deny: Iterable[str] = (),
        source: str = "",
    ) -> "Rules":
        """Rules from their texts. Raises ConfigError, naming `source`, where one cannot be understood."""
        return (
            cls()
            .plus("allow", *(parse_rule(text, source) for text in allow))
            .plus("ask", *(parse_rule(text, source) for text in ask))
            .plus("deny", *(parse_rule(text, source) for text in deny))
        )

    def __add__(self, other: "Rules") -> "Rules":
        return Rules(allow=self.allow + other.allow, ask=self.ask + other.ask, deny=self.deny + other.deny)

    def of_source(self, source: str) -> "Rules":
        """Those of one source."""
        chosen = (tuple(rule for rule in each if rule.source == source) for each in (self.allow, self.ask, self.deny))
        allow, ask, deny = chosen
        return Rules(allow=allow, ask=ask, deny=deny)

    def plus(self, verdict: Verdict, *rules: Rule) -> "Rules":
        """These and more. Raises ConfigError where one cannot allow anything."""
        match verdict:
            case "allow":
                for rule in rules:
                    _require_whole(rule)
                return replace(self, allow=self.allow + rules)
            case "ask":
                return replace(self, ask=self.ask + rules)
            case "deny":
                return replace(self, deny=self.deny + rules)


def parse_rule(text: str, source: str = "") -> Rule:
    """The rule that a text writes. Raises ConfigError, naming `source`, where it cannot be understood."""
    whole = text.strip()
    name, parenthesis, rest = whole.partition("(")
    where = f" ({source})" if source else ""

    def bad(why: str) -> ConfigError:
        return ConfigError(f"The permission rule {text!r}{where} cannot be understood: {why}.", _FORMS)

    if not _NAME.fullmatch(name):
        raise bad("it does not begin with the name of a tool" if whole else "it is empty")
    rule = Rule(text=whole, tool=name.lower(), source=source)
    if not parenthesis:
        return rule
    if not rest.endswith(")"):
        raise bad("its parenthesis is not closed" if ")" not in rest else "something follows its parenthesis")
    spec = rest[:-1].strip()
    if not spec:
        raise bad("nothing stands in its parentheses")
    if spec in {"*", ":*"} or (spec == "**" and rule.tools & _TAKES_PATH):
        return rule
    if why := _unfit(rule, spec):
        raise bad(why)
    return replace(rule, spec=spec)


def parse_rules(text: str, source: str = "") -> tuple[Rule, ...]:
    """The rules that a text writes, one a line, as a decision proposes them. Raises ConfigError."""
    return tuple(parse_rule(line, source) for line in text.splitlines() if line.strip())


def canonical(text: str) -> str:
    """A command or a pattern of one with its quotes written in one way, so that `"a b"` and `'a b'` are the same."""
    if not any(mark in text for mark in "\"'\\"):
        return text
    try:
        return command_text(tuple(shlex.split(text)))
    except ValueError:
        return text


def command_text(words: tuple[str, ...]) -> str:
    """Words as one text, those that need it in quotes: `"npm run" x` must not pass for `npm run x`."""
    return " ".join(shlex.quote(word) if not word or _NEEDS_QUOTES.search(word) else word for word in words)


def _unfit(rule: Rule, spec: str) -> str:
    """Why a specification does not fit its tool; empty where it does."""
    if rule.tools == _FAMILIES["bash"]:
        return ""
    if rule.tools & _TAKES_PATH:
        if spec.startswith("!"):
            return "a path cannot be negated; write an allow rule and a narrower deny rule"
        return "" if "\0" not in spec else "a path holds no zero bytes"
    if rule.tools & {"fetch", "web_search"}:
        return (
            ""
            if re.fullmatch(r"domain:[\w.*:\[\]-]+", spec) and _host_pattern(spec)
            else "it needs the form domain:host"
        )
    if rule.tools == _FAMILIES["agent"]:
        known = _ARGUMENT.fullmatch(spec) or re.fullmatch(r"[\w.*:-]+", spec)
        return "" if known else "it needs the name of an agent, or argument:value"
    if _ARGUMENT.fullmatch(spec):
        return ""
    return f"of {rule.tool} only argument:value can stand in parentheses; commands, paths and hosts cannot"


def _require_whole(rule: Rule) -> None:
    """Raises ConfigError for a rule that says nothing of the rest of a call, and so cannot allow it."""
    if rule.argument is not None:
        where = f" ({rule.source})" if rule.source else ""
        raise ConfigError(
            f"The permission rule {rule.text!r}{where} cannot allow anything: it is about one argument of a call.",
            "Use it in deny or ask; allow the tool, a command, a path or a host.",
        )


def _plain(text: str) -> str:
    """A value as those may read it who know no upper and lower case, and no wide letters."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=1024)
def _argument(tool: str, spec: str) -> tuple[str, str] | None:
    tools = _FAMILIES.get(tool, frozenset({tool}))
    found = _ARGUMENT.fullmatch(spec)
    if found is None or tools & (_TAKES_PATH | {"fetch", "web_search"}):
        return None
    name, value = _OTHER_NAMES.get(found[1], found[1]), found[2]
    if tools == _FAMILIES["bash"] and (name not in _OF_BASH or value == "*"):
        return None
    return name, value


@lru_cache(maxsize=1024)
def _host_pattern(spec: str) -> str:
    """The hosts a rule is about, spelled as addresses are; empty where it names none."""
    try:
        return spelled(spec.removeprefix("domain:"))
    except ValueError:
        return ""


@lru_cache(maxsize=1024)
def _names(pattern: str, name: str) -> bool:
    if pattern.startswith("mcp__") and pattern.count("__") == 1 and "*" not in pattern:
        return name == pattern or name.startswith(pattern + "__")
    return any(name == each or fnmatchcase(name, each) for each in _FAMILIES.get(pattern, (pattern,)))


@lru_cache(maxsize=1024)
def _command_patterns(spec: str) -> tuple[tuple[str, ...], ...]:
    """A pattern's pieces between its stars. A space before the last star, or `:*`, may also be the end of the text."""
    body = canonical(spec)
    if body.endswith(":*"):
        body = body[:-2] + " *"
    bodies = (body.removesuffix(" *"), body) if body.endswith(" *") else (body,)
    return tuple(tuple(each.split("*")) for each in bodies)


@lru_cache(maxsize=1024)
def _fixed_words(spec: str) -> tuple[str, ...]:
    body = canonical(spec)
    if body.endswith(":*"):
        body = body[:-2] + " *"
    try:
        words = shlex.split(body)
    except ValueError:
        words = body.split()
    return tuple(takewhile(lambda word: "*" not in word, words))


def _fits(pieces: tuple[str, ...], text: str) -> bool:
    """Whether a text consists of the pieces, with anything between them.

    Not a regular expression: with several stars one takes time without bound, and the text comes from a model.
    """
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return text == first
    at, end = len(first), len(text) - len(last)
    if at > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for piece in pieces[1:-1]:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
