"""Options: what stands between a program and what it is told to do, so that no rule against that is got round.

`npm --prefix d publish` is `npm publish`, and `git push origin --force` is `git push --force`. Which options of a
program take a value is known of a few; any other may take one or none, and a rule that forbids holds either way.
"""

import re
from collections.abc import Sequence, Set
from fnmatch import fnmatchcase

GIT_FLAGS = frozenset(
    {"-p", "-P", "--paginate", "--no-pager", "--bare", "--no-replace-objects", "--no-lazy-fetch", "--no-advice"}
    | {"--no-optional-locks", "--literal-pathspecs", "--glob-pathspecs", "--noglob-pathspecs", "--icase-pathspecs"}
)
GIT_VALUED = frozenset(
    {"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--config-env", "--attr-source", "--super-prefix"}
    | {"--shallow-file"}
)
"""Options before a command of git: with none, and with their value in the next word. Any other may be either."""
_NODE = frozenset({"-s", "--silent", "-q", "--quiet", "-d", "--verbose", "-y", "--yes", "-g", "--global", "--json"})
_PIP = frozenset(
    {"-v", "--verbose", "-q", "--quiet", "--isolated", "--no-input", "--debug", "--require-virtualenv", "--no-color"}
    | {"--no-cache-dir", "--disable-pip-version-check"}
)
_CONTAINERS = frozenset({"-D", "--debug", "--tls", "--tlsverify"})
_FLAGS = {
    "git": GIT_FLAGS,
    "npm": _NODE,
    "pnpm": _NODE | {"-r", "--recursive"},
    "yarn": _NODE,
    "pip": _PIP,
    "pip3": _PIP,
    "docker": _CONTAINERS,
    "podman": _CONTAINERS,
    "cargo": frozenset({"-v", "-vv", "--verbose", "-q", "--quiet", "--locked", "--offline", "--frozen"}),
    "kubectl": frozenset({"--insecure-skip-tls-verify", "--warnings-as-errors", "--match-server-version"}),
}
"""Options that stand alone, by program. `kubectl -s` takes a value, and `npm -s` none."""
_OPTION = re.compile(r"[-+].+|[A-Za-z_][\w.-]*=.*", re.DOTALL)
_CLUSTER = re.compile(r"-[A-Za-z]{1,4}")
_FARTHEST = 50
"""Words of a command among which is looked."""


def is_option(word: str) -> bool:
    """Whether a word tells how, and not what: `--prefix`, `+nightly`, `CC=clang`."""
    return _OPTION.fullmatch(word) is not None


def readings(pattern: Sequence[str], words: Sequence[str]) -> list[tuple[str, ...]]:
    """What a command says with options put away or in their place, so that a pattern can be held against it.

    `pattern`: the words of a rule before its first `*`, program first. Empty where the command says something else.
    """
    if not _same_program(pattern, words):
        return []
    steps, wanted = _split(pattern)
    told = [word for word in words[1:_FARTHEST] if is_option(word)]
    if not all(_is_given(option, told) for option in wanted):
        return []
    found: list[tuple[str, ...]] = []
    for at in _ends(pattern[0], steps, words):
        rest = [word for word in words[at:] if word not in wanted] if wanted else list(words[at:])
        found.append((*pattern, *rest))
    return found


def may_become(pattern: Sequence[str], words: Sequence[str], unknown: Set[int], globs: Set[int]) -> bool:
    """Whether a command may say what a pattern says, once it is known what its words become: nobody knows those at the
    places `unknown`, and those at `globs` are patterns for file names."""
    if not _same_program(pattern, words):
        return False
    steps, wanted = _split(pattern)
    told = [word for word in words[1:_FARTHEST] if is_option(word)]
    missing = [option for option in wanted if not _is_given(option, told)]
    for at, states in enumerate(_follow(pattern[0], steps, words), 1):
        following = {steps[done] if done < len(steps) else "" for done, _ in states}
        if following and at in unknown:
            return True
        if at in globs and _may_name(words[at], following) and all(fnmatchcase(each, words[at]) for each in missing):
            return True
    return False


def _may_name(glob: str, steps: Set[str]) -> bool:
    return any(not step or fnmatchcase(step, glob) for step in steps)


def _same_program(pattern: Sequence[str], words: Sequence[str]) -> bool:
    if not pattern or not words:
        return False
    name = words[0].lower()
    return pattern[0].lower() in {name, name.rpartition("/")[2]}


def _split(pattern: Sequence[str]) -> tuple[list[str], list[str]]:
    """What a pattern says one after the other, and the options in it, which may stand anywhere."""
    return [word for word in pattern[1:] if not is_option(word)], [word for word in pattern[1:] if is_option(word)]


def _is_given(option: str, told: Sequence[str]) -> bool:
    """Whether an option is among those of a command: `-rf` is `-fr`, and `-r -f`."""
    if option in told:
        return True
    letters = {letter for word in told if _CLUSTER.fullmatch(word) for letter in word[1:]}
    return _CLUSTER.fullmatch(option) is not None and letters.issuperset(option[1:])


def _ends(program: str, steps: Sequence[str], words: Sequence[str]) -> list[int]:
    """The places behind the last step, and behind options that follow it."""
    follows = _follow(program, steps, words)
    return [at for at, states in enumerate(follows, 1) if any(done == len(steps) for done, _ in states)]


def _follow(program: str, steps: Sequence[str], words: Sequence[str]) -> list[set[tuple[int, bool]]]:
    """After each word: how many steps may be done, and whether the next word may be an option's value."""
    flags = _FLAGS.get(program.lower(), frozenset[str]())
    states = {(0, False)}
    after = [states]
    for word in words[1:_FARTHEST]:
        following: set[tuple[int, bool]] = set()
        for done, may_be_value in states:
            if done < len(steps) and word == steps[done]:
                following.add((done + 1, False))
            if is_option(word):
                following.add((done, "=" not in word and word[0] == "-" and word not in flags))
            elif may_be_value:
                following.add((done, False))
        states = following
        after.append(states)
    return after
