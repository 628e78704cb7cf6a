"""Packages that are read when something of theirs is asked for, for libraries of which little is used.

A package whose `__init__` gathers hundreds of modules has them all loaded for the one that is wanted. Named here, the
package is there, and so is each of its modules for who imports it by its own name; the gathering is done when somebody
asks the package for a name that is not a module of its.
"""

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock, get_ident
from types import ModuleType


@contextmanager
def late_packages(*names: str) -> Generator[None]:
    """What is imported meanwhile finds these packages unread. Those that are loaded already stay as they are."""
    finder = _Late(frozenset(names))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Late(MetaPathFinder):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """As the usual finder does, of these packages only."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname in self._names else None
        if spec is not None and spec.loader is not None:
            spec.loader = _LateLoader(spec.loader)
        return spec


class _LateLoader(Loader):
    def __init__(self, real: Loader) -> None:
        self._real = real
        self._lock = RLock()
        self._reading: int | None = None
        """The thread that reads the package."""
        self._read = False

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """An empty one, as usual."""
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Read nothing yet."""

        def late(name: str) -> object:
            missing = AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            if name.startswith("__") or self._read or self._reading == get_ident() or _is_module(module, name):
                raise missing
            with self._lock:
                self._reading = get_ident()
                try:
                    if not self._read:
                        self._real.exec_module(module)
                        self._read = True
                finally:
                    self._reading = None
            if name not in vars(module):
                raise missing
            return vars(module)[name]

        vars(module)["__getattr__"] = late


def _is_module(package: ModuleType, name: str) -> bool:
    """Whether a package has a module of that name, which whoever asks for it imports next."""
    return PathFinder.find_spec(f"{package.__name__}.{name}", package.__path__) is not None
