"""Commands that only start another one: what they start is what must be judged.

A wrapper is looked through only with options known to be harmless; any other makes the line uncertain. `sudo` and its
like are not looked through: what runs as somebody else is another matter.
"""

import re
from dataclasses import dataclass, replace

from claw_core.permissions.command_line import SimpleCommand

SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh", "ash", "fish"})
UNKNOWN = "…"
"""Stands for words that are only known when the command runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a command turned out to be."""

    keep: bool = True
    """It is to be judged itself."""
    inner: SimpleCommand | None = None
    """The command it starts."""
    line: str | None = None
    """The shell line it runs."""
    uncertain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrapper:
    flags: str
    """An expression for options that stand alone."""
    valued: str = r"(?!)"
    """An expression for options whose value is the next word."""
    operands: int = 0
    """Words after the options that belong to the wrapper."""
    assigns: bool = False
    """`NAME=value` words after the options belong to the command's environment."""


_WRAPPERS = {
    "timeout": _Wrapper(
        flags=r"--foreground|--preserve-status|-v|--verbose|-[sk]\w+|--(signal|kill-after)=\w+",
        valued=r"-s|-k|--signal|--kill-after",
        operands=1,
    ),
    "time": _Wrapper(flags=r"-p"),
    "nice": _Wrapper(flags=r"-n-?\d+|-\d+|--adjustment=-?\d+", valued=r"-n|--adjustment"),
    "nohup": _Wrapper(flags=r"(?!)"),
    "stdbuf": _Wrapper(flags=r"-[ioe][0L]|-[ioe]\d+\w?|--(input|output|error)=\w+", valued=r"-[ioe]"),
    "env": _Wrapper(flags=r"-i|-|--ignore-environment|-u\w+|--unset=\w+", valued=r"-u|--unset", assigns=True),
    "command": _Wrapper(flags=r"-p"),
    "builtin": _Wrapper(flags=r"(?!)"),
    "noglob": _Wrapper(flags=r"(?!)"),
    "exec": _Wrapper(flags=r"(?!)"),
    "xargs": _Wrapper(
        flags=r"-0|-r|-t|-x|--null|--no-run-if-empty|--verbose|-[nPLI]\S+|--max-(args|procs|lines)=\d+|-d\S+",
        valued=r"-n|-P|-L|-I|-d",
    ),
}


def program(name: str) -> str:
    """A command's name without the folders that programs lie in; another path stays, since it may be any program."""
    return re.sub(r"^/(usr/(local/)?)?s?bin/", "", name)


def look_through(command: SimpleCommand) -> Seen:
    """What a command starts, where it only starts another."""
    if not command.words:
        return Seen()
    if 0 in command.expanded:
        return Seen()
    name = program(command.words[0])
    if name == "command" and len(command.words) > 1 and command.words[1] in {"-v", "-V"}:
        return Seen()
    if name in _WRAPPERS:
        return _unwrap(command, name, _WRAPPERS[name])
    if name in SHELLS:
        return _shell(command)
    if name == "find":
        return _find(command)
    return _eval(command) if name == "eval" else Seen()


def _unwrap(command: SimpleCommand, name: str, wrapper: _Wrapper) -> Seen:
    words, at = command.words, 1
    assignments: list[str] = []
    while at < len(words) and words[at].startswith("-"):
        if at in command.expanded:
            return Seen(uncertain=f"options of {name} that are only known when it runs")
        if words[at] == "--":
            at += 1
            break
        if re.fullmatch(wrapper.valued, words[at]):
            at += 2
        elif re.fullmatch(wrapper.flags, words[at]):
            at += 1
        else:
            return Seen(uncertain=f"the option {words[at]} of {name}")
    while wrapper.assigns and at < len(words) and "=" in words[at] and at not in command.expanded:
        assignments.append(words[at])
        at += 1
    at += wrapper.operands
    if at >= len(words):
        return Seen()
    if any(place <= at for place in command.expanded):
        return Seen(uncertain=f"what {name} starts is only known when it runs")
    inner = replace(
        command,
        words=words[at:],
        assignments=command.assignments + tuple(assignments),
        wrapped_by=(*command.wrapped_by, name),
        expanded=frozenset(place - at for place in command.expanded if place >= at),
        globbed=frozenset(place - at for place in command.globbed if place >= at),
    )
    if name == "xargs":
        inner = _with_unknown_words(inner, words[1:at])
    return Seen(keep=False, inner=inner)


def _with_unknown_words(inner: SimpleCommand, options: tuple[str, ...]) -> SimpleCommand:
    """What xargs starts: words from its input are added, or stand where its `-I` says."""
    mark = next((option[2:] for option in options if option.startswith("-I") and len(option) > 2), "")
    if "-I" in options[:-1]:
        mark = options[options.index("-I") + 1]
    filled = {place for place, word in enumerate(inner.words) if mark and mark in word}
    words = inner.words if mark else (*inner.words, UNKNOWN)
    return replace(inner, words=words, expanded=inner.expanded | filled | ({len(words) - 1} if not mark else set()))


def _shell(command: SimpleCommand) -> Seen:
    """`bash -c LINE`; a shell that runs a file, or its input, is judged as the command it is."""
    words = command.words
    name = command.words[0] if words else ""
    at = next((i for i, word in enumerate(words[1:], 1) if not word.startswith(("-", "+"))), len(words))
    options = words[1:at]
    if not any("c" in option and re.fullmatch(r"-\w+", option) for option in options):
        if at >= len(words) and len(words) > 1 and words[1] in {"--version", "--help"}:
            return Seen()
        if at >= len(words) or "-s" in options:
            return Seen(uncertain=f"{name} runs what it reads")
        valued = {"-o", "-O", "+o", "+O", "--rcfile", "--init-file"} & set(options)
        return Seen(uncertain=f"the options of {name}" if valued else "")
    if at >= len(words):
        return Seen(uncertain=f"{name} -c without its line")
    if any(place <= at for place in command.expanded):
        return Seen(uncertain=f"the line that {name} runs is only known when it runs")
    odd = [option for option in options if not re.fullmatch(r"-[ceuxl]+", option)]
    safe_shell = program(name) in {"bash", "sh", "dash"}
    doubt = f"the options of {name}" if odd else "" if safe_shell else f"{name} reads lines in its own way"
    # What surrounds it (variables, redirections) is judged with the shell itself, unless there is nothing to judge.
    plain = not (command.assignments or command.redirects_written or command.redirects_read)
    bare = replace(command, words=())
    keep = not plain or command.redirects_expanded
    return Seen(keep=False, inner=bare if keep else None, line=words[at], uncertain=doubt)


def _eval(command: SimpleCommand) -> Seen:
    return Seen(line=None if command.expanded else " ".join(command.words[1:]), uncertain="eval")


def _find(command: SimpleCommand) -> Seen:
    """`find -exec` starts a command for each file. Both are judged; several such actions are beyond certainty."""
    words = command.words
    starts = [i for i, word in enumerate(words) if word in {"-exec", "-execdir", "-ok", "-okdir"}]
    if not starts:
        return Seen()
    at = starts[0] + 1
    end = next((i for i in range(at, len(words)) if words[i] == ";" or words[i] == "+"), len(words))
    doubt = "several commands that find starts" if len(starts) > 1 else ""
    if at >= end or end == len(words):
        return Seen(uncertain="a command that find starts, without its end")
    inner = SimpleCommand(
        words=words[at:end],
        wrapped_by=(*command.wrapped_by, "find"),
        expanded=frozenset(i - at for i in range(at, end) if i in command.expanded or "{}" in words[i]),
        globbed=frozenset(i - at for i in command.globbed if at <= i < end),
    )
    return Seen(inner=inner, uncertain=doubt)
