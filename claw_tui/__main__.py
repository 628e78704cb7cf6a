"""The way in: reads the command line and goes where it points."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from claw_core.error import ClawError, UsageError
from claw_tui import entries
from claw_tui.arguments import parse

FAILED = 1
USAGE = 2
INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run `claw` with the words of the command line; the exit status."""
    try:
        arguments = parse(sys.argv[1:] if words is None else words)
        return import_module(f"{entries.__name__}.{arguments.command}").enter(arguments)
    except ClawError as error:
        print(f"claw: {error.message}" + (f"\n      {error.hint}" if error.hint else ""), file=sys.stderr)
        return USAGE if isinstance(error, UsageError) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output is gone. Python would complain once more when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
