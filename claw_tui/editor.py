"""The person's own editor: `$VISUAL`, `$EDITOR`, or vi, on a temporary file."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from claw_core.error import UsageError


def command(environment: Mapping[str, str] | None = None) -> Sequence[str]:
    """The editor's command line, without the file."""
    known = os.environ if environment is None else environment
    return shlex.split(known.get("VISUAL") or known.get("EDITOR") or "vi") or ["vi"]


def edit(text: str, *, suffix: str = ".md", environment: Mapping[str, str] | None = None) -> str:
    """What the person made of `text`. The terminal must be theirs meanwhile (`App.suspend`). Raises UsageError."""
    with tempfile.TemporaryDirectory(prefix="claw-") as folder:
        path = Path(folder) / f"text{suffix}"
        path.write_text(text, encoding="utf-8")
        words = [*command(environment), str(path)]
        try:
            status = subprocess.run(words, check=False).returncode
        except OSError as error:
            raise UsageError(f"The editor {words[0]!r} cannot be started: {error}", "Set EDITOR to one.") from error
        if status:
            raise UsageError(f"The editor {words[0]!r} ended with status {status}.", "Nothing was taken over.")
        return path.read_text(encoding="utf-8")
