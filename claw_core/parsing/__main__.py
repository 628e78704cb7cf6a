"""The process that parses: `python -m claw_core.parsing picture|pdf ...`, the file on its input, JSON on its output."""

import json
import resource
import sys
from contextlib import suppress
from typing import Any

from claw_core.parsing import MEMORY, SECONDS


def main() -> None:
    """Parse what comes, within bounds, and say what it is."""
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0))
    for kind, limit in limits:
        with suppress(ValueError, OSError):  # not every system can hold a process to each of them
            resource.setrlimit(kind, (limit, limit))
    kind, *words = sys.argv[1:]
    data = sys.stdin.buffer.read()
    try:
        told = _parse(kind, data, words)
    except MemoryError:
        told = {"problem": "it takes more memory than it may."}
    except Exception as error:  # noqa: BLE001 - the libraries raise whatever a broken file leads them to
        told = {"problem": f"{type(error).__name__}: {error}"[:300]}
    sys.stdout.write(json.dumps(told))


def _parse(kind: str, data: bytes, words: list[str]) -> dict[str, Any]:
    if kind == "picture":
        from claw_core.parsing.picture import fitted

        return fitted(data)
    from claw_core.parsing.pdf import pages

    return pages(data, int(words[0]), int(words[1]))


if __name__ == "__main__":
    main()
