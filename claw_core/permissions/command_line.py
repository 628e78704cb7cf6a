"""A shell line taken apart into all that it runs: its simple commands, and what those start.

`claw_core/native/command_line.py` reads the line; `wrapper.py` knows which commands only start another one, and
`builtin.py` which of the shell's own commands make the rest of a line uncertain.
"""

from dataclasses import replace

from claw_core.native.command_line import MOST_COMMANDS, CommandLine, SimpleCommand, read_line
from claw_core.permissions.builtin import doubtful
from claw_core.permissions.wrapper import look_through, program

__all__ = ["CommandLine", "SimpleCommand", "parse"]

_DEEPEST = 10


def parse(line: str) -> CommandLine:
    """Take a shell line apart. Never raises: what cannot be understood is `uncertain`."""
    return _parse(line, 0)


def _parse(line: str, depth: int) -> CommandLine:
    if depth > _DEEPEST:
        return CommandLine(commands=(), uncertain="it is nested too deeply")
    read = read_line(line)
    uncertain = read.uncertain
    commands: list[SimpleCommand] = []
    waiting = list(reversed(read.commands))
    while waiting:
        if len(commands) >= MOST_COMMANDS:
            uncertain = f"it has more than {MOST_COMMANDS} commands"
            break
        command = waiting.pop()
        seen = look_through(command)
        uncertain = uncertain or seen.uncertain or doubtful(command)
        if seen.keep:
            commands.append(command)
        if seen.inner is not None:
            waiting.append(seen.inner)
        if seen.line is not None:
            inner = _parse(seen.line, depth + 1)
            uncertain = uncertain or inner.uncertain
            outer = (*command.wrapped_by, program(command.words[0]))
            commands += [replace(each, wrapped_by=outer + each.wrapped_by) for each in inner.commands]
    return CommandLine(commands=tuple(commands), uncertain=uncertain)
