"""The door to shell lines: a line's simple commands, each with its words as the shell would pass them.

Rules about commands are only worth something if nothing can ride along: behind `&&`, in a substitution, in a here-
document. This reads a line as bash would and lists every simple command in it. What it cannot understand with
certainty (loops, functions, odd quoting) it says in `uncertain`; whoever decides then asks a person. The list is still
filled as far as possible, so that a deny rule finds what it can.

The extension asks two readers, its own and tree-sitter's grammar of bash, and is certain where they agree. The plain-
Python twin has the first of them only. So what the extension is certain of, the twin is certain of, with the same
commands; the twin has no doubt about some lines that the grammar reads otherwise.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claw_core.native import backend

if TYPE_CHECKING or backend() == "rust":
    from claw_core.native import _native as engine
else:
    from claw_core.reference import command_line as engine

LONGEST = 10_000
"""Characters above which a line is not taken apart but asked about: so the time it takes is bounded."""
DEEPEST = 20
"""Substitutions and subshells in one another that are followed."""
MOST_COMMANDS, MOST_WORDS = 50, 300
"""How many are read of one line."""
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u3000\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""Characters that people do not see, or take for a space, which a shell does not."""


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
    output: str = ""
    """The one of those files that its standard output goes to at last; empty where that is none, or not known."""
    wrapped_by: tuple[str, ...] = ()
    """What it was taken out of, outermost first: `timeout`, `xargs`, `bash`."""
    within: tuple[str, ...] = ()
    """The words of the command that starts it, where a rule for that one speaks of this one, too: `sudo`."""
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
    """All simple commands of a line: those in substitutions before the one they stand in."""

    commands: tuple[SimpleCommand, ...]
    uncertain: str = ""
    """What could not be understood, in a few words; empty where everything was."""


def read_line(line: str) -> CommandLine:
    """Take a shell line apart, without looking into what its commands start. Never raises."""
    if len(line) > LONGEST:
        return CommandLine(commands=(), uncertain=f"it is longer than {LONGEST:,} characters")
    odd = INVISIBLE.search(line)
    text = line.encode(errors="replace").decode() if odd else line
    commands, uncertain = engine.read_commands(text, DEEPEST, MOST_COMMANDS, MOST_WORDS)
    if odd:
        uncertain = f"the invisible character U+{ord(odd[0]):04X}"
    return CommandLine(
        commands=tuple(
            SimpleCommand(
                words=tuple(words),
                assignments=tuple(assignments),
                redirects_written=tuple(written),
                redirects_read=tuple(read),
                output=output,
                expanded=frozenset(expanded),
                globbed=frozenset(globbed),
                reads_pipe=reads_pipe,
                redirects_expanded=redirects_expanded,
            )
            for words, assignments, written, read, output, expanded, globbed, reads_pipe, redirects_expanded in commands
        ),
        uncertain=uncertain,
    )
