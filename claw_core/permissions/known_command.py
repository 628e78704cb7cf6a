"""What is known about commands: which only read, which are dangerous, and how much of one makes a useful rule.

Reading is decided by lists of what is harmless, never by lists of what is not: an option that is not known to be
harmless makes a command one that is asked about.
"""

import re
from pathlib import PurePosixPath

from claw_core.native.command_line import CommandLine, SimpleCommand
from claw_core.permissions import danger_signs, place
from claw_core.permissions.between import GIT_FLAGS, GIT_VALUED, is_option
from claw_core.permissions.rule import command_text
from claw_core.permissions.wrapper import SHELLS, STARTERS, program

_READ_ONLY = frozenset(
    {"ls", "cat", "echo", "pwd", "head", "tail", "grep", "egrep", "fgrep", "rg", "find", "wc", "which", "diff", "stat"}
    | {"du", "cd", "true", "false", "basename", "dirname", "realpath", "readlink", "nl", "cut", "tr", "git"}
)
_NAMES_NO_FILES = frozenset({"echo", "which", "true", "false", "basename", "dirname", "tr"})
_RUNS_OR_WRITES = {
    "rg": re.compile(r"--pre(=|$|-glob)|--hostname-bin|-\w*[zL]|--search-zip|--follow"),
    "grep": re.compile(r"-\w*R|--de"),
    "find": re.compile(r"-exec|-ok|-delete|-fls|-fprint|-files0"),
    "diff": re.compile(r"-\w*l|--pag"),
}
_HARMLESS_VARIABLES = re.compile(
    r"(NODE_ENV|CI|DEBUG|LANG|LANGUAGE|LC_\w+|TZ|NO_COLOR|FORCE_COLOR|CLICOLOR|TERM|COLUMNS|LINES|RUST_BACKTRACE"
    r"|RUST_LOG|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PYTHONHASHSEED|GOOS|GOARCH|CGO_ENABLED|PORT)=(?![/:])(?!.*\.\.)[\w.,:@/+-]*"
)
"""With values that name no file: a language and a time zone are looked up as one."""
_GIT_READS = frozenset(
    {"status", "log", "diff", "show", "blame", "shortlog", "describe", "rev-parse", "ls-files", "ls-tree", "rev-list"}
    | {"merge-base", "branch", "tag", "remote", "stash", "worktree", "reflog", "cat-file"}
)
_GIT_BAD_OPTIONS = (
    *("--output", "--ext-diff", "--textconv", "--filters", "--exec", "--open-files-in-pager", "--upload-"),
    *("--batch", "--stdin"),
)
"""What runs or writes something, and what takes the names of the objects to show from elsewhere."""
_FORCES = ("--force", "--force-with-lease", "--mirror", "--delete", "--prune")
_GIT_LISTS = {
    "branch": (
        r"-[arv]+|--list|--all|--remotes|--show-current|--(sort|format|contains|merged|no-merged)=.*|--no-color",
        r"-l|--list|--contains|--merged|--no-merged",
    ),
    "tag": (r"-l|--list|-n\d*|--(sort|format|contains|points-at)=.*", r"-l|--list|--contains|--points-at"),
}
_GIT_SECOND = {
    "remote": {"get-url"},
    "stash": {"list", "show"},
    "worktree": {"list"},
    "reflog": {"show"},
}
_CHANGES_FILES = frozenset(
    {"rm", "rmdir", "mv", "cp", "tee", "touch", "mkdir", "ln", "install", "chmod", "chown", "chgrp", "truncate", "dd"}
    | {"shred", "unlink", "sed", "patch", "rsync", "tar", "unzip"}
)
_FLAGS = re.compile(r"(?!-).*|-\w*[RnilwvcHhoqFPUusSLxaI]|--\S+=.*|--", re.DOTALL)
"""What is no option of a search that takes the next word."""
_WRITES_IN_PLACE = frozenset({"tee", "cp", "dd", "truncate", "install"})
_GOES_THROUGH = frozenset({"grep", "egrep", "fgrep", "rg", "diff", "cat", "head", "tail"})
_AS_SOMEBODY_ELSE = frozenset({"sudo", "doas", "su", "pkexec", "runuser"})
_RUNNERS = frozenset(
    {"npx", "pnpx", "bunx", "uvx", "uv run", "poetry run", "pdm run", "hatch run", "rye run", "pipenv run", "pipx run"}
    | {"conda run", "mamba run", "bundle exec", "direnv exec", "mise exec", "mise x", "npm exec", "pnpm exec"}
    | {"yarn exec", "docker run", "docker exec", "podman run", "podman exec", "kubectl exec", "ssh"}
)
"""Commands that start another in an environment of its own. A rule that allows them means that; one that forbids what
they start does, too."""
_MOST_STARTS = 50
_OUTPUT = re.compile(r"-[a-zA-Z]*[oO]|--out\w*|--output-\w+|--log-file|--dump-header|--cookie-jar|-f(print[0f]?|ls)")
_OUTPUT_TO = re.compile(
    r"(-[oO]|(--out\w*|--output-\w+|--log-file|--dump-header|--cookie-jar)=)(?P<file>.+)", re.DOTALL
)
"""Options by which many programs are told the file that they write to."""
_FETCHES = frozenset({"curl", "wget", "http", "https", "xh", "nc", "ncat", "aria2c"})
_INTERPRETER = re.compile(r"(python|pypy|node|ruby|perl|php|deno|bun|lua)[\d.]*|" + "|".join(sorted(SHELLS)))
_NEVER_BY_PREFIX = (
    _CHANGES_FILES
    | STARTERS
    | _FETCHES
    | SHELLS
    | {"env", "xargs", "find", "eval", "source", ".", "exec", "ssh", "scp", "kill", "killall", "pkill", "export"}
    | {"alias", "set", "trap", "awk", "gawk", "mawk"}
)
_TWO_WORDS = frozenset(
    {"git", "cargo", "go", "docker", "podman", "kubectl", "npm", "pnpm", "yarn", "bun", "deno", "pip", "pip3", "uv"}
    | {"poetry", "pdm", "hatch", "make", "just", "gh", "brew", "apt", "apt-get", "bundle", "rake", "gradle", "mvn"}
    | {"dotnet", "terraform", "helm", "rustup", "tox", "nox", "mix", "composer", "systemctl", "npx", "pnpx", "uvx"}
    | {"pipx", "bunx", "python", "python3", "node", "ruby", "perl", "php", "task", "conda", "mamba"}
)
_THREE_WORDS = frozenset(
    {"npm run", "pnpm run", "yarn run", "bun run", "deno task", "npm exec", "docker compose", "uv run", "uv pip"}
    | {"poetry run", "pdm run", "hatch run", "pipx run", "python -m", "python3 -m", "gh pr", "gh issue", "go tool"}
    | {"bundle exec", "git stash", "git remote", "git worktree", "conda run", "mamba run"}
)


def harmless_assignment(assignment: str) -> bool:
    """Whether setting that variable to that cannot change what a command does."""
    return _HARMLESS_VARIABLES.fullmatch(assignment) is not None


def harmless_assignments(command: SimpleCommand) -> bool:
    """Whether what is set before a command cannot change what it runs."""
    return all(map(harmless_assignment, command.assignments))


def only_reads(command: SimpleCommand) -> bool:
    """Whether a command changes nothing, whatever the files hold that it names. Redirections are another matter."""
    if command.expanded or "xargs" in command.wrapped_by or not harmless_assignments(command):
        return False
    if not command.words:
        return True
    name, arguments = program(command.words[0]), command.words[1:]
    if name == "command":
        return len(arguments) == 2 and arguments[0] in {"-v", "-V"}
    if name not in _READ_ONLY:
        return False
    if name == "git":
        return _git_only_reads(arguments)
    bad = _RUNS_OR_WRITES.get(name)
    return not (bad and any(bad.match(word) for word in arguments))


def _git_only_reads(arguments: tuple[str, ...]) -> bool:
    at = 0
    while at < len(arguments) and arguments[at] in {"--no-pager", "-P"}:
        at += 1
    if at >= len(arguments) or arguments[at] not in _GIT_READS:
        return False
    command, rest = arguments[at], arguments[at + 1 :]
    names = [word.partition("=")[0] for word in rest if word.startswith("--") and len(word) > 2]
    # git understands options by their first letters, so `--outp` is as bad as `--output`.
    if any(bad.startswith(name) or name.startswith(bad) for name in names for bad in _GIT_BAD_OPTIONS):
        return False
    if command in _GIT_LISTS:
        options, listing = _GIT_LISTS[command]
        lists = any(re.fullmatch(listing, word) for word in rest)
        return all(
            lists if not word.startswith("-") else re.fullmatch(f"{options}|{listing}", word) is not None
            for word in rest
        )
    if command in _GIT_SECOND:
        lists = rest in {"remote": ((), ("-v",), ("--verbose",)), "reflog": ((),)}.get(command, ())
        return lists or bool(rest and rest[0] in _GIT_SECOND[command])
    return True


def files_named(command: SimpleCommand) -> tuple[str, ...]:
    """Words of a command that may name files, as they would have to be checked; more rather than fewer."""
    if not command.words:
        return ()
    if program(command.words[0]) in _NAMES_NO_FILES:
        # The shell looks for what a pattern fits, whoever is told.
        return tuple(command.words[at] for at in sorted(command.globbed))
    return tuple(dict.fromkeys(file for word in command.words[1:] for file in files_in(word)))


def files_in(word: str) -> tuple[str, ...]:
    """What in one word of a command may name files."""
    if word.startswith("-"):
        value = word.partition("=")[2] if "=" in word else word[2:] if not word.startswith("--") else ""
        start = word.find("/")
        # In `-rfFILE` and `-Dt.git` the value begins somewhere behind other options.
        ends = [word[at:] for at in range(3, 6) if not word.startswith("--") and _tells(word[at:])]
        return tuple(each for each in (value, word[start:] if start >= 0 else "", *ends) if each)
    if found := re.search(r"file:/+(?P<file>.*)", word, re.DOTALL):
        return (word, "/" + found["file"])
    # `dd of=FILE`, `git show REVISION:FILE`
    if "=" not in word and ":" not in word:
        return (word,)
    return (word, *(part for part in re.split(r"[=:]", word)[1:] if part and not part.startswith("//")))


def _tells(file: str) -> bool:
    return file.startswith((".", "~")) or place.secret(PurePosixPath(file))


def files_changed(command: SimpleCommand) -> tuple[str, ...]:
    """Words of a command that name files it may change; of those that change none by themselves, what they are told
    to write to."""
    if not command.words:
        return ()
    words = command.words
    if program(words[0]) in _CHANGES_FILES:
        return files_named(command)
    if program(words[0]) == "git" and _sets_something(words[1:]):
        return (".git/config",)
    after = [words[at] for at in range(2, len(words)) if _OUTPUT.fullmatch(words[at - 1])]
    return (*after, *(found["file"] for word in words[1:] if (found := _OUTPUT_TO.fullmatch(word))))


def changes_files(command: SimpleCommand) -> bool:
    """Whether a command changes the files that it names."""
    return bool(command.words) and program(command.words[0]) in _CHANGES_FILES


def writes_in_place(command: SimpleCommand) -> bool:
    """Whether a command writes into files that are there, rather than making them anew or taking them away."""
    return bool(command.words) and program(command.words[0]) in _WRITES_IN_PLACE


def opens_files(command: SimpleCommand) -> bool:
    """Whether a command is known to do something with the files that it names, rather than with words."""
    names_words = _NAMES_NO_FILES | {"git"}
    return bool(command.words) and program(command.words[0]) in (_READ_ONLY | _CHANGES_FILES) - names_words


def folders_named(command: SimpleCommand) -> tuple[str, ...]:
    """Words of a command that does something with all that lies in the folders it is given."""
    name, arguments = program(command.words[0]) if command.words else "", command.words[1:]
    if name not in _GOES_THROUGH | _CHANGES_FILES:
        return ()
    deep = name in {"rg", "tar", "rsync"} or any(re.match(r"-\w*[rR]|--(recursive|deref)", word) for word in arguments)
    here = (".",) if deep and name in _GOES_THROUGH and _operands(arguments) < 2 else ()
    return (*(word for word in files_named(command) if deep or word not in {".", "./"}), *here)


def _operands(arguments: tuple[str, ...]) -> int:
    """How many words of a search are its pattern or a path for certain, and no option's value."""
    before = ("", *arguments)
    plain = (word for word, option in zip(arguments, before, strict=False) if _FLAGS.fullmatch(option))
    return sum(not word.startswith("-") for word in plain)


def _sets_something(arguments: tuple[str, ...]) -> bool:
    """Whether git is told to write its settings, which may say what it runs."""
    for form in _without_git_options(("git", *arguments)):
        if form[1:2] == ("config",):
            rest = form[2:]
            names = [word for word in rest if not word.startswith("-")]
            reads = any(re.match(r"--(get|list)|-l$", word) for word in rest) or names[:1] in (["get"], ["list"])
            sets = any(re.match(r"-e$|--(edit|unset|re|add|rep)", word) for word in rest)
            return not reads and (sets or len(names) > 1)
    return False


def starts_too_late(command: SimpleCommand) -> bool:
    """Whether a command starts another somewhere among so many words that not all places are tried."""
    return len(command.words) > _MOST_STARTS and program(command.words[0]) in STARTERS


def starts(command: SimpleCommand) -> range:
    """The places in a command where one begins: where it starts others, each word may."""
    words = command.words
    if words and (program(words[0]) in STARTERS | _RUNNERS or " ".join(words[:2]) in _RUNNERS):
        return range(min(len(words), _MOST_STARTS))
    return range(min(1, len(words)))


def tails(command: SimpleCommand) -> tuple[tuple[str, ...], ...]:
    """All commands that a deny rule should find in one: with and without folder, and behind what starts others."""
    words = command.words
    if len(starts(command)) > 1:
        words = words[:_MOST_STARTS]
    found: dict[tuple[str, ...], None] = {}
    for start in starts(command):
        tail = words[start:]
        plain = (PurePosixPath(tail[0]).name or tail[0], *tail[1:]) if "/" in tail[0] else tail
        found |= {tail: None, plain: None}
    return tuple(found)


def spellings(command: SimpleCommand) -> tuple[str, ...]:
    """All texts under which a deny rule should find a command."""
    found: dict[str, None] = {}
    for form in tails(command):
        found |= {command_text(form): None, " ".join(form): None}
    if command.assignments:
        found |= {" ".join((*command.assignments, text)): None for text in tuple(found)}
    return tuple(found)


def _without_git_options(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """What git may be told to do behind its own options; several where an option may or may not have a value."""
    if words[0] != "git":
        return ()
    at, found = 1, list[tuple[str, ...]]()
    while at < len(words) and words[at].startswith("-"):
        option = words[at]
        at += 2 if option in GIT_VALUED else 1
        if not (option in GIT_VALUED | GIT_FLAGS or "=" in option):
            found.append(("git", *words[at + 1 :]))
    return (("git", *words[at:]), *found[:_MOST_STARTS])


def danger(command: SimpleCommand, leaves: bool) -> str:
    """Why a command is dangerous, in a few words; empty where it is not. `leaves`: it names what lies outside."""
    if not command.words:
        return ""
    name, arguments = PurePosixPath(program(command.words[0])).name.lower(), command.words[1:]
    if name in _AS_SOMEBODY_ELSE:
        return f"{name} runs as somebody else"
    if name.startswith("mkfs") or name in {"fdisk", "parted", "wipefs", "shutdown", "reboot", "halt", "poweroff"}:
        return f"{name} changes the machine"
    if name == "dd" and any(word.startswith("of=") for word in arguments):
        return "dd overwrites what it is pointed at"
    if name in {"rm", "shred", "rmdir", "unlink"} and leaves:
        return "it deletes outside the workspace"
    if name == "find" and leaves and "-delete" in arguments:
        return "it deletes outside the workspace"
    if name == "git" and any(_forces_push(form[1:]) for form in _without_git_options(("git", *arguments))):
        return "a forced push overwrites what others have"
    return ""


def _forces_push(arguments: tuple[str, ...]) -> bool:
    if not arguments or arguments[0] not in {"push", "send-pack"}:
        return False
    # git understands options by their first letters.
    names = [word.partition("=")[0] for word in arguments[1:] if word.startswith("--") and len(word) > 2]
    return any(each.startswith(name) for name in names for each in _FORCES) or any(
        word.startswith(("+", ":")) or (re.fullmatch(r"-\w+", word) is not None and not {"f", "d"}.isdisjoint(word))
        for word in arguments[1:]
    )


def danger_of_line(line: CommandLine, text: str) -> str:
    """Why a whole line is dangerous where no single command of it is: what came over the network is run."""
    fetched = False
    for command in line.commands:
        name = program(command.words[0]) if command.words else ""
        runs = name in SHELLS | {"eval", "source", "."} or (
            command.reads_pipe and _INTERPRETER.fullmatch(name) and all(word == "-" for word in command.words[1:])
        )
        if fetched and runs:
            return "it runs what comes over the network"
        fetched = fetched or name in _FETCHES
    if not line.uncertain:
        return ""
    if len(text) > danger_signs.LONGEST:
        return f"nobody can look through {len(text):,} characters"
    found = danger_signs.sign_of_danger(text)
    return f"it holds {found!r}" if found else ""


def proposal(command: SimpleCommand) -> str:
    """The narrowest rule that would help the next time; empty where none should be offered."""
    words = command.known_words
    if not words or not harmless_assignments(command) or 0 in command.globbed:
        return ""
    name = program(words[0])
    exact = command_text(words)
    writable = not command.expanded and not re.search(r"[*\n]", exact) and len(exact) <= 120
    if _INTERPRETER.fullmatch(name) and (len(words) < 2 or words[1] == "-"):
        return ""  # it runs what it reads, which is something else each time
    if name in _NEVER_BY_PREFIX or (_INTERPRETER.fullmatch(name) and words[1] in {"-c", "-e"}):
        return f"Bash({exact})" if writable and name not in STARTERS else ""
    wanted = 3 if " ".join(words[:2]) in _THREE_WORDS else 2 if name in _TWO_WORDS else 1
    head = words[:wanted]
    if any(is_option(word) and word != "-m" for word in head[1:]) or (len(head) < wanted and wanted == 3):
        return f"Bash({exact})" if writable else ""
    text = command_text(head)
    if re.search(r"[*\n]", text) or len(text) > 120:
        return ""
    whole = len(command.words) == len(head) and wanted > 1
    return f"Bash({text})" if whole else f"Bash({text} *)"
