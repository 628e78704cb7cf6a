"""The environment that a model's commands run in: the person's, without secrets, and without anybody to talk to.

What a command prints goes to a model's provider, so a key that a command can see may be one that leaves the machine.
"""

import re
from collections.abc import Mapping

_SECRET_WORDS = frozenset(
    {"KEY", "KEYS", "TOKENS", "SECRETS", "PASSWORDS", "CREDENTIAL", "CREDENTIALS", "PAT", "AUTHORIZATION"},
)
_SECRET_ENDINGS = ("APIKEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE")

_SETTINGS = {
    "CLAW": "1",
    "TERM": "xterm-256color",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "MANPAGER": "cat",
    "SYSTEMD_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "EDITOR": "true",
    "VISUAL": "true",
    "GIT_EDITOR": "true",
}
"""Nobody pages, edits or types a password; an editor leaves what it is given as it is. The terminal is the one of
`native/terminal`, which draws what `xterm-256color` can; the model is told its plain text, people see its colours."""

_COLOURS_FORCED = {"FORCE_COLOR", "CLICOLOR_FORCE", "COLORTERM", "LS_COLORS"}
_PERSONS_TERMINAL = {"TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TMUX", "TMUX_PANE", "STY", "LINES", "COLUMNS"}
_UNSET = frozenset(_COLOURS_FORCED | _PERSONS_TERMINAL | {"CDPATH"})
"""`CDPATH` would let `cd src` go where nobody looked."""

ODD_VARIABLE = re.compile(
    r"BASH_ENV|ENV|BASH_FUNC_.*|BASHOPTS|SHELLOPTS|PROMPT_COMMAND|PS[0-4]|RANDOM|SRANDOM|OPTIND|HISTCMD"
)
"""What a shell runs when it starts or traces, or computes when it is set."""


def looks_secret(name: str) -> bool:
    """Whether a variable of that name is likely to hold a key, a token or a password."""
    words = name.upper().replace("-", "_").split("_")
    if len(words) > 1 and words[-1] == "PWD" and words[0] != "OLD":  # MYSQL_PWD; but never PWD and OLDPWD
        return True
    return any(word in _SECRET_WORDS or word.endswith(_SECRET_ENDINGS) for word in words)


def shell_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` as a command started for a model gets it."""
    kept = {name: value for name, value in environ.items() if name not in _UNSET and not looks_secret(name)}
    return kept | _SETTINGS
