"""The person's own editor: `$VISUAL`, `$EDITOR`, or vi, on a temporary file."""

import asyncio
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol, TypeVar

from claw_core.error import UsageError

ResultT = TypeVar("ResultT")


class Lender(Protocol):
    """What has the terminal, and can lend it: a Textual app."""

    def suspend(self) -> AbstractContextManager[None]:
        """The terminal is somebody else's meanwhile."""
        ...

    def batch_update(self) -> AbstractContextManager[None]:
        """Nothing is painted meanwhile."""
        ...


_PLUS = frozenset(
    {"vi", "vim", "nvim", "view", "ex", "nano", "pico", "emacs", "emacsclient", "kak", "micro", "joe", "ne", "mg"}
)
"""Editors that take `+12 file`."""
_COLON: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("hx", "helix", "subl", "zed"), ()),
    **dict.fromkeys(("code", "codium", "cursor", "windsurf"), ("--goto",)),
}
"""Those that take `file:12`, after these words."""


async def edit_in(lender: Lender, text: str, *, suffix: str = ".md") -> str:
    """What the person made of `text`, with the terminal lent to their editor. Raises UsageError.

    The agent works on meanwhile; only the screen stands still.
    """
    return await _lent(lender, lambda: edit(text, suffix=suffix))


async def visit_in(lender: Lender, path: Path, line: int = 0) -> None:
    """Open a file, at a line where one is named, with the terminal lent to the person's editor. Raises UsageError."""
    await _lent(lender, lambda: visit(path, line))


async def _lent(lender: Lender, work: Callable[[], ResultT]) -> ResultT:
    from textual.app import SuspendNotSupported

    try:
        with lender.suspend(), lender.batch_update(), _interrupts_are_the_editors():
            try:
                return await asyncio.to_thread(work)
            except UsageError as error:
                # Textual takes the terminal back only where nothing is raised inside.
                failed = error
        raise failed
    except SuspendNotSupported as error:
        raise UsageError("This terminal cannot be lent to an editor.", "Write it here instead.") from error


@contextmanager
def _interrupts_are_the_editors() -> Generator[None]:
    """Ctrl+C in the editor reaches us too, and must not end us. A handler is not inherited; ignoring would be."""
    before = signal.signal(signal.SIGINT, _let_pass)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _let_pass(number: int, frame: FrameType | None) -> None:
    """Do nothing."""


def command(environment: Mapping[str, str] | None = None) -> Sequence[str]:
    """The editor's command line, without the file."""
    known = os.environ if environment is None else environment
    return shlex.split(known.get("VISUAL") or known.get("EDITOR") or "vi") or ["vi"]


def edit(text: str, *, suffix: str = ".md", environment: Mapping[str, str] | None = None) -> str:
    """What the person made of `text`. The terminal must be theirs meanwhile (`App.suspend`). Raises UsageError."""
    with tempfile.TemporaryDirectory(prefix="claw-") as folder:
        path = Path(folder) / f"text{suffix}"
        path.write_text(text, encoding="utf-8")
        _run([*command(environment), str(path)], "Nothing was taken over.")
        return path.read_text(encoding="utf-8")


def visit(path: Path, line: int = 0, *, environment: Mapping[str, str] | None = None) -> None:
    """Open a file itself, at a line where one is named. The terminal must be theirs meanwhile. Raises UsageError."""
    words = command(environment)
    _run([*words, *at_line(words[0], path.absolute(), line)], "")


def at_line(editor: str, path: Path, line: int) -> Sequence[str]:
    """How an editor is told a file and a line in it; the file alone to one that nothing is known of."""
    name = Path(editor).name
    if line > 0 and name in _PLUS:
        return f"+{line}", str(path)
    if line > 0 and name in _COLON:
        return *_COLON[name], f"{path}:{line}"
    return (str(path),)


def _run(words: Sequence[str], hint: str) -> None:
    try:
        status = subprocess.run(words, check=False).returncode
    except OSError as error:
        raise UsageError(f"The editor {words[0]!r} cannot be started: {error}", "Set EDITOR to one.") from error
    if status:
        raise UsageError(f"The editor {words[0]!r} ended with status {status}.", hint)
