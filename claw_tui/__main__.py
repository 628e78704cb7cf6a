"""The way in: reads the command line and goes where it points.

What is the matter with the process itself is settled here: streams that are closed or speak no UTF-8, a reader that has
gone, an interrupt before anything could listen for it.
"""

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from claw_tui import skeleton

FAILED = 1
USAGE = 2
INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run `claw` with the words of the command line; the exit status."""
    mend_streams()
    words = sys.argv[1:] if words is None else words
    try:
        with skeleton.drawn(words, os.environ):
            status = _go(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _drop_output()
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return FAILED
    except OSError as error:
        _drop_output()
        _complain(f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "") + ".")
        return FAILED
    return status


def _go(words: Sequence[str]) -> int:
    # Loaded here, so that an interrupt meanwhile is one like any other.
    gc.disable()  # nothing of what is loaded is garbage
    from importlib import import_module

    from claw_core.error import ClawError, UsageError
    from claw_tui import entries
    from claw_tui.arguments import parse

    try:
        arguments = parse(words)
        entry = import_module(f"{entries.__name__}.{arguments.command}")
        gc.enable()
        return entry.enter(arguments)
    except SystemExit as answered:  # by the parser: `--help`, `--version`
        return int(answered.code or 0)
    except ClawError as error:
        _complain(error.message, error.hint)
        return USAGE if isinstance(error, UsageError) else FAILED


def mend_streams() -> None:
    """Give the process the three streams that every program counts on, speaking UTF-8.

    Where one is closed, the next file to be opened would take its number, and get what is meant for it.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            mode = "w" if descriptor else "r"
            stream = open(descriptor, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
            setattr(sys, name, stream)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _complain(message: str, hint: str = "") -> None:
    skeleton.remove()
    with suppress(OSError):
        print(f"claw: {message}" + (f"\n      {hint}" if hint else ""), file=sys.stderr, flush=True)


def _drop_output() -> None:
    """Nobody reads on. Python would write once more when it ends: complain, or hang."""
    with suppress(OSError, io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
