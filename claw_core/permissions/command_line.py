"""A shell line taken apart into its simple commands, so that each can be judged by itself.

Rules about commands are only worth something if nothing can ride along: behind `&&`, in a substitution, in a here-
document, behind `timeout` or `bash -c`. This reads a line as bash would and lists every simple command in it. What it
cannot understand with certainty (loops, functions, `eval`, odd quoting) it says in `uncertain`; whoever decides then
asks a person. The list is still filled as far as possible, so that a deny rule finds what it can.

`shell_words.py` does the reading, `wrapper.py` looks through commands that only start another.
"""

import re
from dataclasses import dataclass, replace

LONGEST = 10_000
"""Characters above which a line is not taken apart but asked about."""
_DEEPEST = 10
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleCommand:
    """One program with its words."""

    words: tuple[str, ...]
    """Without quotes; empty where there are only assignments or redirections."""
    assignments: tuple[str, ...] = ()
    """What stands before the words: `NAME=value`."""
    redirects_written: tuple[str, ...] = ()
    """Files that its output goes to."""
    redirects_read: tuple[str, ...] = ()
    wrapped_by: tuple[str, ...] = ()
    """What it was taken out of, outermost first: `timeout`, `xargs`, `bash`."""
    expanded: frozenset[int] = frozenset()
    """The places of words that the shell, or `xargs`, makes into something else: nobody knows yet what."""
    globbed: frozenset[int] = frozenset()
    """The places of words that are patterns for file names."""
    reads_pipe: bool = False
    """Its input is the output of the command before it."""
    redirects_expanded: bool = False
    """The name of a redirection's file is not known yet."""

    @property
    def known_words(self) -> tuple[str, ...]:
        """The words before the first that is expanded."""
        return self.words[: min(self.expanded, default=len(self.words))]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """All simple commands of a line, in the order they are written, those inside others before them."""

    commands: tuple[SimpleCommand, ...]
    uncertain: str = ""
    """What could not be understood, in a few words; empty where everything was."""


def parse(line: str) -> CommandLine:
    """Take a shell line apart. Never raises: what cannot be understood is `uncertain`."""
    return _parse(line, 0)


def _parse(line: str, depth: int) -> CommandLine:
    from claw_core.permissions.shell_words import read_commands
    from claw_core.permissions.wrapper import look_through

    if depth > _DEEPEST:
        return CommandLine(commands=(), uncertain="it is nested too deeply")
    if len(line) > LONGEST:
        return CommandLine(commands=(), uncertain=f"it is longer than {LONGEST:,} characters")
    read = read_commands(line)
    uncertain = read.uncertain
    if odd := re.search(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]", line):
        uncertain = f"the invisible character U+{ord(odd[0]):04X}"
    commands: list[SimpleCommand] = []
    waiting = list(reversed(read.commands))
    while waiting:
        if len(commands) >= _MOST:
            uncertain = f"it has more than {_MOST} commands"
            break
        command = waiting.pop()
        seen = look_through(command)
        uncertain = uncertain or seen.uncertain
        if seen.keep:
            commands.append(command)
        if seen.inner is not None:
            waiting.append(seen.inner)
        if seen.line is not None:
            inner = _parse(seen.line, depth + 1)
            uncertain = uncertain or inner.uncertain
            outer = (*command.wrapped_by, command.words[0])
            commands += [replace(each, wrapped_by=outer + each.wrapped_by) for each in inner.commands]
    return CommandLine(commands=tuple(commands), uncertain=uncertain)
