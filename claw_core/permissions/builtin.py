"""The shell's own commands after which nothing about a line is certain any more.

Some run text that they are given, some change what the names or signs in the rest of the line mean, and some take a
variable's name with a subscript in it, which the shell computes, and what is computed may run commands.
"""

import re

from claw_core.native.command_line import SimpleCommand
from claw_core.shell_environment import ODD_VARIABLE

_CHANGE_MEANING = frozenset(
    {"alias", "bind", "compgen", "complete", "compopt", "enable", "eval", "fc", "let", "source", ".", "trap"}
)
_SET_VARIABLES = frozenset(
    {"declare", "export", "getopts", "local", "mapfile", "printf", "read", "readarray", "readonly", "typeset", "unset"}
    | {"wait", "test", "["}
)
_DECLARE = frozenset({"declare", "export", "local", "readonly", "typeset"})
_SUBSCRIPT = re.compile(r"[A-Za-z_]\w*\[")
_NAMED = re.compile(r"[A-Za-z_]\w*\+?=")
_PLAIN_OPTIONS = {
    "set": re.compile(
        r"[-+][aCeEfnTuvx]+o?|[-+]o|--|errexit|nounset|pipefail|xtrace|verbose|noglob|noclobber|errtrace"
    ),
    "shopt": re.compile(r"-[suq]+|nullglob|failglob|nocasematch|inherit_errexit"),
    "hash": re.compile(r"-r|[^-].*"),
    "jobs": re.compile(r"-[lnprs]+|[^-].*"),
}


def doubtful(command: SimpleCommand) -> str:
    """What about a command makes its line uncertain, in a few words; empty where nothing does."""
    name, arguments = command.words[0] if command.words else "", command.words[1:]
    if any(map(_is_odd, command.assignments)):
        return "a variable that the shell runs or computes"
    if name in _CHANGE_MEANING and arguments:
        return name
    if name in _PLAIN_OPTIONS and not _is_plain(name, command):
        return f"the options of {name}"
    return _doubtful_variables(name, command) if name in _SET_VARIABLES else ""


def _is_odd(assignment: str) -> bool:
    return ODD_VARIABLE.fullmatch(assignment.partition("=")[0].removesuffix("+")) is not None


def _is_plain(name: str, command: SimpleCommand) -> bool:
    words = command.words[1:]
    end = words.index("--") if "--" in words else len(words)
    known = all(place > end for place in command.expanded)
    return known and all(_PLAIN_OPTIONS[name].fullmatch(word) for word in words[:end])


def _doubtful_variables(name: str, command: SimpleCommand) -> str:
    """Whether a command that takes names of variables is given something that the shell computes."""
    words = command.words
    takes_names = name not in {"printf", "test", "[", "wait"} or any(re.match("-[vRp]", word) for word in words)
    if not takes_names:
        return ""
    if any(_SUBSCRIPT.match(word) for word in words[1:]):
        return f"a variable with a subscript, in {name}"
    if any(_is_odd(word) for word in words[1:]):
        return "a variable that the shell runs or computes"
    if name in _DECLARE and any(re.match(r"[-+].*[^xrgpaA+-]", word) for word in words[1:]):
        return f"the options of {name}"
    if name in {"mapfile", "readarray"} and any(re.match(r"-\w*C", word) for word in words[1:]):
        return f"the options of {name}"
    if any(not _NAMED.match(words[place]) for place in command.expanded) and name != "printf":
        return f"names that {name} is given when it runs"
    return ""
