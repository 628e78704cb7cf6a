"""Commands that only start another one: what they start is what must be judged.

A wrapper is looked through only with options known to be harmless; any other makes the line uncertain. Those that do
more than start a command (`sudo`, `find`) are judged themselves, too.
"""

import re
from dataclasses import dataclass, replace

from claw_core.native.command_line import SimpleCommand
from claw_core.permissions.between import GIT_VALUED
from claw_core.permissions.git_config import harmless_setting

SHELLS = frozenset(
    {"bash", "sh", "dash", "zsh", "ksh", "ash", "fish", "rbash", "mksh", "yash", "csh", "tcsh", "nu", "pwsh", "xonsh"}
)
UNKNOWN = "…"
"""Stands for words that are only known when the command runs."""
_FOLDER = re.compile(r"^/(usr/(local/)?)?s?bin/")
_DEEPEST = 10


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
    flags: str = r"(?!)"
    """An expression for options that stand alone."""
    valued: str = r"(?!)"
    """An expression for options whose value is the next word."""
    operands: int = 0
    """Words after the options that belong to the wrapper."""
    assigns: bool = False
    """`NAME=value` words after the options belong to the command's environment."""
    keep: bool = False
    """It does more than start a command, and is to be judged itself."""


_WRAPPERS = {
    "timeout": _Wrapper(
        flags=r"--foreground|--preserve-status|-v|--verbose|-[sk]\w+|--(signal|kill-after)=\w+",
        valued=r"-s|-k|--signal|--kill-after",
        operands=1,
    ),
    "time": _Wrapper(flags=r"-p"),
    "nice": _Wrapper(flags=r"-n-?\d+|-\d+|--adjustment=-?\d+", valued=r"-n|--adjustment"),
    "nohup": _Wrapper(),
    "setsid": _Wrapper(flags=r"-[cfw]+|--ctty|--fork|--wait"),
    "ionice": _Wrapper(flags=r"-[cn]\w+|-t|--ignore", valued=r"-c|-n|--class|--classdata"),
    "taskset": _Wrapper(flags=r"-c|--cpu-list", operands=1),
    "chrt": _Wrapper(flags=r"-[fr]|--(fifo|rr)", operands=1),
    "unbuffer": _Wrapper(),
    "stdbuf": _Wrapper(flags=r"-[ioe][0L]|-[ioe]\d+\w?|--(input|output|error)=\w+", valued=r"-[ioe]"),
    "env": _Wrapper(flags=r"-i|-|--ignore-environment|-u\w+|--unset=\w+", valued=r"-u|--unset", assigns=True),
    "command": _Wrapper(flags=r"-p"),
    "builtin": _Wrapper(),
    "exec": _Wrapper(),
    "xargs": _Wrapper(
        flags=r"-[0rtx]+|--null|--no-run-if-empty|--verbose|-[nPLI]\S+|--max-(args|procs|lines)=\d+|-d\S+",
        valued=r"-n|-P|-L|-I|-d",
    ),
    "sudo": _Wrapper(flags=r"-[nEHSbkP]+|-u\w+", valued=r"-u|-g", assigns=True, keep=True),
    "doas": _Wrapper(flags=r"-n", valued=r"-u", keep=True),
    "strace": _Wrapper(flags=r"-[fqvyCcrtT]+", valued=r"-e|-s", keep=True),
    "flock": _Wrapper(flags=r"-[nsxeuo]+", valued=r"-w|-E", operands=1, keep=True),
}
_NOT_FOLLOWED = frozenset(
    {"su", "pkexec", "runuser", "ltrace", "unshare", "nsenter", "chroot", "script", "parallel", "entr", "busybox"}
    | {"toybox", "caffeinate", "systemd-run", "bwrap", "firejail", "setpriv", "setarch", "numactl", "prlimit", "gosu"}
    | {"fakeroot", "xvfb-run", "dbus-run-session", "ssh-agent", "start-stop-daemon", "hyperfine", "tmux", "screen"}
    | {"catchsegv", "choom", "uclampset", "openvt", "cgexec", "logsave", "run-parts", "noglob", "nocorrect", "-"}
    | {"gtimeout", "gnice", "gnohup", "gstdbuf", "genv", "gxargs", "coreutils", "sshpass", "faketime", "eatmydata"}
    | {"systemd-inhibit", "systemd-nspawn", "daemonize", "dtach", "abduco", "zellij", "gdb", "lldb"}
    | {"at", "batch", "expect", "socat", "rlwrap", "chronic", "ifne", "proxychains", "torsocks", "valgrind", "perf"}
)
STARTERS = _NOT_FOLLOWED | {"watch"} | {name for name, wrapper in _WRAPPERS.items() if wrapper.keep}
"""Commands that start another and are judged themselves."""


def program(name: str) -> str:
    """A command's name without the folders that programs lie in; another path stays, since it may be any program."""
    return _FOLDER.sub("", name) if name.startswith("/") else name


def look_through(command: SimpleCommand) -> Seen:
    """What a command starts, where it starts another."""
    if not command.words:
        return Seen()
    if 0 in command.expanded or (0 in command.globbed and command.words[0] != "["):
        return Seen(uncertain="the name of a command is only known when it runs")
    if len(command.wrapped_by) > _DEEPEST:
        return Seen(uncertain="it is nested too deeply")
    plain = program(command.words[0])
    name = plain.rpartition("/")[2].lower()
    seen = _seen(command, name)
    # In another folder anything may have that name, so that it is judged like any other program, too; and so may what
    # is written in another case, where the file system tells them apart.
    return seen if plain == name else replace(seen, keep=True)


def _seen(command: SimpleCommand, name: str) -> Seen:
    if name == "command" and len(command.words) > 1 and command.words[1] in {"-v", "-V"}:
        return Seen()
    if name in _WRAPPERS:
        return _unwrap(command, name, _WRAPPERS[name])
    if name in _NOT_FOLLOWED and len(command.words) > 1:
        return Seen(uncertain=f"what {name} starts")
    if name in SHELLS:
        return _shell(command, name)
    match name:
        case "git":
            return _git(command)
        case "find":
            return _find(command)
        case "watch":
            return _watch(command)
        case "eval" | "trap":
            return _runs_text(command)
        case _:
            return Seen()


def _unwrap(command: SimpleCommand, name: str, wrapper: _Wrapper) -> Seen:
    words, at = command.words, 1
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
    first = at
    while wrapper.assigns and at < len(words) and "=" in words[at] and at not in command.expanded:
        at += 1
    assignments = words[first:at]
    at += wrapper.operands
    if any(place <= at for place in command.expanded):
        return Seen(uncertain=f"what {name} starts is only known when it runs")
    if at >= len(words):
        return Seen()
    if words[at].startswith("-"):
        return Seen(uncertain=f"{words[at]}, where {name} takes a command")
    inner = replace(
        command,
        words=words[at:],
        assignments=command.assignments + assignments,
        wrapped_by=(*command.wrapped_by, name),
        within=words if wrapper.keep else command.within,
        expanded=frozenset(place - at for place in command.expanded),
        globbed=frozenset(place - at for place in command.globbed if place >= at),
    )
    if name == "xargs":
        inner = _with_unknown_words(inner, words[1:at])
    if name == "nohup" and (not command.output or re.match(r"/dev/(?!null$)", command.output)):
        # What would go to the terminal goes there, or to where a link of that name leads.
        inner = replace(inner, redirects_written=(*command.redirects_written, "nohup.out"))
    return Seen(keep=wrapper.keep, inner=inner)


def _with_unknown_words(inner: SimpleCommand, options: tuple[str, ...]) -> SimpleCommand:
    """What xargs starts: words from its input are added, or stand where its `-I` says."""
    mark = next((option[2:] for option in options if option.startswith("-I") and len(option) > 2), "")
    if "-I" in options[:-1]:
        mark = options[options.index("-I") + 1]
    filled = {place for place, word in enumerate(inner.words) if mark and mark in word}
    words = inner.words if mark else (*inner.words, UNKNOWN)
    return replace(inner, words=words, expanded=inner.expanded | filled | ({len(words) - 1} if not mark else set()))


def _shell(command: SimpleCommand, name: str) -> Seen:
    """`bash -c LINE`; a shell that runs a file, or its input, is judged as the command it is."""
    words = command.words
    at = next((i for i, word in enumerate(words[1:], 1) if not word.startswith(("-", "+"))), len(words))
    options = words[1:at]
    if any(place <= at for place in command.expanded):
        return Seen(uncertain=f"what {name} runs is only known when it runs")
    if not any("c" in option and re.fullmatch(r"-\w+", option) for option in options):
        if at >= len(words) and len(words) > 1 and words[1] in {"--version", "--help"}:
            return Seen()
        if at >= len(words) or "-s" in options:
            return Seen(uncertain=f"{name} runs what it reads")
        plain = all(re.fullmatch(r"-[eux]+", option) for option in options)
        return Seen(uncertain="" if plain else f"the options of {name}")
    if at >= len(words):
        return Seen(uncertain=f"{name} -c without its line")
    odd = [option for option in options if not re.fullmatch(r"-[ceuxl]+", option)]
    safe_shell = name in {"bash", "sh", "dash"}
    doubt = f"the options of {name}" if odd else "" if safe_shell else f"{name} reads lines in its own way"
    seen = _runs_line(command, words[at], bash=name == "bash")
    return replace(seen, uncertain=doubt) if doubt else seen


def _runs_line(command: SimpleCommand, line: str, *, bash: bool) -> Seen:
    """The line is judged in the command's place, and so is what surrounds it: variables and redirections.

    Where `sh` is not bash, `a &>b c` is `a &` and then `>b c`: another program starts.
    """
    doubt = "" if bash or "&>" not in line else "&> in a line for sh"
    surrounded = (
        command.assignments or command.redirects_written or command.redirects_read or command.redirects_expanded
    )
    bare = replace(command, words=()) if surrounded else None
    return Seen(keep=False, inner=bare, line=line, uncertain=doubt)


def _runs_text(command: SimpleCommand) -> Seen:
    """`eval` and `trap` run text: what is known of it is listed, and nothing is certain."""
    words = command.words[1:2] if command.words[0] == "trap" else command.words[1:]
    return Seen(line=None if command.expanded else " ".join(words), uncertain=command.words[0] if words else "")


def _watch(command: SimpleCommand) -> Seen:
    """`watch` hands its words to a shell, as one line."""
    words, at = command.words, 1
    while at < len(words) and words[at].startswith("-"):
        if re.fullmatch(r"-n|--interval", words[at]):
            at += 2
        elif re.fullmatch(r"-[bcdegtw]+|-n[\d.]+|--interval=[\d.]+", words[at]):
            at += 1
        else:
            return Seen(uncertain=f"the option {words[at]} of watch")
    if command.expanded:
        return Seen(uncertain="what watch runs is only known when it runs")
    return _runs_line(command, " ".join(words[at:]), bash=False) if at < len(words) else Seen()


def _git(command: SimpleCommand) -> Seen:
    """`git -c alias.x='!rm y' x` runs a line of its own; so do many settings."""
    words, at = command.words, 1
    while at < len(words) and words[at].startswith("-"):
        option, value = words[at], words[at + 1] if at + 1 < len(words) else ""
        if option.startswith(("--config-env", "--exec-path=")) or (option == "-c" and not harmless_setting(value)):
            told = value.partition("=")[0] if option == "-c" else option.partition("=")[0]
            return Seen(uncertain=f"what git is told to run by {told}")
        at += 2 if option in GIT_VALUED else 1
    return Seen()


def _find(command: SimpleCommand) -> Seen:
    """`find -exec` starts a command for each file. Both are judged; several such actions are beyond certainty."""
    words = command.words
    starts = [i for i, word in enumerate(words) if word in {"-exec", "-execdir", "-ok", "-okdir"}]
    if any(words[place].startswith(("$", "`", UNKNOWN)) for place in command.expanded):
        return Seen(uncertain="what find does is only known when it runs")
    if not starts:
        return Seen()
    at = starts[0] + 1
    ends = (i for i in range(at, len(words)) if words[i] == ";" or (words[i] == "+" and words[i - 1] == "{}"))
    end = next(ends, len(words))
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
