"""Shelves: a registry is a directory listing.

`tools/grep.py` is the tool `grep`; there is no list to keep. Names are known without importing anything; a module is
imported when it is used. Adding a thing is adding one file.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from claw_core.error import UsageError


def folders(package: str) -> tuple[Path, ...]:
    """Where the things of a package (`claw_core.tools`) lie, in the order they are looked for."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(f"There is no package {package}.", "The installation is incomplete; install claw again.")
    return tuple(Path(each) for each in spec.submodule_search_locations)


@cache
def names(package: str) -> tuple[str, ...]:
    """The names of all things of a package, sorted, without importing one. Names with a leading `_` are private.

    Raises UsageError where there is no such package.
    """
    found = {path.stem for folder in folders(package) for path in folder.glob("*.py")}
    return tuple(sorted(name for name in found if name.isidentifier() and not name.startswith("_")))


def load(package: str, name: str) -> ModuleType:
    """The module of one thing. Raises UsageError, with what is like it, where there is none of that name."""
    known = names(package)
    if name not in known:
        kind = package.rpartition(".")[2].removesuffix("s")
        raise UsageError(f"There is no {kind} named {name!r}.", suggestion(name, known))
    return import_module(f"{package}.{name}")


def suggestion(name: str, known: Iterable[str]) -> str:
    """A sentence that helps somebody who mistyped a name."""
    choices = list(known)
    close = get_close_matches(name.lower(), choices, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"There are: {', '.join(choices)}." if choices else "There are none."
